"""What the guards look at: a picture with detail, a year of two interest rates."""

import io
from datetime import date
from typing import Any

from PIL import Image

from anju import policy
from anju.domain.interest import history


def a_year_of_two_rates() -> Any:
    """What 30 June 2015 brought to an account of carried and current money."""
    terms, came = policy.interest_terms(policy.current()), [(date(2014, 10, 1), 456704)]
    july, after = date(2014, 7, 1), date(2015, 7, 1)
    told = history(1234500, opening_on=july, entries=came, until=after, terms=terms)
    return told.settlements[0].interest_fen


def picture(width: int, height: int, *, quality: int = 80) -> bytes:
    """A picture with a lot of detail, so that its bytes follow its size."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
