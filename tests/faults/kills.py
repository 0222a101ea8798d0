"""Forked workers of a centre, killed again and again until every gap has had its kill."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from anju import ledger, ports
from anju.business.treasury import actions as treasury
from anju.business.treasury.models import Payment
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.models import Case, Message
from anju.cases.records import Submitted
from anju.domain.case import LIVE
from anju.jobs import sweepers
from anju.ledger.verify import verify
from anju.parties import messages
from anju.parties.models import SmsMessage
from anju.store import limits
from anju.store.models import InboxMessage

from .doom import Doom, Ended, Say, in_a_process
from .file_bank import HABITS, SEAL, FileBank

# Between what happens outside a process's memory, and what is known about it.
GAPS = (
    "submit/commit 1 before",
    "submit/commit 1 after",
    "submit/commit 2 before",
    "submit/commit 2 after",
    "submit/posted",
    "submit/commit 3 before",
    "submit/commit 3 after",
    "fetch/statement 1",
    "treasury.send/commit 1 before",
    "treasury.send/commit 1 after",
    "treasury.send/bank before",
    "treasury.send/bank lost the request",
    "treasury.send/bank did it",
    "treasury.send/posted",
    "treasury.send/commit 2 before",
    "treasury.send/commit 2 after",
    "treasury.ask/query before",
    "treasury.ask/query answered",
    "treasury.ask/posted",
    "treasury.ask/commit 1 before",
    "treasury.ask/commit 1 after",
    "door/commit 1 before",
    "door/commit 1 after",
    "treasury.take_notice/posted",
    "treasury.take_notice/commit 1 before",
    "treasury.take_notice/commit 1 after",
    "sweep/commit 1 before",
    "sweep/commit 1 after",
    "sweep/commit 2 before",
    "sweep/commit 2 after",
    "messages.send_sms/commit 1 before",
    "messages.send_sms/commit 1 after",
    "messages.send_sms/gateway before",
    "messages.send_sms/gateway did it",
    "messages.send_sms/commit 2 before",
    "messages.send_sms/commit 2 after",
    "finish/statement 1",
)
# A sweep commits order by order: its third and later commits are like its second.
ALIKE = re.compile(r"sweep/commit \d+")
PHASES = {gap.partition("/")[0] for gap in GAPS}
BETWEEN_TURNS = timedelta(seconds=61)
BATCH = 6
HEALING_TURNS = 30

JOBS: dict[str, Callable[..., Any]] = {
    "treasury.send": lambda at, order_no: treasury.send(order_no, at=at),
    "treasury.ask": lambda at, order_no: treasury.ask(order_no, at=at),
    "treasury.take_notice": lambda at, message_id: treasury.take_notice(message_id, at=at),
    "messages.send_sms": lambda at, message_id: messages.deliver(message_id, at=at),
}


@dataclass
class Centre:
    """The centre under test: its bank, its clock, its cases, and what it has acknowledged."""

    bank: FileBank
    rng: random.Random
    at: datetime = cast.AT
    people: dict[str, cast.Member] = field(default_factory=dict)
    habits: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    drafts: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    parts: list[Callable[[Doom, Say], None]] = field(default_factory=list)
    misses: Counter[str] = field(default_factory=Counter)

    # -- what a process does ---------------------------------------------------------------------

    def turn(self, doom: Doom, say: Say) -> None:
        """One round of everything: members press, the bank knocks, sweepers and workers run."""
        heard = self.bank.heard_by(doom.reach)
        with ports.offering("bank", heard), ports.offering("sms", heard):
            for part in self.parts:
                part(doom, say)

    def _members_press(self, doom: Doom, say: Say) -> None:
        for reference in self.drafts:
            person_id = self.people[reference].person_id
            doom.enter("submit")
            answer = self._press(reference, self.codes[reference])
            if answer != Submitted(reference):
                # The code was used up by a press that died: a new one is asked for.
                doom.enter("code")
                limits.sweep(self.at + timedelta(days=2))
                actions.send_code(
                    reference, person_id=person_id, number=1, ip="198.51.100.7", at=self.at
                )
                doom.enter("submit")
                answer = self._press(reference, cast.last_code(person_id))
            assert answer == Submitted(reference), answer
            say("submitted", reference)

    def _press(self, reference: str, code: str) -> object:
        person_id = self.people[reference].person_id
        return actions.take_step(
            reference, person_id=person_id, number=1, posted={"code": code}, at=self.at
        )

    def _bank_knocks(self, doom: Doom, say: Say) -> None:
        for number, body in self.bank.notices():
            doom.enter("door")
            treasury.receive_notice(SEAL, body, at=self.at)
            say("noticed", f"N{number}")
            self.bank.delivered(number)

    def _sweepers_run(self, doom: Doom, say: Say) -> None:
        doom.enter("sweep")
        sweepers.money(self.at)

    def _workers_run(self, doom: Doom, say: Say) -> None:
        worker_id = _row("SELECT procrastinate_register_worker_v1()")[0]
        while True:
            doom.enter("fetch")
            job_id, name, args = _row(
                "SELECT id, task_name, args FROM procrastinate_fetch_job_v2(NULL, %s)", worker_id
            )
            if job_id is None:
                return
            doom.enter(name)
            given = json.loads(args) if isinstance(args, str) else args
            outcome = JOBS[name](self.at, **given)
            say("worked", name, next(iter(given.values())), outcome)
            doom.enter("finish")
            _row("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", job_id)

    # -- what the test does ------------------------------------------------------------------------

    def open_cases(self, count: int) -> None:
        """New members with drafts, each paid by a bank of another habit."""
        for _ in range(count):
            order = len(self.people) + 1
            limits.sweep(self.at + timedelta(days=2))
            who = cast.member(order)
            reference = cast.begin(who, at=self.at)
            self.codes[reference] = cast.posted_for(who, reference, 1, at=self.at)["code"]
            self.people[reference] = who
            self.habits[reference] = HABITS[order % len(HABITS)]
            self.bank.expect(cast.card_number(order), self.habits[reference])
            self.drafts.append(reference)

    def run(self, target: str = "") -> Ended:
        """One turn in a process of its own, killed at `target`; what it said must be true."""
        self.next_turn(target.partition("/")[0])
        ended = in_a_process(self.turn, target=target)
        if target:
            (self.kills if ended.killed else self.misses)[target] += 1
        self.hears(ended)
        return ended

    def next_turn(self, phase: str = "") -> None:
        """Time passes; the parts of the turn come in any order, but first the one to be hit."""
        self.at += BETWEEN_TURNS
        self.bank.turn()
        parts = [self._members_press, self._bank_knocks, self._sweepers_run, self._workers_run]
        self.rng.shuffle(parts)
        if phase:
            named = {
                "submit": "_members_press",
                "code": "_members_press",
                "door": "_bank_knocks",
                "sweep": "_sweepers_run",
            }
            hit = named.get(phase, "_workers_run")
            parts.sort(key=lambda part: part.__name__ != hit)
        self.parts = parts

    def kill(self, count: int, *, among: Sequence[str] = GAPS) -> None:
        """Kill `count` processes, each where the fewest died before; feed them new cases.

        Some more where a named gap has had no kill yet.
        """
        most = count + count // 4
        while self.kills.total() < count or (
            self.kills.total() < most and among is GAPS and any(not self.kills[g] for g in GAPS)
        ):
            if not self.drafts and len(self._within_reach()) < len(PHASES) // 2:
                self.open_cases(BATCH)
            near = self._within_reach()
            points = [point for point in among if point.partition("/")[0] in near]
            tried = {point: self.kills[point] + self.misses[point] for point in points}
            fewest = [point for point in points if tried[point] == min(tried.values())]
            self.run(self.rng.choice(fewest) if fewest else "")

    def _within_reach(self) -> set[str]:
        """The phases that the next turn can come to."""
        found = {"sweep"}
        if self.drafts:
            found.add("submit")
        if self.bank.notices():
            found.add("door")
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT task_name FROM procrastinate_jobs WHERE status='todo'")
            names = {row[0] for row in cursor.fetchall()}
        return found | names | ({"fetch", "finish"} if names else set())

    def hears(self, ended: Ended) -> None:
        """Whatever was acknowledged is there, whatever became of the process afterwards."""
        for what, *words in ended.said:
            if what == "submitted":
                self.drafts = [each for each in self.drafts if each != words[0]]
                case = cast.case(words[0])
                assert case.state != "draft", f"an accepted case was lost: {words[0]}"
                assert Payment.objects.filter(pk=case.order_no).exists()
            elif what == "noticed":
                kept = InboxMessage.objects.filter(source="bank", message_id=words[0])
                assert kept.exists(), f"an accepted notice was lost: {words[0]}"
            elif what == "worked" and words[2] == "paid":
                case = Case.objects.get(order_no=words[1])
                held = ledger.hold(case.hold_id)
                assert held.voucher_id is not None, f"an acknowledged posting was lost: {words[1]}"
        self.nobody_is_paid_twice()

    def nobody_is_paid_twice(self) -> None:
        """The bank's own count."""
        twice = self.bank.rows(
            "SELECT payee, count(*) FROM movement WHERE kind = 'payment'"
            " GROUP BY payee HAVING count(*) > 1"
        )
        assert not twice, f"paid twice: {twice}"

    def gaps_of_clean_turns(self) -> set[str]:
        """Everything that happens outside a process's memory until all is still, by its name."""
        found: set[str] = set()
        while self.is_busy():
            for what, *points in self.run().said:
                if what == "passed":
                    found |= {point for point in points if "/statement" not in point}
        return {point for point in found if not ALIKE.match(point)}

    def is_busy(self) -> bool:
        """Whether anything is still on its way."""
        if self.drafts or not self.bank.is_idle():
            return True
        waiting = Payment.objects.filter(status__in=("written", "sent", "unknown")).exists()
        return (
            waiting
            or InboxMessage.objects.filter(state="waiting").exists()
            or SmsMessage.objects.filter(state="queued").exists()
        )

    def comes_home(self) -> None:
        """Nobody is killed any more: sweepers and workers bring everything to its end."""
        for _ in range(HEALING_TURNS):
            self.run()
            if not self.is_busy():
                return
        raise AssertionError(f"still on its way after {HEALING_TURNS} turns: {self.stuck()}")

    def stuck(self) -> list[object]:
        """What is on its way."""
        return [
            *self.drafts,
            *Payment.objects.exclude(status__in=("paid", "failed", "returned")).values_list(
                "order_id", "status"
            ),
            *InboxMessage.objects.filter(state="waiting").values_list("message_id", flat=True),
            *SmsMessage.objects.filter(state="queued").values_list("pk", "kind"),
        ]

    def is_whole(self, *, other_fen: int = 0) -> None:
        """Every case at its one end, no order lost, no hold left, books and bank agree.

        `other_fen` came into the deposit by other ways.
        """
        assert not Case.objects.filter(state__in=LIVE).exists()
        ends = {"refuse": "failed", "give_back": "payment_returned"}
        told = {"completed": "已办结", "failed": "未能付款", "payment_returned": "款项被退回"}
        for reference, who in self.people.items():
            case = cast.case(reference)
            assert case.state == ends.get(self.habits[reference], "completed"), case.state
            title = told[case.state]
            said = Message.objects.filter(reference=reference, title__endswith=title)
            assert said.count() == 1, f"told {said.count()} times: {title}"
            assert who.account.held == 0
            assert who.account.state == ("sealed" if case.state == "failed" else "closed")
        moved = self.bank.rows(
            "SELECT coalesce(sum(CASE kind WHEN 'payment' THEN -amount ELSE amount END), 0)"
            " FROM movement"
        )[0][0]
        opening = cast.BALANCE * len(self.people) + other_fen
        assert ledger.control_total("101") == opening + moved, "the bank's count is ours"
        breaks = verify()
        assert not breaks, breaks
        self.every_text_arrived()

    def every_text_arrived(self) -> None:
        """What was queued for a phone was handed over, once."""
        handed = {row[0] for row in self.bank.rows("SELECT message_id FROM text")}
        cases = SmsMessage.objects.filter(kind="case")
        assert {row.number.hex for row in cases} <= handed


def _row(statement: str, *values: object) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[Any, ...] = cursor.fetchone()
        return found
