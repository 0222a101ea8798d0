"""Months for which an employer asks for something: claims that several applications share."""

from datetime import date, datetime
from typing import Any, Protocol

from anju.business.contributions.standing import Standing
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import month_span, month_words


class AskedMonths(Protocol):
    """Facts with the first and the last month; None while nothing is entered."""

    @property
    def who(self) -> Standing: ...
    @property
    def from_month(self) -> date | None: ...
    @property
    def to_month(self) -> date | None: ...


def is_its_turn(facts: AskedMonths, policy: Any, at: datetime) -> bool | None:
    """It begins with the month whose turn it is: none before is left open, none after is paid."""
    return None if facts.from_month is None else facts.from_month == facts.who.due_month


def is_in_order(facts: AskedMonths, policy: Any, at: datetime) -> bool | None:
    """It does not end before it begins."""
    if facts.from_month is None or facts.to_month is None:
        return None
    return facts.to_month >= facts.from_month


def is_not_over(facts: AskedMonths, policy: Any, at: datetime) -> bool | None:
    """It ends this month or later: months that have passed are arrears."""
    if facts.to_month is None:
        return None
    return facts.to_month >= at.astimezone(SHANGHAI).date().replace(day=1)


def saw_months(facts: AskedMonths) -> str:
    """The months as people write them."""
    if facts.from_month is None or facts.to_month is None:
        return "还没有填写"
    if facts.to_month < facts.from_month:
        return f"{month_words(facts.from_month)}起，{month_words(facts.to_month)}止"
    return month_span(facts.from_month, facts.to_month)


def saw_turn(facts: AskedMonths) -> str:
    """The month whose turn it is, and those that were asked for."""
    return f"应汇缴 {month_words(facts.who.due_month)}；申请 {saw_months(facts)}"
