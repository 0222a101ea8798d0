"""Strict reading of the JSON objects the plain HTTP partners send.

A signed message can still be nonsense: a partner's release may change a type overnight. Nothing
is guessed or converted; a field that is not exactly what was agreed makes the message unusable.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

BODY_BYTES_MAX: Final = 64 * 1024
TEXT_LENGTH_MAX: Final = 200


class Malformed(ValueError):
    """A message that is not in the agreed form."""


def write(message: Mapping[str, object]) -> bytes:
    """One JSON object as the bytes that are signed and sent."""
    return json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(body: bytes) -> dict[str, object]:
    """The one JSON object in `body`. Raises Malformed (also for a field named twice)."""
    if len(body) > BODY_BYTES_MAX:
        raise Malformed("the message is too long")
    try:
        message = json.loads(body, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"the message is not JSON: {problem}") from problem
    if not isinstance(message, dict):
        raise Malformed("the message is not an object")
    return message


def text(message: Mapping[str, object], name: str) -> str:
    """The text field `name`, at most 200 characters."""
    value = message.get(name)
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX:
        raise Malformed(f"{name} is not a text of at most {TEXT_LENGTH_MAX} characters")
    return value


def fen(message: Mapping[str, object], name: str) -> int:
    """The amount `name`: a whole, non-negative number of fen that fits a BIGINT."""
    value = message.get(name)
    # bool is an int in Python, and 1.0 == 1: neither is an amount.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise Malformed(f"{name} is not a whole number of fen")
    return value


def signed_fen(message: Mapping[str, object], name: str) -> int:
    """The amount `name`, which may be negative: a whole number of fen that fits a BIGINT."""
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) < value < 2**63:
        raise Malformed(f"{name} is not a whole number of fen")
    return value


def truth(message: Mapping[str, object], name: str) -> bool:
    """The field `name`, true or false and nothing that is nearly so."""
    value = message.get(name)
    if not isinstance(value, bool):
        raise Malformed(f"{name} is neither true nor false")
    return value


def day(message: Mapping[str, object], name: str) -> date:
    """The day `name`, written 2026-11-20."""
    written = text(message, name)
    try:
        value = date.fromisoformat(written)
    except ValueError as problem:
        raise Malformed(f"{name} is not a day") from problem
    if value.isoformat() != written:
        raise Malformed(f"{name} is not written 2026-11-20")
    return value


def instant(message: Mapping[str, object], name: str) -> datetime:
    """The instant `name`, ISO 8601 with its offset."""
    try:
        value = datetime.fromisoformat(text(message, name))
    except ValueError as problem:
        raise Malformed(f"{name} is not an instant") from problem
    if value.tzinfo is None:
        raise Malformed(f"{name} has no offset")
    return value


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    message = dict(pairs)
    if len(message) != len(pairs):
        raise Malformed("a field appears twice")
    return message


def _refuse_constant(name: str) -> object:
    raise Malformed(f"{name} is no number")
