"""A centre of real processes, started as the demo starts them, whose workers die by SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from django.db import connection

from anju import ledger
from anju.business.treasury.models import Payment, PaymentEvent
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.models import Case, Message
from anju.cases.records import Submitted
from anju.config.clock import DEMO_START, FileClock
from anju.config.clones import CommittingDatabase
from anju.config.cluster import free_port
from anju.config.demo.processes import Child, Processes
from anju.config.environment import CHECKOUT
from anju.domain.case import LIVE
from anju.ledger.models import Voucher
from anju.ledger.verify import verify
from anju.store import limits
from anju.store.models import InboxMessage

from ..conftest import surroundings

CLIENT, SECRET = "yuncheng", "kill-tests-secret-of-yuncheng-0000001"
WORKERS = 2
MEMBERS_A_ROUND = 4
START_SECONDS = 120
MOMENT_SECONDS = 4
HOME_SECONDS = 180
# How the line to the bank is in each round; {} is a good one.
LINES: tuple[dict[str, object], ...] = (
    {},
    {"fault": "slow_reply", "seconds": 1},
    {"fault": "lose_reply", "times": 2},
    {"fault": "lose_notice"},
    {"fault": "duplicate_notice"},
    {"fault": "lose_request", "times": 1},
    {"fault": "refuse", "times": 1},
    {"fault": "return", "times": 1, "seconds": 1},
    {"fault": "notice_before_reply"},
    {"fault": "late_request", "times": 1, "seconds": 120},
)
ENDS = {"completed": "已办结", "failed": "未能付款", "payment_returned": "款项被退回"}


@dataclass
class Marks:
    """How far the work had come, counted where each step leaves its trace."""

    sent: int
    at_the_bank: int
    replies: int
    notices: int
    vouchers: int


# What a worker is killed after: the first new trace of a step anywhere.
MOMENTS: tuple[tuple[str, Callable[[Marks, Marks], bool]], ...] = (
    ("the order was marked as sent", lambda was, now: now.sent > was.sent),
    ("the bank had the order", lambda was, now: now.at_the_bank > was.at_the_bank),
    ("the reply was learnt", lambda was, now: now.replies > was.replies),
    ("the notice was in the inbox", lambda was, now: now.notices > was.notices),
    ("the payment was posted", lambda was, now: now.vouchers > was.vouchers),
    ("nothing in particular", lambda was, now: True),
)


@dataclass
class RealCentre:
    """Its processes, its members, and what it has acknowledged."""

    folder: Path
    database: CommittingDatabase
    clock: FileClock
    worker_code: list[str]
    world_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    people: dict[str, cast.Member] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    posted: set[int] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)
    in_hand: int = 0
    started: int = 0

    def __post_init__(self) -> None:
        self.processes = Processes(self.folder / "processes.json")

    # -- processes -----------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        """What `anju.config.demo.layout` tells its children."""
        world = f"http://127.0.0.1:{self.world_port}"
        return {
            **surroundings(),
            "PYTHONPATH": str(CHECKOUT / "src"),
            "PYTHONUNBUFFERED": "1",
            "ANJU_PROFILE": "demo",
            "ANJU_CENTER": CLIENT,
            "ANJU_DATABASE_URL": self.database.url(),
            "ANJU_KEYRING": os.environ["ANJU_KEYRING"],
            "ANJU_STATE": str(self.folder),
            "ANJU_CLOCK_FILE": str(self.clock.path),
            "ANJU_BANK_URL": f"{world}/bank",
            "ANJU_BANK_CLIENT": CLIENT,
            "ANJU_BANK_SECRET": SECRET,
            "ANJU_SMS_URL": f"{world}/sms",
            "ANJU_SMS_CLIENT": CLIENT,
            "ANJU_SMS_SECRET": SECRET,
        }

    def _child(self, name: str, *arguments: str) -> Child:
        return Child(name, arguments, self._environment(), self.folder / f"{name}.log")

    def open(self) -> None:
        """The outside world and the halls run."""
        config = self.folder / "world.json"
        config.write_text(
            json.dumps(
                {
                    "secrets": {CLIENT: SECRET},
                    "notify_urls": {CLIENT: f"http://127.0.0.1:{self.web_port}/inbox/bank"},
                    "titles": {CLIENT: "演示"},
                }
            )
        )
        port, store = str(self.world_port), str(self.folder / "world.db")
        world = ("world", "--port", port, "--store", store, "--clock", str(self.clock.path))
        web = ("web", "--bind", f"127.0.0.1:{self.web_port}", "--workers", "1", "--threads", "4")
        self.processes.start(
            [
                self._child("outside world", "-m", "anju", *world, "--config", str(config)),
                self._child("web", "-m", "anju", *web),
            ]
        )
        for url in (f"{self.world_url}/healthz", f"http://127.0.0.1:{self.web_port}/readyz"):
            self._wait(lambda url=url: _answers(url), START_SECONDS, url)

    @property
    def world_url(self) -> str:
        """The outside world."""
        return f"http://127.0.0.1:{self.world_port}"

    def start_workers(self, count: int = WORKERS) -> list[Child]:
        """Start new workers; each is named, and its name will stand beside its jobs."""
        born = []
        for _ in range(count):
            self.started += 1
            child = self._child(f"{self.started} worker", *self.worker_code)
            child.environment = {**child.environment, "PGAPPNAME": child.name}
            born.append(child)
        self.processes.start(born)
        return born

    def are_ready(self, workers: list[Child]) -> None:
        """Wait until these take jobs."""
        names = {child.name for child in workers}
        self._wait(lambda: names <= _workers(), START_SECONDS, "workers")

    def _wait(self, holds: Callable[[], object], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            logs = [child.log_tail() for child in self.processes.children]
            assert time.monotonic() < deadline, (f"it never came about: {what}", logs)
            time.sleep(0.02)

    # -- a round ---------------------------------------------------------------------------------

    def kill(self, count: int, *, members: int = MEMBERS_A_ROUND) -> None:
        """Kill `count` workers while members submit and are paid; others take their place."""
        while self.kills.total() < count:
            self._round(self.kills.total() // WORKERS, members)

    def _round(self, number: int, members: int) -> None:
        self._line(LINES[number % len(LINES)])
        self.clock.set(self.clock.now() + timedelta(seconds=61))
        workers = self.start_workers()
        presses = [self._draft() for _ in range(members)]
        self.are_ready(workers)
        was = self._marks()
        with ThreadPoolExecutor(1) as members_press:
            pressed = members_press.submit(self._press, presses)
            for _ in range(WORKERS):
                name, reached = MOMENTS[self.kills.total() % len(MOMENTS)]
                self._reach(was, reached)
                self._kill_one(workers, name)
            pressed.result()
        self._hears()

    def _reach(self, was: Marks, reached: Callable[[Marks, Marks], bool]) -> None:
        """Wait for the moment; not for ever, as the line may have kept it from coming."""
        deadline = time.monotonic() + MOMENT_SECONDS
        while not reached(was, self._marks()) and time.monotonic() < deadline:
            pass

    def _kill_one(self, workers: list[Child], moment: str) -> None:
        """The one with a job in hand, if any takes one within half a second."""
        deadline = time.monotonic() + 0.5
        while not (busy := [each for each in workers if each.name in _jobs_in_hand()]):
            if time.monotonic() > deadline:
                break
        child = (busy or workers)[0]
        workers.remove(child)
        assert child.process is not None
        os.kill(child.process.pid, signal.SIGKILL)
        assert child.process.wait() == -signal.SIGKILL, child.log_tail()
        self.processes.children.remove(child)
        self.in_hand += child.name in _jobs_in_hand()
        self.kills[moment] += 1
        self._hears()

    def _draft(self) -> tuple[str, str]:
        """A new member, one press away from submitting: (reference, code)."""
        at = self.clock.now()
        limits.sweep(at + timedelta(days=2))
        who = cast.member(len(self.people) + 1)
        reference = cast.begin(who, at=at)
        self.people[reference] = who
        return reference, cast.posted_for(who, reference, 1, at=at)["code"]

    def _press(self, drafts: list[tuple[str, str]]) -> None:
        try:
            for reference, code in drafts:
                answer = actions.take_step(
                    reference,
                    person_id=self.people[reference].person_id,
                    number=1,
                    posted={"code": code},
                    at=self.clock.now(),
                )
                assert answer == Submitted(reference), answer
                self.accepted.add(reference)
        finally:
            connection.close()

    def _line(self, fault: dict[str, object]) -> None:
        """The line to the bank is good, or has this fault; orders are paid as they arrive."""
        url = f"{self.world_url}/bank/api/faults"
        for wish in ({"off": "all"}, {"fault": "delay", "seconds": 0}, fault):
            if wish:
                httpx.post(url, json=wish).raise_for_status()

    # -- what is known -----------------------------------------------------------------------------

    def _marks(self) -> Marks:
        return Marks(
            sent=PaymentEvent.objects.filter(said="sent").count(),
            at_the_bank=len(self._bank("orders")["orders"]),
            replies=PaymentEvent.objects.filter(said__startswith="reply.").count(),
            notices=InboxMessage.objects.count(),
            vouchers=Voucher.objects.filter(kind="withdrawal_closing").count(),
        )

    def _bank(self, what: str, **narrowed: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.world_url}/bank/api/{what}", params=narrowed).json())

    def counted(self) -> dict[str, Any]:
        """The bank's own count of money: payments, paid_fen, returned_fen, orders."""
        nothing = {"payments": 0, "paid_fen": 0, "returned_fen": 0, "orders": {}}
        return dict(self._bank("totals")["clients"].get(CLIENT, nothing))

    def _hears(self) -> None:
        """What was acknowledged is still there, whoever died since."""
        now = set(Voucher.objects.values_list("pk", flat=True))
        assert self.posted <= now, f"acknowledged postings were lost: {self.posted - now}"
        self.posted = now
        for reference in sorted(self.accepted):
            case = cast.case(reference)
            assert case.state != "draft", f"an accepted case was lost: {reference}"
            assert Payment.objects.filter(pk=case.order_no).exists()
        told = self._bank("notices")["notices"]
        delivered = {str(row["notice_id"]) for row in told if row["state"] == "delivered"}
        kept = set(InboxMessage.objects.values_list("message_id", flat=True))
        assert delivered <= kept, f"accepted notices were lost: {delivered - kept}"
        self.nobody_is_paid_twice()

    def nobody_is_paid_twice(self) -> None:
        """The bank's own count, by order and by card."""
        orders = self.counted()["orders"]
        twice = {number: row for number, row in orders.items() if row["payments"] > 1}
        assert not twice, f"paid twice: {twice}"
        paid = [row for row in self._bank("orders")["orders"] if row["order_no"] in orders]
        cards = Counter(row["payee_account"] for row in paid)
        assert not cards or max(cards.values()) == 1, f"paid twice: {cards.most_common(3)}"

    # -- the end -----------------------------------------------------------------------------------

    def comes_home(self) -> None:
        """The line is good, one worker lives: its own sweeper brings everything to its end."""
        self._line({})
        self.are_ready(self.start_workers(1))
        deadline = time.monotonic() + HOME_SECONDS
        while self._is_busy():
            stuck = Payment.objects.filter(order__case_reference__in=self.people)
            assert time.monotonic() < deadline, list(stuck.values_list("order_id", "status"))
            time.sleep(0.5)
            self.clock.set(self.clock.now() + timedelta(seconds=20))

    def _is_busy(self) -> bool:
        open_ones = Payment.objects.filter(next_look_at__isnull=False).exists()
        news = InboxMessage.objects.filter(state="waiting").exists()
        on_its_way = [row for row in self._bank("notices")["notices"] if row["state"] == "waiting"]
        live = Case.objects.filter(state__in=LIVE).exists()
        due = any(
            row["state"] in ("accepted", "returning") for row in self._bank("orders")["orders"]
        )
        return open_ones or news or live or due or bool(on_its_way)

    def is_whole(self) -> Counter[str]:
        """Every accepted case is at its one end, and books and bank agree; gives the ends."""
        counted, ends = self.counted(), Counter[str]()
        assert self.accepted == set(self.people)
        for reference, who in self.people.items():
            case = cast.case(reference)
            assert case.state in ENDS, (reference, case.state)
            said = Message.objects.filter(reference=reference, title__endswith=ENDS[case.state])
            assert said.count() == 1, f"told {said.count()} times: {ENDS[case.state]}"
            paid = counted["orders"].get(case.order_no, {}).get("payments", 0)
            assert paid == (0 if case.state == "failed" else 1), (reference, case.state, paid)
            assert who.account.state == ("sealed" if case.state == "failed" else "closed")
            assert who.account.held == 0
            ends[case.state] += 1
        assert counted["payments"] == ends.total() - ends["failed"]
        moved = counted["paid_fen"] - counted["returned_fen"]
        opening = cast.BALANCE * len(self.people)
        assert ledger.control_total("101") == opening - moved, "the bank's count is ours"
        breaks = verify()
        assert not breaks, breaks
        return ends


def _rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _workers() -> set[str]:
    return {row[0] for row in _rows("SELECT who FROM procrastinate_workers")}


def _jobs_in_hand() -> set[str]:
    """The names of the workers, alive or dead, that have not finished a job they took."""
    return {
        row[0]
        for row in _rows(
            "SELECT who FROM procrastinate_jobs j JOIN procrastinate_workers w"
            " ON w.id = j.worker_id WHERE j.status = 'doing'"
        )
    }


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def opened(
    folder: Path, database: CommittingDatabase, *, worker: tuple[str, ...] = ("-m", "anju")
) -> Iterator[RealCentre]:
    """A centre of real processes on 20 November; `worker` is how Python starts `anju`."""
    clock = FileClock(folder / "clock.json")
    clock.set(DEMO_START)
    cast.open_books()
    cast.turn_to()
    with database.connect("admin", autocommit=True) as admin:
        # So that it can be told which process had a job in hand when it died.
        admin.execute("SET search_path TO yuncheng")
        admin.execute(
            "ALTER TABLE procrastinate_workers"
            " ADD who text DEFAULT current_setting('application_name')"
        )
    centre = RealCentre(folder, database, clock, [*worker, "worker"])
    try:
        centre.open()
        yield centre
    finally:
        centre.processes.end()
