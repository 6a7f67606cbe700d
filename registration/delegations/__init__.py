"""Whom a State nominates for one meeting."""
