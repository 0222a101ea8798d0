"""Case and payment machines driven by Hypothesis against a bank and a line that are their own.

What is under way (requests, replies, notices) lies in a heap from which Hypothesis takes whatever
it likes, twice or never. The bank counts what it paid; that count is the judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from anju.domain import case as cases
from anju.domain import payment as machine
from anju.domain.case import CaseState
from anju.domain.payment import Answer, Effect, IllegalStep, Payment, PaymentStatus

AMOUNT = 2_033_582
TERMINAL = (PaymentStatus.PAID, PaymentStatus.FAILED, PaymentStatus.RETURNED)
HEALING_QUERIES = 12


@dataclass
class Bank:
    """One order at the bank, known by its number: None until a request arrives."""

    answer: Answer | None = None
    amount: int = 0
    paid: int = 0
    returned: int = 0

    def take(self, amount: int) -> None:
        """A request arrives; the same number again changes nothing."""
        if self.answer is None:
            self.answer, self.amount = Answer.ACCEPTED, amount

    def says(self) -> tuple[Answer, int]:
        """The truth of this moment."""
        return (Answer.NOT_FOUND, 0) if self.answer is None else (self.answer, self.amount)


@dataclass
class Books:
    """What the centre did for good."""

    settled: int = 0
    released: int = 0
    returned: int = 0
    breaks: int = 0
    asks: int = 0


class PaymentMachine(RuleBasedStateMachine):
    """One case whose order was just written."""

    decide: Callable[[Payment, machine.Event], machine.Step] = staticmethod(machine.decide)

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
        self.case, _ = cases.decide(CaseState.DRAFT, cases.Submit(needs_review=False, pays=True))
        self.payment = Payment(PaymentStatus.WRITTEN, AMOUNT)
        self.bank, self.books = Bank(), Books()
        self.requests: list[int] = []
        self.notices: list[tuple[Answer, int]] = []
        self.wrong_amount = False

    # -- the centre -------------------------------------------------------------------------------

    def learn(self, event: machine.Event) -> None:
        """One transaction: the machine decides, and what follows is done with it."""
        self.payment, effects = self.decide(self.payment, event)
        for effect in effects:
            self._follow(effect)

    def _follow(self, effect: Effect) -> None:
        match effect:
            case Effect.SETTLE:
                self.books.settled += 1
                self.case, _ = cases.decide(self.case, cases.Paid())
            case Effect.RELEASE:
                self.books.released += 1
                self.case, _ = cases.decide(self.case, cases.PaymentFailed())
            case Effect.BOOK_RETURN:
                self.books.returned += 1
                self.case, _ = cases.decide(self.case, cases.PaymentCameBack())
            case Effect.BREAK:
                self.books.breaks += 1
            case Effect.ASK:
                self.books.asks += 1
            case _:
                pass

    @rule(outcome=st.sampled_from(["answered", "no reply", "crash before", "crash after", "lost"]))
    def send(self, outcome):
        """A worker commits that it calls, calls, and learns what it can."""
        try:
            self.learn(machine.Send(self.now))
        except IllegalStep:
            assert not machine.may_resend(self.payment, self.now)
            return
        if outcome == "crash before":
            return
        if outcome == "lost":
            self.learn(machine.NoReply())
            return
        if outcome != "no reply":
            self.bank.take(AMOUNT)
        else:
            # Nobody knows whether it arrives: perhaps much later.
            self.requests.append(AMOUNT)
        if outcome == "answered":
            self.learn(machine.Replied(*self.bank.says()))
        elif outcome == "no reply":
            self.learn(machine.NoReply())

    @precondition(lambda self: self.payment.status is not PaymentStatus.WRITTEN)
    @rule(answered=st.booleans())
    def ask(self, answered):
        """The sweeper asks; the line may be bad."""
        if answered:
            self.learn(machine.Queried(*self.bank.says(), self.now))
        else:
            self.learn(machine.NoReply())

    @rule(minutes=st.sampled_from([1, 6, 600]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    # -- the line -------------------------------------------------------------------------------

    @precondition(lambda self: self.requests)
    @rule(arrives=st.booleans(), data=st.data())
    def a_late_request(self, arrives, data):
        number = data.draw(st.integers(0, len(self.requests) - 1))
        amount = self.requests.pop(number)
        if arrives:
            self.bank.take(amount)

    @precondition(lambda self: self.notices)
    @rule(fate=st.sampled_from(["once", "again", "never"]), data=st.data())
    def a_notice(self, fate, data):
        """Any of those under way: so they come late, doubled and out of order, or not at all."""
        number = data.draw(st.integers(0, len(self.notices) - 1))
        answer, amount = self.notices[number]
        if fate != "again":
            self.notices.pop(number)
        if fate != "never":
            self.learn(machine.Noticed(answer, amount))

    @precondition(lambda self: self.bank.answer is not None)
    @rule()
    def a_mistaken_notice(self):
        """Signed by the bank, and not so."""
        self.notices.append((Answer.FAILED, self.bank.amount))

    # -- the bank -------------------------------------------------------------------------------

    @precondition(lambda self: self.bank.answer is Answer.ACCEPTED)
    @rule(how=st.sampled_from(["paid", "paid", "refused", "wrong amount"]))
    def the_bank_acts(self, how):
        if how == "refused":
            self.bank.answer = Answer.FAILED
        else:
            if how == "wrong amount":
                self.bank.amount -= 1
                self.wrong_amount = True
            self.bank.answer = Answer.PAID
            self.bank.paid += 1
        self.notices.append(self.bank.says())

    @precondition(lambda self: self.bank.answer is Answer.PAID)
    @rule()
    def the_bank_gives_back(self):
        self.bank.answer = Answer.RETURNED
        self.bank.returned += 1
        self.notices.append(self.bank.says())

    # -- what holds -----------------------------------------------------------------------------

    @invariant()
    def the_books_never_say_more_than_the_bank(self):
        assert self.books.settled <= self.bank.paid <= 1
        assert self.books.returned <= self.bank.returned
        assert self.books.settled + self.books.released <= 1
        if self.books.released:
            assert self.bank.answer is Answer.FAILED, "released what may still be paid"
        if self.books.settled:
            assert not self.wrong_amount, "booked what was not ordered"

    def teardown(self) -> None:
        """The line heals: what is under way arrives, then the bank is asked until all is known."""
        while self.requests:
            self.bank.take(self.requests.pop())
        if self.payment.status is PaymentStatus.WRITTEN:
            self.learn(machine.Send(self.now))
            self.bank.take(AMOUNT)
        for _ in range(HEALING_QUERIES):
            self.now += timedelta(minutes=2)
            if self.bank.answer is Answer.ACCEPTED:
                self.the_bank_acts("paid")
            self.learn(machine.Queried(*self.bank.says(), self.now))
            if machine.may_resend(self.payment, self.now):
                self.learn(machine.Send(self.now))
                self.bank.take(AMOUNT)
        self.the_books_never_say_more_than_the_bank()
        if self.wrong_amount:
            assert self.books.breaks > 0, "a person must look"
            assert self.case is CaseState.PAYING, "the money stays held until one has"
            return
        assert self.payment.status in TERMINAL, self.payment
        assert self.books.settled == self.bank.paid
        assert self.books.returned == self.bank.returned
        ends = {
            PaymentStatus.PAID: CaseState.COMPLETED,
            PaymentStatus.FAILED: CaseState.FAILED,
            PaymentStatus.RETURNED: CaseState.PAYMENT_RETURNED,
        }
        assert self.case is ends[self.payment.status]
