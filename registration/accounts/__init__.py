"""Who may sign in, with which role, and for which State."""
