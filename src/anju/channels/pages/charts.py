"""Simple charts, drawn by the server; the table beside them says the same in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anju.domain.money import yuan

WIDTH, HEIGHT = 720, 220
_TOP, _FOOT = 24, 28
_GAP = 0.35
"""Which part of a bar's place stays empty."""


@dataclass(frozen=True)
class Bar:
    """One bar in the units of the view box; `middle` is where its words are centred."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    value: str
    is_below: bool


@dataclass(frozen=True)
class Chart:
    """Bars over a line of zero; `says` names what is drawn."""

    says: str
    bars: tuple[Bar, ...]
    zero: int
    most: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def foot(self) -> int:
        """Where the labels stand."""
        return self.height - 8


def bars(values: Sequence[tuple[str, int]], *, says: str) -> Chart | None:
    """Amounts in fen as bars, with their labels; None when there is nothing to draw."""
    amounts = [amount for _label, amount in values]
    highest, lowest = max([*amounts, 0]), min([*amounts, 0])
    if highest == lowest:
        return None
    room = HEIGHT - _TOP - _FOOT
    zero = _TOP + room * highest // (highest - lowest)
    place = WIDTH // len(values)
    drawn = []
    for at, (label, amount) in enumerate(values):
        height = room * abs(amount) // (highest - lowest)
        drawn.append(
            Bar(
                x=int(at * place + place * _GAP / 2),
                y=zero if amount < 0 else zero - height,
                width=int(place * (1 - _GAP)),
                height=max(height, 1),
                middle=at * place + place // 2,
                label=label,
                value=yuan(amount),
                is_below=amount < 0,
            )
        )
    most = max(amounts, key=abs)
    return Chart(says, tuple(drawn), zero, yuan(most))
