"""Every bank account beside its own statement; one that is not used is no noise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from anju.business.treasury import bank_accounts, reconciliation_facts, reconciliation_proofs
from anju.business.treasury.every_account import NoStatement, catch_up
from anju.business.treasury.models import (
    BankAccount,
    BankLine,
    BooksLine,
    Break,
    DayEndStep,
    ReconciledDay,
)
from anju.business.treasury.reconciliation import NotYet
from anju.business.treasury.tests.test_reconciliation import (
    COLLECTS,
    DAY,
    GAINS,
    PAYER,
    books,  # noqa: F401
)
from anju.business.withdrawals.retirement.tests import cast

SECOND, THIRD = 10102, 10201


def came(books, amount: int = 70_000, *, theirs: bool = True, ours: bool = True) -> None:  # noqa: F811
    """Money comes to the account that collects."""
    if ours:
        books.book(amount, at=SECOND)
    if theirs:
        books.bank.moves(amount, books.day, account=COLLECTS)


def ended(books, days: int = 1):  # noqa: F811
    """Days end and are reconciled; what the last one says."""
    for _ in range(days):
        books.next_day()
        done = catch_up(books.day - timedelta(days=1), at=books.at)
    return {each.account: each.sheet for each in done}


def test_an_account_begins_with_its_first_line_and_goes_on_every_day(books):  # noqa: F811
    assert set(ended(books, 2)) == {PAYER}
    came(books)
    books.both(50_000)
    sheets = ended(books)
    assert set(sheets) == {PAYER, COLLECTS}
    assert (sheets[COLLECTS].books_fen, sheets[COLLECTS].bank_fen) == (70_000, 70_000)
    assert sheets[COLLECTS].difference_fen == 0
    assert set(ended(books, 2)) == {PAYER, COLLECTS}
    assert not Break.objects.exists()
    days = ReconciledDay.objects.filter(account=COLLECTS).order_by("on")
    assert [row.on for row in days] == [DAY + timedelta(days=number) for number in (2, 3, 4)]
    assert not ReconciledDay.objects.filter(account=GAINS).exists()


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_what_one_side_alone_has_begins_it_too_and_is_a_break_of_that_account(books, side):  # noqa: F811
    ended(books)
    came(books, **{{"theirs": "ours", "ours": "theirs"}[side]: False})
    books.both(50_000)
    ended(books, 2)
    (found,) = Break.objects.all()
    assert (found.kind, found.account, found.amount_fen) == (f"{side}_only", COLLECTS, 70_000)


def test_days_without_a_day_end_are_not_lost(books):  # noqa: F811
    """The account is first used on a Saturday whose day end comes on Monday."""
    ended(books)
    books.next_day()
    came(books)
    books.next_day()
    books.next_day()
    catch_up(books.day - timedelta(days=1), at=books.at)
    first = ReconciledDay.objects.filter(account=COLLECTS).earliest("on")
    assert (first.on, first.books_fen, first.bank_fen) == (DAY + timedelta(days=2), 70_000, 70_000)


def test_one_account_without_a_statement_does_not_keep_the_others(books):  # noqa: F811
    came(books)
    ended(books)
    books.bank.away = COLLECTS
    books.next_day()
    on = books.day - timedelta(days=1)
    with pytest.raises(NoStatement, match="0002"):
        catch_up(on, at=books.at)
    done = ReconciledDay.objects.filter(on=on)
    assert [row.account for row in done] == [PAYER]
    books.bank.away = False
    assert {each.account for each in catch_up(on, at=books.at)} == {PAYER, COLLECTS}
    with pytest.raises(NotYet):
        catch_up(books.day, at=books.at)


def test_whoever_comes_second_finds_the_day_done(books):  # noqa: F811
    """Another worker does the day while this one hears the bank."""
    books.both(50_000)
    books.next_day()
    on, told = books.day - timedelta(days=1), books.bank.statement

    def asked_at_once(*args, **asked):
        books.bank.statement = told
        books.reconciled(on)
        return told(*args, **asked)

    books.bank.statement = asked_at_once
    second = books.reconciled(on)
    assert (second.matched, second.sheet.books_fen) == (0, ReconciledDay.objects.get().books_fen)


def test_the_same_break_on_two_accounts_is_two(books):  # noqa: F811
    came(books)
    books.both(50_000)
    ended(books, 2)
    for line in list(books.bank.moved):
        books.bank.moved.remove(line)
    ended(books)
    found = Break.objects.filter(kind="balance_differs")
    assert {row.account for row in found} == {PAYER, COLLECTS}
    assert len({row.order_no for row in found}) == 1


def test_an_account_that_policy_names_no_more_goes_on_until_it_is_empty(books, monkeypatch):  # noqa: F811
    came(books)
    ended(books)
    named = bank_accounts.known()
    gone = {**named, SECOND: replace(named[SECOND], use="")}
    monkeypatch.setattr(bank_accounts, "known", lambda: gone)
    assert COLLECTS in ended(books)
    came(books, -70_000)
    assert COLLECTS in ended(books)
    assert set(ended(books, 2)) == {PAYER}


def test_pages_show_one_account_or_all(books):  # noqa: F811
    came(books, theirs=False)
    ended(books, 2)
    reader = cast.staff("books.reader", role="accountant", branch_code="center").pk
    page = reconciliation_facts.days(reader)
    assert [line.account for line in page.lines] == [PAYER, COLLECTS] * 2
    assert [(each.code, each.compared) for each in page.accounts] == [
        ("10101", True), ("10102", True), ("10201", False)
    ]  # fmt: skip
    alone = reconciliation_facts.days(reader, account="10102", before=DAY + timedelta(days=1))
    assert [(line.account, line.sheet.on) for line in alone.lines] == [(COLLECTS, DAY)]
    assert reconciliation_facts.breaks(reader, state="open", account="10101").rows == ()
    (row,) = reconciliation_facts.breaks(reader, state="open", account="10102").rows
    assert "归集户" in row.account
    assert len(reconciliation_facts.day(reader, COLLECTS, DAY).sheets) == 2
    with pytest.raises(LookupError):
        reconciliation_facts.days(reader, account="10199")


def test_accounts_are_kept_when_they_are_compared(books):  # noqa: F811
    ended(books)
    assert BankAccount.objects.count() == 3


PLANTED = {
    "the first day is gone": lambda: _second().filter(on=DAY + timedelta(1)).delete(),
    "a day between is gone": lambda: _second().filter(on=DAY + timedelta(2)).delete(),
    "a sheet is another": lambda: _second().filter(on=DAY + timedelta(1)).update(books_fen=1),
    "the last sheet is another": lambda: (
        _second().filter(on=DAY + timedelta(2)).update(books_fen=1)
    ),
    "a line is gone": lambda: BooksLine.objects.filter(account=COLLECTS).delete(),
    "a line is another": lambda: BooksLine.objects.filter(account=COLLECTS).update(amount_fen=2),
    "the bank's line is another": lambda: BankLine.objects.filter(account=COLLECTS).update(
        amount_fen=2
    ),
    "a line belongs to another account": lambda: BankLine.objects.update(account=GAINS),
    "a bank line has no pair": lambda: BankLine.objects.filter(books_line=None).update(
        state="matched"
    ),
    "an account is left out": lambda: _second().delete(),
}


def _second():
    return ReconciledDay.objects.filter(account=COLLECTS)


def test_every_planted_change_is_proven_false(books):  # noqa: F811
    """One set of days for all of them: each is planted, seen and taken back."""
    ended(books)
    books.bank.moves(1_000, books.day, account=GAINS)
    came(books)
    books.both(50_000)
    ended(books, 3)
    on = books.day - timedelta(days=1)
    DayEndStep.objects.create(
        day=on, step="reconciled", state="done", since=books.at, finished=books.at
    )
    assert list(reconciliation_proofs.breaks()) == []
    for what, plant in PLANTED.items():
        with transaction.atomic():
            plant()
            assert list(reconciliation_proofs.breaks()), what
            transaction.set_rollback(True)


def test_what_a_payer_wrote_is_not_kept_unless_it_can_be_a_number(books):  # noqa: F811
    for words in ("演示赵六", "RENT", "ZF202611200001"):
        books.bank.moves(500, books.day, words, account=COLLECTS)
    ended(books)
    assert set(BankLine.objects.values_list("mark", flat=True)) == {"", "ZF202611200001"}
