"""The reference facts that a new instance starts with, and the demonstration."""
