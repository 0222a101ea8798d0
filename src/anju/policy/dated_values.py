"""Values with a day: how they are written in a file, overridden by a city, and read by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from pydantic import Field, model_validator

from anju.domain.dated import Dated, DatedValue
from anju.policy.shapes import Code, Shape, Text
from anju.policy.sources import Document
from anju.policy.units import CHOICE, UNITS, read_value


class WrittenValue(Shape):
    """What holds from one day on, and on what ground: a document, or our own assumption."""

    value: Text
    basis: Text | None = None
    assumed: Text | None = None

    @model_validator(mode="after")
    def _has_one_ground(self) -> Self:
        if (self.basis is None) == (self.assumed is None):
            raise ValueError("a value has a basis, or is assumed and says why; exactly one of both")
        return self


class CityEntry(Shape):
    """A city's own values for a name that the national folder declares."""

    reviewed_on: date
    values: dict[str, WrittenValue] = Field(min_length=1)


class NationalEntry(CityEntry):
    """A dated value as the national folder declares it.

    Attributes:
        says: what it means, for people.
        unit: one of anju.policy.units.UNITS.
        fixed: no city may change it.
        choices: the texts that unit: choice allows.
        at_least, at_most: bounds that also a city's values keep.
    """

    says: Text
    unit: str
    fixed: bool = False
    choices: tuple[Code, ...] = Field(default=(), strict=False)
    at_least: Text | None = None
    at_most: Text | None = None


@dataclass(frozen=True)
class Declared:
    """One dated value as it is in force in a centre, with where it is written."""

    name: str
    says: str
    unit: str
    fixed: bool
    reviewed_on: date
    dated: Dated[Any]
    file: str
    line: int


class Params(Mapping[str, Declared]):
    """Dated values by name: `params.card_age_hours_min.on(day).value`.

    As a mapping it gives the declarations themselves, with their meaning and source line.
    """

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self._declared = MappingProxyType(dict(declared))

    def __getattr__(self, name: str) -> Dated[Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._declared[name].dated
        except KeyError:
            raise AttributeError(f"no policy value is called {name}") from None

    def __getitem__(self, name: str) -> Declared:
        return self._declared[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def declare(name: str, entry: NationalEntry, source: Document) -> Declared:
    """The national value of a name.

    Raises:
        PolicyError: the unit is unknown, or a value does not fit it.
    """
    if entry.unit not in UNITS:
        raise source.problem(
            (name, "unit"), f"{name}: the unit {entry.unit!r} is none of {', '.join(UNITS)}"
        )
    if (entry.unit == CHOICE) != bool(entry.choices):
        raise source.problem(
            (name, "unit"), f"{name}: choices belong to unit: choice, and to nothing else"
        )
    return _declared(name, entry, entry, source)


def override(national: Declared, rule: NationalEntry, entry: CityEntry, city: Document) -> Declared:
    """A city's value in place of the national one.

    Raises:
        PolicyError: the name is fixed, or a value does not fit unit or bounds.
    """
    if national.fixed:
        raise city.problem((national.name,), f"{national.name} is fixed: no city may change it")
    return _declared(national.name, rule, entry, city)


def _declared(name: str, rule: NationalEntry, entry: CityEntry, source: Document) -> Declared:
    values: list[DatedValue[Any]] = []
    for day_text, written in entry.values.items():
        path = (name, "values", day_text)
        day = _day(name, day_text, source)
        if values and values[-1].day >= day:
            raise source.problem(path, f"{name}: {day} stands after a later day")
        value = _value(name, rule, written.value, source, (*path, "value"))
        values.append(DatedValue(value, written.basis or f"假定：{written.assumed}", day))
    return Declared(
        name=name,
        says=rule.says,
        unit=rule.unit,
        fixed=rule.fixed,
        reviewed_on=entry.reviewed_on,
        dated=Dated(tuple(values)),
        file=source.file,
        line=source.line((name,)),
    )


def _day(name: str, text: str, source: Document) -> date:
    try:
        if len(text) != len("2026-01-01"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise source.problem(
            (name, "values", text), f"{name}: {text!r} is not a day written as 2026-01-01"
        ) from None


def _value(
    name: str, rule: NationalEntry, text: str, source: Document, path: tuple[str, ...]
) -> Any:
    try:
        value = read_value(text, unit=rule.unit, choices=rule.choices)
        for bound, broken in ((rule.at_least, value.__lt__), (rule.at_most, value.__gt__)):
            if bound is not None and broken(read_value(bound, unit=rule.unit)) is True:
                raise ValueError(
                    f"{text} is outside {rule.at_least or '…'} to {rule.at_most or '…'}"
                )
    except ValueError as error:
        raise source.problem(path, f"{name}: {error}") from None
    return value


def assumed_values(
    entries: Mapping[str, CityEntry], source: Document
) -> Iterator[tuple[str, str, int]]:
    """Which values of a file are assumed: (name and day, reason, line)."""
    for name, entry in entries.items():
        for day, written in entry.values.items():
            if written.assumed:
                yield f"{name} {day}", written.assumed, source.line((name, "values", day))
