"""The books by the day: the flip under the gate, and the end of a day step by step to its seal."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace

from anju.simulation.centre import Centre
from anju.simulation.store import Day, Posting, Transaction

STEPS = ("proven", "numbered", "first", "second", "sealed")
STAFF = (11, 12, 13)


class Books:
    """Days that open, close and are sealed while everybody goes on posting."""

    def __init__(self, centre: Centre, rng: random.Random) -> None:
        self.centre, self._rng = centre, rng
        self.store, self.guards, self.faults = centre.store, centre.guards, centre.faults
        self._flip_waits = False
        self.store.before_commit = self._somebody_flips

    # -- the flip --------------------------------------------------------------------------------

    def flip(self) -> None:
        """The open day closes and the next one opens."""
        days = self.store.tables["day"]
        today = self.store.today
        days[today] = replace(days[today], state="closing")
        days[today + 1] = Day(today + 1)
        self.store.today = today + 1

    def flip_if_one_waits(self) -> None:
        """A flip that met the gate closed goes through once the posting is committed."""
        if self._flip_waits:
            self._flip_waits = False
            self.flip()

    def _somebody_flips(self, work: Transaction) -> None:
        """The date flips while a posting is under way: it waits, or seals the day over it."""
        if work.day != self.store.today or not self.faults.strike("flip_races_posting"):
            return
        if self.guards.posts_hold_the_gate:
            self._flip_waits = True
            return
        self.flip()
        while self._next() is not None:
            self.step()

    # -- the day end -----------------------------------------------------------------------------

    def _next(self) -> Day | None:
        """The earliest day that has closed and is not sealed."""
        days = self.store.tables["day"].values()
        return next((day for day in days if day.state == "closing"), None)

    def step(self) -> None:
        """Take the earliest closing day one step further; a step that crashed is taken again."""
        day = self._next()
        if day is None:
            return
        self._slip_in(day)
        step = STEPS[len(day.done)]
        crashed = self.faults.strike("day_end_crash")
        if crashed and self.guards.step_and_done_are_one:
            return
        steps = (self._proven, self._numbered, self._first, self._second, self._sealed)
        after = steps[len(day.done)](day)
        if after is not None and not crashed:
            self.store.tables["day"][day.number] = replace(after, done=(*day.done, step))

    def seal_all(self) -> None:
        """Everything that has closed is sealed; nothing goes wrong any more."""
        for _ in range(len(STEPS) * 4 * (self.store.today + 1)):
            self.step()

    def of_day(self, number: int) -> list[Posting]:
        """What was posted on a day."""
        return [posting for posting in self.store.postings if posting.day == number]

    def root(self, day: Day, postings: Sequence[Posting]) -> str:
        """The day's root over all that was posted on it, chained to the day before."""
        before = self.store.tables["day"].get(day.number - 1)
        text = repr([before.root if before else "", [tuple(each) for each in postings]])
        return hashlib.sha256(text.encode()).hexdigest()

    def _slip_in(self, day: Day) -> None:
        """Somebody with a shell writes into a day that has closed."""
        if self.faults.strike("voucher_slipped_in") and not self.guards.closed_day_takes_no_posting:
            self.store.postings.append(Posting(day.number, "slipped", 0))

    def _proven(self, day: Day) -> Day:
        return day

    def _numbered(self, day: Day) -> Day:
        postings = self.of_day(day.number)
        self.store.numbers += postings
        return replace(day, root=self.root(day, postings))

    def _first(self, day: Day) -> Day:
        return replace(day, first=self._rng.choice(STAFF))

    def _second(self, day: Day) -> Day | None:
        staff = day.first if self.faults.strike("one_signs_twice") else self._another(day.first)
        if staff == day.first and self.guards.days_are_signed_by_two:
            return None
        return replace(day, second=staff)

    def _another(self, staff: int) -> int:
        return self._rng.choice([each for each in STAFF if each != staff])

    def _sealed(self, day: Day) -> Day | None:
        again = self.root(day, self.of_day(day.number))
        if again != day.root and self.guards.seal_works_it_out_again:
            self.store.breaks += 1
            return None
        return replace(day, state="sealed")

    # -- the proof -------------------------------------------------------------------------------

    def verify(self) -> list[str]:
        """Every sealed day worked out again."""
        days = [day for day in self.store.tables["day"].values() if day.state == "sealed"]
        if not self.guards.verify_works_roots_out:
            return []
        by_day: dict[int, list[Posting]] = {}
        for posting in self.store.postings:
            by_day.setdefault(posting.day, []).append(posting)
        return [
            f"day {day.number} is not what was sealed"
            for day in days
            if self.root(day, by_day.get(day.number, [])) != day.root
        ]

    def change_what_is_sealed(self) -> None:
        """Somebody changes a posting of a sealed day by a fen; the proof must name it."""
        postings = self.store.postings
        days = self.store.tables["day"]
        sealed = [at for at, each in enumerate(postings) if days[each.day].state == "sealed"]
        if not sealed or not self.faults.strike("sealed_posting_changed"):
            return
        at = self._rng.choice(sealed)
        kept = postings[at]
        postings[at] = kept._replace(fen=kept.fen + 1)
        if not self.verify():
            self.centre.unlawful.append(f"a changed posting of day {kept.day} is not named")
        postings[at] = kept
