"""Tables to take away: as CSV and XLSX, each of one moment, each on record."""
