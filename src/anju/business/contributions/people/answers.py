"""Why an act upon an employer's people is not done."""


class NotOurs(LookupError):
    """Somebody who was named is not one of the employer's people."""


class PeopleBroken(ValueError):
    """The act is not possible now; the text is for the person, without its full stop."""
