"""Day after day beside the bank's statement: kept once, matched, and every break listed once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from anju import ledger, ports
from anju.business.treasury import orders
from anju.business.treasury.models import BankLine, BooksLine, Break, ReconciledDay
from anju.business.treasury.reconciliation import NotYet, reconcile
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.vouchers import GlLine, Voucher
from anju.ports.bank import BankUnreachable
from anju.ports.bank_accounts import AccountBalance, StatementLine, StatementPage

DAY = cast.AT.date()
PAY = cast.BALANCE + cast.INTEREST
OPENING = 900_000_000
PAYER, COLLECTS = "14050100000000000001", "14050200000000000002"
GAINS = "14050100000000000003"


def _opening(account: str) -> int:
    return OPENING if account == PAYER else 0


@dataclass
class Bank:
    """A bank that tells its lines two at a time, in the order it booked them.

    Each account has lines and a balance of its own; what names no number is on the paying one.
    """

    moved: list[StatementLine] = field(default_factory=list)
    away: bool | str = False
    today: date = DAY
    count: int = 0

    def moves(self, amount: int, on: date, mark: str = "", **more: object) -> StatementLine:
        self.count += 1
        line = StatementLine(
            account="",
            serial=f"{self.count:012d}",
            amount_fen=amount,
            balance_fen=0,
            booked_on=on,
            occurred_at=datetime.combine(on, cast.AT.timetz()),
            counter_account="",
            counter_name="",
            remark=mark,
            summary="",
            reversal=False,
        )
        self.moved.append(replace(line, **more))
        return self.moved[-1]

    def _of(self, account: str) -> list[StatementLine]:
        return [line for line in self.moved if (line.account or PAYER) == account]

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        if self.away is True or self.away == account:
            raise BankUnreachable("away")
        told, balance = [], _opening(account)
        for line in sorted(self._of(account), key=lambda line: line.booked_on):
            balance += line.amount_fen
            told.append(replace(line, account=account, balance_fen=balance))
        asked = [line for line in told if since <= line.booked_on <= until]
        first = int(after or 0)
        more = str(first + 2) if len(asked) > first + 2 else ""
        return StatementPage(lines=tuple(asked[first : first + 2]), more=more)

    def balance(self, account: str) -> AccountBalance:
        if self.away is True or self.away == account:
            raise BankUnreachable("away")
        # No bank has booked further ahead than its next day.
        known = [one for one in self._of(account) if one.booked_on <= self.today + timedelta(1)]
        total = _opening(account) + sum(line.amount_fen for line in known)
        return AccountBalance(
            account=account, balance_fen=total, available_fen=total, open=True, at=cast.AT
        )


@dataclass
class Books:
    """Our side: orders that are written, and lines on 101."""

    bank: Bank
    member: cast.Member
    day: date = DAY
    count: int = 0

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, cast.AT.timetz())

    def order(self) -> str:
        number = orders.next_order_no(self.at)
        orders.write_order(
            number,
            case_reference="",
            person_id=self.member.person_id,
            principal_fen=cast.BALANCE,
            interest_fen=cast.INTEREST,
            value_date=self.day,
            summary="演示",
            at=self.at,
        )
        return number

    def book(self, amount: int, order_no: str = "", at: int = 10101) -> None:
        self.count += 1
        voucher = Voucher(
            "test_bank",
            source_type="order" if order_no else "note",
            source_id=order_no or f"N{self.count}",
            seq=self.count,
            gl=(GlLine(str(at)[:3], amount, bank_account_id=at), GlLine("40105", -amount)),
            occurred_at=self.at,
        )
        ledger.post([voucher], key=f"line-{self.count}", scope="test")

    def both(self, amount: int = -PAY, order_no: str = "", apart: int = 0) -> None:
        self.book(amount, order_no)
        self.bank.moves(amount, self.day + timedelta(days=apart), order_no)

    def next_day(self) -> None:
        self.day += timedelta(days=1)
        self.bank.today = self.day
        cast.turn_to(self.at)

    def reconciled(self, on: date):
        return reconcile(on, at=self.at)


@pytest.fixture
def books(db, city):
    city("yuncheng")
    cast.open_books()
    member = cast.member()
    cast.turn_to()
    bank = Bank()
    with ports.offering("bank", bank):
        yield Books(bank, member)


def found() -> Counter[str]:
    return Counter(Break.objects.values_list("kind", flat=True))


def run(books: Books, days: int) -> None:
    """Close and reconcile day after day."""
    for _ in range(days):
        books.next_day()
        books.reconciled(books.day - timedelta(days=1))


def test_days_that_fit_have_no_break_and_their_sheets_agree(books):
    base = None
    for apart in (0, 1, 0, 1, 0):
        books.both(order_no=books.order(), apart=apart)
        books.both(50_000)
        books.both(70_000, apart=apart)
        books.next_day()
        sheet = books.reconciled(books.day - timedelta(days=1)).sheet
        base = sheet.difference_fen if base is None else base
        assert sheet.difference_fen == base
    run(books, 2)
    assert found() == Counter()
    assert set(BooksLine.objects.values_list("state", flat=True)) == {"matched"}
    assert BankLine.objects.exclude(state="matched").count() == 0
    assert BooksLine.objects.count() == BankLine.objects.count() == 15


def test_what_is_on_its_way_stands_in_the_sheet_until_it_arrives(books):
    run(books, 1)
    books.both(order_no=books.order(), apart=1)
    books.next_day()
    sheet = books.reconciled(books.day - timedelta(days=1)).sheet
    assert (sheet.ours_out_fen, sheet.theirs_out_fen) == (PAY, 0)
    run(books, 1)
    assert sheet.difference_fen == _difference()
    assert ReconciledDay.objects.latest("on").ours_out_fen == 0
    assert found() == Counter()


def _difference() -> int:
    from anju.business.treasury.reconciliation import sheet_of

    return sheet_of(ReconciledDay.objects.latest("on")).difference_fen


PLANTED = {
    "ours_only": lambda b: b.book(-PAY, b.order()),
    "theirs_only": lambda b: b.bank.moves(-PAY, b.day, b.order()),
    "never_ordered": lambda b: b.bank.moves(-PAY, b.day, "BANK0000000001"),
    "amount_differs": lambda b: _amount(b),
    "day_differs": lambda b: _late(b),
    "doubled_theirs": lambda b: _twice(b),
    "doubled_ours": lambda b: _booked_twice(b),
    "return_not_booked": lambda b: _return(b, theirs=True),
    "return_not_theirs": lambda b: _return(b, theirs=False),
    "reversed": lambda b: _reversal(b),
    "vanished": lambda b: _vanish(b),
    "told_otherwise": lambda b: _change(b),
    "balance_differs": lambda b: _change_of_old(b),
}


def _amount(books):
    number = books.order()
    books.book(-PAY, number)
    books.bank.moves(-PAY + 1, books.day, number)


def _late(books):
    number = books.order()
    books.book(-PAY, number)
    books.bank.moves(-PAY, books.day + timedelta(days=3), number)


def _twice(books):
    number = books.order()
    books.both(order_no=number)
    books.bank.moves(-PAY, books.day + timedelta(days=1), number)


def _booked_twice(books):
    number = books.order()
    books.both(order_no=number)
    books.book(-PAY, number)


def _return(books, *, theirs):
    number = books.order()
    books.both(order_no=number)
    if theirs:
        books.bank.moves(PAY, books.day, number)
    else:
        books.book(PAY, number)


def _reversal(books):
    number = books.order()
    books.both(order_no=number)
    books.bank.moves(PAY, books.day, number, reversal=True)


def _after_a_day(books, change):
    books.both(order_no=books.order())
    books.next_day()
    books.reconciled(books.day - timedelta(days=1))
    change(books.bank.moved)


def _vanish(books):
    _after_a_day(books, lambda moved: moved.pop())


def _change(books):
    _after_a_day(
        books,
        lambda moved: moved.append(replace(moved.pop(), amount_fen=-PAY + 5)),
    )


def _change_of_old(books):
    """The bank takes away a line so old that nobody asks for it again."""
    _after_a_day(books, lambda moved: run(books, 2) or moved.pop())


ALSO = {
    # What comes days late is first missing, then found apart.
    "day_differs": ["ours_only"],
    # What a line was told and is no more, the balance is too.
    "vanished": ["balance_differs"],
    "told_otherwise": ["balance_differs"],
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_break_is_listed_once_under_its_name_and_nothing_else_is(books, kind):
    books.both(50_000)
    run(books, 1)
    books.both(60_000)
    PLANTED[kind](books)
    books.both(70_000)
    for _ in range(5):
        run(books, 1)
        books.both(80_000)
    assert found() == Counter([kind, *ALSO.get(kind, [])])


def test_a_break_ends_when_its_other_half_comes_after_all(books):
    _late(books)
    run(books, 2)
    assert Break.objects.get().closed_at is None
    run(books, 3)
    assert Break.objects.get(kind="ours_only").closed_at is not None
    assert Break.objects.get(kind="day_differs").closed_at is None


def test_a_statement_that_skips_is_seen(books):
    books.both(50_000)
    books.both(60_000)
    books.both(70_000)
    whole = books.bank.statement
    books.bank.statement = lambda *args, **asked: _without_middle(whole(*args, **asked))
    run(books, 2)
    assert found() == Counter(["statement_gap", "ours_only"])


def _without_middle(page: StatementPage) -> StatementPage:
    return replace(page, lines=tuple(one for one in page.lines if one.amount_fen != 60_000))


def test_a_day_is_done_once_in_turn_and_only_when_it_is_over(books):
    books.both(50_000)
    with pytest.raises(NotYet, match="日终"):
        books.reconciled(DAY)
    books.next_day()
    first = books.reconciled(DAY)
    again = books.reconciled(DAY)
    assert (again.sheet, again.matched) == (first.sheet, 0)
    books.next_day()
    books.next_day()
    with pytest.raises(NotYet, match="须先对"):
        books.reconciled(DAY + timedelta(days=2))
    with pytest.raises(NotYet):
        books.reconciled(DAY - timedelta(days=1))
    assert ReconciledDay.objects.count() == 1


def test_a_bank_that_is_away_leaves_nothing_half_done(books):
    books.both(50_000)
    books.next_day()
    books.bank.away = True
    with pytest.raises(BankUnreachable):
        books.reconciled(DAY)
    assert BankLine.objects.count() + BooksLine.objects.count() == 0
    books.bank.away = False
    assert books.reconciled(DAY).matched == 1
