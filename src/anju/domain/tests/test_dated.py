"""A dated value holds from its day until the next one's."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.dated import Dated, DatedValue, NotInForce

OLD = DatedValue(Fraction("0.0325"), "旧文件", date(2015, 8, 26))
NEW = DatedValue(Fraction("0.0310"), "新文件", date(2022, 10, 1))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2015, 8, 26), OLD),
        (date(2022, 9, 30), OLD),
        (date(2022, 10, 1), NEW),
        (date(2099, 1, 1), NEW),
    ],
)
def test_a_value_holds_until_the_day_before_the_next(
    day: date, value: DatedValue[Fraction]
) -> None:
    assert Dated((OLD, NEW)).on(day) is value


def test_no_value_before_the_first_day() -> None:
    with pytest.raises(NotInForce, match="2015-08-25 尚无有效值") as refused:
        Dated((OLD, NEW)).on(date(2015, 8, 25))
    assert (refused.value.day, refused.value.first) == (date(2015, 8, 25), OLD.day)


def test_the_order_given_does_not_matter() -> None:
    assert Dated((NEW, OLD)) == Dated((OLD, NEW))


def test_an_empty_or_ambiguous_value_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Dated(())
    with pytest.raises(ValueError, match="two values are dated 2015-08-26"):
        Dated((OLD, NEW, DatedValue(Fraction(1), "", OLD.day)))


@given(st.sets(st.dates(), min_size=1), st.dates())
def test_every_day_from_the_first_on_has_exactly_one_value(days: set[date], asked: date) -> None:
    dated = Dated(tuple(DatedValue(day, "", day) for day in days))
    if asked < min(days):
        with pytest.raises(NotInForce):
            dated.on(asked)
    else:
        assert dated.on(asked).value == max(day for day in days if day <= asked)
