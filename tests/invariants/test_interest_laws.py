"""Laws of interest: the columns an account keeps, its history and its trace never part."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from anju.domain.interest import (
    balance_segments,
    closing_trace,
    day_product,
    history,
    interest,
    shift,
)
from anju.domain.money import parse_yuan
from anju.domain.tests.worked import flat

RATE = Fraction("0.015")
DAY_BASES = st.sampled_from([360, 365])
JULYS = [date(year, 7, 1) for year in range(2024, 2028)]
DAY = timedelta(days=1)

# Lines as (days after the first 1 July, fen). Money in outweighs money out by the opening.
LINES = st.lists(st.tuples(st.integers(0, 1094), st.integers(-(10**6), 10**8)), max_size=12)
OPENINGS = st.integers(12 * 10**6, 10**10)


@settings(deadline=None)
@given(OPENINGS, LINES, DAY_BASES, st.integers(0, 364), st.randoms(use_true_random=False))
def test_columns_kept_through_three_flips_equal_the_history(
    opening: int, lines: list[tuple[int, int]], day_base: int, days: int, random: object
) -> None:
    """An account that keeps balance and v, and rolls on 1 July, is its history retold.

    Within a year lines are learned in random order: value dates decide, not arrival.
    """
    entries = [(JULYS[0] + offset * DAY, amount) for offset, amount in lines]
    until = JULYS[3] + days * DAY
    balance, settled = opening, []
    for since, flip in pairwise(JULYS):
        v = 0
        learned = [entry for entry in entries if since <= entry[0] < flip]
        random.shuffle(learned)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
        for value_date, amount in learned:
            v = shift(v, amount=amount, value_date=value_date, since=since)
            balance += amount
        n = day_product(balance, v=v, since=since, until=flip)
        settled.append(interest(n, rate=RATE, day_base=day_base))
        balance += settled[-1]
    n = day_product(balance, v=0, since=JULYS[3], until=until)
    told = history(
        opening,
        opening_on=JULYS[0],
        entries=entries,
        until=until,
        terms=flat(RATE, day_base=day_base),
    )
    assert [each.interest_fen for each in told.settlements] == settled
    assert (told.balance_fen, told.day_product) == (balance, n)
    assert told.interest_fen == interest(n, rate=RATE, day_base=day_base)


@given(
    OPENINGS,
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(-(10**6), 10**8)), max_size=8
    ),
    DAY_BASES,
)
def test_a_trace_by_booking_days_with_late_lines_pays_what_the_columns_pay(
    opening: int, lines: list[tuple[int, int, int]], day_base: int
) -> None:
    since, until = JULYS[0], JULYS[0] + 100 * DAY
    booked = [(since + on * DAY, since + value * DAY, amount) for on, value, amount in lines]
    balance, v = opening, 0
    for _, value_date, amount in booked:
        v = shift(v, amount=amount, value_date=value_date, since=since)
        balance += amount
    path = balance_segments(
        opening, since=since, entries=[(on, amount) for on, _, amount in booked], until=until
    )
    late = [line for line in booked if line[0] != line[1]]
    trace = closing_trace(path, rate=RATE, day_base=day_base, late_lines=late)
    n = day_product(balance, v=v, since=since, until=until)
    assert trace.total_fen == interest(n, rate=RATE, day_base=day_base)
    # What is printed is what was reckoned: the last number before 元, read back.
    assert parse_yuan(trace.rows[-1].formula.split("= ")[1].split(" ")[0]) == trace.total_fen


@given(OPENINGS, st.integers(0, 500), st.integers(0, 500), DAY_BASES)
def test_one_rounding_differs_from_rounding_each_part_by_a_fen_at_most(
    balance: int, first: int, second: int, day_base: int
) -> None:
    whole = interest(balance * (first + second), rate=RATE, day_base=day_base)
    parts = [interest(balance * days, rate=RATE, day_base=day_base) for days in (first, second)]
    assert abs(whole - sum(parts)) <= 1


@given(OPENINGS, st.integers(1, 10**8), st.integers(0, 364))
def test_more_money_or_an_earlier_day_never_earns_less(
    opening: int, amount: int, offset: int
) -> None:
    def earned(paid_in: int, on: date) -> int:
        told = history(
            opening,
            opening_on=JULYS[0],
            entries=[(on, paid_in)],
            until=JULYS[1],
            terms=flat(RATE),
        )
        return told.settlements[0].interest_fen

    on = JULYS[0] + offset * DAY
    assert earned(amount, on) >= earned(0, on)
    assert earned(amount, on) <= earned(amount, JULYS[0])
