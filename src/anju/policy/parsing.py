"""From a read file to a typed record, with every problem told at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from anju.policy.problems import PolicyError
from anju.policy.shapes import Block
from anju.policy.sources import Document, Path_

T = TypeVar("T")


def parse(document: Document, shape: type[T] | Any, *, value: Any = None) -> T:
    """A file's content as a record.

    Args:
        document: the file, for the lines.
        shape: a record class, or a type such as dict[str, Record].
        value: what to read instead of the file's own content, when a city's file was laid over
            the national one; its lines are then the city's.

    Raises:
        PolicyError: the content does not fit; the problem nearest to the file's top is told.
    """
    try:
        result: T = TypeAdapter(shape).validate_python(document.value if value is None else value)
    except ValidationError as error:
        raise _first_problem(document, error) from None
    return result


def _first_problem(document: Document, error: ValidationError) -> PolicyError:
    problems = []
    for detail in error.errors():
        path = tuple(part for part in detail["loc"] if part != "[key]")
        # A misspelt name is also a missing one, and a bad entry leaves its list too short: what
        # was written comes before what was not.
        rank = _RANKS.get(detail["type"], 0)
        problems.append((rank, document.line(path), _reason(path, detail["type"], detail["msg"])))
    _, line, reason = min(problems)
    return PolicyError(document.file, line, reason)


_RANKS = {"missing": 1, "too_short": 2}


def _reason(path: Path_, kind: str, message: str) -> str:
    where = ".".join(str(part) for part in path)
    if kind == "missing":
        return f"{where} is missing"
    if kind == "extra_forbidden":
        return f"{where} is not a name that is known here"
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def assumed_in(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every field of a record, at any depth, that is marked as assumed: (path, reason)."""
    if isinstance(value, BaseModel):
        if isinstance(value, Block):
            for name, reason in value.assumed.items():
                yield (*path, name), reason
        for name in type(value).model_fields:
            yield from assumed_in(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from assumed_in(entry, (*path, key))
    elif isinstance(value, tuple):
        for at, entry in enumerate(value):
            yield from assumed_in(entry, (*path, at))
