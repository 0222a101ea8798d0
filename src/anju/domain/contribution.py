"""A month's contribution: the base clipped to the month's limits, each part base × ratio, rounded.

Member's and employer's part are rounded once each and then added. Prose and worked numbers:
docs/algorithms/contribution.md.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from anju.domain.contribution_terms import ContributionTerms, Interval, Limits, Rounding
from anju.domain.interest_words import percent
from anju.domain.money import yuan
from anju.domain.trace import Trace, TraceRow

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
AT_FLOOR, AT_CAP = "floor", "cap"
_NAMES = {AT_FLOOR: "缴存基数下限", AT_CAP: "缴存基数上限"}


class ContributionRefused(ValueError):
    """A contribution that cannot be reckoned; `about` is the input at fault, the text Chinese."""

    def __init__(self, about: str, text: str) -> None:
        super().__init__(text)
        self.about = about


class Clipping(NamedTuple):
    """A limit that changed a base: which one, its amount in fen, and what it rests on."""

    limit: str
    fen: int
    basis: str

    @property
    def name(self) -> str:
        """What people call the limit: 缴存基数上限."""
        return _NAMES[self.limit]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Both parts of a month in fen, and the rows that lead to them."""

    member_fen: int
    employer_fen: int
    rows: tuple[TraceRow, ...]

    @property
    def month_fen(self) -> int:
        """Both parts together."""
        return self.member_fen + self.employer_fen


@dataclass(frozen=True, slots=True)
class Contribution:
    """One member's month.

    Attributes:
        amounts: both parts.
        base_fen: the base that was applied.
        limits: the limits that changed the base that was asked for; mostly none.
        trace: how it came about, for a person with a calculator.
    """

    amounts: Amounts
    base_fen: int
    limits: tuple[Clipping, ...]
    trace: Trace


def parse_month(text: str) -> date:
    """The month written `2026-07`, as its first day. Raises ValueError."""
    if not _MONTH.fullmatch(text):
        raise ValueError(f"{text!r} is no month")
    return date.fromisoformat(f"{text}-01")


def month_words(month: date) -> str:
    """As people write it: 2026年07月."""
    # strftime does not pad a year of three digits the same way everywhere.
    return f"{month.year:04}年{month.month:02}月"


def month_span(first: date, last: date) -> str:
    """Months as people write them: 2026年07月, or 2026年07月至2026年09月."""
    words = month_words(first)
    return words if first == last else f"{words}至{month_words(last)}"


def ratio_words(ratio: Fraction) -> str:
    """A ratio as people write it: 12%, 7.5%; as a fraction where no decimal can tell it."""
    whole, point, rest = percent(ratio).removesuffix("%").partition(".")
    return f"{whole}{point}{rest}".rstrip("0").rstrip(".") + "%" if point else whole


def part(base_fen: int, ratio: Fraction, *, rounding: Rounding) -> int:
    """One part of a month in fen: base × ratio, rounded once."""
    return rounding.fen(base_fen * ratio)


def amounts(
    base_fen: int, *, member_ratio: Fraction, employer_ratio: Fraction, rounding: Rounding
) -> Amounts:
    """Both parts of a month on a base that needs no clipping, each rounded on its own."""
    employer = part(base_fen, employer_ratio, rounding=rounding)
    member = part(base_fen, member_ratio, rounding=rounding)
    rows = (
        _part_row("单位部分", base_fen, employer_ratio, rounding, employer),
        _part_row("个人部分", base_fen, member_ratio, rounding, member),
        TraceRow(
            "月缴存额",
            f"单位部分 {yuan(employer)} ＋ 个人部分 {yuan(member)}",
            employer + member,
        ),
    )
    return Amounts(member, employer, rows)


def clip(base_fen: int, limits: Limits) -> tuple[int, Clipping | None]:
    """The base that is applied, and the limit that changed it, if one did."""
    if base_fen < limits.floor_fen:
        return limits.floor_fen, Clipping(AT_FLOOR, limits.floor_fen, limits.floor_basis)
    if base_fen > limits.cap_fen:
        return limits.cap_fen, Clipping(AT_CAP, limits.cap_fen, limits.cap_basis)
    return base_fen, None


def ratio_problem(ratio: Fraction, interval: Interval) -> str | None:
    """Why a ratio is not lawful, in Chinese; None when it is."""
    if interval.holds(ratio):
        return None
    least, most = ratio_words(interval.least), ratio_words(interval.most)
    return f"缴存比例应在 {least} 至 {most} 之间，现为 {ratio_words(ratio)}。"


def ratios_problem(
    month: date, *, member: Fraction, employer: Fraction, terms: ContributionTerms
) -> str:
    """Why one of two ratios is not lawful in a month, as part of a sentence; "" when both are."""
    for who, ratio, lawful in (
        ("单位", employer, terms.employer_ratios(month)),
        ("个人", member, terms.member_ratios(month)),
    ):
        problem = ratio_problem(ratio, lawful)
        if problem:
            return who + problem.rstrip("。")
    return ""


def contribution(
    base_fen: int,
    *,
    member_ratio: Fraction,
    employer_ratio: Fraction,
    month: date,
    terms: ContributionTerms,
) -> Contribution:
    """What a member's month comes to.

    Args:
        base_fen: the base that is asked for, in fen, not below nought.
        member_ratio, employer_ratio: shares of the base.
        month: its first day; its own limits, ratios and rounding hold, whenever it is paid.
        terms: the centre's.

    Raises:
        ContributionRefused: the base is below nought, a ratio outside the interval, or the month
            before the first for which everything is known.
    """
    if base_fen < 0:
        raise ContributionRefused("base_fen", f"缴存基数不能为负数，现为 {yuan(base_fen)} 元。")
    if month < terms.first_month:
        first = month_words(terms.first_month)
        raise ContributionRefused(
            "month", f"{month_words(month)} 早于 {first}，该月没有政策规定的上下限。"
        )
    for about, ratio, interval in (
        ("member_ratio", member_ratio, terms.member_ratios(month)),
        ("employer_ratio", employer_ratio, terms.employer_ratios(month)),
    ):
        problem = ratio_problem(ratio, interval)
        if problem:
            raise ContributionRefused(about, problem)
    limits = terms.limits(month)
    applied, clipping = clip(base_fen, limits)
    sums = amounts(
        applied,
        member_ratio=member_ratio,
        employer_ratio=employer_ratio,
        rounding=terms.rounding(month),
    )
    rows = (*_limit_rows(month, terms), _base_row(base_fen, applied, clipping), *sums.rows)
    title = f"{month_words(month)} 缴存额怎么算的"
    trace = Trace(title, rows, sums.month_fen)
    return Contribution(sums, applied, () if clipping is None else (clipping,), trace)


def _limit_rows(month: date, terms: ContributionTerms) -> tuple[TraceRow, ...]:
    limits = terms.limits(month)
    return (
        TraceRow("缴存年度", f"{month_words(terms.year_begins(month))}起的一年"),
        TraceRow(_NAMES[AT_FLOOR], limits.floor_words, limits.floor_fen),
        TraceRow(_NAMES[AT_CAP], limits.cap_words, limits.cap_fen),
    )


def _base_row(asked: int, applied: int, clipping: Clipping | None) -> TraceRow:
    if clipping is None:
        return TraceRow("计缴基数", f"{yuan(asked)} 元在上下限之内", applied)
    side = "低于" if clipping.limit == AT_FLOOR else "高于"
    return TraceRow("计缴基数", f"{yuan(asked)} 元{side}{clipping.name}，按其计算", applied)


def _part_row(label: str, base_fen: int, ratio: Fraction, rounding: Rounding, fen: int) -> TraceRow:
    formula = (
        f"缴存基数 {yuan(base_fen)} 元 × {ratio_words(ratio)} ＝ {_exact(base_fen * ratio)} 元，"
        f"{rounding.words}"
    )
    return TraceRow(label, formula, fen)


def _exact(exact_fen: Fraction) -> str:
    """An amount in yuan with every digit it has; as a fraction where no decimal can tell it."""
    for places in range(10):
        scaled = exact_fen * 10**places
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10 ** (places + 2))
            return f"{whole:,}.{rest:0{places + 2}d}"
    return str(Fraction(exact_fen.numerator, exact_fen.denominator * 100))
