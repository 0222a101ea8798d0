"""examples.yaml: a centre's own worked examples, in numbers a clerk can check with a calculator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, StringConstraints

from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import ContributionRefused, contribution, parse_month
from anju.domain.interest import history
from anju.policy.contribution import contribution_terms
from anju.policy.interest import interest_terms
from anju.policy.shapes import Shape, Text

if TYPE_CHECKING:
    from anju.policy.current import Policy


class Movement(Shape):
    """One entry of an account; signed whole fen."""

    on: date
    fen: int


class Settled(Shape):
    """What the 30th of June is expected to have brought."""

    on: date
    interest_fen: int
    balance_fen: int


class InterestExample(Shape):
    """An account's history and the interest it must give."""

    says: Text
    opening_fen: Annotated[int, Field(ge=0)]
    opening_on: date
    entries: Annotated[tuple[Movement, ...], Field(strict=False)] = ()
    until: date
    interest_fen: int
    settlements: Annotated[tuple[Settled, ...], Field(strict=False)] = ()


class DeadlineExample(Shape):
    """A day, so many working days, and the day on which they end."""

    says: Text
    received_on: date
    working_days: Annotated[int, Field(ge=0)]
    due_on: date


class HoursExample(Shape):
    """An instant, Beijing time, and whether the centre takes applications then."""

    says: Text
    at: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$")]
    is_open: bool


class ContributionExample(Shape):
    """A base, two ratios and a month, and what the month must come to; amounts in whole fen."""

    says: Text
    base_fen: Annotated[int, Field(ge=0)]
    member_ratio: Annotated[str, StringConstraints(pattern=r"^0\.[0-9]{2,4}$")]
    employer_ratio: Annotated[str, StringConstraints(pattern=r"^0\.[0-9]{2,4}$")]
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    base_applied_fen: int
    member_fen: int
    employer_fen: int


class ExamplesFile(Shape):
    """examples.yaml."""

    interest: Annotated[tuple[InterestExample, ...], Field(strict=False, min_length=1)]
    contributions: Annotated[tuple[ContributionExample, ...], Field(strict=False)] = ()
    deadlines: Annotated[tuple[DeadlineExample, ...], Field(strict=False)] = ()
    hours: Annotated[tuple[HoursExample, ...], Field(strict=False)] = ()


def failing_examples(policy: Policy) -> Iterator[str]:
    """Every worked example of the centre whose answer is not the one written down, in words."""
    for example in policy.examples.interest:
        yield from _interest(example, policy)
    for month in policy.examples.contributions:
        yield from _contribution(month, policy)
    for deadline in policy.examples.deadlines:
        due = policy.calendar.add_working_days(deadline.received_on, deadline.working_days)
        if due != deadline.due_on:
            yield f"{deadline.says}: {due} instead of {deadline.due_on}"
    for hours in policy.examples.hours:
        at = datetime.fromisoformat(hours.at).replace(tzinfo=SHANGHAI)
        if policy.hours.is_open(at, policy.calendar) is not hours.is_open:
            yield f"{hours.says}: open is {not hours.is_open} instead of {hours.is_open}"


def _interest(example: InterestExample, policy: Policy) -> Iterator[str]:
    found = history(
        example.opening_fen,
        opening_on=example.opening_on,
        entries=[(entry.on, entry.fen) for entry in example.entries],
        until=example.until,
        terms=interest_terms(policy),
    )
    seen: list[tuple[str, Any, Any]] = [
        ("interest", found.interest_fen, example.interest_fen),
        (
            "settlements",
            [(each.on, each.interest_fen, each.balance_fen) for each in found.settlements],
            [(each.on, each.interest_fen, each.balance_fen) for each in example.settlements],
        ),
    ]
    for what, got, expected in seen:
        if got != expected:
            yield f"{example.says}: {what} {got} instead of {expected}"


def _contribution(example: ContributionExample, policy: Policy) -> Iterator[str]:
    try:
        found = contribution(
            example.base_fen,
            member_ratio=Fraction(example.member_ratio),
            employer_ratio=Fraction(example.employer_ratio),
            month=parse_month(example.month),
            terms=contribution_terms(policy),
        )
    except ContributionRefused as refused:
        yield f"{example.says}: {refused}"
        return
    for what, got, expected in (
        ("base applied", found.base_fen, example.base_applied_fen),
        ("member's part", found.amounts.member_fen, example.member_fen),
        ("employer's part", found.amounts.employer_fen, example.employer_fen),
    ):
        if got != expected:
            yield f"{example.says}: {what} {got} instead of {expected}"
