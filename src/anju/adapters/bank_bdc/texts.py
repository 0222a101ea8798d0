"""Amounts, days and instants as the settlement system writes them, read without guessing."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from anju.adapters.bank_bdc.documents import Malformed
from anju.adapters.bank_bdc.node import SHANGHAI
from anju.domain.money import yuan

_AMOUNT = re.compile(r"(-?)([0-9]{1,13})\.([0-9]{2})")


def amount(fen: int) -> str:
    """Fen as yuan with two decimals and no separators: `20222.95`."""
    return yuan(fen).replace(",", "")


def text(texts: Mapping[str, str], name: str, *, longest: int = 200) -> str:
    """The text `name`. Raises Malformed when it is missing or longer than `longest`."""
    value = texts.get(name)
    if value is None or len(value) > longest:
        raise Malformed(f"{name} is missing or longer than {longest}")
    return value


def fen(texts: Mapping[str, str], name: str) -> int:
    """The amount `name` in fen; a negative one has left the account. Raises Malformed."""
    found = _AMOUNT.fullmatch(text(texts, name))
    if found is None:
        raise Malformed(f"{name} is no amount in yuan with two decimals")
    sign, whole, cents = found.groups()
    return int(f"{sign}{whole}{cents}")


def count(texts: Mapping[str, str], name: str) -> int:
    """The number `name` of lines, at most six digits. Raises Malformed."""
    written = text(texts, name, longest=6)
    if not (written.isascii() and written.isdigit()):
        raise Malformed(f"{name} is no number")
    return int(written)


def day(texts: Mapping[str, str], name: str) -> date:
    """The day `name`, written 20261120. Raises Malformed."""
    return _instant(text(texts, name), "%Y%m%d", name).date()


def instant(texts: Mapping[str, str], day_name: str, time_name: str) -> datetime:
    """The instant of a day (20261120) and a time (100003), in China. Raises Malformed."""
    written = text(texts, day_name) + text(texts, time_name)
    return _instant(written, "%Y%m%d%H%M%S", f"{day_name} and {time_name}")


def one_of(texts: Mapping[str, str], name: str, codes: Mapping[str, str]) -> str:
    """What the code `name` stands for. Raises Malformed for one that was not agreed."""
    value = codes.get(text(texts, name))
    if value is None:
        raise Malformed(f"{name} is not one of {', '.join(codes)}")
    return value


def _instant(written: str, form: str, name: str) -> datetime:
    # strptime forgives spaces and missing digits; the length and the digits do not.
    if not (written.isascii() and written.isdigit() and len(written) in (8, 14)):
        raise Malformed(f"{name} is no {form}")
    try:
        return datetime.strptime(written, form).replace(tzinfo=SHANGHAI)
    except ValueError as problem:
        raise Malformed(f"{name} is no {form}") from problem
