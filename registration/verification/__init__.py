"""Comparing what a State sent with the note verbale that speaks for it."""
