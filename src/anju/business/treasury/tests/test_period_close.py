"""A month closes once its days are sealed: by two people, its gains to 311, a year's to 32104."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from anju import ledger
from anju.business.treasury import period_close, statements
from anju.business.treasury.models import PeriodClose
from anju.business.treasury.tests.test_day_end import seal_by_hand, staff
from anju.business.treasury.two_people import Refused
from anju.cases.records import NotYours
from anju.domain.calendar import SHANGHAI
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger import books, sources
from anju.ledger.verify import verify
from anju.parties.facts import staff_ref

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 30), date(2026, 11, 30), date(2026, 12, 31)


def at(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def earn(income, expense):
    """Interest income and a fee on the open day."""
    on = ledger.business_date()
    lines = [GlLine("101", income - expense, bank_account_id=10101), GlLine("40101", -income)]
    lines += [GlLine("41102", expense)] if expense else []
    voucher = Voucher(
        "test", source_type="test", source_id=str(on), occurred_at=at(on), gl=tuple(lines)
    )
    ledger.post([voucher], key=str(on), scope="test")


@pytest.fixture
def people():
    ledger.open_day(OCTOBER)
    return {
        "one": staff("accountant.one", "accountant"),
        "two": staff("accountant.two", "accountant"),
        "admin": staff("the.admin", "admin"),
        "teller": staff("teller.one", "teller"),
    }


def end(*days):
    """The open day ends and the next one comes; what has ended is sealed."""
    for day in days:
        ledger.flip_day(day)
    for day in [row.day for row in ledger.days_to_seal()]:
        seal_by_hand(day)


def balance(code):
    on = ledger.business_date()
    return books.subject_balance(code, since=on, until=on).closing


def close(people, period):
    when = at(ledger.business_date())
    assert period_close.propose(period, staff_id=people["one"], at=when) is None
    assert period_close.close(period, staff_id=people["admin"], at=when) is None


def test_a_month_is_closed_by_two(people):
    earn(1000, 300)
    assert period_close.pending(people["one"]) is None, "its days are not sealed"
    end(NOVEMBER)
    found = period_close.pending(people["one"])
    assert (found.period, found.income_fen, found.expense_fen) == (202610, 1000, 300)
    assert isinstance(
        period_close.propose(202610, staff_id=people["admin"], at=at(NOVEMBER)), Refused
    )
    assert isinstance(period_close.close(202610, staff_id=people["two"], at=at(NOVEMBER)), Refused)
    period_close.propose(202610, staff_id=people["one"], at=at(NOVEMBER))
    assert period_close.pending(people["two"]).maker == "演示·accountant.one"
    assert period_close.pending(people["one"]).is_mine
    assert not period_close.pending(people["two"]).is_mine
    assert isinstance(period_close.close(202610, staff_id=people["one"], at=at(NOVEMBER)), Refused)
    assert period_close.close(202610, staff_id=people["two"], at=at(NOVEMBER)) is None
    assert (balance("401"), balance("411"), balance("311")) == (0, 0, 700)
    [head] = sources.vouchers_of("202610")
    assert (head.maker, head.checker) == (staff_ref(people["one"]), staff_ref(people["two"]))
    assert isinstance(period_close.close(202610, staff_id=people["two"], at=at(NOVEMBER)), Refused)
    assert period_close.pending(people["one"]) is None
    assert verify() == []


def test_months_close_in_order_and_late_closing_changes_no_amount(people):
    earn(1000, 300)
    end(NOVEMBER)
    earn(50, 80)
    end(date(2026, 12, 1))
    earn(7, 0)
    close(people, 202610)
    found = period_close.pending(people["one"])
    assert (found.period, found.income_fen, found.expense_fen) == (202611, 50, 80)
    close(people, 202611)
    assert (balance("401"), balance("411"), balance("311")) == (7, 0, 670)


def test_a_year_goes_to_what_is_to_be_distributed(people):
    earn(1000, 300)
    end(NOVEMBER, DECEMBER)
    earn(40, 0)
    end(date(2027, 1, 4))
    earn(9, 2)
    for period in (202610, 202611, 202612):
        close(people, period)
    assert (balance("311"), balance("32104")) == (0, 740)
    assert (balance("401"), balance("411")) == (9, 2)
    assert verify() == []


def distribution(people, until):
    """The two columns of 增值收益分配表, by line."""
    told = statements.statement(
        people["one"], statements.Kind.DISTRIBUTION, since=until.replace(day=1), until=until
    )
    return {line.label: line.amounts for part in told.parts for line in part.rows}


def test_a_years_gains_are_told_in_the_year_that_earned_them(people):
    earn(1000, 300)
    end(NOVEMBER, DECEMBER, date(2027, 1, 4))
    earn(9, 2)
    came, left = "本年转入增值收益", "年末待分配增值收益"
    assert distribution(people, DECEMBER)[came] == (0, 0), "not closed yet"
    for period in (202610, 202611, 202612):
        close(people, period)
    of_2026, of_2027 = distribution(people, DECEMBER), distribution(people, date(2027, 1, 4))
    assert (of_2026[came], of_2026[left]) == ((0, 700), (0, 700))
    assert (of_2027[came], of_2027[left]) == ((700, 0), (700, 700))
    assert of_2027["年初待分配增值收益"] == (0, 700)


def test_a_city_may_carry_once_a_year(people, city, monkeypatch):
    by_year = SimpleNamespace(on=lambda _day: SimpleNamespace(value="year"))
    params = SimpleNamespace(gains_carry=by_year)
    monkeypatch.setattr(period_close.policy, "current", lambda: SimpleNamespace(params=params))
    earn(1000, 300)
    end(NOVEMBER, DECEMBER)
    earn(40, 0)
    close(people, 202610)
    assert (balance("401"), balance("311")) == (1040, 0)
    end(date(2027, 1, 4))
    close(people, 202611)
    close(people, 202612)
    assert (balance("401"), balance("411"), balance("311"), balance("32104")) == (0, 0, 0, 740)
    assert verify() == []


def test_a_month_without_income_needs_no_voucher(people):
    end(NOVEMBER)
    close(people, 202610)
    assert balance("311") == 0
    assert PeriodClose.objects.get(period=202610).closed_at


def test_a_closed_month_stays_closed(people):
    end(NOVEMBER)
    close(people, 202610)
    row = PeriodClose.objects.get(period=202610)
    row.closed_at += timedelta(days=1)
    with pytest.raises(Exception, match="period_is_closed"):
        row.save()


def test_it_is_nobody_elses_work(people):
    for act in (
        lambda: period_close.pending(people["teller"]),
        lambda: period_close.propose(202610, staff_id=people["teller"], at=at(NOVEMBER)),
        lambda: period_close.close(202610, staff_id=people["teller"], at=at(NOVEMBER)),
    ):
        with pytest.raises(NotYours):
            act()
