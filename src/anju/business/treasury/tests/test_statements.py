"""The fund's statements add up, on any day, and carrying gains changes none of them but one."""

from datetime import date

import pytest

from anju import ledger
from anju.business.treasury import statements
from anju.business.treasury.statements import Kind, Part, Row, Statement
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import NotYours
from anju.domain.vouchers import GlLine, Voucher

pytestmark = pytest.mark.django_db
AT = cast.AT
TODAY = AT.date()
BANKS = {"101": 10101, "102": 10201}


@pytest.fixture
def accountant(city, clock):
    """Reads the books of a city in which a month of business was done."""
    city("yuncheng")
    ledger.open_day(TODAY)
    cast.member(1)
    book("fee", ("41102", 300), ("102", -300))
    book("bank_interest", ("101", 5_000), ("40101", -5_000))
    book("member_interest", ("41101", 1_200), ("211", -1_200))
    book("loan_interest", ("101", 800), ("40103", -800))
    return cast.staff("yanhu.accountant", role="accountant").pk


def book(what, *lines, kind="manual"):
    """A voucher of the day."""
    voucher = Voucher(
        kind,
        source_type="period" if kind in statements.CARRIED else "manual",
        source_id=what,
        gl=tuple(
            GlLine(subject, amount, bank_account_id=BANKS.get(subject)) for subject, amount in lines
        ),
        occurred_at=AT,
    )
    ledger.post([voucher], key=what, scope="test")


def read(accountant, kind) -> Statement:
    return statements.statement(accountant, kind, since=TODAY.replace(day=1), until=TODAY)


def amounts(page: Statement) -> dict[str, tuple[int, int]]:
    return {row.label: row.amounts for part in page.parts for row in part.rows}


def test_assets_are_liabilities_and_net_assets_on_both_days(accountant):
    page = read(accountant, Kind.BALANCE)
    said = amounts(page)
    assert page.problem == ""
    assert said["资产总计"] == said["负债和净资产总计"]
    assert said["住房公积金"][1] == cast.BALANCE
    assert said["未结转的业务收支"][1] == 5_000 + 800 - 300 - 1_200
    assert said["应付利息"][1] == 1_200


def test_a_detail_is_not_added_up_twice(accountant):
    page = read(accountant, Kind.BALANCE)
    for part in page.parts:
        for row in part.rows:
            if row.level:
                assert not row.is_sum
    assets: Part = page.parts[0]
    total: Row = assets.rows[-1]
    assert total.amounts[1] == sum(row.amounts[1] for row in assets.rows[:-1] if not row.level)


def test_gains_are_income_less_expense(accountant):
    said = amounts(read(accountant, Kind.GAINS))
    assert said["业务收入合计"] == (5_800, 5_800)
    assert said["业务支出合计"] == (1_500, 1_500)
    assert said["增值收益"] == (4_300, 4_300)


def test_what_was_carried_stays_income_of_its_period(accountant):
    before = amounts(read(accountant, Kind.GAINS))
    book(
        "carry",
        *(("40101", 5_000), ("40103", 800), ("41101", -1_200), ("41102", -300), ("311", -4_300)),
        kind=statements.CARRIED[0],
    )
    assert amounts(read(accountant, Kind.GAINS)) == before
    *earlier, this = statements.gains_by_month(accountant, until=TODAY)
    assert (this.month, this.income, this.expense) == (TODAY.replace(day=1), 5_800, 1_500)
    assert (len(earlier), {one.gains for one in earlier}) == (10, {0})
    sheet = read(accountant, Kind.BALANCE)
    assert sheet.problem == ""
    assert amounts(sheet)["未结转的业务收支"][1] == 0
    assert amounts(sheet)["增值收益"][1] == 4_300


def test_a_span_that_is_over_has_none_of_todays_income(accountant):
    page = statements.statement(
        accountant, Kind.GAINS, since=date(2026, 7, 1), until=date(2026, 7, 31)
    )
    assert amounts(page)["业务收入合计"] == (0, 0)


def test_what_was_distributed_and_what_is_left(accountant):
    book("year", ("311", 4_300), ("32104", -4_300))
    book("reserve", ("32101", 2_580), ("301", -2_580))
    book("fee_share", ("32102", 700), ("21401", -700))
    said = amounts(read(accountant, Kind.DISTRIBUTION))
    assert said["本年转入增值收益"] == (0, 4_300)
    assert said["提取贷款风险准备金"] == (0, 2_580)
    assert said["本年分配合计"] == (0, 3_280)
    assert said["年末待分配增值收益"] == (0, 1_020)
    book("close", ("32104", 3_280), ("32101", -2_580), ("32102", -700))
    assert amounts(read(accountant, Kind.DISTRIBUTION)) == said


def test_statements_are_for_those_whose_work_the_books_are(accountant):
    other = cast.staff().pk
    with pytest.raises(NotYours):
        statements.statement(other, Kind.BALANCE, since=TODAY, until=TODAY)
