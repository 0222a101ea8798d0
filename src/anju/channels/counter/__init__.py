"""The back office of the centre's staff."""
