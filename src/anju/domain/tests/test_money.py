"""Money is read strictly, written one way and rounded half away from zero."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.money import FEN_MAX, parse_yuan, round_half_away, yuan

AMOUNTS = st.integers(-FEN_MAX, FEN_MAX)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (20430, "204.30"),
        (2021621, "20,216.21"),
        (-123456789, "-1,234,567.89"),
        (FEN_MAX, "999,999,999,999.99"),
    ],
)
def test_amounts_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("20,216.21", 2021621),
        ("20216.21", 2021621),
        ("２０，２１６．２１元", 2021621),
        (" 20 216.21 元 ", 2021621),
        ("\u3000５元", 500),
        ("0.5", 50),
        ("0", 0),
        ("007.10", 710),
        ("1,000,000", 100_000_000),
        ("999,999,999,999.99", FEN_MAX),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "没有填写金额"),
        ("  元", "没有填写金额"),
        ("1.234", "不能超过两位"),
        ("1.000", "不能超过两位"),
        ("+1", "正负号"),
        ("-1", "正负号"),
        ("－１", "正负号"),
        ("12.", "不是金额"),
        (".5", "不是金额"),
        ("1,23", "不是金额"),
        ("12,34.00", "不是金额"),
        ("1,2345", "不是金额"),
        ("1e3", "不是金额"),
        ("NaN", "不是金额"),
        ("五百", "不是金额"),
        ("1元2", "不是金额"),
        ("1元元", "不是金额"),
        ("½", "不是金额"),
        ("①", "不是金额"),
        ("٣", "不是金额"),
        ("--1", "不是金额"),
        ("1,000,000,000,000", "金额过大"),
        ("9" * 5000, "金额过大"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_way_on(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part) as refused:
        parse_yuan(text)
    assert "请" in str(refused.value)
    assert len(str(refused.value)) < 100


def test_signs_are_read_where_they_are_allowed() -> None:
    assert parse_yuan("-1,000.01", allow_negative=True) == -100001
    assert parse_yuan("+3", allow_negative=True) == 300


@given(AMOUNTS)
def test_what_is_written_reads_back(fen: int) -> None:
    assert parse_yuan(yuan(fen), allow_negative=True) == fen


@given(st.text())
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        fen = parse_yuan(text)
    except ValueError:
        fen = 0
    assert 0 <= fen <= FEN_MAX


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(5, 10, 1), (-5, 10, -1), (5, -10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (25, 10, 3)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, nearest: int) -> None:
    assert round_half_away(numerator, denominator) == nearest


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        round_half_away(1, 0)


@given(st.integers(), st.integers().filter(bool))
def test_rounding_is_nearest_and_symmetric(numerator: int, denominator: int) -> None:
    nearest = round_half_away(numerator, denominator)
    off = nearest - Fraction(numerator, denominator)
    assert abs(off) <= Fraction(1, 2)
    if abs(off) == Fraction(1, 2):
        assert abs(nearest) > abs(Fraction(numerator, denominator))
    assert round_half_away(-numerator, denominator) == -nearest
