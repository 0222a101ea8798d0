"""Grow one city: which centre, how many people, how many years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from anju import ledger, policy
from anju.config.city.books import Books
from anju.ledger import LedgerRefusal
from anju.simulators.city.life import City


class Refused(RuntimeError):
    """The centre cannot hold a city; the message says why."""


@dataclass(frozen=True)
class Grown:
    """What there is now; `head` is the last sealed day's root in hex."""

    members: int
    employers: int
    lists: int
    lines: int
    days_ended: int
    head: str


def generate(
    *,
    members: int,
    years: int,
    seed: int,
    until: date,
    every_day_since: date | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> Grown:
    """Grow a city in the empty books of the centre whose policy is in force.

    Raises Refused for books that are not empty, a centre without demo staff, or years from before
    the deposit rate became one (2016-07-01).
    """
    centre = policy.current()
    if centre.demo is None:
        raise Refused(f"centers/{centre.center} has no demo.yaml, so nobody may sign")
    if years < 1 or members < 1:
        raise Refused("a city has members and years")
    try:
        raise Refused(f"the books are open already, on {ledger.business_date()}")
    except LedgerRefusal:
        pass
    calendar = centre.calendar

    def working(day: date) -> date:
        return day if calendar.is_working_day(day) else calendar.next_working_day(day)

    city = City(members=members, years=years, seed=seed, until=until, working=working)
    if city.first_month < date(2016, 7, 1):
        raise Refused("a city begins in July 2016 or later, when one deposit rate was in force")
    books = Books(centre, centre.demo, city, every_day_since)
    lists = lines = 0
    year = 0
    for today in books.live():
        lists += len(today.lists)
        lines += sum(len(each.members) for each in today.lists)
        if today.day.year != year:
            year = today.day.year
            say(f"{year}: {len(city.lives)} people, {lines} lines so far")
    return Grown(len(city.lives), city.employers, lists, lines, books.days_ended, books.head.hex())
