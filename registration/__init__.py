"""What the secretariat records and decides about meetings of States and the notes that announce them."""
