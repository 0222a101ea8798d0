"""The years of a made-up city: who joins, earns, moves, pays late, errs and retires, day by day.

Everything comes from the seed. Only what a later day needs is remembered: some hundred bytes a
person, so a city of a million fits into memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from random import Random

from anju.domain.calendar import add_months
from anju.simulators.city.people import Registry, Somebody

# Shares of a year or a month in thousandths, as a middling city of the interior has them.
STAFF_OF_AN_EMPLOYER = 20
HERE_FROM_THE_START = 850
LEAVE_IN_A_MONTH = 12
GO_STRAIGHT_ON = 400
LONGEST_GAP_MONTHS = 8
WITHDRAW_IN_A_MONTH = 3
LISTS_PAID_LATE = 20
LISTS_TAKEN_LATE = 8
LISTS_WITH_A_MISTAKE = 6
WAGE_GROWTH = (0, 90)
RETIRES_AT = 60
PAY_DAYS = (5, 12, 19, 26)
"""Every employer has one of these days of the month, or the working day after it."""
FEW_EMPLOYERS = 40
"""So few have every other of these days."""
_RATIOS = (5, 8, 10, 12)


@dataclass(frozen=True, slots=True)
class PayList:
    """An employer's month: members with the fen of both parts together.

    `counts_from` is the day from which the money counts when it is taken late, None for the day on
    which it is taken. `mends` names the list whose mistake this one puts right.
    """

    reference: str
    employer: int
    month: date
    members: tuple[tuple[int, int], ...]
    counts_from: date | None = None
    mistaken: bool = False
    mends: str = ""


@dataclass(slots=True)
class Today:
    """All that happens on one day; members and employers by their numbers in the city."""

    day: date
    joining: list[tuple[int, int]] = field(default_factory=list)
    leaving: list[int] = field(default_factory=list)
    moving: list[tuple[int, int]] = field(default_factory=list)
    coming_back: list[tuple[int, int]] = field(default_factory=list)
    lists: list[PayList] = field(default_factory=list)
    withdrawing: list[tuple[int, int]] = field(default_factory=list)
    """(member, thousandths of what is there)."""
    retiring: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Life:
    """A member as the city knows one; `employer` is None between jobs and afterwards."""

    person: Somebody
    base_fen: int
    ratio: int
    employer: int | None = None
    paid_through: date | None = None
    stopped_on: date | None = None
    retired: bool = False

    @property
    def part_fen(self) -> int:
        """One of the two equal parts of a month: base times ratio, half up to the yuan."""
        return (self.base_fen * self.ratio + 5_000) // 10_000 * 100


class City:
    """So many members over so many years up to a day, from a seed.

    Args:
        members: everybody who has an account by the end.
        working: the first working day that is not before a day.
    """

    def __init__(
        self, *, members: int, years: int, seed: int, until: date,
        working: Callable[[date], date],
    ) -> None:  # fmt: skip
        self.first_month = add_months(until.replace(day=1), -12 * years)
        self.until, self.members = until, members
        self.employers = max(1, members // STAFF_OF_AN_EMPLOYER)
        self.lives: list[Life] = []
        self._pay_days = PAY_DAYS if self.employers >= FEW_EMPLOYERS else PAY_DAYS[1::2]
        self._working = working
        self._rng = Random(seed)  # noqa: S311 - it must be repeatable
        self.registry = Registry(self._rng)
        self._staff: list[list[int]] = [[] for _ in range(self.employers)]
        # Big ones and small ones: an employer is met in proportion to its size.
        self._sizes = list(accumulate(self._rng.paretovariate(1.6) for _ in range(self.employers)))
        self._back: dict[date, list[int]] = defaultdict(list)
        self._later: dict[date, list[tuple[int, PayList]]] = defaultdict(list)

    def days(self) -> Iterator[Today]:
        """The days on which something happens, in order; the last is `until`."""
        month = self.first_month
        # A day that is no working day may become one of the next month.
        days: dict[date, Today] = {}
        while month <= self.until:
            self._people(month, days)
            self._pay(month, days)
            self._take_out(month, days)
            month = add_months(month, 1)
            for day in sorted(days):
                if day < month and day <= self.until:
                    yield days.pop(day)

    def _on(self, days: dict[date, Today], day: date) -> Today:
        day = self._working(day)
        return days.setdefault(day, Today(day))

    def _share(self, of: int, thousandths: int) -> int:
        """How many of so many, chance deciding about the last."""
        return int(of * thousandths / 1000 + self._rng.random())

    # -- who is where -------------------------------------------------------------------------

    def _people(self, month: date, days: dict[date, Today]) -> None:
        today = self._on(days, month)
        if month.month == 7:
            for life in self.lives:
                life.base_fen += life.base_fen * self._rng.randrange(*WAGE_GROWTH) // 100_000 * 100
        self._leave(month, today)
        for member in self._back.pop(month, ()):
            if not self.lives[member].retired:
                employer = self._hire(member)
                self.lives[member].stopped_on = None
                today.coming_back.append((member, employer))
        for _ in range(self._newcomers(month)):
            member = len(self.lives)
            self.lives.append(self._life(month))
            today.joining.append((member, self._hire(member)))

    def _newcomers(self, month: date) -> int:
        left = self.members - len(self.lives)
        if not self.lives:
            return max(1, self.members * HERE_FROM_THE_START // 1000)
        months = (self.until.year - month.year) * 12 + self.until.month - month.month
        return left if months <= 0 else self._share(left, 1000 // (months + 1))

    def _life(self, month: date) -> Life:
        at_first = month == self.first_month
        oldest = add_months(month, -12 * (RETIRES_AT - 1 if at_first else 40))
        person = self.registry.somebody(youngest=add_months(month, -12 * 22), oldest=oldest)
        wage = int(self._rng.lognormvariate(8.7, 0.45))
        return Life(person, min(max(wage, 1_900), 30_000) * 100, self._rng.choice(_RATIOS))

    def _hire(self, member: int, but: int | None = None) -> int:
        [employer] = self._rng.choices(range(self.employers), cum_weights=self._sizes)
        if employer == but:
            employer = (employer + 1) % self.employers
        self.lives[member].employer = employer
        self._staff[employer].append(member)
        return employer

    def _quit(self, member: int) -> int:
        life = self.lives[member]
        assert life.employer is not None
        employer, life.employer = life.employer, None
        self._staff[employer].remove(member)
        return employer

    def _leave(self, month: date, today: Today) -> None:
        # Nobody leaves twice on a day.
        changed: set[int] = set()
        for _ in range(self._share(len(self.lives), LEAVE_IN_A_MONTH)):
            member = self._rng.randrange(len(self.lives))
            if self.lives[member].employer is None or member in changed:
                continue
            changed.add(member)
            left = self._quit(member)
            if self.employers > 1 and self._rng.randrange(1000) < GO_STRAIGHT_ON:
                today.moving.append((member, self._hire(member, but=left)))
            else:
                today.leaving.append(member)
                self.lives[member].stopped_on = today.day
                gap = self._rng.randint(1, LONGEST_GAP_MONTHS)
                self._back[add_months(month, gap)].append(member)

    # -- what is paid in ----------------------------------------------------------------------

    def _pay(self, month: date, days: dict[date, Today]) -> None:
        for place, pay_list in self._later.pop(month, ()):
            self._on(days, month.replace(day=self._pay_days[place])).lists.append(pay_list)
        for employer, staff in enumerate(self._staff):
            if not staff:
                continue
            place = employer % len(self._pay_days)
            day = month.replace(day=self._pay_days[place])
            members = tuple((member, 2 * self.lives[member].part_fen) for member in sorted(staff))
            for member, _fen in members:
                self.lives[member].paid_through = month
            reference = f"HJ{month:%Y%m}{employer + 1:07}"
            self._list(PayList(reference, employer, month, members), day, place, days)

    def _list(self, pay_list: PayList, day: date, place: int, days: dict[date, Today]) -> None:
        """A list in time, or late, or with a mistake that is found a month or two later."""
        chance = self._rng.randrange(1000)
        later = add_months(pay_list.month, self._rng.randint(1, 2))
        if later > self.until.replace(day=1) or chance >= (
            LISTS_PAID_LATE + LISTS_TAKEN_LATE + LISTS_WITH_A_MISTAKE
        ):
            self._on(days, day).lists.append(pay_list)
        elif chance < LISTS_PAID_LATE:
            self._later[later].append((place, pay_list))
        elif chance < LISTS_PAID_LATE + LISTS_TAKEN_LATE:
            self._later[later].append((place, replace(pay_list, counts_from=self._working(day))))
        else:
            (member, fen), *others = pay_list.members
            wrong = replace(pay_list, members=((member, fen * 10), *others), mistaken=True)
            self._on(days, day).lists.append(wrong)
            mending = replace(
                pay_list, reference=f"{pay_list.reference}-2", mends=pay_list.reference,
                counts_from=self._working(day),
            )  # fmt: skip
            self._later[later].append((place, mending))

    # -- what is taken out --------------------------------------------------------------------

    def _take_out(self, month: date, days: dict[date, Today]) -> None:
        today = self._on(days, month.replace(day=self._pay_days[-1]))
        sixty = add_months(month, -12 * RETIRES_AT)
        for member, life in enumerate(self.lives):
            if not life.retired and life.person.born < sixty:
                if life.employer is not None:
                    self._quit(member)
                life.retired, life.stopped_on = True, life.stopped_on or today.day
                today.retiring.append(member)
        for _ in range(self._share(len(self.lives), WITHDRAW_IN_A_MONTH)):
            member = self._rng.randrange(len(self.lives))
            if not self.lives[member].retired:
                today.withdrawing.append((member, self._rng.randint(100, 700)))
