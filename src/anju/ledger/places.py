"""Where a line stands in the books, as text that a page can carry: day, voucher, line."""

import re
from datetime import date

# Figures that fit the columns; a longer one would be the database's complaint.
_PLACE = re.compile(r"(\d{8})-(\d{1,18})-(\d{1,9})")

Place = tuple[date, int, int]
"""Accounting date, voucher, line: lines follow each other by it."""


def text_of(place: Place) -> str:
    """The place as text, for `place_of`."""
    day, voucher_id, line_no = place
    return f"{day:%Y%m%d}-{voucher_id}-{line_no}"


def place_of(text: str) -> Place:
    """The place that a text names. Raises ValueError for a text that names none."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no place in the books")
    day, voucher_id, line_no = found.groups()
    return date(int(day[:4]), int(day[4:6]), int(day[6:])), int(voucher_id), int(line_no)
