"""The bank: executes orders by number, answers, notifies, and keeps the count that judges us."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from anju.domain.payment import Answer
from anju.simulation.clock import Clock
from anju.simulation.faults import Faults
from anju.simulation.guards import Guards


@dataclass(frozen=True)
class BankOrder:
    """An order as the bank knows it; fen. `asked` is what we asked, `times` how often it paid."""

    number: str
    case: str
    amount: int
    answer: Answer
    times: int
    asked: int


@dataclass(frozen=True)
class BankReply:
    """What the bank says of an order."""

    number: str
    answer: Answer
    amount: int
    signed: bool = True
    notice: int = 0


@dataclass(frozen=True)
class Arrival:
    """Money that came to the centre's account; `payer_account` is the member's, 0 if unknown."""

    serial: str
    payer: str
    amount: int
    payer_account: int = 0
    reversed: bool = False
    signed: bool = True
    notice: int = 0


class Unreachable(Exception):
    """No answer: the outcome is unknown."""


class Bank:
    """One bank with every fault of its line; `paid` and `returned` are the oracle's fen."""

    def __init__(self, clock: Clock, faults: Faults, rng: random.Random, guards: Guards) -> None:
        self._clock, self._faults, self._rng, self._guards = clock, faults, rng, guards
        self.orders: dict[str, BankOrder] = {}
        self.paid = 0
        self.returned = 0
        self._notices = 0
        self.notify: Callable[[BankReply], None] = lambda reply: None
        self.arrivals: dict[str, Arrival] = {}
        self.received = 0
        self.announce: Callable[[Arrival], None] = lambda arrival: None

    def call(self, number: str, case: str, amount: int) -> BankReply:
        """Take a payment order.

        Raises:
            Unreachable: request or reply was lost; the money may have moved all the same.
        """
        if self._faults.strike("bank_down") or self._faults.strike("request_lost"):
            raise Unreachable(number)
        if self._faults.strike("reply_delayed"):
            # The request is still under way when we have long given up.
            self._clock.after(self._rng.randrange(1, 200), lambda: self._take(number, case, amount))
            raise Unreachable(number)
        self._take(number, case, amount)
        if self._faults.strike("request_doubled"):
            self._take(number, case, amount)
        if self._faults.strike("reply_lost"):
            raise Unreachable(number)
        return self._reply(number)

    def query(self, number: str) -> BankReply:
        """What became of an order.

        Raises:
            Unreachable: no answer.
        """
        if self._faults.strike("query_lost"):
            raise Unreachable(number)
        if number not in self.orders or self._faults.strike("query_not_found"):
            return BankReply(number, Answer.NOT_FOUND, 0)
        return self._reply(number)

    def take_in(self, payer: str, amount: int, *, account: int) -> None:
        """Somebody pays us; a member's account is named in it unless nobody can read it."""
        serial = f"L{len(self.arrivals) + 1:06d}"
        if self._faults.strike("payer_unknown"):
            account = 0
        self.arrivals[serial] = Arrival(serial, payer, amount, account)
        self.received += amount
        self._say_it_came(serial)
        if self._faults.strike("arrival_reversed"):
            self._clock.after(self._rng.randrange(1, 3000), lambda: self._take_back(serial))

    def _take_back(self, serial: str) -> None:
        """冲正: the bank undoes what it credited by mistake."""
        self.received -= self.arrivals[serial].amount
        self.arrivals[serial] = replace(self.arrivals[serial], reversed=True)
        self._say_it_came(serial)

    def _say_it_came(self, serial: str) -> None:
        self._notices += 1
        told = replace(self.arrivals[serial], notice=3 * 10**9 + self._notices)
        copies = 2 if self._faults.strike("arrival_doubled") else 1
        if self._faults.strike("arrival_lost"):
            copies = 0
        for _ in range(copies):
            self._clock.after(self._rng.randrange(0, 900), lambda: self.announce(told))
        if self._faults.strike("arrival_forged"):
            forged = replace(told, serial=f"F{self._notices}", signed=False, notice=-(10**9))
            self._clock.after(1, lambda: self.announce(forged))

    def _reply(self, number: str) -> BankReply:
        order = self.orders[number]
        return BankReply(number, order.answer, order.amount)

    def _take(self, number: str, case: str, amount: int) -> None:
        known = self.orders.get(number)
        if known is not None and self._guards.bank_knows_numbers_again:
            return
        if known is None:
            known = BankOrder(number, case, amount, Answer.ACCEPTED, 0, amount)
        if self._faults.strike("bank_refuses"):
            self.orders[number] = replace(known, answer=Answer.FAILED)
            self._tell(number)
            return
        self.orders[number] = replace(known, answer=Answer.ACCEPTED)
        if self._faults.strike("notice_before_reply") or not self._faults.strike("bank_slow"):
            self._execute(number)
        else:
            self._clock.after(self._rng.randrange(1, 600), lambda: self._execute(number))

    def _execute(self, number: str) -> None:
        order = self.orders[number]
        if order.answer is not Answer.ACCEPTED:
            return
        amount = order.amount
        if self._faults.strike("wrong_amount"):
            amount += self._rng.choice((-1, 1, 100))
        self.paid += amount
        self.orders[number] = replace(
            order, answer=Answer.PAID, amount=amount, times=order.times + 1
        )
        self._tell(number)
        if self._faults.strike("returned_after_success"):
            self._clock.after(self._rng.randrange(60, 20_000), lambda: self._return(number))

    def _return(self, number: str) -> None:
        order = self.orders[number]
        if order.answer is Answer.PAID:
            self.returned += order.amount
            self.orders[number] = replace(order, answer=Answer.RETURNED)
            self._tell(number)

    def _tell(self, number: str) -> None:
        """Send a signed notice, as badly as the line does."""
        self._notices += 1
        reply = replace(self._reply(number), notice=self._notices)
        copies = 2 if self._faults.strike("notice_doubled") else 1
        if self._faults.strike("notice_lost"):
            copies = 0
        for _ in range(copies):
            late = self._rng.randrange(60, 4000) if self._faults.strike("notice_late") else 0
            self._clock.after(late + self._rng.randrange(0, 5), lambda: self.notify(reply))
        if self._faults.strike("notice_forged"):
            lie = Answer.PAID if reply.answer is not Answer.PAID else Answer.FAILED
            forged = replace(reply, answer=lie, signed=False, notice=-self._notices)
            self._clock.after(1, lambda: self.notify(forged))
        if self._faults.strike("stale_failure_notice"):
            stale = replace(reply, answer=Answer.FAILED, notice=10**9 + self._notices)
            self._clock.after(self._rng.randrange(0, 900), lambda: self.notify(stale))
        if self._faults.strike("never_ordered"):
            stray = BankReply(f"X{self._notices}", Answer.PAID, 1, notice=2 * 10**9 + self._notices)
            self._clock.after(1, lambda: self.notify(stray))
