"""Below a voucher's general lines: whose accounts it moved, and whose money waits.

Names are masked: who keeps the books sees that each line is somebody's, not whose number it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anju import ledger
from anju.business.treasury.books import PAGE, READ_AT_ONCE, named, reader
from anju.ledger import vouchers
from anju.ledger.vouchers import MemberPart, VoucherHead, WaitingPart
from anju.parties import facts as parties


@dataclass(frozen=True)
class NamedPart:
    """A member's line with the masked name of whose account it is."""

    part: MemberPart
    name: str

    @property
    def reduced(self) -> int:
        """By how much the account fell, in fen."""
        return -self.part.amount


@dataclass(frozen=True)
class PartsPage:
    """个人明细 and 往来明细 of a voucher; `next_after` asks for the members that follow."""

    head: VoucherHead
    members: tuple[NamedPart, ...]
    waiting: tuple[WaitingPart, ...]
    next_after: str


def page(staff_id: int, voucher_id: int, *, after: str = "") -> PartsPage:
    """What one voucher moved below the general ledger. Raises NotYours, LookupError.

    ValueError for an `after` that is none.
    """
    reader(staff_id)
    (head,) = named([vouchers.voucher(voucher_id)[0]])
    found = vouchers.member_parts(head, after=_place(after), limit=PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return PartsPage(
        head=head,
        members=tuple(_named(shown)),
        waiting=() if after else vouchers.waiting_parts(head),
        next_after=f"{last.account_id}-{last.line_no}" if last else "",
    )


def every(staff_id: int, voucher_id: int) -> tuple[VoucherHead, Iterator[NamedPart]]:
    """A voucher with all its members' lines, read as one goes. Raises NotYours, LookupError."""
    reader(staff_id)
    head = vouchers.voucher(voucher_id)[0]

    def parts() -> Iterator[NamedPart]:
        after = (0, 0)
        while found := vouchers.member_parts(head, after=after, limit=READ_AT_ONCE):
            yield from _named(found)
            after = (found[-1].account_id, found[-1].line_no)

    return head, parts()


def _place(after: str) -> tuple[int, int]:
    if not after:
        return 0, 0
    account, dash, line = after.partition("-")
    if not (dash and account.isdecimal() and line.isdecimal() and len(after) <= 24):
        raise ValueError(f"{after!r} is no line of a voucher")
    return int(account), int(line)


def _named(parts: Iterable[MemberPart]) -> Iterator[NamedPart]:
    listed = tuple(parts)
    owners = {row.id: row.person_id for row in ledger.accounts({one.account_id for one in listed})}
    people = parties.people(owners.values())
    for one in listed:
        yield NamedPart(one, str(people[owners[one.account_id]].name))
