"""Halls: they draw and never decide."""
