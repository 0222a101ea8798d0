"""Vouchers as an accountant looks for them and reads them. Amounts are fen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anju.ledger.books import Subject, SubjectLine, printed_number
from anju.ledger.calls import rows

# Figures that fit the columns; a longer one would be the database's complaint.
_PRINTED = re.compile(r"(\d{6})-0*(\d{1,9})")


@dataclass(frozen=True, slots=True)
class VoucherHead:
    """A voucher without its lines; its amount is its debit total.

    `period` (202611) and `number` are its 凭证号, None until its day has been closed.
    """

    voucher_id: int
    accounting_date: date
    kind: str
    summary: str
    source_type: str
    source_id: str
    amount: int
    maker: str | None
    checker: str | None
    occurred_at: datetime
    posted_at: datetime
    reverses: int | None
    reversed_by: int | None
    period: int | None
    number: int | None
    member_lines: int
    suspense_lines: int

    @property
    def printed_number(self) -> str:
        """凭证号 as it is printed, 202611-0007; empty until there is one."""
        return printed_number(self.period, self.number)


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One general line of a voucher."""

    line_no: int
    subject: Subject
    employer_id: int | None
    bank_account_id: int | None
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of vouchers is narrowed to; what is empty or None narrows nothing.

    Attributes:
        source_id: one business, by its number (a case, an order).
        source_type: one kind of source (case, manual).
        number: a 凭证号 as it is printed; days then narrow nothing, for it says its month.
        subject: vouchers with a line on this subject or below it.
        least, most: bounds of the voucher's amount, in fen, both included.
    """

    source_id: str = ""
    source_type: str = ""
    number: str = ""
    subject: str = ""
    least: int | None = None
    most: int | None = None


EVERYTHING = Wanted()

HEAD = (
    "SELECT h.id, h.accounting_date, h.kind, h.summary, h.source_type, h.source_id, h.debit_total,"
    " h.maker, h.checker, h.occurred_at, h.posted_at, h.reverses,"
    " (SELECT r.id FROM ledger_voucher r WHERE r.reverses = h.id), n.period, n.no,"
    " h.member_lines, h.suspense_lines"
    " FROM ledger_voucher h LEFT JOIN ledger_voucher_number n ON n.voucher_id = h.id"
)
_HEAD_BY_NUMBER = HEAD + " WHERE h.id = %s"
_OTHER_SIDES = """
    SELECT DISTINCT l.voucher_id, l.subject, l.amount > 0
    FROM unnest(%s::date[], %s::bigint[]) AS v(day, id)
    JOIN ledger_gl_line l ON l.accounting_date = v.day AND l.voucher_id = v.id
    ORDER BY l.voucher_id, l.subject
"""


def number_of(text: str) -> tuple[int, int] | None:
    """Month and number of a printed 凭证号 (202611-0007), None for a text that is none."""
    found = _PRINTED.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def voucher_heads(
    *,
    since: date,
    until: date,
    wanted: Wanted = EVERYTHING,
    before: int | None = None,
    limit: int = 50,
) -> tuple[VoucherHead, ...]:
    """Vouchers booked over [since, until], newest first; `before` is the last voucher's number."""
    narrowed, given = _narrowed(wanted, since, until)
    newest = 2**63 - 1 if before is None else before
    found = rows(
        f"{HEAD} WHERE {narrowed} AND h.id < %s ORDER BY h.id DESC LIMIT %s",
        [*given, newest, limit],
    )
    return tuple(VoucherHead(*each) for each in found)


def _narrowed(wanted: Wanted, since: date, until: date) -> tuple[str, list[Any]]:
    """The conditions as SQL with their values."""
    terms: list[tuple[str, Sequence[Any]]] = []
    if wanted.number:
        terms.append(("(n.period, n.no) = (%s, %s)", number_of(wanted.number) or (0, 0)))
    else:
        terms.append(("h.accounting_date BETWEEN %s AND %s", (since, until)))
    if wanted.source_id:
        terms.append(("h.source_id = %s", (wanted.source_id,)))
    if wanted.source_type:
        terms.append(("h.source_type = %s", (wanted.source_type,)))
    if wanted.least is not None:
        terms.append(("h.debit_total >= %s", (wanted.least,)))
    if wanted.most is not None:
        terms.append(("h.debit_total <= %s", (wanted.most,)))
    if wanted.subject:
        on_it = (
            "EXISTS (SELECT FROM ledger_gl_line l WHERE l.accounting_date = h.accounting_date"
            " AND l.voucher_id = h.id AND l.subject LIKE %s)"
        )
        terms.append((on_it, (f"{wanted.subject}%",)))
    return " AND ".join(term for term, _ in terms), [one for _, given in terms for one in given]


def voucher(voucher_id: int) -> tuple[VoucherHead, Sequence[VoucherLine]]:
    """A voucher with its general lines. Raises LookupError."""
    found = rows(_HEAD_BY_NUMBER, [voucher_id])
    if not found:
        raise LookupError(voucher_id)
    head = VoucherHead(*found[0])
    lines = rows(
        "SELECT l.line_no, s.code, s.name, s.side, l.employer_id, l.bank_account_id, l.amount"
        " FROM ledger_gl_line l JOIN ledger_subject s ON s.code = l.subject"
        " WHERE l.accounting_date = %s AND l.voucher_id = %s ORDER BY l.line_no",
        [head.accounting_date, voucher_id],
    )
    return head, tuple(
        VoucherLine(no, Subject(code, name, side), employer, bank, max(amount, 0), max(-amount, 0))
        for no, code, name, side, employer, bank, amount in lines
    )


def other_sides(lines: Sequence[SubjectLine]) -> Mapping[tuple[int, int], tuple[str, ...]]:
    """对方科目: the subjects that stand against each line, by voucher and line number."""
    vouchers = {line.voucher_id: line.accounting_date for line in lines}
    debits: dict[int, list[str]] = {}
    credits: dict[int, list[str]] = {}
    for voucher_id, code, is_debit in rows(_OTHER_SIDES, [list(vouchers.values()), list(vouchers)]):
        (debits if is_debit else credits).setdefault(voucher_id, []).append(code)
    return {
        (line.voucher_id, line.line_no): tuple(
            (credits if line.debit else debits).get(line.voucher_id, ())
        )
        for line in lines
    }


@dataclass(frozen=True, slots=True)
class MemberPart:
    """One member's line of a voucher, in fen; `amount` above zero grew the account."""

    account_id: int
    line_no: int
    amount: int
    value_date: date
    balance_after: int


@dataclass(frozen=True, slots=True)
class WaitingPart:
    """One line of a voucher on money that waits (219) or is owed to us (119), in fen.

    A credit is above zero; `source_type` and `source_id` say whose money it is.
    """

    subject: str
    source_type: str
    source_id: str
    amount: int
    balance_after: int


def member_parts(
    head: VoucherHead, *, after: tuple[int, int] = (0, 0), limit: int = 50
) -> tuple[MemberPart, ...]:
    """Members' lines of a voucher by account and line, after such a pair.

    Lines are kept by account: those of the voucher's day are read to find them.
    """
    found = rows(
        "SELECT l.account_id, l.line_no, l.amount, l.value_date, l.balance_after"
        " FROM ledger_member_line l WHERE l.accounting_date = %s AND l.voucher_id = %s"
        " AND (l.account_id, l.line_no) > (%s, %s) ORDER BY l.account_id, l.line_no LIMIT %s",
        [head.accounting_date, head.voucher_id, *after, limit],
    )
    return tuple(MemberPart(*each) for each in found)


def waiting_parts(head: VoucherHead) -> tuple[WaitingPart, ...]:
    """A voucher's lines on money that waits, the first two hundred."""
    found = rows(
        "SELECT s.subject, s.source_type, s.source_id, l.amount, l.balance_after"
        " FROM ledger_suspense_line l JOIN ledger_suspense s ON s.id = l.suspense_id"
        " WHERE l.accounting_date = %s AND l.voucher_id = %s ORDER BY l.line_no LIMIT 200",
        [head.accounting_date, head.voucher_id],
    )
    return tuple(WaitingPart(*each) for each in found)
