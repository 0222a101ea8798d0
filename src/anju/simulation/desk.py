"""Money that comes in or comes back: matched, kept in suspense, given back, paid again."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from anju.domain import case as cases
from anju.domain import payment as machine
from anju.domain.case import CaseState
from anju.domain.payment import PaymentStatus
from anju.simulation.bank import Arrival, Bank
from anju.simulation.centre import Centre
from anju.simulation.store import Account, Order, Receipt, SimCase, Transaction

STAFF = (21, 22, 23)


class Desk:
    """The treasurers' desk: every arrival in one place, and nothing of it used twice."""

    def __init__(self, centre: Centre, bank: Bank, rng: random.Random) -> None:
        self.centre, self.bank, self._rng = centre, bank, rng
        self.store, self.guards, self.faults = centre.store, centre.guards, centre.faults
        bank.announce = self.arrived

    # -- what arrives ----------------------------------------------------------------------------

    def arrived(self, told: Arrival) -> None:
        """The bank says that money came, or that it took it back."""
        if self.guards.notices_are_signed and not told.signed:
            return
        seen = self.store.tables["notice"]
        if self.guards.notices_are_taken_once and told.notice and told.notice in seen:
            return
        seen[told.notice] = True
        self._book(told)

    def read_day_file(self) -> None:
        """The bank's statement brings what no notice told of."""
        if self.guards.day_file_brings_arrivals:
            for arrival in self.bank.arrivals.values():
                self._book(replace(arrival, notice=0))

    def _book(self, told: Arrival) -> None:
        with self.store.transaction() as work:
            known: Receipt | None = work.get("receipt", told.serial)
            if told.reversed:
                self._reverse(work, told, known)
            elif known is None or not self.guards.arrivals_are_known_by_serial:
                work.post("receipt", told.amount)
                self._place(work, told)

    def _place(self, work: Transaction, told: Arrival) -> None:
        receipt = Receipt(told.serial, told.payer, told.amount, "suspense")
        account: Account | None = work.get("account", told.payer_account)
        if account is not None:
            receipt = replace(receipt, state="matched")
            self.centre.credit(work, account, told.amount)
        else:
            waiting = work.get("suspense", ("receipt", told.serial)) or 0
            work.put("suspense", ("receipt", told.serial), waiting + told.amount)
        work.put("receipt", told.serial, receipt)

    def _reverse(self, work: Transaction, told: Arrival, known: Receipt | None) -> None:
        """冲正: what nobody has used yet goes back by itself; anything else is for a person."""
        key = ("receipt", told.serial)
        if known is None:
            work.put(
                "receipt", told.serial, Receipt(told.serial, told.payer, told.amount, "reversed")
            )
        elif known.state == "suspense" and work.get("taken", key) is None:
            work.post("reversed", -known.amount)
            work.put("suspense", key, None)
            work.put("receipt", told.serial, replace(known, state="reversed"))
        elif known.state != "reversed":
            work.put("receipt", told.serial, replace(known, broken=True))
            work.breaks += 1

    # -- what becomes of it ----------------------------------------------------------------------

    def waiting(self, kind: str) -> list[str]:
        """What lies in suspense and nobody has taken: receipts by serial, returns by order."""
        taken = self.store.tables["taken"]
        return [
            key[1] for key in self.store.tables["suspense"] if key[0] == kind and key not in taken
        ]

    def allocate(self, serial: str, account_id: int) -> bool:
        """A member of staff finds out whose money it is."""
        key = ("receipt", serial)
        with self.store.transaction() as work:
            if not self._take(work, key, "allocated"):
                return False
            receipt: Receipt = work.get("receipt", serial)
            work.put("receipt", serial, replace(receipt, state="matched"))
            work.put("suspense", key, None)
            self.centre.credit(work, work.get("account", account_id), receipt.amount)
        return True

    def refund(self, serial: str) -> bool:
        """Two members of staff send the money back to whoever paid it."""
        amount = self.store.tables["receipt"][serial].amount
        return self._pay(("receipt", serial), f"SK{serial}", amount)

    def pay_again(self, number: str) -> bool:
        """Two members of staff pay what came back, under a new order that replaces the old one."""
        order: Order = self.store.tables["order"][number]
        amount = self.store.tables["suspense"].get(("order", number), order.payment.amount_fen)
        return self._pay(("order", number), order.case, amount)

    def reinstate(self, number: str) -> bool:
        """恢复账户: what came back goes onto the account that the payout closed, sealed again."""
        key = ("order", number)
        with self.store.transaction() as work:
            order: Order = work.get("order", number)
            case: SimCase = work.get("case", order.case)
            account: Account = work.get("account", case.account)
            if account.state != "closed" or not self._take(work, key, "reinstated"):
                return False
            waits = work.get("suspense", key) or order.payment.amount_fen
            work.put("suspense", key, None)
            self._mirror(work, order, account, waits)
            if case.state is CaseState.PAYMENT_RETURNED:
                after = cases.decide(case.state, cases.Reinstated())[0]
                work.put("case", case.ref, replace(case, state=after))
        with self.store.transaction() as work:
            self.centre.years.make_up(work, account.id)
        return True

    def _mirror(self, work: Transaction, order: Order, account: Account, waits: int) -> None:
        """Principal from the day that this city says; interest is taken back and earned anew."""
        paid = order
        while paid.replaces:
            paid = work.get("order", paid.replaces)
        principal = waits - paid.interest
        if self.guards.reinstating_takes_interest_back:
            work.interest -= paid.interest
        today = self.centre.years.today(account)
        rules = (today, order.back_on, paid.until)
        since = min(max(rules[int(paid.number[2:]) % len(rules)], paid.until), today)
        v = principal * (since - account.since).days - paid.n
        if not self.guards.reinstating_restores_the_days:
            v = principal * (since - account.since).days
        work.put("account", account.id, replace(account, state="sealed", balance=principal, v=v))
        work.move(account.id, since, principal)

    def _pay(self, key: tuple[str, str], case: str, amount: int) -> bool:
        maker = self._rng.choice(STAFF)
        others = [each for each in STAFF if each != maker]
        alone = self.faults.strike("one_gives_back_alone")
        checker = maker if alone else self._rng.choice(others)
        if maker == checker:
            if self.guards.money_goes_back_by_two:
                return False
            self.centre.unlawful.append(f"{case}: paid by {maker} alone")
        with self.store.transaction() as work:
            number = self.centre.next_number()
            if not self._take(work, key, number):
                return False
            written = machine.Payment(PaymentStatus.WRITTEN, amount)
            due = self.centre.clock.seconds + 30
            order = Order(
                number=number,
                case=case,
                principal=amount,
                interest=0,
                seal=amount,
                payment=written,
                look_at=due,
                receipt=key[1] if key[0] == "receipt" else "",
                replaces=key[1] if key[0] == "order" else "",
            )
            work.put("order", number, order)
            work.put("job", number, ("send", number))
        return True

    def _take(self, work: Transaction, key: tuple[str, str], by: str) -> bool:
        """Whether this use of what lies in suspense is the first; it is locked for it."""
        is_free = work.get("taken", key) is None and work.get("suspense", key) is not None
        if self.guards.suspense_is_taken_once and not is_free:
            return False
        work.put("taken", key, by)
        return True

    # -- what the bank said of it ----------------------------------------------------------------

    def settled(self, work: Transaction, order: Order) -> None:
        """A refund, or a payment made again, went through."""
        work.post("paid again", -order.payment.amount_fen)
        work.put("suspense", _key_of(order), None)
        work.put("order", order.number, replace(order, settled=order.settled + 1))
        if order.receipt:
            receipt: Receipt = work.get("receipt", order.receipt)
            work.put("receipt", order.receipt, replace(receipt, state="refunded"))

    def released(self, work: Transaction, order: Order) -> None:
        """It did not: the money lies where it lay, for somebody to take it up again."""
        work.put("taken", _key_of(order), None)
        work.put("order", order.number, replace(order, released=order.released + 1))

    def came_back(self, work: Transaction, order: Order) -> None:
        """It came back once more: in suspense again, under the order that brought it."""
        work.post("returned", order.payment.amount_fen)
        key: tuple[str, Any] = (
            ("receipt", order.receipt) if order.receipt else ("order", order.number)
        )
        work.put("suspense", key, (work.get("suspense", key) or 0) + order.payment.amount_fen)
        work.put("taken", key, None)
        came_back = replace(order, returned=order.returned + 1, back_on=self.centre.clock.today)
        work.put("order", order.number, came_back)
        if order.receipt:
            receipt: Receipt = work.get("receipt", order.receipt)
            work.put("receipt", order.receipt, replace(receipt, state="suspense"))


def _key_of(order: Order) -> tuple[str, str]:
    return ("receipt", order.receipt) if order.receipt else ("order", order.replaces)
