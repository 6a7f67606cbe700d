"""Letters: plain values in, PDF bytes out; no database, no request, no clock."""
