"""How a city's folder lies over the national one: dated values, tables of words, the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, model_validator

from anju.domain.calendar import WorkCalendar
from anju.policy.dated_values import (
    CityEntry,
    Declared,
    NationalEntry,
    Params,
    assumed_values,
    declare,
    override,
)
from anju.policy.parsing import parse
from anju.policy.shapes import Code, Shape, Text
from anju.policy.sources import Document

T = TypeVar("T")
Assumed = Iterator[tuple[Document, int, str, str]]


class CalendarYear(Shape):
    """One year of public holidays.

    Attributes:
        basis: the notice that set them; or `assumed`, while none is published.
        holidays: first and last day of each holiday.
        workdays: weekend days that are worked in their stead.
    """

    basis: Text | None = None
    assumed: Text | None = None
    holidays: tuple[
        Annotated[tuple[date, ...], Field(strict=False, min_length=2, max_length=2)], ...
    ] = Field(strict=False)
    workdays: tuple[date, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if (self.basis is None) == (self.assumed is None):
            raise ValueError("a year has a basis, or is assumed and says why; exactly one of both")
        for first, last in self.holidays:
            if not first <= last <= first + timedelta(days=15):
                raise ValueError(f"a holiday from {first} to {last}")
        for day in self.workdays:
            if day.weekday() < 5:
                raise ValueError(f"{day} is no weekend day, it is worked anyhow")
        return self

    def days(self) -> Iterator[date]:
        """Every single day of the year's holidays."""
        for first, last in self.holidays:
            yield from (first + timedelta(days=at) for at in range((last - first).days + 1))


class CalendarFile(Shape):
    """calendar.yaml; a city's adds local holidays to the national ones."""

    years: dict[Annotated[str, Field(pattern=r"^20[0-9]{2}$")], CalendarYear]


def read_calendar(national: Document, city: Document | None) -> WorkCalendar:
    """The working days of a centre.

    Raises:
        PolicyError: a day lies in another year than its list, or is listed both as a holiday and
            as a working day.
    """
    holidays: set[date] = set()
    workdays: set[date] = set()
    for document in (national, city):
        if document is None:
            continue
        for name, year in parse_calendar(document).years.items():
            days = set(year.days())
            for day in days | set(year.workdays):
                if str(day.year) != name:
                    raise document.problem(("years", name), f"{day} does not lie in {name}")
            both = (days | holidays) & (set(year.workdays) | workdays)
            if both:
                raise document.problem(
                    ("years", name), f"{min(both)} is listed as holiday and as working day"
                )
            holidays |= days
            workdays |= set(year.workdays)
    return WorkCalendar(frozenset(holidays), frozenset(workdays))


def parse_calendar(document: Document) -> CalendarFile:
    """A calendar file, typed."""
    result: CalendarFile = parse(document, CalendarFile)
    return result


def read_dated(national: Document, city: Document | None) -> Params:
    """The dated values of a file, the city's own in place of the national ones.

    Raises:
        PolicyError: a value is bad, fixed, or of a name that the national file does not declare.
    """
    rules: dict[str, NationalEntry] = parse(national, dict[Code, NationalEntry])
    declared: dict[str, Declared] = {
        name: declare(name, entry, national) for name, entry in rules.items()
    }
    if city is not None:
        for name in city.value:
            if name not in rules:
                raise city.problem((name,), f"{name} is not declared in the national file")
        entries: dict[str, CityEntry] = parse(city, dict[Code, CityEntry])
        for name, entry in entries.items():
            declared[name] = override(declared[name], rules[name], entry, city)
    return Params(declared)


def assumed_dated(national: Document, city: Document | None) -> Assumed:
    """Which dated values in force in a centre are assumed: (file, line, name and day, reason)."""
    rules: dict[str, NationalEntry] = parse(national, dict[Code, NationalEntry])
    own: dict[str, CityEntry] = parse(city, dict[Code, CityEntry]) if city else {}
    kept = {name: entry for name, entry in rules.items() if name not in own}
    for entries, document in ((kept, national), (own, city)):
        if document is not None:
            for name, reason, line in assumed_values(entries, document):
                yield document, line, name, reason


def read_tables(national: Document, city: Document | None, shape: type[T]) -> T:
    """A file of tables, with the city's own entries in place of the national ones.

    Raises:
        PolicyError: an entry is bad, or of a name that the national table does not have.
    """
    result: T = parse(national, shape)
    if city is None:
        return result
    merged: dict[str, Any] = {**national.value}
    for table, entries in city.value.items():
        if table not in merged:
            raise city.problem((table,), f"{table} is not a name that is known here")
        if not isinstance(entries, Mapping):
            raise city.problem((table,), f"{table} must be a mapping of codes")
        for code in entries:
            if code not in merged[table]:
                raise city.problem(
                    (table, code), f"{table}.{code} is not declared in the national file"
                )
        merged[table] = {**merged[table], **entries}
    over: T = parse(city, shape, value=merged)
    return over
