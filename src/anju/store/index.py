"""Blind indexes: find a person by a number without storing the number.

Every value is kept as two 32-byte digests under two keys, in two UNIQUE (or plain) columns. One
column is live for look-ups. To change keys, the other column is computed again row by row under
a new key while the live one keeps both look-ups and uniqueness whole; then the live column moves
over, and the first follows. No moment is without uniqueness and no look-up ever misses.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from anju.store import keyring


def blind_index(purpose: str, text: str) -> tuple[bytes, bytes]:
    """Both digests of `text` (already normalised by the caller) for `purpose`.

    `purpose` names what is indexed ("person.id_number"), so equal values of different kinds do
    not show as equal digests.
    """
    message = purpose.encode() + b"\0" + text.encode()
    ring = keyring.current()
    return ring.at_work("index_a").mac(message), ring.at_work("index_b").mac(message)


def live_digests(purpose: str, texts: Iterable[str]) -> list[bytes]:
    """The digests of many texts in the live column, 32 bytes each, to find many rows at once."""
    ring, head = keyring.current(), purpose.encode() + b"\0"
    mac = ring.at_work(f"index_{ring.live_index}").mac
    return [mac(head + text.encode()) for text in texts]


def match(prefix: str, purpose: str, text: str) -> Q:
    """The condition that finds `text` in the columns `<prefix>_a` and `<prefix>_b`."""
    live = keyring.current().live_index
    digest = blind_index(purpose, text)[0 if live == "a" else 1]
    return Q(**{f"{prefix}_{live}": digest})


def set_index(instance: models.Model, prefix: str, purpose: str, text: str | None) -> None:
    """Put both digests of `text` (None clears them) into the row's index columns, in memory."""
    a, b = (None, None) if text is None else blind_index(purpose, text)
    setattr(instance, f"{prefix}_a", a)
    setattr(instance, f"{prefix}_b", b)


def index_columns(**options: Any) -> tuple[models.BinaryField, models.BinaryField]:
    """The two columns of a blind index, alike in all but their name."""
    return _column(options), _column(options)


def _column(options: dict[str, Any]) -> models.BinaryField:
    return models.BinaryField(max_length=32, editable=False, **options)
