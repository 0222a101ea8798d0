"""A made-up service and a third city are folders, and nothing else knows of them.

The tree is copied, two folders are dropped into the copy, and the copy is run: no file that was
there is edited.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from anju import policy
from anju.config.demo.browsing import Browser

from ..conftest import CHECKOUT, RunningDemo, one_city
from .client import Member, Staff
from .conftest import running
from .outside import Books, Outside

pytestmark = [
    pytest.mark.processes,
    pytest.mark.journey,
]

CITY = "moonbay"
NAME = "月湾市住房公积金管理中心"
SERVICE = "withdrawals.lantern"
TITLE = "灯笼节提取"


def copy(tree: Path) -> None:
    """The checkout's code and one of its cities, as they are."""
    shutil.copytree(
        CHECKOUT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__", "tests")
    )
    one_city(tree / "centers")


def plant(tree: Path) -> None:
    """Drop a service and a city into the tree."""
    retirement = tree / "src/anju/business/withdrawals/retirement"
    lantern = retirement.with_name("lantern")
    shutil.copytree(retirement, lantern)
    for path in lantern.rglob("*.py"):
        text = path.read_text()
        text = text.replace("withdrawals.retirement", SERVICE)
        text = text.replace('"retirement.', '"lantern.').replace("RetirementFacts", "LanternFacts")
        path.write_text(text)
    city = tree / "centers" / CITY
    shutil.copytree(tree / "centers/yuncheng", city)
    center = city / "center.yaml"
    center.write_text(center.read_text().replace("运城", "月湾"))
    block = city / "services/withdrawals.retirement.yaml"
    text = block.read_text().replace("retirement.", "lantern.").replace("退休提取", TITLE)
    (city / f"services/{SERVICE}.yaml").write_text(text)


def digests(tree: Path) -> dict[str, str]:
    """Every file of the tree and what is in it."""
    return {
        str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file()
    }


@dataclass(frozen=True)
class Planted:
    """The tree with the new folders, running."""

    demo: RunningDemo
    people: policy.Policy
    before: dict[str, str]
    after: dict[str, str]

    def member(self, center: str, channel: str, code: str = "green") -> Member:
        """A demo person of a city; the new one has the people of the city it was copied from."""
        assert self.people.demo is not None
        person = next(one for one in self.people.demo.members if one.code == code)
        outside = Outside(self.demo.world, center)
        return Member(self.demo.hall(center), channel, member=person, outside=outside)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The copy, with the new folders, up."""
    tree = tmp_path_factory.mktemp("tree")
    copy(tree)
    before = digests(tree)
    plant(tree)
    after = digests(tree)
    with running(tree / "centers", checkout=tree) as demo:
        yield Planted(demo, policy.load(CITY, tree / "centers"), before, after)


def test_no_file_that_was_there_was_edited(planted: Planted) -> None:
    assert planted.before.items() <= planted.after.items()
    new = {name.split("/")[-2] for name in planted.after.keys() - planted.before.keys()}
    assert new >= {"lantern", CITY}


def test_the_new_city_and_its_service_are_in_every_hall(planted: Planted) -> None:
    for channel in ("h5", "web"):
        member = planted.member(CITY, channel)
        member.get(member.entry).must_say(NAME)
        member.sign_in()
        member.get("/services/").must_say(TITLE, "退休提取")

    Browser(planted.demo.page).get("/").must_say(NAME)

    demo = planted.people.demo
    assert demo is not None
    reviewer = next(one for one in demo.staff if one.username == "yanhu.reviewer")
    staff = Staff(planted.demo.hall(CITY), staff=reviewer)
    staff.sign_in(planted.demo.totp(reviewer.totp_secret))
    page = staff.get("/counter/work/?show=all")
    page.must_say(TITLE)
    assert SERVICE in {choice for form in page.forms for choice in form.choices.get("service", [])}


def test_the_new_service_pays_in_the_new_city(planted: Planted) -> None:
    member = planted.member(CITY, "h5")
    member.sign_in()
    reference = member.apply(SERVICE)
    member.wait_for_end(reference)
    books = Books(planted.demo.addresses["read"][CITY])
    paid = member.outside.counted(books.order_of(reference))
    assert paid["payments"] == 1
    assert books.voucher_of(reference) == [paid["paid_fen"]]


def test_the_other_cities_do_not_offer_it(planted: Planted) -> None:
    member = planted.member("yuncheng", "h5")
    member.sign_in()
    page = member.get("/services/")
    page.must_say("退休提取")
    assert TITLE not in page.text
