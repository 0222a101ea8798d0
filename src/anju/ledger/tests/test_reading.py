"""What the halls read: movements, years, the balance path, the trial balance."""

from datetime import date, timedelta
from pkgutil import iter_modules
from types import ModuleType

import pytest

from anju import ledger
from anju.ledger.tests.books import DAY, account, number, post, remittance, withdrawal

pytestmark = pytest.mark.usefixtures("open_books")


def test_movements_page_backwards_without_gaps_or_repeats():
    member = account()
    for i in range(7):
        post(remittance(member, 100 + i))
        if i % 3 == 2:
            ledger.flip_day(ledger.business_date() + timedelta(days=1))
    seen, before = [], None
    while page := ledger.movements(member, year=2026, before=before, limit=3):
        seen += page
        before = page[-1].cursor
    assert [line.amount for line in seen] == [106, 105, 104, 103, 102, 101, 100]
    assert seen[0].balance_after == ledger.account(member).balance


def test_movements_are_of_their_year():
    member = account(balance=10)
    ledger.flip_day(date(2027, 1, 4))
    post(withdrawal(member, 4))
    assert ledger.years_with_movements(member) == (2027, 2026)
    assert [line.amount for line in ledger.movements(member, year=2027)] == [-4]
    assert [line.kind for line in ledger.movements(member, year=2026)] == ["remittance"]


def test_segments_are_the_balance_by_value_date():
    member = account()
    since = date(2026, 7, 1)
    post(remittance(member, 1_000, value_date=since))
    post(remittance(member, 500, value_date=date(2026, 9, 1)))
    post(withdrawal(member, 200, value_date=date(2026, 10, 1)))
    path = ledger.segments(member, since=since, until=DAY)
    assert [(piece.since, piece.balance_fen) for piece in path] == [
        (since, 1_000),
        (date(2026, 9, 1), 1_500),
        (date(2026, 10, 1), 1_300),
    ]
    row = ledger.account(member)
    assert sum(piece.product for piece in path) == row.balance * (DAY - since).days - row.v


def test_the_trial_balance_balances():
    member = account(balance=100)
    post(withdrawal(member, 40))
    rows = {each.subject: each for each in ledger.trial_balance(DAY)}
    assert sum(each.debit - each.credit for each in rows.values()) == 0
    assert (rows["201"].balance, rows["101"].balance) == (60, 60)
    assert list(ledger.trial_balance(DAY - timedelta(days=1))) == []


def test_a_persons_account_is_the_live_one_or_the_last():
    person = 7_000_000 + number()
    assert ledger.account_of_person(person) is None
    first = account(person=person)
    hold = ledger.place_hold(first, case_id=number(), purpose=ledger.CLOSING, amount=0)
    ledger.order_hold(hold, order_no=f"O{number()}", principal=0, interest=0, interest_until=DAY)
    ledger.settle_closing(hold, [], key=f"s{number()}")
    assert ledger.account_of_person(person).id == first
    second = account(person=person)
    assert ledger.account_of_person(person).id == second


def test_a_person_has_one_live_account():
    person = 7_000_000 + number()
    account(person=person)
    with pytest.raises(ledger.LedgerRefusal, match="account_exists"):
        account(person=person)


def test_opening_twice_with_one_key_is_one_account(transactional_savepoint):
    person = 7_000_000 + number()
    opening = {"employer_id": 7, "on": date(2020, 1, 2), "key": "open"}
    first = ledger.open_account(person, **opening)
    assert ledger.open_account(person, **opening) == first
    with pytest.raises(ledger.LedgerRefusal, match="key_reused"), transactional_savepoint():
        ledger.open_account(person + 1, **opening)
    with pytest.raises(ledger.LedgerRefusal, match="value_date"):
        ledger.open_account(person + 2, employer_id=7, on=date(2027, 1, 1), key="future")


def test_seal_and_unseal():
    member = account(balance=5)
    assert ledger.seal(member)
    assert not ledger.seal(member)
    assert ledger.account(member).available == 5
    assert ledger.unseal(member)
    assert ledger.account(member).state == "open"


def test_the_books_open_once(transactional_savepoint):
    assert ledger.open_day(DAY) == DAY
    with pytest.raises(ledger.LedgerRefusal, match="day_sealed"), transactional_savepoint():
        ledger.open_day(DAY + timedelta(days=1))
    with pytest.raises(ledger.LedgerRefusal, match="day_sealed"), transactional_savepoint():
        ledger.flip_day(DAY - timedelta(days=1))
    assert ledger.flip_day(DAY + timedelta(days=1)) == ledger.business_date()
    assert ledger.flip_day(DAY + timedelta(days=1)) == ledger.business_date()


def test_no_public_name_is_hidden_by_a_module():
    found = {name: getattr(ledger, name) for name in ledger.__all__}
    assert [name for name, value in found.items() if isinstance(value, ModuleType)] == []
    modules = {each.name for each in iter_modules(ledger.__path__)}
    assert modules & set(ledger.__all__) == set(), "once imported, the module would take its place"
