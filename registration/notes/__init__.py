"""Notes verbales, from the draft to the copy in a mission's mailbox."""
