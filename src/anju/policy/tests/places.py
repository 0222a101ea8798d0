"""Where keys stand in a city's files, and the same policy with another value at one place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel

Place = tuple[str | int, ...]


def shapes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The records inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from shapes_in(part)


def keys(shape: type[BaseModel], place: str = "") -> Iterator[tuple[str, bool]]:
    """(dotted place, is it a leaf) of every key a file may hold; `assumed` is a mark, no key."""
    place = place or shape.__name__
    for name, field in shape.model_fields.items():
        inner = list(shapes_in(field.annotation))
        if name != "assumed":
            yield f"{place}.{name}", not inner
        for each in inner:
            yield from keys(each, f"{place}.{name}")


def changed(whole: Any, at: Place, change: Callable[[Any], Any]) -> Any:
    """The same policy with `change` made at one place; the original stays as it is."""
    if not at:
        return change(whole)
    step, rest = at[0], at[1:]
    if isinstance(whole, BaseModel):
        return whole.model_copy(update={step: changed(getattr(whole, str(step)), rest, change)})
    if isinstance(whole, Mapping):
        inner = {**whole, step: changed(whole[step], rest, change)}
        return MappingProxyType(inner) if isinstance(whole, MappingProxyType) else inner
    if isinstance(whole, tuple):
        return tuple(
            changed(entry, rest, change) if number == step else entry
            for number, entry in enumerate(whole)
        )
    return replace(whole, **{str(step): changed(getattr(whole, str(step)), rest, change)})
