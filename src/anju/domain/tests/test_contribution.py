"""A month's contribution against worked numbers, and what holds for every base and ratio."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.contribution import (
    Contribution,
    ContributionRefused,
    amounts,
    clip,
    contribution,
    month_span,
    month_words,
    parse_month,
    part,
    ratio_words,
    ratios_problem,
)
from anju.domain.contribution_terms import ContributionTerms, Interval, Rounding
from anju.domain.dated import Dated, DatedValue, NotInForce
from anju.domain.money import FEN_MAX, parse_yuan, yuan
from anju.domain.tests.worked import contribution_terms, table

TERMS = contribution_terms()
JULY = date(2026, 7, 1)
YUAN = Rounding("yuan", "half_up")


def ask(
    base: str, *, member: str = "0.12", employer: str = "0.12", month: date = JULY,
    terms: ContributionTerms = TERMS,
) -> Contribution:  # fmt: skip
    return contribution(
        parse_yuan(base, allow_negative=True), member_ratio=Fraction(member),
        employer_ratio=Fraction(employer), month=month, terms=terms,
    )  # fmt: skip


# --- worked numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "ratio", "exact", "unit", "mode", "fen"), table("contribution.md", "rounding")
)
def test_one_part_is_rounded_once(
    base: str, ratio: str, exact: str, unit: str, mode: str, fen: str
) -> None:
    rounding = Rounding(unit, mode)
    assert yuan(part(parse_yuan(base), Fraction(ratio), rounding=rounding)) == fen
    sums = amounts(
        parse_yuan(base),
        member_ratio=Fraction(ratio), employer_ratio=Fraction(ratio), rounding=rounding,
    )  # fmt: skip
    assert (
        f"× {ratio_words(Fraction(ratio))} ＝ {exact} 元，{rounding.words}" in sums.rows[0].formula
    )


@pytest.mark.parametrize(
    ("base", "member", "employer", "applied", "limit", "mine", "theirs", "both"),
    table("contribution.md", "months"),
)
def test_a_month_as_a_whole(
    base: str, member: str, employer: str, applied: str, limit: str, mine: str, theirs: str,
    both: str,
) -> None:  # fmt: skip
    told = ask(base, member=member, employer=employer)
    assert yuan(told.base_fen) == applied
    assert [each.limit for each in told.limits] == [limit] * (limit != "–")
    assert (yuan(told.amounts.member_fen), yuan(told.amounts.employer_fen)) == (mine, theirs)
    assert yuan(told.amounts.month_fen) == yuan(told.trace.total_fen) == both


def test_parts_are_rounded_before_they_are_added() -> None:
    told = ask("6670.00", member="0.05", employer="0.05")
    assert told.amounts.month_fen == 66800


@pytest.mark.parametrize(
    ("unit", "mode", "words"),
    [
        ("yuan", "half_up", "四舍五入到元"),
        ("jiao", "ceiling", "向上进到角"),
        ("fen", "floor", "向下舍到分"),
    ],
)
def test_a_rounding_has_a_name(unit: str, mode: str, words: str) -> None:
    assert Rounding(unit, mode).words == words


@pytest.mark.parametrize(("unit", "mode"), [("mao", "half_up"), ("yuan", "half_even")])
def test_no_other_rounding_is_known(unit: str, mode: str) -> None:
    with pytest.raises(ValueError, match=f"{unit}, {mode}"):
        Rounding(unit, mode)


@pytest.mark.parametrize(("mode", "fen"), [("half_up", -200), ("ceiling", -200), ("floor", -100)])
def test_below_nought_is_the_mirror_of_above(mode: str, fen: int) -> None:
    assert Rounding("yuan", mode).fen(Fraction(-150)) == fen


# --- what is told ---------------------------------------------------------------------------


def test_the_trace_can_be_keyed_in() -> None:
    told = ask("40,000.00", employer="0.05")
    assert told.trace.title == "2026年07月 缴存额怎么算的"
    assert [(row.label, row.formula, row.fen) for row in told.trace.rows] == [
        ("缴存年度", "2026年07月起的一年", None),
        ("缴存基数下限", "最低工资 1,880.00 元", 188000),
        ("缴存基数上限", "月平均工资 10,342.50 元 × 3", 3102750),
        ("计缴基数", "40,000.00 元高于缴存基数上限，按其计算", 3102750),
        ("单位部分", "缴存基数 31,027.50 元 × 5% ＝ 1,551.375 元，四舍五入到元", 155100),
        ("个人部分", "缴存基数 31,027.50 元 × 12% ＝ 3,723.30 元，四舍五入到元", 372300),
        ("月缴存额", "单位部分 1,551.00 ＋ 个人部分 3,723.00", 527400),
    ]
    (clipping,) = told.limits
    assert (clipping.name, clipping.fen, clipping.basis) == ("缴存基数上限", 3102750, "工资")


def test_the_rows_say_when_a_base_is_too_low_or_fits() -> None:
    assert "低于缴存基数下限" in ask("5").trace.rows[3].formula
    assert ask("5000").trace.rows[3].formula == "5,000.00 元在上下限之内"


def test_a_published_cap_stands_in_place_of_the_product() -> None:
    published = Dated((DatedValue(2500000, "公告", date(2016, 7, 1)),))
    told = ask("99999", terms=replace(TERMS, cap_published=published))
    assert (told.base_fen, told.limits[0].basis) == (2500000, "公告")
    assert told.trace.rows[2].formula == "公布的上限 25,000.00 元"


def test_no_floor_is_said_as_such() -> None:
    none = Dated((DatedValue(0, "", date(2016, 7, 1)),))
    told = ask("0", terms=replace(TERMS, floor=none))
    assert (told.amounts.month_fen, told.limits) == (0, ())
    assert told.trace.rows[1].formula == "没有下限"


def test_a_ratio_no_decimal_can_tell_is_shown_as_a_fraction() -> None:
    sums = amounts(100, member_ratio=Fraction(1, 7), employer_ratio=Fraction(3, 40), rounding=YUAN)
    assert "× 1/7 ＝ 1/7 元" in sums.rows[1].formula
    assert "× 7.5% ＝ 0.075 元" in sums.rows[0].formula


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "about", "says"),
    [
        ({"base": "-0.01"}, "base_fen", "不能为负数，现为 -0.01 元"),
        ({"member": "0.0499"}, "member_ratio", "应在 5% 至 12% 之间，现为 4.99%"),
        ({"member": "0.1201"}, "member_ratio", "现为 12.01%"),
        ({"employer": "0"}, "employer_ratio", "应在 6% 至 11% 之间，现为 0%"),
        ({"employer": "0.12"}, "employer_ratio", "现为 12%"),
        ({"month": date(2016, 6, 1)}, "month", "2016年06月 早于 2016年07月"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, str], about: str, says: str) -> None:
    narrow = replace(
        TERMS,
        employer_ratio_min=Dated((DatedValue(Fraction("0.06"), "", date(2005, 1, 10)),)),
        employer_ratio_max=Dated((DatedValue(Fraction("0.11"), "", date(2005, 1, 10)),)),
    )
    given_: dict[str, object] = {"base": "5000", "employer": "0.08", "terms": narrow, **changed}
    with pytest.raises(ContributionRefused, match=says) as caught:
        ask(**given_)  # type: ignore[arg-type] # a table of keyword arguments
    assert caught.value.about == about


# --- months and terms -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "employer", "says"),
    [
        ("0.05", "0.12", ""),
        ("0.04", "0.12", "个人缴存比例应在 5% 至 12% 之间，现为 4%"),
        ("0.12", "0.13", "单位缴存比例应在 5% 至 12% 之间，现为 13%"),
        ("0.04", "0.13", "单位缴存比例应在 5% 至 12% 之间，现为 13%"),
    ],
)
def test_which_of_two_ratios_is_not_lawful(member: str, employer: str, says: str) -> None:
    found = ratios_problem(JULY, member=Fraction(member), employer=Fraction(employer), terms=TERMS)
    assert found == says


def test_each_month_has_the_values_of_its_first_day() -> None:
    wages = Dated(
        (DatedValue(500000, "旧", date(2016, 7, 1)), DatedValue(600000, "新", date(2026, 7, 2)))
    )
    terms = replace(TERMS, average_wage=wages)
    applied = [
        ask("99999", month=month, terms=terms).base_fen
        for month in (date(2016, 7, 1), date(2026, 7, 1), date(2026, 8, 1), date(9999, 12, 1))
    ]
    assert applied == [1500000, 1500000, 1800000, 1800000]


def test_the_first_month_is_whole() -> None:
    late = Dated((DatedValue(1, "", date(2020, 3, 2)),))
    assert TERMS.first_month == date(2016, 7, 1)
    assert replace(TERMS, months_ahead=late).first_month == date(2020, 4, 1)
    with pytest.raises(NotInForce):
        TERMS.limits(date(1999, 1, 1))


def test_the_days_on_which_something_changes() -> None:
    assert TERMS.changes == (date(2016, 7, 1),)
    floor = Dated((DatedValue(1, "", date(2015, 1, 1)), DatedValue(2, "", date(2024, 10, 1))))
    assert replace(TERMS, floor=floor).changes == (date(2016, 7, 1), date(2024, 10, 1))


@pytest.mark.parametrize(
    ("month", "first"),
    [
        (date(2026, 6, 1), date(2025, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 12, 1), date(2026, 7, 1)),
    ],
)
def test_a_contribution_year_begins_in_july(month: date, first: date) -> None:
    assert TERMS.year_begins(month) == first


def test_a_contribution_year_may_begin_in_january() -> None:
    january = Dated((DatedValue(1, "", date(1999, 4, 3)),))
    assert replace(TERMS, year_month=january).year_begins(JULY) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("month", "payday", "due"),
    [
        (JULY, 10, date(2026, 7, 15)),
        (JULY, 31, date(2026, 8, 5)),
        (date(2027, 2, 1), 31, date(2027, 3, 5)),
        (date(2028, 2, 1), 29, date(2028, 3, 5)),
    ],
)
def test_a_month_is_due_some_days_after_payday(month: date, payday: int, due: date) -> None:
    assert TERMS.due_on(month, payday=payday) == due


def test_no_month_is_paid_before_it_comes_and_a_deferral_ends() -> None:
    assert TERMS.last_payable(date(2026, 11, 20)) == date(2026, 11, 1)
    ahead = Dated((DatedValue(2, "", date(1999, 4, 3)),))
    assert replace(TERMS, months_ahead=ahead).last_payable(date(2026, 11, 20)) == date(2027, 1, 1)
    assert TERMS.deferral_end(JULY) == date(2027, 6, 1)


def test_the_last_month_whose_term_has_passed() -> None:
    """Payday the 10th and five days: October's term ends on the 15th of October."""
    assert TERMS.last_overdue(date(2026, 11, 15), payday=10) == date(2026, 10, 1)
    assert TERMS.last_overdue(date(2026, 11, 16), payday=10) == date(2026, 11, 1)
    assert TERMS.last_overdue(date(2026, 11, 3), payday=31) == date(2026, 9, 1)
    assert TERMS.last_overdue(date(2026, 11, 6), payday=31) == date(2026, 10, 1)


def test_an_interval_holds_its_ends() -> None:
    interval = Interval(Fraction("0.05"), Fraction("0.12"))
    assert interval.holds(Fraction("0.05"))
    assert interval.holds(Fraction("0.12"))


def test_months_are_read_and_written() -> None:
    assert parse_month("2026-07") == JULY
    assert month_words(JULY) == "2026年07月"
    assert month_span(JULY, JULY) == "2026年07月"
    assert month_span(JULY, date(2026, 9, 1)) == "2026年07月至2026年09月"
    for wrong in (
        "2026-13",
        "2026-00",
        "2026-7",
        "2026-07-01",
        "0000-01",
        "２０２６-07",
        "",
        "202607",
    ):
        with pytest.raises(ValueError):
            parse_month(wrong)


# --- what holds for all ---------------------------------------------------------------------

FEN = st.integers(min_value=0, max_value=FEN_MAX)
RATIO = st.integers(min_value=500, max_value=1200).map(lambda n: Fraction(n, 10_000))
ROUNDING = st.builds(
    Rounding, st.sampled_from(["yuan", "jiao", "fen"]),
    st.sampled_from(["half_up", "ceiling", "floor"]),
)  # fmt: skip


@given(FEN, FEN, RATIO, ROUNDING)
def test_more_base_is_never_less_money(a: int, b: int, ratio: Fraction, rounding: Rounding) -> None:
    low, high = sorted((a, b))
    assert part(low, ratio, rounding=rounding) <= part(high, ratio, rounding=rounding)


@given(FEN, RATIO, ROUNDING)
def test_a_part_is_whole_and_within_one_unit(
    base_fen: int, ratio: Fraction, rounding: Rounding
) -> None:
    fen, exact = part(base_fen, ratio, rounding=rounding), base_fen * ratio
    assert fen % rounding.unit_fen == 0
    assert abs(fen - exact) < rounding.unit_fen
    if rounding.mode == "half_up":
        assert 2 * abs(fen - exact) <= rounding.unit_fen
    else:
        assert (fen >= exact) if rounding.mode == "ceiling" else (fen <= exact)


@given(FEN)
def test_what_was_clipped_once_stays(base_fen: int) -> None:
    limits = TERMS.limits(JULY)
    applied, clipping = clip(base_fen, limits)
    assert limits.floor_fen <= applied <= limits.cap_fen
    assert clip(applied, limits) == (applied, None)
    assert (clipping is None) == (applied == base_fen)


@given(FEN, FEN, RATIO, RATIO)
def test_a_month_never_falls_as_the_base_rises(
    a: int, b: int, member: Fraction, employer: Fraction
) -> None:
    months = [
        contribution(
            base, member_ratio=member, employer_ratio=employer, month=JULY, terms=TERMS
        ).amounts.month_fen
        for base in sorted((a, b))
    ]
    assert months == sorted(months)


@given(FEN, RATIO)
def test_the_exact_product_is_shown_to_the_last_digit(base_fen: int, ratio: Fraction) -> None:
    sums = amounts(base_fen, member_ratio=ratio, employer_ratio=ratio, rounding=YUAN)
    shown = sums.rows[0].formula.partition(" ＝ ")[2].partition(" 元")[0].replace(",", "")
    assert Fraction(Decimal(shown)) * 100 == base_fen * ratio
