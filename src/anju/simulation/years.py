"""30 June as it is staged: rolled, signed by two over one sum, released account by account."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from anju.domain import interest
from anju.simulation.clock import Clock
from anju.simulation.faults import Faults
from anju.simulation.guards import Guards
from anju.simulation.store import Account, Store, Transaction, Waiting, Year

RATE, DAY_BASE = Fraction(15, 1000), 360
STAFF = (31, 32, 33)
LATE_DAYS = 20


class Years:
    """What every account earned, credited once a year; a run that crashed goes on where it was."""

    def __init__(self, store: Store, clock: Clock, faults: Faults, guards: Guards) -> None:
        self.store, self.clock, self.faults, self.guards = store, clock, faults, guards
        self.unlawful: list[str] = []
        self._reached = date.min

    # -- what an account earns -------------------------------------------------------------------

    def interest_of(self, account: Account) -> int:
        """Interest up to today, as the product reckons it."""
        n = self.day_product(account, self.today(account))
        return interest.interest(n, rate=RATE, day_base=DAY_BASE)

    def credit(self, work: Transaction, account: Account, amount: int) -> None:
        """Principal from today on, or from before the year turned while that year still waits."""
        value_date = self.today(account)
        year = self._waiting_year(work, account.id)
        if year is not None and self.faults.strike("late_entry_before_release"):
            row: Waiting = work.get("settlement", (account.id, year))
            value_date = row.boundary - timedelta(days=1 + amount % LATE_DAYS)
            value_date = max(value_date, row.since)
            if self.guards.late_entries_restate_the_row:
                n = row.n + amount * (row.boundary - value_date).days
                work.put("settlement", (account.id, year), replace(row, n=n))
        work.move(account.id, value_date, amount)
        # What counts from before the year turned counts in the year that turned.
        counts = max(value_date, account.since)
        v = interest.shift(account.v, amount=amount, value_date=counts, since=account.since)
        work.put("account", account.id, replace(account, balance=account.balance + amount, v=v))

    def today(self, account: Account) -> date:
        """The day of the books for an account: it never goes back, whatever the clock does."""
        self._reached = max(self._reached, self.clock.today)
        return max(self._reached, account.since)

    @staticmethod
    def day_product(account: Account, until: date) -> int:
        """Fen × days that the account has lain there since its year began."""
        return interest.day_product(account.balance, v=account.v, since=account.since, until=until)

    # -- the run ---------------------------------------------------------------------------------

    def work(self, rng: random.Random) -> None:
        """Take the year that is not released one step further, or begin the next."""
        years: dict[int, Year] = self.store.tables["year"]
        number = next((n for n, year in years.items() if year.state != "released"), len(years) + 1)
        with self.store.transaction() as work:
            if number not in years:
                work.put("year", number, Year(number))
        {"rolling": self._roll, "rolled": self._sign, "signed": self._sign_too,
         "releasing": self._release}[years[number].state](years[number], rng)  # fmt: skip

    def finish(self, rng: random.Random) -> None:
        """What was begun is released; no other year is."""
        years: dict[int, Year] = self.store.tables["year"]
        while any(year.state != "released" for year in years.values()):
            self.work(rng)

    def _roll(self, year: Year, rng: random.Random) -> None:
        self._each_account(year, self.roll_one, then="rolled")

    def _each_account(
        self, year: Year, act: Callable[[Transaction, int, int], None], *, then: str
    ) -> None:
        """Each account in a transaction of its own; after a crash all of them again."""
        for account in self.store.all("account"):
            if self.faults.strike("year_end_crash"):
                return
            for _ in range(2 if self.faults.strike("commit_unknown") else 1):
                with self.store.transaction() as work:
                    act(work, account.id, year.number)
        self._go_on(replace(year, state=then))

    def roll_one(self, work: Transaction, account_id: int, year: int) -> None:
        """What the account earned until now is put aside, and it begins anew."""
        account: Account = work.get("account", account_id)
        if year <= account.born or account.state == "closed":
            return
        if self.guards.year_end_leaves_what_is_ordered and account.state == "closing":
            return
        if work.get("key", ("roll", account_id, year)):
            return
        work.put("key", ("roll", account_id, year), True)
        boundary = self.today(account)
        row = Waiting(
            account_id, year, self.day_product(account, boundary), boundary, account.since
        )
        work.put("settlement", (account_id, year), row)
        work.put("account", account_id, replace(account, v=0, since=boundary))

    def _totals(self) -> tuple[int, int]:
        rows = self.store.all("settlement")
        return len(rows), sum(row.n for row in rows)

    def _sign(self, year: Year, rng: random.Random) -> None:
        self._go_on(replace(year, state="signed", first=rng.choice(STAFF), signed=self._totals()))

    def _sign_too(self, year: Year, rng: random.Random) -> None:
        others = [each for each in STAFF if each != year.first]
        staff = year.first if self.faults.strike("one_signs_twice") else rng.choice(others)
        if staff == year.first and self.guards.years_are_signed_by_two:
            return
        if self._totals() != year.signed and self.guards.signed_totals_are_compared:
            self._go_on(replace(year, state="rolled"))
            return
        if staff == year.first:
            self.unlawful.append(f"year {year.number} was released by {staff} alone")
        if self._totals() != year.signed:
            self.unlawful.append(f"year {year.number}: {year.signed} signed, {self._totals()} now")
        self._go_on(replace(year, state="releasing"))

    def _release(self, year: Year, rng: random.Random) -> None:
        self._each_account(year, self.release_one, then="released")

    def release_one(self, work: Transaction, account_id: int, year: int) -> None:
        """What was put aside becomes principal from the day the year turned."""
        row: Waiting | None = work.get("settlement", (account_id, year))
        if row is None:
            return
        if self.guards.year_end_is_keyed:
            work.put("settlement", (account_id, year), None)
        account: Account = work.get("account", account_id)
        self._judge(row)
        earned = interest.interest(row.n, rate=RATE, day_base=DAY_BASE)
        work.interest += earned
        work.move(account_id, row.boundary, earned)
        years = (*account.years, year)
        balance = account.balance + earned
        work.put("account", account_id, replace(account, balance=balance, years=years))

    def settle_first(self, work: Transaction, account_id: int) -> None:
        """Whoever draws everything has the year that waits credited before."""
        year = self._waiting_year(work, account_id)
        if year is not None and self.guards.closing_settles_the_year_first:
            self.release_one(work, account_id, year)

    def make_up(self, work: Transaction, account_id: int) -> None:
        """What an order with the bank kept away: years that turned meanwhile."""
        for year in self.store.tables["year"].values():
            self.roll_one(work, account_id, year.number)
            if year.state in ("releasing", "released"):
                self.release_one(work, account_id, year.number)

    def _go_on(self, year: Year) -> None:
        with self.store.transaction() as work:
            work.put("year", year.number, year)

    def _waiting_year(self, work: Transaction, account_id: int) -> int | None:
        number = len(self.store.tables["year"])
        return number if work.get("settlement", (account_id, number)) is not None else None

    # -- the judge -------------------------------------------------------------------------------

    def _judge(self, row: Waiting) -> None:
        """A day-product reckoned from the movements alone, not from what was carried along."""
        moves = self.store.moves[row.account]
        n = sum(fen * (row.boundary - max(on, row.since)).days
                for on, fen in moves if on < row.boundary)  # fmt: skip
        if n != row.n:
            self.unlawful.append(f"account {row.account}, year {row.year}: {row.n}, oracle {n}")
