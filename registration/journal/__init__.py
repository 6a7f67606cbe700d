"""What happened, by whom and when, and what must happen next."""
