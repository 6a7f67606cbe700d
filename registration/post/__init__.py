"""Outgoing mail: every message is handed to the mail server once."""
