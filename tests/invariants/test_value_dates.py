"""V1 to V5: accounts with late entries and corrections equal a walk over their days."""

import random
from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from anju import ledger
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger.models import InterestSettlement
from anju.ledger.tests.books import at_bank
from anju.ledger.verify import verify

from .value_dates import BEGAN, DAY, FIRST, LAST, RELEASES, Event, Line, Walker, life

AT = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
RATE, BASE = Fraction("0.015"), 360


class Town:
    """Accounts in the ledger, each beside its walker."""

    def __init__(self, seed: int, accounts: int) -> None:
        self.rng = random.Random(seed)
        self.walkers: dict[int, Walker] = {}
        self.vouchers: dict[int, list[tuple[int, Line]]] = defaultdict(list)
        self.number = seed * 1_000_000
        self.days: dict[date, list[Event]] = defaultdict(list)
        ledger.open_day(FIRST)
        for _person in range(accounts):
            self.number += 1
            account = ledger.open_account(
                9_000_000 + self.number, employer_id=7, on=BEGAN, key=f"v{self.number}"
            )
            self.walkers[account] = Walker()
            for event in life(self.rng, account):
                self.days[event.on].append(event)

    def live(self) -> None:
        """Day after day to the last one, then every restatement that is still open."""
        for release in RELEASES.values():
            self.days[release] = self.days[release]
        for day in sorted({*self.days, LAST}):
            if day > FIRST:
                ledger.flip_day(day)
            for year, release in RELEASES.items():
                if day == release:
                    self._release(year)
            for event in self.days[day]:
                self._do(event, day)
        for account, walker in self.walkers.items():
            self._restate(account, walker)

    def _release(self, year: int) -> None:
        for account, walker in self.walkers.items():
            if year not in walker.years:
                ledger.settle_year(account, rate=RATE, day_base=BASE, occurred_at=AT)
                walker.settle(year)

    def _restate(self, account: int, walker: Walker) -> None:
        ledger.restate(account, occurred_at=AT)
        walker.restate()

    def _do(self, event: Event, today: date) -> None:
        walker = self.walkers[event.account]
        value_date = max(BEGAN, today - DAY * event.late)
        if event.what == "restate":
            self._restate(event.account, walker)
        elif event.what == "in":
            self._post(event.account, int(event.share * 5_000_000) + 1, value_date)
        elif event.what == "out" and int(walker.balance * event.share):
            self._post(event.account, -int(walker.balance * event.share), value_date)
        elif event.what == "reverse" and self.vouchers[event.account]:
            self._reverse(event.account, walker)

    def _reverse(self, account: int, walker: Walker) -> None:
        """A correction: the original's mirror, with its value date, where the money is there."""
        at = self.rng.randrange(len(self.vouchers[account]))
        voucher, line = self.vouchers[account][at]
        if line.amount <= walker.balance:
            self.vouchers[account].pop(at)
            self._post(account, -line.amount, line.value_date, reverses=(voucher, line))

    def _post(
        self,
        account: int,
        amount: int,
        value_date: date,
        reverses: tuple[int, Line] | None = None,
    ) -> None:
        self.number += 1
        voucher = Voucher(
            "test", source_type="test", source_id=self.number, occurred_at=AT,
            gl=(at_bank(amount), GlLine("201", -amount, employer_id=7)),
            members=(MemberLine(account, amount, "test", value_date),),
            reverses=None if reverses is None else reverses[0],
        )  # fmt: skip
        [posted] = ledger.post([voucher], key=f"v{self.number}", scope="test").voucher_ids
        line = self.walkers[account].take(
            amount, value_date, reverses=None if reverses is None else reverses[1]
        )
        if reverses is None:
            self.vouchers[account].append((posted, line))

    def differences(self) -> list[str]:
        """Every account whose columns or settlements are not what its days say."""
        since, until = date(LAST.year - 1, 7, 1), LAST
        settled: dict[int, dict[int, tuple[int, int, int]]] = defaultdict(dict)
        rows = InterestSettlement.objects.filter(account_id__in=self.walkers).order_by("revision")
        for row in rows:
            settled[row.account_id][row.year] = (row.n, row.interest, row.revision)
        found = []
        for row in ledger.accounts(self.walkers):
            walker, days = self.walkers[row.id], (until - row.interest_from).days
            has = (
                row.balance, row.carried, row.balance * days - row.v,
                row.carried * days - row.v_carried, row.restate_from, settled[row.id],
            )  # fmt: skip
            should = (
                walker.balance, walker.carried, walker.n(since, until),
                walker.n_carried(since, until), None,
                {y: (x.n, x.interest, x.revision) for y, x in walker.years.items()},
            )  # fmt: skip
            if has != should:
                found.append(f"account {row.id}: {has} instead of {should}")
        return found


def lived(seed: int, accounts: int) -> int:
    """Live through it, compare, forget; returns how many settlements were revised."""
    with transaction.atomic():
        town = Town(seed, accounts)
        town.live()
        wrong = town.differences()
        assert not wrong, "\n".join([f"seed {seed}", *wrong[:3]])
        claims = sum(walker.claims for walker in town.walkers.values())
        assert ledger.control_total("119") == claims
        assert verify() == []
        transaction.set_rollback(True)
    return sum(year.revision for walker in town.walkers.values() for year in walker.years.values())


@pytest.fixture
def months(db: None) -> None:
    ledger.ensure_partitions(FIRST, date(2030, 4, 1))


def test_random_histories_equal_a_walk_over_their_days(months: None) -> None:
    assert lived(1, 300) > 100, "many are corrected after the release"


@pytest.mark.nightly
def test_twenty_thousand_histories_equal_a_walk_over_their_days(months: None) -> None:
    # One transaction holds the locks of all its postings: so many accounts fit into one.
    revised = sum(lived(seed, 400) for seed in range(2, 52))
    print(f"20000 histories, {revised} revisions")  # noqa: T201
