"""Background work: one message, one transaction, one service call."""
