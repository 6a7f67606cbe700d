"""The list of participants of a meeting, who is present, and what its report says of that."""
