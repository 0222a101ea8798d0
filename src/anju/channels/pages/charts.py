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
    is_second: bool = False


@dataclass(frozen=True)
class Chart:
    """Bars over a line of zero; `says` names what is drawn."""

    says: str
    bars: tuple[Bar, ...]
    zero: int
    most: str
    names: tuple[str, ...] = ()
    """What the first and the second bar of each place are, where there are two."""
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def foot(self) -> int:
        """Where the labels stand."""
        return self.height - 8


def bars(values: Sequence[tuple[str, int]], *, says: str) -> Chart | None:
    """Amounts in fen as bars, with their labels; None when there is nothing to draw."""
    return _drawn([(label, (amount,)) for label, amount in values], says=says, names=())


def pairs(
    values: Sequence[tuple[str, int, int]], *, says: str, names: tuple[str, str]
) -> Chart | None:
    """Two amounts in fen beside each other for each label, as `bars`."""
    return _drawn([(label, (one, other)) for label, one, other in values], says=says, names=names)


def _drawn(
    values: Sequence[tuple[str, tuple[int, ...]]], *, says: str, names: tuple[str, ...]
) -> Chart | None:
    amounts = [amount for _label, several in values for amount in several]
    highest, lowest = max([*amounts, 0]), min([*amounts, 0])
    if highest == lowest:
        return None
    room = HEIGHT - _TOP - _FOOT
    zero = _TOP + room * highest // (highest - lowest)
    place = WIDTH // len(values)
    drawn = []
    for at, (label, several) in enumerate(values):
        width = int(place * (1 - _GAP) / len(several))
        for which, amount in enumerate(several):
            height = room * abs(amount) // (highest - lowest)
            drawn.append(
                Bar(
                    x=int(at * place + place * _GAP / 2) + which * width,
                    y=zero if amount < 0 else zero - height,
                    width=width,
                    height=max(height, 1),
                    middle=at * place + place // 2,
                    label=label if which == 0 else "",
                    value=" ".join((names[which] if names else label, yuan(amount))),
                    is_below=amount < 0,
                    is_second=which == 1,
                )
            )
    most = max(amounts, key=abs)
    return Chart(says, tuple(drawn), zero, yuan(most), names)
