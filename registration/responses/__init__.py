"""What came back from a State, and what is still awaited."""
