"""Enough people for every journey: the demo's persons again and again, under new numbers.

Each journey changes its person for good (the account is closed at the end), so nobody is in two.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from anju import policy
from anju.domain.identifiers import id_check_digit

# How often each of the demo's persons is needed besides the one of the demo itself; their
# birthdays are the days of one month, so 28 at most.
AGAIN = {"green": 12, "card_new": 10, "active": 1}


# Everybody signs in, and what the browser works out before is tested by itself.
CAPTCHA_STEPS = "20"


def write_centers(centers: Path, into: Path) -> None:
    """Copy the cities' folders, with doubles in every demo.yaml and little work before sign-in."""
    shutil.copytree(centers, into)
    params = into / "national" / "params.yaml"
    values = yaml.safe_load(params.read_text())
    for value in values["captcha_steps_max"]["values"].values():
        value["value"] = CAPTCHA_STEPS
    params.write_text(yaml.dump(values, Dumper=_Quoting, allow_unicode=True, sort_keys=False))
    for path in sorted(into.glob("*/demo.yaml")):
        demo = yaml.safe_load(path.read_text())
        known = {member["code"]: member for member in demo["members"]}
        for code, times in AGAIN.items():
            for number in range(1, times + 1):
                demo["members"].append(_double(known[code], list(AGAIN).index(code), number))
        path.write_text(yaml.dump(demo, Dumper=_Quoting, allow_unicode=True, sort_keys=False))


class _Quoting(yaml.SafeDumper):
    """Puts every text in quotation marks, as the cities' files must."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def _double(member: dict[str, Any], kind: int, number: int) -> dict[str, Any]:
    """The same person with another name, birthday, phone, account and card."""
    double = copy.deepcopy(member)
    mark = f"{kind}{number:02}"
    name = member["name"] + "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    first17 = f"{member['id_number'][:10]}{1 + kind:02}{number:02}5{mark[-2:]}"
    account = member["account"]["number"]
    double |= {
        "code": f"{member['code']}_{number}",
        "name": name,
        "id_number": first17 + id_check_digit(first17),
        "phone": f"{member['phone'][:7]}5{mark}",
    }
    double["account"]["number"] = f"{account[:-4]}5{mark}"
    card = member["card"]["number"][:-5] + f"5{mark}"
    double["card"] |= {"number": card + _luhn_digit(card), "holder": name}
    return double


def _luhn_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


class Cast:
    """The people of a stand: those of the demo by name, their doubles one after another."""

    def __init__(self, centers: Path) -> None:
        self.centers = centers
        self._cities: dict[str, policy.Policy] = {}
        self._doubles: dict[tuple[str, str], Iterator[policy.DemoMember]] = {}

    def city(self, center: str) -> policy.Policy:
        """The city's policy, as the stand reads it."""
        if center not in self._cities:
            self._cities[center] = policy.load(center, self.centers)
        return self._cities[center]

    def member(self, center: str, code: str) -> policy.DemoMember:
        """The demo person of this code; for journeys that only look."""
        return next(m for m in self._members(center) if m.code == code)

    def double(self, center: str, code: str) -> policy.DemoMember:
        """Somebody like that person whom no other journey has met."""
        key = (center, code)
        if key not in self._doubles:
            like = [m for m in self._members(center) if m.code.startswith(f"{code}_")]
            self._doubles[key] = iter([m for m in like if m.code.rpartition("_")[2].isdigit()])
        try:
            return next(self._doubles[key])
        except StopIteration:
            raise LookupError(f"no double of {code} is left in {center}: raise AGAIN") from None

    def staff(self, center: str, role: str) -> policy.DemoStaff:
        """Somebody at the counter of the doubles' branch whose last role this is."""
        demo = self.city(center).demo
        assert demo is not None
        return next(s for s in demo.staff if s.roles[-1] == role)

    def agent(self, center: str) -> policy.DemoAgent:
        """An employer's administrator whose app makes codes."""
        demo = self.city(center).demo
        assert demo is not None
        return next(agent for agent in demo.agents if agent.totp_secret)

    def _members(self, center: str) -> tuple[policy.DemoMember, ...]:
        demo = self.city(center).demo
        assert demo is not None
        return demo.members
