"""Vouchers and money that waits, found by the business they belong to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from anju.ledger.calls import rows
from anju.ledger.vouchers import HEAD, VoucherHead

_OF_SOURCE = HEAD + " WHERE h.source_id = %s ORDER BY h.id LIMIT 200"


def waiting(subject: str) -> dict[tuple[str, str], int]:
    """What waits on a suspense subject by its source (type, id), in fen; sources at zero left out.

    Above zero it is owed by us (219), below zero to us (119).
    """
    found = rows(
        "SELECT source_type, source_id, balance FROM ledger_suspense"
        " WHERE subject = %s AND balance <> 0",
        [subject],
    )
    return {(source_type, source_id): balance for source_type, source_id, balance in found}


def bank_accounts() -> set[int]:
    """The centre's bank accounts on which anything was ever booked; reads every line."""
    return {number for (number,) in rows(
        "SELECT DISTINCT bank_account_id FROM ledger_gl_line WHERE bank_account_id IS NOT NULL"
    )}  # fmt: skip


def vouchers_of(source_id: str) -> tuple[VoucherHead, ...]:
    """Every voucher of one business, oldest first; for businesses that have a few."""
    return tuple(VoucherHead(*each) for each in rows(_OF_SOURCE, [source_id]))


def voucher_of(kind: str, *, source_type: str, source_id: str, seq: int = 0) -> int | None:
    """The number of the one voucher of this kind for this business, or None."""
    found = rows(
        "SELECT id FROM ledger_voucher"
        " WHERE source_id = %s AND source_type = %s AND kind = %s AND seq = %s",
        [source_id, source_type, kind, seq],
    )
    return int(found[0][0]) if found else None


def allocated(source_type: str, source_ids: Collection[str]) -> dict[str, dict[int, int]]:
    """What businesses of a type gave each account out of suspense, by source id; fen.

    What an account could not take, and so waits for its employer, counts as given to it; what was
    given and taken back is nothing.
    """
    found = rows(
        "SELECT h.source_id, l.account_id, sum(l.amount)::bigint"
        " FROM ledger_voucher h JOIN ("
        "  SELECT voucher_id, accounting_date, account_id, amount FROM ledger_member_line"
        "  UNION ALL SELECT voucher_id, accounting_date, account_id, amount"
        "  FROM ledger_suspense_line WHERE account_id IS NOT NULL) l"
        "  ON l.voucher_id = h.id AND l.accounting_date = h.accounting_date"
        " WHERE h.source_type = %s AND h.source_id = ANY(%s)"
        " GROUP BY h.source_id, l.account_id",
        [source_type, list(source_ids)],
    )
    given: dict[str, dict[int, int]] = {}
    for source_id, account_id, fen in found:
        if fen:
            given.setdefault(source_id, {})[account_id] = fen
    return given


def allocating(source_type: str, *, subject: str) -> set[str]:
    """The source ids of a type whose vouchers ever took money from a suspense subject."""
    return {source_id for (source_id,) in rows(
        "SELECT DISTINCT h.source_id FROM ledger_voucher h JOIN ledger_gl_line g"
        " ON g.voucher_id = h.id AND g.accounting_date = h.accounting_date"
        " WHERE h.source_type = %s AND g.subject = %s AND g.amount > 0",
        [source_type, subject],
    )}  # fmt: skip


def businesses(kind: str, *, source_type: str) -> set[str]:
    """The source ids of every voucher of a kind."""
    return {source_id for (source_id,) in rows(
        "SELECT DISTINCT source_id FROM ledger_voucher WHERE source_type = %s AND kind = %s",
        [source_type, kind],
    )}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """What came to or went from money that waits; fen, above zero what came."""

    on: date
    voucher_id: int
    kind: str
    source_type: str
    source_id: str
    amount: int
    balance_after: int


def waiting_lines(
    subject: str, *, source_type: str, source_id: str, limit: int
) -> tuple[WaitingLine, ...]:
    """The latest movements of one source's money on a suspense subject, newest first."""
    found = rows(
        "SELECT l.accounting_date, l.voucher_id, h.kind, h.source_type, h.source_id, l.amount,"
        " l.balance_after"
        " FROM ledger_suspense s JOIN ledger_suspense_line l ON l.suspense_id = s.id"
        " JOIN ledger_voucher h ON h.id = l.voucher_id"
        " WHERE s.subject = %s AND s.source_type = %s AND s.source_id = %s"
        " ORDER BY l.accounting_date DESC, l.voucher_id DESC, l.line_no DESC LIMIT %s",
        [subject, source_type, source_id, limit],
    )
    return tuple(WaitingLine(*each) for each in found)
