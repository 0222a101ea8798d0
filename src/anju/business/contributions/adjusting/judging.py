"""A person's new base beside the old one: pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from anju.domain.contribution import clip, part
from anju.domain.contribution_terms import Limits, Rounding
from anju.domain.money import yuan

REFUSE = "refuse"


class Judged(NamedTuple):
    """What becomes of a base: applied with both parts in fen, or a problem; what is unusual."""

    base_fen: int | None = None
    member_fen: int | None = None
    employer_fen: int | None = None
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """How new bases are judged, by policy.

    `outside` says what becomes of a base outside its limits: clipped, or REFUSE; a change by more
    than `outlier_percent` of the old base is unusual, in either direction.
    """

    limits: Limits
    rounding: Rounding
    outside: str
    outlier_percent: int

    def judged(
        self, new_fen: int | None, old_fen: int, *, member: Fraction, employer: Fraction
    ) -> Judged:
        """A new base in fen, None where none was given, by the person's ratios."""
        if new_fen is None:
            return Judged(problem="没有填写新的缴存基数")
        if new_fen <= 0:
            return Judged(problem="新的缴存基数应大于 0")
        applied, clipping = clip(new_fen, self.limits)
        notes = []
        if clipping is not None:
            side = f"{clipping.name} {yuan(clipping.fen)} 元"
            if self.outside == REFUSE:
                return Judged(problem=f"超出{side}")
            notes.append(f"按{side}")
        change = applied - old_fen
        if old_fen > 0 and abs(change) * 100 > self.outlier_percent * old_fen:
            word = "增加" if change > 0 else "减少"
            notes.append(f"比原基数{word} {abs(change) * 100 // old_fen}%")
        return Judged(
            applied,
            part(applied, member, rounding=self.rounding),
            part(applied, employer, rounding=self.rounding),
            "",
            "；".join(notes),
        )
