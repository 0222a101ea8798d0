"""Freezes beside the books: what `anju verify` says of them, by reading and nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta

from anju import ledger
from anju.business.contributions.models import Freeze
from anju.ledger.verify import Break, guards_gone

TRIGGERS = [f"contributions_freeze.{name}" for name in ("moves", "no_truncate")]
CONSTRAINTS = ["freeze_of_one_paper", "freeze_of_something", "freeze_in_one_state"]
_Mark = tuple[int, str, str, int | None, date | None]


def breaks() -> Iterator[Break]:
    """Live freezes that the ledger does not know as they are, freezes of the ledger without a
    paper at the branch, and guards that are gone."""
    papers: dict[int, _Mark] = {
        each.book_id: (
            each.account_id, each.authority, each.doc_no, each.amount,
            each.until + timedelta(days=1) if each.until is not None else None,
        )
        for each in Freeze.objects.filter(state=Freeze.State.LIVE)
    }  # fmt: skip
    marks: dict[int, _Mark] = {
        each.id: (each.account_id, each.authority, each.doc_no, each.amount, each.until_day)
        for each in ledger.live_freezes()
    }
    for book_id in sorted(papers.keys() | marks.keys()):
        says, has = papers.get(book_id), marks.get(book_id)
        if says != has:
            account = (says or has or (0,))[0]
            what = f"account {account}, freeze {book_id}"
            yield Break("freeze", what, f"the paper says {says}, the books {has}")
    yield from guards_gone(triggers=TRIGGERS, constraints=CONSTRAINTS)
