"""Reads one YAML file of a centre and remembers on which line every word of it stands.

Only the small, exact part of YAML that a policy needs is taken: text, whole numbers, true and
false, days, lists and mappings. A number with a point must stand in quotation marks, because an
unquoted one has already lost its digits when a program sees it; anchors, tags and repeated keys
are refused, because a reader would have to look in two places to know what is in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from anju.policy.problems import PolicyError

FILE_BYTES_MAX = 1_000_000
"""A policy file is written by hand; a larger one is a mistake or an attack."""

NESTING_MAX = 20

# The parser in C where the library has it: a city's folder is read in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LOOKS_LIKE_A_NUMBER = re.compile(r"[-+]?[0-9][0-9_.,:%eE+-]*\Z")

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One file: its plain value and the line of every key and list entry in it.

    Attributes:
        file: the path as an engineer would open it.
        value: mappings, lists, str, int, bool, date and None only.
        lines: line number (from 1) by path, a path being the keys and positions from the root.
    """

    file: str
    value: dict[str, Any]
    lines: dict[Path_, int] = field(repr=False)

    def line(self, path: Path_) -> int:
        """The line of a path, or of the nearest thing around it that is written down."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path_, reason: str) -> PolicyError:
        """A PolicyError that points at a path of this file."""
        return PolicyError(self.file, self.line(path), reason)


def read_document(file: Path, *, shown_as: str) -> Document:
    """Read one YAML file.

    Args:
        file: where it lies.
        shown_as: how error messages name it.

    Raises:
        PolicyError: the file is missing, too large, not UTF-8, not YAML, or uses a part of YAML
            that policy files do not use.
    """
    text = _text(file, shown_as)
    try:
        _refuse_depth(text, shown_as)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PolicyError(
            shown_as, mark.line + 1 if mark else 1, error.problem or "not valid YAML"
        ) from error
    except yaml.YAMLError as error:
        raise PolicyError(shown_as, 1, f"not valid YAML: {error}") from error
    if root is None:
        raise PolicyError(shown_as, 1, "the file is empty")
    if not isinstance(root, yaml.MappingNode):
        raise PolicyError(shown_as, 1, "the file must be a mapping of names to values")
    reader = _Reader(shown_as)
    value = reader.read(root, ())
    return Document(shown_as, value, reader.lines)


def _refuse_depth(text: str, shown_as: str) -> None:
    """Raises PolicyError before composing, which descends by calls and would exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > NESTING_MAX:
            mark = event.start_mark
            raise PolicyError(shown_as, mark.line + 1 if mark else 1, "nested too deeply")


def _text(file: Path, shown_as: str) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise PolicyError(
            shown_as, 1, f"the file cannot be read: {error.strerror or error}"
        ) from error
    if len(data) > FILE_BYTES_MAX:
        raise PolicyError(shown_as, 1, f"the file is larger than {FILE_BYTES_MAX} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PolicyError(shown_as, line, "the file is not UTF-8 text") from error


class _Reader:
    """Turns composed nodes into plain values, and notes the line of each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: Path_) -> Any:
        """The plain value of a node."""
        self.lines.setdefault(path, self._line(node))
        if id(node) in self._seen:
            raise self._problem(node, "anchors and aliases are not used here; write it out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(entry, (*path, at)) for at, entry in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in result:
                raise self._problem(key_node, f"the name {key!r} stands here a second time")
            self.lines[(*path, key)] = self._line(key_node)
            result[key] = self.read(value_node, (*path, key))
        return result

    def _key(self, node: yaml.Node) -> str:
        # Days are keys of dated values; as text they stay comparable with what the file shows.
        if not isinstance(node, yaml.ScalarNode) or node.value in ("", "<<"):
            raise self._problem(node, "a name must be plain text")
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        if node.style in ('"', "'", "|", ">"):
            return text
        if node.tag not in _PLAIN_TAGS:
            raise self._problem(node, f"the tag {node.tag} is not used here")
        if text in ("true", "false"):
            return text == "true"
        if text in ("", "null", "~"):
            return None
        if _WHOLE.match(text):
            return int(text)
        if _DAY.match(text):
            return self._day(node, text)
        if _LOOKS_LIKE_A_NUMBER.match(text):
            raise self._problem(node, f'{text} is not in quotation marks: write it as "{text}"')
        return text

    def _day(self, node: yaml.Node, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self._problem(node, f"{text} is not a day of the calendar") from error

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + 1

    def _problem(self, node: yaml.Node, reason: str) -> PolicyError:
        return PolicyError(self.file, self._line(node), reason)


_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")
)
