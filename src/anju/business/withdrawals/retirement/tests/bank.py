"""A bank in memory that keeps the port's promises, with faults a test can switch on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from anju.business.treasury import actions as treasury
from anju.business.treasury import collecting
from anju.domain.calendar import SHANGHAI
from anju.ports.bank import (
    BankNotice,
    BankUnreachable,
    NoticeForged,
    OrderNumberReused,
    Outcome,
    PaymentReply,
    PaymentRequest,
)

SEAL = {"X-Signature": "of the bank"}
AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@dataclass
class MemoryBank:
    """Pays at once unless told otherwise; `paid` is its own count of what left the centre.

    Attributes:
        lose: "request" (never arrives), "reply" (paid, nobody hears) or "" for the next calls.
        refuse: why it refuses the next orders, "" to pay them.
        short_fen: how much less than ordered it pays.
        deferred: it only accepts, and pays when `pay_now` is called.
    """

    lose: str = ""
    refuse: str = ""
    short_fen: int = 0
    deferred: bool = False
    silent: bool = False
    requests: list[PaymentRequest] = field(default_factory=list)
    known: dict[str, tuple[PaymentRequest, Outcome, int, str]] = field(default_factory=dict)

    @property
    def paid(self) -> dict[str, int]:
        """Fen that left the centre's account and stayed away, by order."""
        return {
            no: amount
            for no, (_, outcome, amount, _) in self.known.items()
            if outcome is Outcome.PAID
        }

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """The port's `pay`."""
        self.requests.append(request)
        if self.lose == "request":
            raise BankUnreachable("connection refused")
        first = self.known.get(request.order_no)
        if first is not None and first[0] != request:
            raise OrderNumberReused(request.order_no)
        if first is None:
            self.known[request.order_no] = self._decided(request)
        if self.lose == "reply":
            raise BankUnreachable("read timed out")
        return self._reply(request.order_no)

    def _decided(self, request: PaymentRequest) -> tuple[PaymentRequest, Outcome, int, str]:
        if self.refuse:
            return request, Outcome.FAILED, 0, self.refuse
        if self.deferred:
            return request, Outcome.ACCEPTED, request.amount_fen, ""
        return request, Outcome.PAID, request.amount_fen - self.short_fen, ""

    def query(self, order_no: str) -> PaymentReply:
        """The port's `query`."""
        if self.silent:
            raise BankUnreachable("read timed out")
        if order_no not in self.known:
            return _reply(order_no, Outcome.NOT_FOUND, 0, "")
        return self._reply(order_no)

    def read_notice(self, headers: dict[str, str], *, body: bytes, at: datetime) -> BankNotice:
        """The port's `read_notice`."""
        if headers != SEAL:
            raise NoticeForged("not signed by the bank")
        said = json.loads(body)
        return BankNotice(
            notice_id=said["notice_id"],
            order_no=said["order_no"],
            outcome=Outcome(said["outcome"]),
            amount_fen=said["amount_fen"],
            bank_serial=f"S-{said['order_no']}",
            account="14050100000000000001",
            reason_code="",
            reason=said["reason"],
            occurred_at=at,
        )

    def _reply(self, order_no: str) -> PaymentReply:
        _, outcome, amount, reason = self.known[order_no]
        return _reply(order_no, outcome, amount, reason)

    def pay_now(self, order_no: str) -> None:
        """Pay what was only accepted."""
        request = self.known[order_no][0]
        self.known[order_no] = (request, Outcome.PAID, request.amount_fen, "")

    def give_back(self, order_no: str, reason: str = "账号已销户") -> None:
        """退票: the payee's bank sends the money back."""
        request, _, amount, _ = self.known[order_no]
        self.known[order_no] = (request, Outcome.RETURNED, amount, reason)

    def notice(self, order_no: str, *, number: str = "N1", **other: object) -> bytes:
        """The body of a notice that says how the order stands, or what `other` says."""
        _, outcome, amount, reason = self.known.get(order_no, (None, Outcome.PAID, 100, ""))
        said = {
            "notice_id": number,
            "order_no": order_no,
            "outcome": outcome.value,
            "amount_fen": amount,
            "reason": reason,
        }
        return json.dumps(said | other).encode()


def _reply(order_no: str, outcome: Outcome, amount: int, reason: str) -> PaymentReply:
    moved = outcome in (Outcome.PAID, Outcome.RETURNED)
    return PaymentReply(
        order_no=order_no,
        outcome=outcome,
        amount_fen=amount,
        bank_serial=f"S-{order_no}" if moved else "",
        reason_code="",
        reason=reason,
        occurred_at=AT,
    )


@dataclass
class Worker:
    """Works the treasury's jobs that the outbox holds, each once, as a worker process does."""

    worked: set[int] = field(default_factory=set)

    def work(self, at: datetime, *, rounds: int = 20) -> list[str]:
        """Work until nothing is left; gives the names of the jobs, in order."""
        names: list[str] = []
        for _ in range(rounds):
            found = self._waiting()
            if not found:
                return names
            for job_id, name, args in found:
                self.worked.add(job_id)
                names.append(name)
                _DO[name](at=at, **args)
        raise AssertionError(f"jobs beget jobs: {names}")

    def _waiting(self) -> list[tuple[int, str, dict[str, object]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, task_name, args FROM procrastinate_jobs"
                " WHERE task_name LIKE 'treasury.%%' AND NOT id = ANY(%s) ORDER BY id",
                [sorted(self.worked)],
            )
            rows = cursor.fetchall()
        return [(i, n, a if isinstance(a, dict) else json.loads(a)) for i, n, a in rows]


_DO = {
    "treasury.send": lambda *, order_no, at: treasury.send(order_no, at=at),
    "treasury.ask": lambda *, order_no, at: treasury.ask(order_no, at=at),
    "treasury.collect": lambda *, order_no, at: collecting.send(order_no, at=at),
    "treasury.ask_collection": lambda *, order_no, at: collecting.ask(order_no, at=at),
    "treasury.take_notice": lambda *, message_id, at: treasury.take_notice(message_id, at=at),
}
