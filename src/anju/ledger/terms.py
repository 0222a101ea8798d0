"""The terms of an interest year that had more than one rate, as its settlement rows keep them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from anju.domain.interest_terms import Rates, Stretch


@dataclass(frozen=True, slots=True)
class YearTerms:
    """The rates of an interest year that had more than one: stretches of days, and the rounding."""

    stretches: tuple[Stretch, ...]
    rounding: str

    def kept(self) -> dict[str, Any]:
        """As the ledger keeps them: every rate over one denominator."""
        per = lcm(*(rate.denominator for each in self.stretches for rate in each.rates))
        return {
            "per": per,
            "rounding": self.rounding,
            "stretches": [
                [each.since.isoformat(), each.until.isoformat(),
                 *(int(rate * per) for rate in each.rates)]
                for each in self.stretches
            ],
        }  # fmt: skip

    def as_json(self) -> str:
        """The same as text."""
        return json.dumps(self.kept())

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> "YearTerms":
        """What `kept` gave."""
        per = kept["per"]
        return cls(
            tuple(
                Stretch(
                    date.fromisoformat(since), date.fromisoformat(until),
                    Rates(Fraction(carried, per), Fraction(current, per)),
                )
                for since, until, carried, current in kept["stretches"]
            ),
            kept["rounding"],
        )  # fmt: skip
