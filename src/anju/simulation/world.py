"""Runs a seed: members, staff, employers and courts act, faults strike, then all is healed."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from anju.domain.case import CaseState
from anju.simulation import invariants
from anju.simulation.bank import Bank
from anju.simulation.centre import Centre
from anju.simulation.clock import Clock
from anju.simulation.days import Books
from anju.simulation.faults import Faults
from anju.simulation.guards import ALL, Guards
from anju.simulation.paying import Treasury
from anju.simulation.store import Account, Refused

ACCOUNTS = 12
STAFF = (1, 2, 3)
CHECK_EVERY = 20
HEALING_STEPS = 1_500


@dataclass
class Report:
    """What a run did and found; `head` is the same for the same seed and operations."""

    seed: int
    operations: int
    events: int = 0
    checks: int = 0
    head: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    breaks: int = 0
    violations: list[str] = field(default_factory=list)


def simulate(seed: int, operations: int, guards: Guards = ALL) -> Report:
    """Run one seed: `operations` acts under faults, then heal, then everything comes home."""
    return _World(seed, guards).run(operations)


def simulate_many(seeds: range, operations: int, guards: Guards = ALL) -> Report:
    """Run several seeds, as many at once as the machine has cores; their reports as one.

    `seed` is the first one, `head` chains the heads in the order of the seeds, and every violation
    names its seed.
    """
    work = partial(simulate, operations=operations, guards=guards)
    together = Report(seeds.start, 0)
    with ProcessPoolExecutor() as pool:
        for report in pool.map(work, seeds, chunksize=8):
            together.operations += report.operations
            together.events += report.events
            together.checks += report.checks
            together.breaks += report.breaks
            together.faults += report.faults
            together.cases += report.cases
            together.violations += [f"seed {report.seed}: {each}" for each in report.violations]
            chained = f"{together.head}{report.head}".encode()
            together.head = hashlib.sha256(chained).hexdigest()
    return together


class _World:
    def __init__(self, seed: int, guards: Guards) -> None:
        self.seed = seed
        self.rng = random.Random(seed)  # noqa: S311 - a seed, not a secret
        self.clock = Clock()
        self.faults = Faults(self.rng)
        self.centre = Centre(self.clock, self.faults, guards)
        self.bank = Bank(self.clock, self.faults, self.rng, guards)
        self.treasury = Treasury(self.centre, self.bank, self.rng)
        self.desk = self.treasury.desk
        self.books = Books(self.centre, self.rng)
        self._submits = 0
        self._opened = 0
        for _ in range(ACCOUNTS):
            self._open_account()

    def run(self, operations: int) -> Report:
        report = Report(self.seed, operations)
        acts = self._acts()
        names, weights = list(acts), [weight for weight, _ in acts.values()]
        for number in range(operations):
            name = self.rng.choices(names, weights)[0]
            acts[name][1]()
            self.books.flip_if_one_waits()
            report.events += self._pass(self.rng.randrange(0, 90))
            self.books.flip_if_one_waits()
            if number % CHECK_EVERY == 0 and self._check(report):
                break
        self.faults.heal()
        report.events += self._come_home()
        self._check(report)
        report.violations += invariants.at_rest(self.centre, self.bank)
        report.head = self.centre.store.head
        report.faults = self.faults.struck
        report.breaks = self.centre.store.breaks
        report.cases = Counter(case.state.value for case in self.centre.store.all("case"))
        return report

    def _check(self, report: Report) -> bool:
        checks, wrong = invariants.always(self.centre, self.bank)
        report.checks += checks
        report.violations += [text for text in wrong if text not in report.violations]
        return bool(wrong)

    def _acts(self):
        return {
            "submit": (30, self._submit),
            "decide": (25, self._decide),
            "edit": (6, self._edit),
            "resubmit": (8, self._resubmit),
            "remit": (10, self._remit),
            "freeze": (6, self._freeze),
            "work": (40, self.treasury.work),
            "sweep": (20, self.treasury.sweep),
            "clock": (3, self._jump),
            "year": (4, lambda: self.centre.years.work(self.rng)),
            "pay_in": (8, self._pay_in),
            "desk": (8, self._at_the_desk),
            "flip": (2, self.books.flip),
            "day_end": (20, self.books.step),
            "tamper": (1, self.books.change_what_is_sealed),
        }

    # -- time ----------------------------------------------------------------------------------

    def _pass(self, seconds: int) -> int:
        """Let time pass and do what falls due."""
        reached: list[bool] = []
        self.clock.after(seconds, lambda: reached.append(True))
        events = 0
        while not reached and self.clock.step():
            events += 1
        return events

    def _jump(self) -> None:
        if self.faults.strike("clock_jump"):
            self.clock.skew += self.rng.choice((-3600, 3600, 86_400))

    def _come_home(self) -> int:
        """Nothing goes wrong any more: jobs, sweeps and late notices until all is still."""
        events = 0
        for _ in range(HEALING_STEPS):
            self.treasury.sweep()
            while self.centre.store.tables["job"]:
                self.treasury.work()
                events += 1
            self._approve_everything()
            events += self._pass(120)
            if not self._is_anything_open():
                break
        events += self._pass(200_000)
        self.centre.years.finish(self.rng)
        self.treasury.read_day_file()
        self.desk.read_day_file()
        self.books.flip()
        self.books.seal_all()
        return events

    def _is_anything_open(self) -> bool:
        orders = self.centre.store.all("order")
        return any(order.look_at is not None and not order.broken for order in orders)

    def _approve_everything(self) -> None:
        for case in self.centre.store.all("case"):
            if case.state is CaseState.IN_REVIEW:
                self._decide_as(case, 9, "approve")

    # -- people --------------------------------------------------------------------------------

    def _open_account(self) -> None:
        self._opened += 1
        balance = self.rng.randrange(1, 30_000_000)
        account = Account(self._opened, balance, born=len(self.centre.store.tables["year"]))
        with self.centre.store.transaction() as work:
            work.open_account(account)
            work.post("remittance", balance)

    def _some_account(self) -> int:
        accounts = self.centre.store.all("account")
        still_open = [account.id for account in accounts if account.state == "sealed"]
        if len(still_open) < ACCOUNTS // 2:
            self._open_account()
        return self.rng.choice(still_open or [self._opened])

    def _submit(self) -> None:
        account = self._some_account()
        if not self.centre.may_apply(account):
            return
        self._submits += 1
        key, reviewed = f"s{self._submits}", self.rng.random() < 0.4
        if self.faults.strike("freeze_races_submit"):
            self.centre.freeze(account, frozen=True)
        again = self.faults.strike("submitted_twice")
        ref = self.centre.submit(account, key=key, reviewed=reviewed)
        if again:
            # The other channel, or the impatient thumb.
            other = key if self.rng.random() < 0.5 else f"{key}b"
            self.centre.submit(account, key=other, reviewed=reviewed)
        if ref is not None and self.faults.strike("remittance_races_order"):
            self.centre.remit(account, self.rng.randrange(1, 300_000))

    def _under_review(self):
        cases = self.centre.store.all("case")
        waiting = [case for case in cases if case.state is CaseState.IN_REVIEW]
        return self.rng.choice(waiting) if waiting else None

    def _decide(self) -> None:
        case = self._under_review()
        if case is None:
            return
        verdict = self.rng.choice(("approve", "approve", "approve", "return", "reject"))
        staff = self.rng.choice(STAFF)
        if self.faults.strike("content_changed_under_review"):
            self.centre.edit(case.ref, self.rng.choice(STAFF))
        self._decide_as(case, staff, verdict)
        if self.faults.strike("decided_twice"):
            self._decide_as(case, self.rng.choice(STAFF), "approve")

    def _decide_as(self, case, staff: int, verdict: str) -> None:
        try:
            self.centre.decide(
                case.ref, staff, seen=case.content, seen_round=case.round, verdict=verdict
            )
        except Refused:
            self.centre.store.breaks += 1

    def _edit(self) -> None:
        case = self._under_review()
        if case is not None:
            self.centre.edit(case.ref, self.rng.choice(STAFF))

    def _resubmit(self) -> None:
        cases = self.centre.store.all("case")
        returned = [case for case in cases if case.state is CaseState.RETURNED]
        if returned:
            self.centre.resubmit(self.rng.choice(returned).ref)

    def _remit(self) -> None:
        accounts = self.centre.store.all("account")
        self.centre.remit(self.rng.choice(accounts).id, self.rng.randrange(1, 300_000))

    def _pay_in(self) -> None:
        account = self.rng.choice(self.centre.store.all("account")).id
        self.bank.take_in(f"payer {account}", self.rng.randrange(1, 300_000), account=account)

    def _at_the_desk(self) -> None:
        """Staff look after what lies in suspense; now and then two of them at once."""
        receipts, returns = self.desk.waiting("receipt"), self.desk.waiting("order")
        if receipts and (not returns or self.rng.random() < 0.3):
            serial = self.rng.choice(receipts)
            at_once = self.faults.strike("receipt_taken_by_two")
            account = self.rng.choice(self.centre.store.all("account")).id
            acts = [lambda: self.desk.allocate(serial, account), lambda: self.desk.refund(serial)]
        elif returns:
            number = self.rng.choice(returns)
            at_once = self.faults.strike("returned_money_taken_twice")
            acts = [lambda: self.desk.pay_again(number), lambda: self.desk.reinstate(number)]
        else:
            return
        self.rng.shuffle(acts)
        for act in acts[: 2 if at_once else 1]:
            act()

    def _freeze(self) -> None:
        self.centre.freeze(self._some_account(), frozen=self.rng.random() < 0.4)
