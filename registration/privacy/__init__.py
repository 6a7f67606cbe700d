"""What is kept of persons, for how long, and what a person may see of it."""
