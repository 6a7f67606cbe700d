"""What other programs may read: standings, responses, designations, statistics, deadlines."""
