"""The rows of an interest trace, worded so that a pocket calculator repeats every one.

Day-products are shown in yuan × days: people key in yuan, and the quotient is the same.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from anju.domain.interest_terms import Part
from anju.domain.money import yuan
from anju.domain.trace import TraceRow

METHOD_ROW = TraceRow("计息方法", "每段余额 × 天数 = 积数；存入当天计息，提取当天不计息")
CARRIED, CURRENT = "上年结转", "当年归集"
_TERMS_SHOWN = 4


def percent(rate: Fraction) -> str:
    """A rate as a percentage with every digit it has, two decimals at least: `1.50%`.

    A rate no decimal can tell is shown as the fraction it is.
    """
    for places in range(2, 13):
        scaled = rate * 100 * 10**places
        if scaled.denominator == 1:
            whole, rest = divmod(abs(scaled.numerator), 10**places)
            return f"{'-' if rate < 0 else ''}{whole}.{rest:0{places}d}%"
    return f"{rate.numerator}/{rate.denominator}"


def segment_row(since: date, until: date, balance_fen: int, *, of: str = "") -> TraceRow:
    """A balance that stood still over [since, until); `of` names a part of the account's."""
    days = (until - since).days
    product = yuan(balance_fen * days)
    return TraceRow(
        f"{since} 至 {until}（不含当日）",
        f"{of or '余额'} {yuan(balance_fen)} 元 × {days} 天 = 积数 {product}",
    )


def late_row(booked_on: date, value_date: date, amount_fen: int) -> TraceRow:
    """A line that counts from another day than it was booked on."""
    days = (booked_on - value_date).days
    product = yuan(amount_fen * days)
    return TraceRow(
        f"{booked_on} 入账，自 {value_date} 起算",
        f"补记 {yuan(amount_fen)} 元 × {days} 天 = 积数 {product}",
    )


def sum_row(products: Sequence[int], *, of: str = "") -> TraceRow:
    """The day-products of a period added up."""
    return TraceRow(f"{of}积数合计", _sum(products))


def interest_row(label: str, *, n: int, rate: Fraction, day_base: int, fen: int) -> TraceRow:
    """The step from day-product to money."""
    formula = f"积数合计 {yuan(n)} × {percent(rate)} ÷ {day_base} = {yuan(fen)} 元（四舍五入到分）"
    return TraceRow(label, formula, fen)


def parts_row(label: str, parts: Sequence[Part], *, day_base: int, fen: int) -> TraceRow:
    """The step from several day-products, each with its rate, to money: rounded once."""
    terms = " ＋ ".join(f"{yuan(part.n)} × {percent(part.rate)}" for part in parts)
    return TraceRow(label, f"（{terms}）÷ {day_base} = {yuan(fen)} 元（四舍五入到分）", fen)


def parts_sum_row(label: str, parts: Sequence[int]) -> TraceRow:
    """Interest that was rounded part by part, added up."""
    return TraceRow(label, f"{_sum(parts)} 元", sum(parts))


def capital_row(on: date, balance_fen: int, interest_fen: int) -> TraceRow:
    """Interest becoming principal on 1 July."""
    total = yuan(balance_fen + interest_fen)
    formula = f"余额 {yuan(balance_fen)} + 利息 {yuan(interest_fen)} = {total} 元"
    return TraceRow(f"{on} 利息转入本金", formula)


def total_row(interests: Sequence[int]) -> TraceRow:
    """All interest of a history, settled and open, added up."""
    return TraceRow("利息合计", f"{_sum(interests)} 元")


def _sum(amounts: Sequence[int]) -> str:
    total = yuan(sum(amounts))
    if len(amounts) < 2:
        return total
    if len(amounts) > _TERMS_SHOWN:
        return f"以上 {len(amounts)} 项相加 = {total}"
    terms = " + ".join(f"({yuan(fen)})" if fen < 0 else yuan(fen) for fen in amounts)
    return f"{terms} = {total}"
