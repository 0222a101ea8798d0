"""Faults that can be switched on: for one centre or all, for the next few occasions or for good."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ALWAYS_PER_MILLE: Final = 1000


class UnknownFault(ValueError):
    """There is no such fault, or it takes no such parameter."""


@dataclass(frozen=True, slots=True)
class Param:
    """A number or a choice a fault can be given."""

    name: str
    label: str
    default: int | str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way in which the outside world can go wrong, and a plain sentence of what happens."""

    code: str
    title: str
    says: str
    params: tuple[Param, ...] = ()
    group: str = ""
    lasting: bool = False
    """Whether one usually means "until switched off" rather than "once"."""


class FaultBoard:
    """The switches of one room."""

    def __init__(self, room: str, kinds: tuple[FaultKind, ...]) -> None:
        self.room = room
        self.kinds = {kind.code: kind for kind in kinds}

    def switch_on(
        self,
        connection: sqlite3.Connection,
        *,
        kind: str,
        client: str = "",
        times: int | None = None,
        params: Mapping[str, object] | None = None,
    ) -> int:
        """Switch `kind` on for `client` ('' = all) for the next `times` occasions (None = until
        switched off). Raises UnknownFault. Returns the switch's id.
        """
        if times is not None and times < 1:
            raise UnknownFault("times must be at least 1")
        checked = self._checked(kind, dict(params or {}))
        cursor = connection.execute(
            "INSERT INTO fault (room, kind, client, remaining, params) VALUES (?, ?, ?, ?, ?)",
            (self.room, kind, client, times, json.dumps(checked)),
        )
        return int(cursor.lastrowid or 0)

    def switch_off(self, connection: sqlite3.Connection, switch: int | None = None) -> None:
        """Switch one off, or all of this room."""
        connection.execute(
            "DELETE FROM fault WHERE room = ? AND (? IS NULL OR id = ?)",
            (self.room, switch, switch),
        )

    def strikes(
        self, connection: sqlite3.Connection, *, kind: str, client: str
    ) -> dict[str, Any] | None:
        """The parameters of `kind` if it happens on this occasion, or None; uses up one of its
        times. With a `per_mille` below 1000 the n-th occasion is decided by a hash of n, so a
        rerun of the same calls meets the same faults.
        """
        rows = connection.execute(
            "SELECT * FROM fault WHERE room = ? AND kind = ? AND client IN ('', ?) ORDER BY id",
            (self.room, kind, client),
        ).fetchall()
        for row in rows:
            params: dict[str, Any] = json.loads(row["params"])
            connection.execute("UPDATE fault SET asked = asked + 1 WHERE id = ?", (row["id"],))
            if _draw(f"{kind}:{client}:{row['asked']}") >= params["per_mille"]:
                continue
            if row["remaining"] == 1:
                connection.execute("DELETE FROM fault WHERE id = ?", (row["id"],))
            elif row["remaining"] is not None:
                connection.execute(
                    "UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (row["id"],)
                )
            return params
        return None

    def active(self, connection: sqlite3.Connection) -> list[dict[str, Any]]:
        """The switches that are on, oldest first."""
        rows = connection.execute(
            "SELECT * FROM fault WHERE room = ? ORDER BY id", (self.room,)
        ).fetchall()
        return [
            {
                "id": row["id"],
                "fault": row["kind"],
                "client": row["client"],
                "times": row["remaining"],
                **json.loads(row["params"]),
            }
            for row in rows
        ]

    def _checked(self, code: str, params: dict[str, object]) -> dict[str, object]:
        kind = self.kinds.get(code)
        if kind is None:
            raise UnknownFault(f"no fault {code!r}; there are {', '.join(self.kinds)}")
        checked: dict[str, object] = {"per_mille": _whole(params.pop("per_mille", None), 1000)}
        for param in kind.params:
            given = params.pop(param.name, None)
            if param.choices:
                checked[param.name] = str(given or param.default)
                if checked[param.name] not in param.choices:
                    raise UnknownFault(f"{param.name} is one of {', '.join(param.choices)}")
            else:
                checked[param.name] = _whole(given, int(param.default))
        if params:
            raise UnknownFault(f"{code} takes no {', '.join(params)}")
        return checked


def _whole(given: object, default: int) -> int:
    if given in (None, ""):
        return default
    try:
        return int(str(given))
    except ValueError as problem:
        raise UnknownFault(f"{given!r} is not a whole number") from problem


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % ALWAYS_PER_MILLE
