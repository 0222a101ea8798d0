"""Views of the counter, one module per subject; each makes one call."""
