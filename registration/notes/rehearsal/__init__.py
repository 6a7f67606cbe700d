"""Rehearsal: every copy of a note is made and thrown away, every address checked, nothing sent."""
