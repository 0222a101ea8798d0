"""Sending, learning, settling: the treasury's shell around the payment machine."""

from __future__ import annotations

import random
from dataclasses import replace

from anju.domain import case as cases
from anju.domain import payment as machine
from anju.domain.case import CaseState
from anju.domain.payment import Answer, Effect, PaymentStatus
from anju.simulation.bank import Bank, BankReply, Unreachable
from anju.simulation.centre import Centre
from anju.simulation.desk import Desk
from anju.simulation.store import Account, Order, Refused, SimCase, Transaction

ASK_AGAIN_SECONDS = 60


class Crash(Exception):
    """The process died here; what was not committed never was."""


class Treasury:
    """The worker's side of a centre."""

    def __init__(self, centre: Centre, bank: Bank, rng: random.Random) -> None:
        self.centre, self.bank, self._rng = centre, bank, rng
        self.guards, self.faults, self.clock = centre.guards, centre.faults, centre.clock
        self.desk = Desk(centre, bank, rng)
        bank.notify = self.notice

    def work(self) -> None:
        """Take one job, if there is one; a job that is lost is found by the sweeper."""
        jobs = self.centre.store.tables["job"]
        if not jobs:
            return
        key = next(iter(jobs))
        kind, number = jobs.pop(key)
        if self.faults.strike("job_lost"):
            return
        try:
            if kind == "send":
                self.send(number)
            else:
                self.ask(number)
        except Crash:
            return

    def sweep(self) -> None:
        """Find orders that wait for news and whose job was lost."""
        if not self.guards.sweeper_finds_lost_work:
            return
        for order in self.centre.store.all("order"):
            if order.look_at is not None and order.look_at <= self.clock.seconds:
                kind = "send" if order.payment.status is PaymentStatus.WRITTEN else "ask"
                self.centre.store.tables["job"][order.number] = (kind, order.number)

    def send(self, number: str) -> None:
        """Commit that we call, call, and learn."""
        order: Order = self.centre.store.tables["order"][number]
        if self.faults.strike("order_tampered"):
            # Somebody edits the amount in the table after it was approved.
            order = replace(order, principal=order.principal + 100_000)
        if order.amount != order.seal and self.guards.order_is_sealed:
            order = replace(order, principal=order.seal - order.interest)
        if self.guards.sent_is_committed_before_the_call and not self._mark_sent(number):
            return
        if self.faults.strike("crash_before_call"):
            raise Crash
        try:
            reply = self.bank.call(number, order.case, order.amount)
            event: machine.Event = machine.Replied(reply.answer, reply.amount)
        except Unreachable:
            event = machine.NoReply()
        if self.faults.strike("crash_after_call"):
            raise Crash
        if not self.guards.sent_is_committed_before_the_call:
            self._mark_sent(number)
        self.learn(number, event)

    def _mark_sent(self, number: str) -> bool:
        with self.centre.store.transaction() as work:
            order: Order = work.get("order", number)
            try:
                payment, _ = machine.decide(order.payment, machine.Send(self.clock.now))
            except machine.IllegalStep:
                if self.guards.machine_refuses_what_does_not_fit:
                    return False
                payment = order.payment
            later = self.clock.seconds + ASK_AGAIN_SECONDS
            work.put("order", number, replace(order, payment=payment, look_at=later))
        return True

    def ask(self, number: str) -> None:
        """Ask the bank what became of an order."""
        order: Order = self.centre.store.tables["order"][number]
        if order.payment.status is PaymentStatus.WRITTEN:
            self.send(number)
            return
        try:
            reply = self.bank.query(number)
        except Unreachable:
            self.learn(number, machine.NoReply())
            return
        self.learn(number, machine.Queried(reply.answer, reply.amount, self.clock.now))

    def read_day_file(self) -> None:
        """The bank's statement: what changed after we took an order for settled is learnt."""
        for order in self.centre.store.all("order"):
            at_bank = self.bank.orders.get(order.number)
            if order.payment.status is PaymentStatus.PAID and at_bank is not None:
                told = machine.Queried(at_bank.answer, at_bank.amount, self.clock.now)
                self.learn(order.number, told)

    def notice(self, reply: BankReply) -> None:
        """A notice at the door: signature, then once, then the machine."""
        if self.guards.notices_are_signed and not reply.signed:
            return
        seen = self.centre.store.tables["notice"]
        if self.guards.notices_are_taken_once and reply.notice in seen:
            return
        seen[reply.notice] = True
        if reply.number not in self.centre.store.tables["order"]:
            self.centre.store.breaks += 1
            return
        try:
            self.learn(reply.number, machine.Noticed(reply.answer, reply.amount))
        except Crash:
            # The inbox keeps the notice until it is worked.
            seen.pop(reply.notice)
            self.clock.after(30, lambda: self.notice(reply))

    def learn(self, number: str, event: machine.Event) -> None:
        """Let the machine decide, and do what follows in one transaction."""
        event = self._as_the_bug_sees_it(number, event)
        try:
            self._learn_once(number, event)
        except Refused:
            self.centre.store.breaks += 1
        if self.faults.strike("commit_unknown"):
            # The commit went through and we never heard: the same thing is learnt again.
            try:
                self._learn_once(number, event)
            except Refused:
                self.centre.store.breaks += 1

    def _as_the_bug_sees_it(self, number: str, event: machine.Event) -> machine.Event:
        guards, order = self.guards, self.centre.store.tables["order"][number]
        failed = machine.Queried(Answer.FAILED, order.payment.amount_fen, self.clock.now)
        answer = getattr(event, "answer", None)
        if isinstance(event, machine.NoReply) and not guards.timeout_is_not_a_refusal:
            return failed
        if answer is Answer.NOT_FOUND and not guards.not_found_is_not_a_refusal:
            return failed
        if answer is Answer.FAILED and not (
            guards.failure_is_asked_about or guards.unknown_is_left_by_query_only
        ):
            return failed
        if answer is not None and not guards.amount_is_compared:
            return replace(event, amount_fen=order.payment.amount_fen)
        return event

    def _learn_once(self, number: str, event: machine.Event) -> None:
        with self.centre.store.transaction() as work:
            order: Order = work.get("order", number)
            payment, effects = machine.decide(order.payment, event)
            if (
                not self.guards.machine_refuses_what_does_not_fit
                and not effects
                and isinstance(event, machine.Noticed | machine.Queried | machine.Replied)
            ):
                effects = {
                    Answer.PAID: (Effect.SETTLE,), Answer.RETURNED: (Effect.BOOK_RETURN,)
                }.get(event.answer, ())  # fmt: skip
            is_open = payment.status in (PaymentStatus.SENT, PaymentStatus.UNKNOWN)
            later = self.clock.seconds + ASK_AGAIN_SECONDS if is_open else None
            work.put("order", number, replace(order, payment=payment, look_at=later))
            for effect in effects:
                self._carry_out(work, number, effect)
            if self.faults.strike("crash_before_commit"):
                raise Crash

    def _carry_out(self, work: Transaction, number: str, effect: Effect) -> None:
        match effect:
            case Effect.SETTLE:
                self._settle(work, number)
            case Effect.RELEASE:
                self._release(work, number)
            case Effect.BOOK_RETURN:
                self._book_return(work, number)
            case Effect.ASK | Effect.ASK_LATER if not self.guards.order_number_never_changes:
                self._call_with_a_new_number(work, number)
            case Effect.ASK:
                work.put("job", f"ask-{number}", ("ask", number))
            case Effect.CALL:
                work.put("job", number, ("send", number))
            case Effect.BREAK:
                order: Order = work.get("order", number)
                work.put("order", number, replace(order, broken=True))
                work.breaks += 1
            case _:
                pass

    def _key(self, work: Transaction, kind: str, number: str) -> bool:
        """Whether this posting was made before; the store refuses it where keys are unique."""
        if not self.guards.posting_keys_are_unique:
            return False
        if work.get("key", (kind, number)) is not None:
            return True
        work.put("key", (kind, number), True)
        return False

    def _settle(self, work: Transaction, number: str) -> None:
        if self._key(work, "settle", number):
            return
        order: Order = work.get("order", number)
        if order.replaces or order.receipt:
            self.desk.settled(work, order)
            return
        case: SimCase = work.get("case", order.case)
        account: Account = work.get("account", case.account)
        paid = order.payment.amount_fen
        if not self.guards.amount_is_fixed_in_the_order:
            paid = order.principal + self.centre.years.interest_of(account)
        work.post("payout", -paid)
        work.interest += order.interest
        lost = account.lost + max(0, account.balance - order.principal)
        work.put("account", account.id, replace(account, balance=0, held=0, v=0, state="closed",
                                                lost=lost))  # fmt: skip
        work.move(account.id, order.until, -account.balance)
        work.put("order", number, replace(order, settled=order.settled + 1))
        if case.state is CaseState.PAYING:
            case = replace(case, state=cases.decide(case.state, cases.Paid())[0])
            work.put("live", case.account, None)
        work.put("case", case.ref, case)

    def _release(self, work: Transaction, number: str) -> None:
        order: Order = work.get("order", number)
        if order.replaces or order.receipt:
            self.desk.released(work, order)
            return
        case: SimCase = work.get("case", order.case)
        work.put("order", number, replace(order, released=order.released + 1))
        if case.state is CaseState.PAYING:
            case = replace(case, state=cases.decide(case.state, cases.PaymentFailed())[0])
            case = self.centre._release(work, case)
        work.put("case", case.ref, case)

    def _book_return(self, work: Transaction, number: str) -> None:
        if self.guards.returns_are_booked_once and self._key(work, "return", number):
            return
        order: Order = work.get("order", number)
        if order.replaces or order.receipt:
            self.desk.came_back(work, order)
            return
        case: SimCase = work.get("case", order.case)
        work.post("returned", order.payment.amount_fen)
        waiting = work.get("suspense", ("order", number)) or 0
        work.put("suspense", ("order", number), waiting + order.payment.amount_fen)
        came_back = replace(order, returned=order.returned + 1, back_on=self.clock.today)
        work.put("order", number, came_back)
        if case.state is CaseState.COMPLETED:
            after = cases.decide(case.state, cases.PaymentCameBack())[0]
            work.put("case", case.ref, replace(case, state=after))

    def _call_with_a_new_number(self, work: Transaction, number: str) -> None:
        """The bug: a payment of unknown outcome is tried again under another number."""
        order: Order = work.get("order", number)
        fresh = self.centre.next_number()
        payment = machine.Payment(PaymentStatus.WRITTEN, order.payment.amount_fen)
        work.put("order", fresh, replace(order, number=fresh, payment=payment))
        work.put("job", fresh, ("send", fresh))
