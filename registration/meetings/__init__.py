"""The series of meetings, and the documents of each."""
