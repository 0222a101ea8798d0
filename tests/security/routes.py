"""Every address there is, read from the URL map itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """One address of the map: its full name and the parts that must be filled in."""

    name: str
    parts: frozenset[str]

    def address(self, parts: dict[str, object]) -> str:
        """The path with its parts filled in."""
        return reverse(self.name, kwargs=parts)


def routes() -> tuple[Route, ...]:
    """All routes, in the order of the map. A route without a name is called after its pattern."""
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _walk(pattern.url_patterns, inner)
        else:
            name = f"{prefix}{pattern.name or pattern.pattern}"
            yield Route(name, frozenset(pattern.pattern.converters))
