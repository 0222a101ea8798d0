"""Sums that the command line reckons without a database: one JSON object per line each way."""
