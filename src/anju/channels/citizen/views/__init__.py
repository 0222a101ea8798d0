"""Views of the citizen hall, by subject: translate in, call once, translate out."""
