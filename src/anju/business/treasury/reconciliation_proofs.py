"""Reconciled days beside the books: what `anju verify` says of them, by reading alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import F, Max, Min, Q, Sum

from anju.business.treasury.bank_accounts import known
from anju.business.treasury.models import BankLine, BooksLine, DayEndStep, LineState, ReconciledDay
from anju.ledger.details import bank_balances
from anju.ledger.verify import Break

_RECONCILED = "reconciled"
_DAY = timedelta(days=1)


def breaks() -> Iterator[Break]:
    """Days and accounts left out, sheets that are not the books', pairs that are none.

    Each sheet follows from the one before by the lines of its day, and the last from the books: so
    every one of them is the books'.
    """
    sheets: dict[str, list[ReconciledDay]] = defaultdict(list)
    for row in ReconciledDay.objects.order_by("on"):
        sheets[row.account].append(row)
    booked = BooksLine.objects.values_list("account", "accounting_date").annotate(Sum("amount_fen"))
    lines = {(account, on): fen for account, on, fen in booked}
    for account, days in sheets.items():
        yield from _series(account, days, lines)
    for account, on in lines.keys() - {(a, row.on) for a, days in sheets.items() for row in days}:
        yield Break("reconciled day", f"{account} {on}", "has lines and no sheet")
    yield from _ends()
    yield from _left_out()
    yield from _pairs()


def _series(
    account: str, days: list[ReconciledDay], lines: dict[tuple[str, date], int]
) -> Iterator[Break]:
    for before, row in pairwise(days):
        what = f"{account} {row.on}"
        # An account that was at rest begins again with what comes first.
        if row.on != before.on + _DAY and (before.books_fen or before.bank_fen):
            yield Break("reconciled day", what, f"follows {before.on}")
        moved = lines.get((account, row.on), 0)
        if row.books_fen - before.books_fen != moved:
            detail = f"moves by {row.books_fen - before.books_fen}, its lines by {moved}"
            yield Break("reconciled day", what, detail)


def _ends() -> Iterator[Break]:
    """The last sheet of each account is what the books say."""
    numbers = {each.number: each.ledger_id for each in known().values()}
    newest = ReconciledDay.objects.values_list("account").annotate(Max("on"))
    for account, on in newest:
        row = ReconciledDay.objects.get(account=account, on=on)
        held = bank_balances(since=on, until=on).get(numbers.get(account, 0))
        stands = 0 if held is None else held.closing
        if row.books_fen != stands:
            detail = f"says {row.books_fen}, the books {stands}"
            yield Break("reconciled day", f"{account} {on}", detail)


def _left_out() -> Iterator[Break]:
    """On the last day whose reconciliation is done, every account with money or lines has a sheet.

    What moved before the first comparison and is at zero since need not.
    """
    first = ReconciledDay.objects.aggregate(first=Min("on"))["first"]
    done = DayEndStep.objects.filter(step=_RECONCILED, finished__isnull=False)
    last = done.aggregate(last=Max("day"))["last"]
    if first is None or last is None or last < first:
        return
    compared = set(ReconciledDay.objects.filter(on=last).values_list("account", flat=True))
    accounts = known()
    for number, held in bank_balances(since=first, until=last).items():
        account = accounts.get(number)
        used = held.closing or (account is not None and account.use and (held.debit or held.credit))
        if used and (account is None or account.number not in compared):
            yield Break("bank account", str(number), f"has no reconciled day {last}")


def _pairs() -> Iterator[Break]:
    matched = BooksLine.objects.filter(state=LineState.MATCHED)
    false = matched.exclude(bank_line__amount_fen=F("amount_fen"), bank_line__account=F("account"))
    for key in false.values_list("voucher_id", "line_no"):
        yield Break(
            "books line", "{}-{}".format(*key), "is matched with a line that is not its own"
        )
    alone = BankLine.objects.filter(Q(books_line__isnull=True), state=LineState.MATCHED)
    for account, serial in alone.values_list("account", "serial"):
        yield Break("bank line", f"{account} {serial}", "is matched with no line of ours")
