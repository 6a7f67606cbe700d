"""Whom a State names as its authorities and experts, since when, and by which response."""
