"""The sealed day: proofs, leaves, root, two signatures. docs/decisions/0013 says why and how.

A closing day has no writer left, so all of this runs while the halls post to the next one. Each
call may be repeated: what is done already is not done twice.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from anju.ledger.calls import row, rows
from anju.ledger.refusals import LedgerRefusal
from anju.store import keyring

SEALED_BY = "day_seal"
"""The purpose of the key that signs sealed days."""
LEAVES_AT_ONCE = 50_000

_DAY = (
    "SELECT day, segment, state, chain_no, root, prev_root, signature, signer1, signer2"
    " FROM ledger_business_day"
)
SEALED = _DAY + " WHERE state = 'sealed' ORDER BY chain_no"
"""Every sealed day in the order of the seals; its columns are the fields of DayRow."""


@dataclass(frozen=True, slots=True)
class DayBreak:
    """One thing that must hold of a day and does not."""

    kind: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the books; `root` and what follows are None until there is one."""

    day: date
    segment: str
    state: str
    chain_no: int | None
    root: bytes | None
    prev_root: bytes | None
    signature: str | None
    signer1: str | None
    signer2: str | None


@dataclass(frozen=True, slots=True)
class OpenCount:
    """One count of a day that is not sealed: how many vouchers were new, of how many fen."""

    day: date
    segment: str
    no: int
    vouchers: int
    debit: Decimal
    digest: bytes


def day_row(day: date, *, segment: str = "day") -> DayRow:
    """One day of the books. Raises LookupError."""
    found = rows(_DAY + " WHERE day = %s AND segment = %s", [day, segment])
    if not found:
        raise LookupError(day)
    return DayRow(*found[0])


def days_to_seal() -> tuple[DayRow, ...]:
    """What has closed and is not sealed yet, in the order in which it must be.

    30 June's adjustments come after that day itself.
    """
    found = rows(_DAY + " WHERE state = 'closing' ORDER BY day, segment DESC")
    return tuple(DayRow(*each) for each in found)


def recent_days(*, before: date | None = None, limit: int = 50) -> tuple[DayRow, ...]:
    """The days of the books, newest first; `before` is the last day of what was seen already.

    A day's adjustments stand before the day itself, and the two are never parted.
    """
    found = rows(
        _DAY + " WHERE day < %s ORDER BY day DESC FETCH FIRST %s ROWS WITH TIES",
        [before or date.max, limit],
    )
    listed = (DayRow(*each) for each in found)
    return tuple(sorted(listed, key=lambda each: (-each.day.toordinal(), each.segment)))


def sealed_months() -> tuple[tuple[int, date], ...]:
    """The months whose every day is sealed, 202611 with its last day, the earliest first."""
    found = rows(
        "SELECT to_char(day, 'YYYYMM')::integer AS period, max(day) FROM ledger_business_day"
        " WHERE segment = 'day' GROUP BY period HAVING bool_and(state = 'sealed') ORDER BY period"
    )
    return tuple((period, last) for period, last in found)


def count_open(at: datetime) -> tuple[OpenCount, ...]:
    """Count what was booked since the last count on every day that has no root yet.

    A voucher that is gone or another when its day is proven is missed by its count.
    """
    return tuple(OpenCount(*each) for each in rows("SELECT * FROM ledger_count_open(%s)", [at]))


def prove_day(day: date) -> tuple[DayBreak, ...]:
    """What does not hold of a day; nothing when it may be sealed. Reads the day's lines."""
    return tuple(DayBreak(*each) for each in rows("SELECT * FROM ledger_day_breaks(%s)", [day]))


def hash_vouchers(
    day: date, *, segment: str = "day", limit: int = LEAVES_AT_ONCE
) -> tuple[int, int]:
    """Make the leaves of a closing day's next vouchers: (how many have one, how many there are).

    Raises LedgerRefusal (day_open).
    """
    hashed, vouchers = row("SELECT * FROM ledger_leaf_day(%s, %s, %s)", [day, segment, limit])
    return hashed, vouchers


def root_day(day: date, *, segment: str = "day") -> bytes:
    """Number the vouchers of a closing day, keep its control balances and work out its root.

    Raises LedgerRefusal: day_open, day_order while an earlier day is not sealed, day_unproven.
    """
    return bytes(row("SELECT ledger_root_day(%s, %s)", [day, segment])[0])


def sign_day(day: date, *, signer: str, root: bytes, segment: str = "day") -> None:
    """The first signature under a closing day's root, by whoever made the day ready.

    Raises LedgerRefusal: day_open, root_changed, signed_already by somebody else.
    """
    rows("SELECT ledger_sign_day(%s, %s, %s, %s)", [day, segment, signer, root])


def seal_day(day: date, *, signer: str, root: bytes, segment: str = "day") -> DayRow:
    """The second signature, by another person: everything is worked out again, then it is sealed.

    The centre's own signature is made here, outside the database.

    Raises:
        LedgerRefusal: day_open, root_changed, signed_already, maker_is_checker, day_unproven.
        KeyringError: the centre's ring has no key that signs days.
    """
    with transaction.atomic():
        before = day_row(day, segment=segment)
        if before.state != "sealed":
            signature = keyring.sign(SEALED_BY, _signed(before, root=root, signer2=signer))
            rows(
                "SELECT ledger_seal_day(%s, %s, %s, %s, %s)",
                [day, segment, signer, root, signature],
            )
        elif before.signer2 != signer:
            raise LedgerRefusal("ledger.signed_already", f"{day} is sealed")
        return day_row(day, segment=segment)


def signature_holds(sealed: DayRow) -> bool:
    """Whether this centre signed exactly this sealed day, with these two people."""
    message = _signed(sealed, root=sealed.root or b"", signer2=sealed.signer2 or "")
    return keyring.signature_ok(SEALED_BY, message, sealed.signature or "")


def _signed(day: DayRow, *, root: bytes, signer2: str) -> bytes:
    """What the centre signs: the day, its place in the chain, its root and the two people.

    The centre itself is in the key: each has a ring of its own.
    """
    prev = (day.prev_root or b"").hex()
    content = [
        "sealed day", day.day.isoformat(), day.segment, day.chain_no, prev, root.hex(),
        day.signer1, signer2,
    ]  # fmt: skip
    return json.dumps(content, ensure_ascii=False).encode()
