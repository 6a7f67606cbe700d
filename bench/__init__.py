"""Benchmarks that print ratios against a peer or the naive way, measured in one run."""
