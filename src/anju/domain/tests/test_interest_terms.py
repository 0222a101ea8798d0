"""Two rates, carried and current money, and how they are applied: worked numbers and a walk."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.domain.dated import Dated, DatedValue
from anju.domain.interest import HistoryRefused, InterestHistory, history
from anju.domain.interest_terms import (
    PARTS,
    SEGMENTED,
    WHOLE,
    Part,
    Rates,
    Stretch,
    Terms,
    interest_of,
)
from anju.domain.money import parse_yuan, yuan
from anju.domain.tests.worked import SETTLE_DAY, flat, table

DAY = timedelta(days=1)
JULY = date(2014, 7, 1)


def dated(*values: tuple[date, str]) -> Dated[Fraction]:
    return Dated(tuple(DatedValue(Fraction(text), "", day) for day, text in values))


CARRIED = dated(
    (date(1993, 1, 1), "0.0180"),
    (date(2012, 7, 6), "0.0260"),
    (date(2014, 11, 22), "0.0235"),
    (date(2015, 3, 1), "0.0210"),
    (date(2015, 5, 11), "0.0185"),
    (date(2015, 6, 28), "0.0160"),
    (date(2016, 2, 21), "0.0150"),
)
CURRENT = dated(
    (date(1993, 1, 1), "0.0180"), (date(2012, 7, 6), "0.0035"), (date(2016, 2, 21), "0.0150")
)


def terms(application: str = SETTLE_DAY, rounding: str = WHOLE) -> Terms:
    def always(value: str) -> Dated[str]:
        return Dated((DatedValue(value, "", date(1993, 1, 1)),))

    base = Dated((DatedValue(360, "", date(1993, 1, 1)),))
    return Terms(CARRIED, CURRENT, base, always(application), always(rounding))


def monthly(fen: int) -> list[tuple[date, int]]:
    """So much on the 15th of each month of the interest year 2014/15."""
    months = [(2014, month) for month in range(7, 13)] + [(2015, month) for month in range(1, 7)]
    return [(date(year, month, 15), fen) for year, month in months]


def run(
    carried: int, current: int, entries: Sequence[tuple[date, int]], how: Terms
) -> InterestHistory:
    return history(
        carried + current,
        opening_on=JULY,
        entries=entries,
        until=date(2015, 7, 1),
        terms=how,
        opening_carried_fen=carried,
    )


def n_of(told: InterestHistory, part: str) -> int:
    """The day-product of carried or current money up to the first settlement, as the trace says."""
    rows = list(told.trace.rows)
    upto = next(at for at, row in enumerate(rows) if row.label.endswith(" 结息"))
    sums = [row.formula for row in rows[:upto] if row.label == f"{part}积数合计"]
    return sum(parse_yuan(text.split("= ")[-1]) for text in sums)


# --- worked numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("carried", "contributed", "application", "rounding", "carried_n", "current_n", "fen", "after"),
    table("interest.md", "two rates"),
)
def test_a_year_of_two_rates(
    carried: str,
    contributed: str,
    application: str,
    rounding: str,
    carried_n: str,
    current_n: str,
    fen: str,
    after: str,
) -> None:
    told = run(
        parse_yuan(carried), 0, monthly(parse_yuan(contributed)), terms(application, rounding)
    )
    (settled,) = told.settlements
    assert n_of(told, "上年结转") == parse_yuan(carried_n)
    assert n_of(told, "当年归集") == parse_yuan(current_n)
    assert settled.day_product == parse_yuan(carried_n) + parse_yuan(current_n)
    assert (yuan(settled.interest_fen), yuan(settled.balance_fen)) == (fen, after)


def test_a_trace_of_two_rates_shows_both() -> None:
    told = run(2_000_000, 0, [(date(2015, 6, 15), 100_000), (date(2015, 6, 20), -50_000)], terms())
    rows = [(row.label.removesuffix("（不含当日）"), row.formula) for row in told.trace.rows[1:7]]
    assert rows == [
        ("2014-07-01 至 2015-06-20", "上年结转 20,000.00 元 × 354 天 = 积数 7,080,000.00"),
        ("2015-06-20 至 2015-07-01", "上年结转 19,500.00 元 × 11 天 = 积数 214,500.00"),
        ("上年结转积数合计", "7,080,000.00 + 214,500.00 = 7,294,500.00"),
        ("2014-07-01 至 2015-06-15", "当年归集 0.00 元 × 349 天 = 积数 0.00"),
        ("2015-06-15 至 2015-07-01", "当年归集 1,000.00 元 × 16 天 = 积数 16,000.00"),
        ("当年归集积数合计", "0.00 + 16,000.00 = 16,000.00"),
    ]
    assert told.trace.rows[7].label == "2015-06-30 结息"
    assert told.trace.rows[7].formula == (
        "（7,294,500.00 × 1.60% ＋ 16,000.00 × 0.35%）÷ 360 = 324.36 元（四舍五入到分）"
    )


def test_parts_are_rounded_each_by_itself_and_the_trace_says_so() -> None:
    entries = [(date(2014, 10, 1), 456_704)]
    whole = run(1_234_500, 0, entries, terms())
    parts = run(1_234_500, 0, entries, terms(rounding=PARTS))
    assert [x.settlements[0].interest_fen for x in (whole, parts)] == [21_239, 21_238]
    (row,) = (row for row in parts.trace.rows if row.label == "2015-06-30 结息")
    assert (row.formula, row.fen) == ("200.26 + 12.12 = 212.38 元", 21_238)
    assert parts.trace.total_fen == 21_238


def test_carried_and_current_go_on_from_july_as_one() -> None:
    told = history(
        0, opening_on=JULY, entries=monthly(100_000), until=date(2016, 7, 2), terms=terms()
    )
    first, second = told.settlements
    assert n_of(told, "上年结转") == 0
    # All of it was carried on 1 July 2015, and at one rate nobody asks which is which.
    assert second.day_product == first.balance_fen * 366


@pytest.mark.parametrize("carried", [-1, 101])
def test_carried_money_is_part_of_the_opening_balance(carried: int) -> None:
    with pytest.raises(HistoryRefused, match=r"应在 0 与余额 1\.00 元之间") as refused:
        history(
            100, opening_on=JULY, entries=(), until=JULY, terms=terms(), opening_carried_fen=carried
        )
    assert refused.value.about == "opening_carried_fen"


# --- stretches ------------------------------------------------------------------------------


def test_segmented_terms_cut_where_rates_change_and_nowhere_else() -> None:
    cut = terms(SEGMENTED).stretches(JULY, date(2015, 7, 1), settled_on=date(2015, 6, 30))
    assert [(piece.since, piece.until) for piece in cut] == [
        (JULY, date(2014, 11, 22)),
        (date(2014, 11, 22), date(2015, 3, 1)),
        (date(2015, 3, 1), date(2015, 5, 11)),
        (date(2015, 5, 11), date(2015, 6, 28)),
        (date(2015, 6, 28), date(2015, 7, 1)),
    ]
    assert {piece.rates.current for piece in cut} == {Fraction("0.0035")}


def test_days_with_the_same_rates_are_one_stretch() -> None:
    same = dated((date(1993, 1, 1), "0.015"), (date(2015, 1, 1), "0.015"))
    how = Terms(same, same, flat(Fraction(0)).day_base, terms(SEGMENTED).application,
                terms().rounding)  # fmt: skip
    whole = Stretch(JULY, date(2015, 7, 1), Rates(Fraction("0.015"), Fraction("0.015")))
    assert how.stretches(JULY, date(2015, 7, 1), settled_on=JULY) == (whole,)


def test_terms_begin_with_what_is_known_last() -> None:
    assert terms().first_day == date(1993, 1, 1)
    assert flat(Fraction(0), since=date(2020, 1, 1)).first_day == date(2020, 1, 1)


def test_several_rates_round_once_unless_told_otherwise() -> None:
    # 120.00 × 0.015 ÷ 360 is half a fen, twice.
    parts = [Part(12_000, Fraction("0.015"))] * 2
    assert interest_of(parts, day_base=360) == 1
    assert interest_of(parts, day_base=360, rounding=PARTS) == 2
    assert interest_of([], day_base=360) == 0


# --- a walk over the days -------------------------------------------------------------------


def walk(
    carried: int, current: int, entries: Sequence[tuple[date, int]], how: Terms, until: date
) -> list[tuple[date, int, int]]:
    """Every 30 June's interest and the balance after it, each day by itself."""
    settled = []
    day, earned = JULY, Fraction(0)
    segmented = how.application.on(JULY).value == SEGMENTED
    held: list[tuple[int, int]] = []
    while day < until:
        today = [amount for on, amount in entries if on == day]
        out = -sum(amount for amount in today if amount < 0)
        from_carried = min(out, carried)
        carried -= from_carried
        current += sum(amount for amount in today if amount > 0) - (out - from_carried)
        if current < 0:
            raise ArithmeticError
        held.append((carried, current))
        if segmented:
            rates = how.rates(day)
            earned += carried * rates.carried + current * rates.current
        if (day.month, day.day) == (6, 30):
            if not segmented:
                rates = how.rates(day)
                earned = sum((c * rates.carried + u * rates.current for c, u in held), Fraction(0))
            fen = int(earned / 360 + Fraction(1, 2))
            carried, current = carried + current + fen, 0
            settled.append((day, fen, carried))
            earned, held = Fraction(0), []
        day += DAY
    return settled


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.lists(st.tuples(st.integers(0, 800), st.integers(-(10**6), 10**7)), max_size=8),
    st.sampled_from([SETTLE_DAY, SEGMENTED]),
    st.integers(801, 1100),
)
def test_sub_balances_equal_a_walk_over_their_days(
    carried: int, current: int, lines: list[tuple[int, int]], application: str, length: int
) -> None:
    entries = [(JULY + offset * DAY, amount) for offset, amount in lines]
    until, how = JULY + length * DAY, terms(application)

    def told() -> InterestHistory:
        return history(
            carried + current,
            opening_on=JULY,
            entries=entries,
            until=until,
            terms=how,
            opening_carried_fen=carried,
        )

    try:
        walked = walk(carried, current, entries, how, until)
    except ArithmeticError:
        with pytest.raises(HistoryRefused, match="不能为负"):
            told()
        return
    found = [(x.on, x.interest_fen, x.balance_fen) for x in told().settlements]
    assert found == walked
