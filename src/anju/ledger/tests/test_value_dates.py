"""V1 and V2 against a closed form that knows nothing of accounts, on random histories."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju import ledger
from anju.domain.interest import interest
from anju.ledger.tests.books import AT, account, post, remittance, sound, withdrawal

START, TURN, END = date(2026, 11, 20), date(2027, 7, 1), date(2027, 9, 30)
RATE, BASE = Fraction("0.015"), 360


@dataclass(frozen=True)
class Step:
    """Money in or out after some days, valued some days earlier."""

    days: int
    amount: int
    late: int


steps = st.lists(
    st.builds(
        Step,
        days=st.integers(0, 60),
        amount=st.integers(-300_000, 600_000).filter(bool),
        late=st.sampled_from([0, 0, 0, 1, 2, 40, 200]),
    ),
    max_size=10,
)


def day_product(entries: list[tuple[date, int]], since: date, until: date) -> int:
    """N by its meaning: every fen times the days it lay there."""
    return sum(amount * (until - max(day, since)).days for day, amount in entries if day < until)


def walk(member: int, history: list[Step], *, eager: bool) -> list[tuple[date, int]]:
    """Post the history, day by day; returns the truth as (value date, amount)."""
    today, entries = START, [(START, 1_000_000)]
    for step in history:
        today = min(today + timedelta(days=step.days), END)
        flip(today, eager=eager)
        value_date = max(today - timedelta(days=step.late), START)
        if step.amount < 0:
            amount = -min(-step.amount, ledger.account(member).balance)
            if amount == 0:
                continue
            post(withdrawal(member, -amount, value_date=value_date))
        else:
            amount = step.amount
            post(remittance(member, amount, value_date=value_date))
        entries.append((value_date, amount))
    flip(END, eager=eager)
    return entries


def flip(to: date, *, eager: bool) -> None:
    """With `eager` every account turns at the flip, else each when it is first touched."""
    if eager:
        ledger.flip_day(to)
    else:
        ledger.ensure_partitions(to, to)
        from anju.ledger.calls import row

        row("SELECT ledger_flip_day(%s)", [to])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=steps, eager=st.booleans())
def test_n_of_both_years_is_what_the_days_say(open_books, history, eager):
    with transaction.atomic():
        member = account()
        post(remittance(member, 1_000_000))
        entries = walk(member, history, eager=eager)
        row = ledger.account(member)
        assert row.interest_from == TURN
        assert row.balance == sum(amount for _, amount in entries)
        assert row.n_prev == day_product(entries, START, TURN)
        now = row.balance * (END - TURN).days - row.v
        assert now == day_product(entries, TURN, END)
        settled = ledger.settle_year(member, rate=RATE, day_base=BASE, occurred_at=AT)
        assert settled.interest == interest(row.n_prev, rate=RATE, day_base=BASE)
        after = ledger.account(member)
        with_interest = [*entries, (TURN, settled.interest)]
        assert after.balance * (END - TURN).days - after.v == day_product(with_interest, TURN, END)
        assert 0 <= after.carried <= after.balance
        path = ledger.segments(member, since=TURN, until=END)
        assert sum(piece.product for piece in path) == day_product(with_interest, TURN, END)
        assert sound()
        transaction.set_rollback(True)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    n=st.integers(-(10**13), 10**13),
    rate=st.fractions(0, 1, max_denominator=10**6),
    base=st.sampled_from([360, 365, 366]),
)
def test_the_databases_interest_is_the_engines(open_books, n, rate, base):
    from anju.ledger.calls import row

    [fen] = row(
        "SELECT ledger_interest_of(%s, %s, %s, %s)", [n, rate.numerator, rate.denominator, base]
    )
    assert fen == interest(n, rate=rate, day_base=base)
