"""What the secretariat records and decides about meetings of States and their notes."""
