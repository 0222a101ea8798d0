"""Loans and suspense: each balance derived from its lines, in the order of their vouchers."""

from collections import defaultdict
from collections.abc import Generator, Iterator

from anju.ledger.replay.deviations import Deviation, Row, Stream, differs, together

_LOANS = "SELECT id, balance, contract_no FROM ledger_loan ORDER BY id"
_LOAN_LINES = """
    SELECT loan_id, voucher_id, line_no, amount, balance_after FROM ledger_loan_line
    ORDER BY loan_id, voucher_id, line_no
"""
_SUSPENSE = """
    SELECT id, balance, subject || ' of ' || source_type || ' ' || source_id, subject
    FROM ledger_suspense ORDER BY id
"""
_SUSPENSE_LINES = """
    SELECT suspense_id, voucher_id, line_no, amount, balance_after FROM ledger_suspense_line
    ORDER BY suspense_id, voucher_id, line_no
"""


def replay_loans(stream: Stream, totals: dict[str, int]) -> Iterator[Deviation]:
    """Every deviation of a loan; adds the derived principal, in fen, to `totals["loans"]`."""
    for (loan,), (stored, lines) in together(
        stream(_LOANS, None), stream(_LOAN_LINES, None), key=1
    ):
        balance = yield from _running(f"loan {loan}", lines)
        yield from differs("loan", f"loan {loan}", stored[0][1] if stored else None, balance)
        totals["loans"] += balance


def replay_suspense(stream: Stream, totals: dict[str, int]) -> Iterator[Deviation]:
    """Every deviation of a suspense account; adds what was derived to `totals` by subject."""
    found: dict[str, int] = defaultdict(int)
    for (number,), (stored, lines) in together(
        stream(_SUSPENSE, None), stream(_SUSPENSE_LINES, None), key=1
    ):
        name = f"suspense {stored[0][2]}" if stored else f"suspense {number}"
        balance = yield from _running(name, lines)
        yield from differs("suspense", name, stored[0][1] if stored else None, balance)
        if stored:
            found[stored[0][3]] += balance
    totals.update(found)


def _running(name: str, lines: list[Row]) -> Generator[Deviation, None, int]:
    balance: int = 0
    for _, voucher_id, _, amount, after in lines:
        balance += amount
        yield from differs("balance after", f"{name}, voucher {voucher_id}", after, balance)
    return balance
