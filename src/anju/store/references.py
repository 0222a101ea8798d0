"""Public references: kind + date + number, at most 20 characters, and never an authorisation.

Numbers come from one sequence, which no transaction holds: a counter row per day would make every
submit of the day wait for the one before. So numbers are unique and rising, not gapless.
"""

import re
from datetime import date
from typing import Final

from django.db import connection

_KIND: Final = re.compile(r"[A-Z]{1,4}")


def next(kind: str, *, on: date) -> str:
    """The next reference of `kind` (1 to 4 capital letters) on the business date `on`.

    Four digits at least, more when a day needs them: TQ202611200007. Raises ValueError.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"a reference kind is 1 to 4 capital letters, not {kind!r}")
    with connection.cursor() as cursor:
        base = _base(cursor, kind, on)
        cursor.execute("SELECT nextval('store_reference_number')")
        number = cursor.fetchone()[0] - base
    return f"{kind}{on:%Y%m%d}{number:04d}"


def _base(cursor: "connection.cursor", kind: str, on: date) -> int:
    """Where the sequence stood when this kind's day began; the first caller writes it down.

    The loser of a race waits for the winner's commit and then reads its base.
    """
    read = "SELECT base FROM store_referenceday WHERE kind = %s AND day = %s"
    cursor.execute(read, [kind, on])
    row = cursor.fetchone()
    if row is None:
        cursor.execute(
            "INSERT INTO store_referenceday (kind, day, base)"
            " VALUES (%s, %s, nextval('store_reference_number'))"
            " ON CONFLICT (kind, day) DO NOTHING",
            [kind, on],
        )
        cursor.execute(read, [kind, on])
        row = cursor.fetchone()
    return int(row[0])
