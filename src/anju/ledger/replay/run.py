"""The replay as a whole, and how it reads: server-side, a few thousand rows at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from anju.ledger.replay.accounts import AccountsSeen, replay_accounts
from anju.ledger.replay.deviations import Deviation, Row, Stream, Terms, differs
from anju.ledger.replay.subledgers import replay_loans, replay_suspense
from anju.ledger.replay.vouchers import VouchersSeen, replay_vouchers

AT_ONCE = 5_000
_TODAY = "SELECT max(day) FROM ledger_business_day WHERE segment = 'day'"


@dataclass(slots=True)
class Replayed:
    """What a replay has read and derived so far."""

    accounts: AccountsSeen = field(default_factory=AccountsSeen)
    vouchers: VouchersSeen = field(default_factory=VouchersSeen)

    def says(self) -> str:
        """The figures in one line."""
        a, v = self.accounts, self.vouchers
        return (
            f"replayed {v.vouchers} vouchers, {v.lines} lines, {a.accounts} accounts,"
            f" {a.years} settled years, {v.leaves} leaves of {v.days} days"
        )


def replay(
    stream: Stream, *, terms: Terms | None = None, seen: Replayed | None = None
) -> Iterator[Deviation]:
    """Every deviation of the stored books from those derived from their lines.

    `terms` says the rate and day base of a day; without it stored rates are taken as they are.
    Reads everything once and keeps one account, one voucher and one day's leaves at a time.
    """
    seen = Replayed() if seen is None else seen
    [(today,)] = stream(_TODAY, None)
    if today is None:
        return
    totals: dict[str, int] = defaultdict(int)
    yield from replay_accounts(stream, today=today, terms=terms, seen=seen.accounts)
    yield from replay_loans(stream, totals)
    yield from replay_suspense(stream, totals)
    yield from replay_vouchers(stream, seen.vouchers)
    yield from _control_totals(seen, totals)


def _control_totals(seen: Replayed, totals: dict[str, int]) -> Iterator[Deviation]:
    """The general ledger against the sub-ledgers, each derived from its own lines."""
    books = seen.vouchers
    yield from differs("control total", "subject 201", -books.balance("201"), seen.accounts.balance)
    accounts = seen.accounts.balances
    for employer in sorted(books.members.keys() | accounts.keys(), key=str):
        general = books.members.get(employer, 0)
        derived = accounts.get(employer, 0)
        yield from differs("employer", f"employer {employer}", general, derived)
    loans = totals.pop("loans", 0)
    yield from differs("control total", "121 and 122", books.balance("121", "122"), loans)
    for subject in sorted(totals):
        general = -books.balance(subject)
        yield from differs("control total", f"subject {subject}", general, totals[subject])
    whole = books.balance("")
    yield from differs("trial balance", "all subjects", whole, 0)


@contextmanager
def streaming() -> Iterator[Stream]:
    """One snapshot of this centre's books, read through server-side cursors.

    Inside somebody's transaction it reads what that transaction sees.
    """
    if connection.in_atomic_block:
        yield rows_of
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield rows_of


def rows_of(sql: str, params: Sequence[Any] | None) -> Iterator[Row]:
    """The rows of one statement, a few thousand at a time, inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while found := cursor.fetchmany(AT_ONCE):
            yield from found
