"""People and employers who are plainly nobody: counties that do not exist, right check digits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from anju.domain.identifiers import id_check_digit, uscc_check_character

COUNTIES = ("149999", "539999", "159999", "549999")
"""Codes of counties that were never given out."""
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "安平宁和文明华中立志远思清晓春秋山川云星海松柏梅兰竹菊"
_TRADES = ("机械", "食品", "纺织", "物流", "软件", "建材", "医药", "商贸", "文旅", "电力")
_FIRST_OF_DAY = 999
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person on paper."""

    name: str
    id_number: str
    born: date


@dataclass(slots=True)
class Registry:
    """Gives out people and employers; no number twice."""

    rng: Random
    _born_on: Counter[date] = field(default_factory=Counter)

    def somebody(self, *, youngest: date, oldest: date) -> Somebody:
        """A person born between two days. Raises ValueError when a day has no number left."""
        born = oldest + timedelta(days=self.rng.randrange((youngest - oldest).days))
        taken = self._born_on[born]
        self._born_on[born] += 1
        county, order = divmod(taken, _FIRST_OF_DAY)
        if county >= len(COUNTIES):
            raise ValueError(f"no number is left for {born}")
        first17 = f"{COUNTIES[county]}{born:%Y%m%d}{order + 1:03}"
        given = self.rng.choice(_GIVEN) + self.rng.choice(_GIVEN)
        name = f"演示·{self.rng.choice(_SURNAMES)}{given}"
        return Somebody(name, first17 + id_check_digit(first17), born)

    def employer(self, number: int) -> tuple[str, str]:
        """An employer's name and unified social credit code, by its number in the city."""
        digits, rest = "", number
        for _place in range(9):
            rest, digit = divmod(rest, len(_ALPHABET))
            digits = _ALPHABET[digit] + digits
        first17 = f"91{COUNTIES[0]}{digits}"
        name = f"演示·{self.rng.choice(_TRADES)}{number + 1}号有限公司"
        return name, first17 + uscc_check_character(first17)
