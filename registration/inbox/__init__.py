"""What comes back by e-mail: kept whole, read apart, laid beside the State and the note."""
