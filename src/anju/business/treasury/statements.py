"""The fund's statements: 资产负债表, 增值收益表, 增值收益分配表, from the books of any day.

Lines and their order are those of 财会字〔1999〕33号. Amounts are fen on each line's own side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from anju.business.treasury.books import reader
from anju.ledger import books
from anju.ledger.books import SubjectBalance


class Kind(StrEnum):
    """Which statement."""

    BALANCE = "balance"
    GAINS = "gains"
    DISTRIBUTION = "distribution"


TITLES = {
    Kind.BALANCE: "资产负债表",
    Kind.GAINS: "增值收益表",
    Kind.DISTRIBUTION: "增值收益分配表",
}
CARRIED = ("gains.carry",)
"""Vouchers that carry income and expense to 311: no income and no expense of their own."""
YEAR_CLOSE = "gains.year_close"
"""Vouchers that carry a year's gains to 32104; their source is the year, not the day's."""
UNDISTRIBUTED = "32104"


@dataclass(frozen=True)
class Row:
    """One line: its words, the subjects it adds up, its two amounts; a sum has no subjects."""

    label: str
    amounts: tuple[int, int]
    subject: str = ""
    level: int = 0
    is_sum: bool = False


@dataclass(frozen=True)
class Part:
    """One table of a statement; `columns` are the heads of its two amounts."""

    title: str
    columns: tuple[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Statement:
    """A statement over [since, until]; `problem` says what does not add up, if anything."""

    kind: Kind
    title: str
    since: date
    until: date
    parts: tuple[Part, ...]
    problem: str = ""


ASSETS = (
    ("101", "住房公积金存款"),
    ("102", "增值收益存款"),
    ("111", "应收利息"),
    ("119", "其他应收款"),
    ("121", "委托贷款"),
    ("12101", "其中：个人住房贷款"),
    ("122", "逾期贷款"),
    ("12201", "其中：个人住房逾期贷款"),
    ("124", "国家债券"),
)
LIABILITIES = (
    ("201", "住房公积金"),
    ("211", "应付利息"),
    ("214", "专项应付款"),
    ("21401", "其中：管理费用"),
    ("21402", "城市廉租住房建设补充资金"),
    ("219", "其他应付款"),
)
NET_ASSETS = (
    ("301", "贷款风险准备"),
    ("311", "增值收益"),
    ("321", "增值收益分配"),
)
INCOME = (
    ("40101", "住房公积金利息收入"),
    ("40102", "增值收益利息收入"),
    ("40103", "委托贷款利息收入"),
    ("40104", "国家债券利息收入"),
    ("40105", "其他收入"),
)
EXPENSE = (
    ("41101", "住房公积金利息支出"),
    ("41102", "归集手续费支出"),
    ("41103", "委托贷款手续费支出"),
    ("41104", "其他支出"),
)
DISTRIBUTED = (
    ("32101", "提取贷款风险准备金"),
    ("32102", "提取公积金中心管理费用"),
    ("32103", "城市廉租住房建设补充资金"),
)


def statement(staff_id: int, kind: Kind, *, since: date, until: date) -> Statement:
    """One statement as of `until`, its period being [since, until]. Raises NotYours."""
    reader(staff_id)
    return _KINDS[kind](since, until)


def _year_of(day: date) -> date:
    return day.replace(month=1, day=1)


_Balances = Mapping[str, SubjectBalance]


def _over(since: date, until: date, without: tuple[str, ...] = ()) -> _Balances:
    found = books.subject_balances(since=since, until=until, without=without)
    return {each.subject.code: each for each in found}


def _amounts(balances: _Balances, code: str) -> tuple[int, int]:
    found = balances.get(code)
    return (found.opening, found.closing) if found else (0, 0)


def _sum(label: str, rows: tuple[Row, ...]) -> Row:
    top = [row.amounts for row in rows if row.level == 0]
    first, second = (sum(column) for column in zip((0, 0), *top, strict=True))
    return Row(label, (first, second), is_sum=True)


def _lines(
    listed: tuple[tuple[str, str], ...], amounts: Callable[[str], tuple[int, int]]
) -> tuple[Row, ...]:
    """A line below another one of the list (其中) is its detail and not added up again."""
    codes = [code for code, _label in listed]
    return tuple(
        Row(
            label,
            amounts(code),
            code,
            level=sum(code.startswith(other) for other in codes if other != code),
        )
        for code, label in listed
    )


def _balance_sheet(since: date, until: date) -> Statement:
    """Both sides at the year's beginning and on the day; gains not yet carried stand apart."""
    balances = _over(_year_of(until), until)

    def amounts(code: str) -> tuple[int, int]:
        return _amounts(balances, code)

    assets = _lines(ASSETS, amounts)
    total = _sum("资产总计", assets)
    debts = _lines(LIABILITIES, amounts)
    debts_sum = _sum("负债合计", debts)
    income, expense = amounts("401"), amounts("411")
    running = Row("未结转的业务收支", (income[0] - expense[0], income[1] - expense[1]))
    net = (*_lines(NET_ASSETS, amounts), running)
    net_sum = _sum("净资产合计", net)
    claims = _sum("负债和净资产总计", (debts_sum, net_sum))
    heads = ("年初数", "期末数")
    off = [before - after for before, after in zip(total.amounts, claims.amounts, strict=True)]
    return Statement(
        Kind.BALANCE,
        TITLES[Kind.BALANCE],
        since,
        until,
        (
            Part("资产", heads, (*assets, total)),
            Part("负债和净资产", heads, (*debts, debts_sum, *net, net_sum, claims)),
        ),
        "资产与负债和净资产不相等。" if any(off) else "",
    )


def _gains(since: date, until: date) -> Statement:
    """Income and expense of the span and of the year so far, whatever was carried meanwhile."""
    of_span, of_year = (_over(first, until, without=CARRIED) for first in (since, _year_of(until)))

    def amounts(code: str) -> tuple[int, int]:
        (before, after), (year_before, year_after) = (
            _amounts(balances, code) for balances in (of_span, of_year)
        )
        return after - before, year_after - year_before

    income, expense = _lines(INCOME, amounts), _lines(EXPENSE, amounts)
    income_sum, expense_sum = _sum("业务收入合计", income), _sum("业务支出合计", expense)
    gained = zip(income_sum.amounts, expense_sum.amounts, strict=True)
    first, second = (plus - minus for plus, minus in gained)
    result = Row("增值收益", (first, second), is_sum=True)
    heads = ("本期数", "本年累计数")
    return Statement(
        Kind.GAINS,
        TITLES[Kind.GAINS],
        since,
        until,
        (
            Part("业务收入", heads, (*income, income_sum)),
            Part("业务支出", heads, (*expense, expense_sum)),
            Part("结果", heads, (result,)),
        ),
    )


@dataclass(frozen=True)
class MonthGains:
    """What one month of a year brought and cost, in fen; `month` is its first day."""

    month: date
    income: int
    expense: int

    @property
    def gains(self) -> int:
        """What was left."""
        return self.income - self.expense


def gains_by_month(staff_id: int, *, until: date) -> tuple[MonthGains, ...]:
    """Income and expense of each month of the year up to a day. Raises NotYours."""
    reader(staff_id)
    months = [until.replace(month=month, day=1) for month in range(1, until.month + 1)]
    ends = [*(first - timedelta(days=1) for first in months[1:]), until]
    found = []
    for first, end in zip(months, ends, strict=True):
        balances = _over(first, end, without=CARRIED)
        income, expense = (_amounts(balances, code) for code in ("401", "411"))
        found.append(MonthGains(first, income[1] - income[0], expense[1] - expense[0]))
    return tuple(found)


def _distribution(since: date, until: date) -> Statement:
    """What the year's gains became; 上年数 is the year before, whole.

    A year is closed on a day of the next one: its gains are told in the year that earned them.
    """
    years = (until.year - 1, until.year)
    ends = (_year_of(until) - timedelta(days=1), until)
    balances = tuple(_over(_year_of(end), end) for end in ends)
    closes = [
        (int(year), day, -fen) for year, day, fen in books.moved_by(YEAR_CLOSE, UNDISTRIBUTED)
    ]

    def to_come(before: int, after: date) -> int:
        """Gains of the years before `before` that were only carried after this day."""
        return sum(fen for year, day, fen in closes if year < before and day > after)

    def both(read: Callable[[int, _Balances, date], int]) -> tuple[int, int]:
        first, second = (read(*each) for each in zip(years, balances, ends, strict=True))
        return first, second

    def taken(code: str) -> Callable[[int, _Balances, date], int]:
        # 3210x is closed into 32104 at the year's end: its debits are what was taken.
        return lambda _year, found, _end: found[code].debit if code in found else 0

    opening = both(
        lambda year, found, end: (
            _amounts(found, UNDISTRIBUTED)[0] + to_come(year, _year_of(end) - timedelta(days=1))
        )
    )
    closing = both(lambda year, found, end: _amounts(found, "321")[1] + to_come(year + 1, end))
    uses = tuple(Row(label, both(taken(code)), code) for code, label in DISTRIBUTED)
    used = _sum("本年分配合计", uses)
    gained = tuple(
        after - before + use
        for before, after, use in zip(opening, closing, used.amounts, strict=True)
    )
    heads = ("上年数", "本年数")
    return Statement(
        Kind.DISTRIBUTION,
        TITLES[Kind.DISTRIBUTION],
        since,
        until,
        (
            Part(
                "可分配的增值收益",
                heads,
                (
                    Row("年初待分配增值收益", opening, UNDISTRIBUTED),
                    Row("本年转入增值收益", (gained[0], gained[1]), "311"),
                ),
            ),
            Part("分配", heads, (*uses, used)),
            Part("结果", heads, (Row("年末待分配增值收益", closing, UNDISTRIBUTED, is_sum=True),)),
        ),
    )


_KINDS: Mapping[Kind, Callable[[date, date], Statement]] = {
    Kind.BALANCE: _balance_sheet,
    Kind.GAINS: _gains,
    Kind.DISTRIBUTION: _distribution,
}
