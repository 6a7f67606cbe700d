"""States and regional organizations, their status on a date, and their missions."""
