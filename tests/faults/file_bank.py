"""A bank in a file: what it paid survives whatever becomes of those who asked it to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

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

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
SEAL = {"X-Signature": "of the bank in the file"}
HABITS = ("pay", "lose_reply", "lose_request", "accept", "refuse", "give_back")
_SCHEMA = """
CREATE TABLE habit (payee TEXT PRIMARY KEY, habit TEXT NOT NULL);
CREATE TABLE known (order_no TEXT PRIMARY KEY, content TEXT NOT NULL, payee TEXT NOT NULL,
                    amount INTEGER NOT NULL, outcome TEXT NOT NULL, requests INTEGER NOT NULL);
CREATE TABLE movement (id INTEGER PRIMARY KEY, order_no TEXT NOT NULL, payee TEXT NOT NULL,
                       kind TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE notice (id INTEGER PRIMARY KEY, order_no TEXT NOT NULL, outcome TEXT NOT NULL,
                     amount INTEGER NOT NULL, delivered INTEGER NOT NULL DEFAULT 0);
CREATE TABLE text (message_id TEXT PRIMARY KEY, phone TEXT NOT NULL, text TEXT NOT NULL);
"""


class FileBank:
    """The port's promises, kept in SQLite; `called(gap)` hears of every gap around a call."""

    def __init__(self, path: Path, called: Callable[[str], None] = lambda gap: None) -> None:
        self.path = path
        self.called = called
        if not path.exists():
            with self._open() as book:
                book.executescript(_SCHEMA)

    def heard_by(self, called: Callable[[str], None]) -> FileBank:
        """The same bank, calling out its gaps to somebody else."""
        return FileBank(self.path, called)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        book = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        # Processes die here, the machine does not.
        book.execute("PRAGMA synchronous = OFF")
        try:
            yield book
        finally:
            book.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as book:
            book.execute("BEGIN IMMEDIATE")
            yield book
            book.execute("COMMIT")

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the bank's own books say."""
        with self._open() as book:
            return book.execute(statement, values).fetchall()

    def expect(self, payee: str, habit: str) -> None:
        """How the bank will treat this payee."""
        with self._writing() as book:
            book.execute("INSERT INTO habit VALUES (?, ?)", (payee, habit))

    # -- the port --------------------------------------------------------------------------------

    def pay(self, request: PaymentRequest) -> PaymentReply:
        """The port's `pay`."""
        self.called("bank before")
        habit = self._habit(request.payee_account)
        if habit == "lose_request":
            # The line is bad once; the next request arrives.
            with self._writing() as book:
                book.execute(
                    "UPDATE habit SET habit = 'pay' WHERE payee = ?", (request.payee_account,)
                )
            self.called("bank lost the request")
            raise BankUnreachable("connection refused")
        content = json.dumps([getattr(request, name) for name in PaymentRequest.__slots__])
        with self._writing() as book:
            first = book.execute(
                "SELECT content FROM known WHERE order_no = ?", (request.order_no,)
            ).fetchone()
            if first is not None and first[0] != content:
                book.execute("COMMIT")
                raise OrderNumberReused(request.order_no)
            if first is None:
                self._take(book, request, content, habit)
            book.execute(
                "UPDATE known SET requests = requests + 1 WHERE order_no = ?", (request.order_no,)
            )
        self.called("bank did it")
        if habit == "lose_reply":
            raise BankUnreachable("read timed out")
        return self._reply(request.order_no)

    def query(self, order_no: str) -> PaymentReply:
        """The port's `query`."""
        self.called("query before")
        reply = self._reply(order_no)
        self.called("query answered")
        return reply

    def read_notice(self, headers: Mapping[str, str], *, body: bytes, at: datetime) -> BankNotice:
        """The port's `read_notice`."""
        if dict(headers) != SEAL:
            raise NoticeForged("not signed by the bank")
        said = json.loads(body)
        return BankNotice(
            **{**said, "outcome": Outcome(said["outcome"])},
            bank_serial=f"S-{said['order_no']}",
            account="14050100000000000001",
            reason_code="",
            reason="",
            occurred_at=at,
        )

    # -- the gateway for texts -------------------------------------------------------------------

    def send(self, message_id: str, *, phone: str, text: str) -> None:
        """The SMS port's `send`: the same message twice is one."""
        self.called("gateway before")
        with self._writing() as book:
            book.execute(
                "INSERT INTO text VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (message_id, phone, text),
            )
        self.called("gateway did it")

    # -- what the bank does by itself --------------------------------------------------------------

    def turn(self) -> None:
        """Pay what was accepted, give back what is to be given back, and tell of both."""
        with self._writing() as book:
            for order_no, payee, amount in book.execute(
                "SELECT order_no, payee, amount FROM known WHERE outcome = 'accepted'"
            ).fetchall():
                self._pay(book, order_no, payee, amount)
            for order_no, payee, amount in book.execute(
                "SELECT order_no, payee, amount FROM known JOIN habit USING (payee)"
                " WHERE habit = 'give_back' AND outcome = 'paid'"
            ).fetchall():
                book.execute(
                    "UPDATE known SET outcome = 'returned' WHERE order_no = ?", (order_no,)
                )
                book.execute(
                    "INSERT INTO movement (order_no, payee, kind, amount)"
                    " VALUES (?, ?, 'return', ?)",
                    (order_no, payee, amount),
                )
                self._tell(book, order_no, "returned", amount)

    def notices(self) -> list[tuple[int, bytes]]:
        """The notices that nobody has accepted yet."""
        return [
            (
                number,
                json.dumps(
                    {
                        "notice_id": f"N{number}",
                        "order_no": order_no,
                        "outcome": outcome,
                        "amount_fen": amount,
                    }
                ).encode(),
            )
            for number, order_no, outcome, amount in self.rows(
                "SELECT id, order_no, outcome, amount FROM notice WHERE NOT delivered ORDER BY id"
            )
        ]

    def is_idle(self) -> bool:
        """Whether the next turn would change nothing and every notice has been accepted."""
        return not self.notices() and not self.rows(
            "SELECT 1 FROM known LEFT JOIN habit USING (payee)"
            " WHERE outcome = 'accepted' OR (habit = 'give_back' AND outcome = 'paid')"
        )

    def delivered(self, number: int) -> None:
        """The centre answered "accepted": the notice is not sent again."""
        with self._writing() as book:
            book.execute("UPDATE notice SET delivered = 1 WHERE id = ?", (number,))

    def _take(
        self, book: sqlite3.Connection, request: PaymentRequest, content: str, habit: str
    ) -> None:
        outcome = {"refuse": "failed", "accept": "accepted"}.get(habit, "accepted")
        book.execute(
            "INSERT INTO known VALUES (?, ?, ?, ?, ?, 0)",
            (request.order_no, content, request.payee_account, request.amount_fen, outcome),
        )
        if habit not in ("refuse", "accept"):
            self._pay(book, request.order_no, request.payee_account, request.amount_fen)

    def _pay(self, book: sqlite3.Connection, order_no: str, payee: str, amount: int) -> None:
        book.execute("UPDATE known SET outcome = 'paid' WHERE order_no = ?", (order_no,))
        book.execute(
            "INSERT INTO movement (order_no, payee, kind, amount) VALUES (?, ?, 'payment', ?)",
            (order_no, payee, amount),
        )
        self._tell(book, order_no, "paid", amount)

    def _tell(self, book: sqlite3.Connection, order_no: str, outcome: str, amount: int) -> None:
        book.execute(
            "INSERT INTO notice (order_no, outcome, amount) VALUES (?, ?, ?)",
            (order_no, outcome, amount),
        )

    def _habit(self, payee: str) -> str:
        found = self.rows("SELECT habit FROM habit WHERE payee = ?", payee)
        return str(found[0][0]) if found else "pay"

    def _reply(self, order_no: str) -> PaymentReply:
        found = self.rows("SELECT outcome, amount FROM known WHERE order_no = ?", order_no)
        outcome, amount = found[0] if found else ("not_found", 0)
        return PaymentReply(
            order_no=order_no,
            outcome=Outcome(outcome),
            amount_fen=amount,
            bank_serial=f"S-{order_no}" if outcome in ("paid", "returned") else "",
            reason_code="",
            reason="账号已销户" if outcome in ("failed", "returned") else "",
            occurred_at=AT,
        )
