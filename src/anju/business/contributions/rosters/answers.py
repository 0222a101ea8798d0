"""Why an act upon a roster is not done."""


class NotYours(LookupError):
    """No roster of this employer has this reference, or no row this number."""


class RosterBroken(ValueError):
    """The act is not possible now; the text is for the person."""
