"""Filters of the counter's own pages."""
