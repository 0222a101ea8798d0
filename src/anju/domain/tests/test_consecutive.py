"""Months without a gap until now."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.calendar import add_months, months_of
from anju.domain.consecutive import Run, run

ON = date(2026, 11, 20)


def months(*texts: str) -> list[date]:
    return [date.fromisoformat(f"{text}-01") for text in texts]


@pytest.mark.parametrize(
    ("paid", "count"),
    [
        ((), 0),
        (("2026-09",), 0),
        (("2026-10",), 1),
        (("2026-11",), 1),
        (("2026-11", "2026-10"), 2),
        (("2026-12",), 0),
        (("2026-10", "2026-11", "2026-12"), 2),
        (("2026-08", "2026-10", "2026-11"), 2),
        (("2026-01", "2025-12", "2025-11"), 0),
        (("2025-12", "2026-01", *(f"2026-{n:02}" for n in range(2, 11))), 11),
    ],
)
def test_it_ends_with_this_month_or_the_one_before(paid: tuple[str, ...], count: int) -> None:
    found = run(months(*paid), on=ON)
    assert (found.months if found else 0) == count


@given(st.sets(st.integers(-40, 3)), st.integers(1, 28))
def test_every_month_of_it_was_paid_and_the_one_before_was_not(back: set[int], day: int) -> None:
    paid = {add_months(date(2026, 11, 1), n) for n in back}
    found = run(paid, on=ON.replace(day=day))
    if found is None:
        assert not back & {0, -1}
        return
    assert isinstance(found, Run)
    assert {*months_of(found.first, found.last)} <= paid
    assert add_months(found.first, -1) not in paid
    assert found.last == date(2026, 11, 1) or date(2026, 11, 1) not in paid
