"""Notices from the bank to the centres: at least once, signed anew at every attempt."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import groupby
from typing import Any

import httpx

from anju.simulators import signing
from anju.simulators.bank.banks import booked_on
from anju.simulators.faults import FaultBoard
from anju.simulators.store import Store, next_number

RETRY_SECONDS = (1, 2, 4, 8, 15, 30, 60)
ATTEMPTS_MAX = 200
TIMEOUT_SECONDS = 5.0
CLAIMED_SECONDS = 30.0

_OPPOSITE = {"paid": "failed", "failed": "paid", "returned": "failed"}


def announce(
    connection: sqlite3.Connection, *, board: FaultBoard, order: sqlite3.Row, at: datetime
) -> None:
    """Queue the notice of what has just become of `order`, and what the faults add to it."""
    client = order["client"]
    if board.strikes(connection, kind="forged_notice", client=client) is not None:
        _queue(connection, order, at, _OPPOSITE[order["state"]], nature="forged")
    if (
        order["state"] == "paid"
        and board.strikes(connection, kind="mistaken_failure", client=client) is not None
    ):
        _queue(connection, order, at, "failed", nature="mistaken")
    lost = board.strikes(connection, kind="lose_notice", client=client) is not None
    copies = (
        3 if board.strikes(connection, kind="duplicate_notice", client=client) is not None else 1
    )
    held_back = board.strikes(connection, kind="reorder_notices", client=client)
    _queue(
        connection,
        order,
        at,
        order["state"],
        state="lost" if lost else "waiting",
        copies=copies,
        wait=None if held_back is None else float(held_back["seconds"]),
    )


def _queue(
    connection: sqlite3.Connection,
    order: sqlite3.Row,
    at: datetime,
    outcome: str,
    *,
    nature: str = "genuine",
    state: str = "waiting",
    copies: int = 1,
    wait: float | None = None,
) -> None:
    told = outcome == order["state"]
    own = connection.execute(
        "SELECT bank_code FROM bank_account WHERE number = ?", (order["payer_account"],)
    ).fetchone()
    message = {
        "kind": "notice",
        "client": order["client"],
        "order_no": order["order_no"],
        "outcome": outcome,
        "amount_fen": order["settled_fen"] or order["amount_fen"],
        "bank_serial": order["bank_serial"] if told else "",
        "account": order["payer_account"],
        "reason_code": order["reason_code"] if told and outcome != "paid" else "",
        "reason": order["reason"] if told else "",
        "booked_on": booked_on(own["bank_code"] if own else "", at=at).isoformat(),
        "occurred_at": order["changed_at"],
    }
    _enqueue(connection, message, at, nature=nature, state=state, copies=copies, wait=wait)


def announce_arrival(
    connection: sqlite3.Connection,
    *,
    board: FaultBoard,
    message: Mapping[str, object],
    at: datetime,
) -> None:
    """Queue the notice that money has come in, or was taken back; `message` has all but its
    number.
    """
    client = str(message["client"])
    told = {**message, "order_no": ""}
    if board.strikes(connection, kind="forged_notice", client=client) is not None:
        fen = int(str(message["amount_fen"]))
        _enqueue(connection, {**told, "amount_fen": fen * 10}, at, nature="forged")
    lost = board.strikes(connection, kind="lose_notice", client=client) is not None
    twice = board.strikes(connection, kind="duplicate_notice", client=client) is not None
    held_back = board.strikes(connection, kind="reorder_notices", client=client)
    _enqueue(
        connection,
        told,
        at,
        state="lost" if lost else "waiting",
        copies=3 if twice else 1,
        wait=None if held_back is None else float(held_back["seconds"]),
    )


def _enqueue(
    connection: sqlite3.Connection,
    message: Mapping[str, object],
    at: datetime,
    *,
    nature: str = "genuine",
    state: str = "waiting",
    copies: int = 1,
    wait: float | None = None,
) -> None:
    notice_id = f"TZ{next_number(connection, 'notice'):012d}"
    connection.execute(
        "INSERT INTO bank_notice (notice_id, client, order_no, message, nature, state, held_back,"
        " copies_left, attempts, next_try, last_answer, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '', ?)",
        (
            notice_id,
            message["client"],
            message["order_no"],
            json.dumps({**message, "notice_id": notice_id}, ensure_ascii=False),
            nature,
            state,
            int(wait is not None),
            copies,
            at.timestamp() + (wait or 0),
            at.isoformat(timespec="milliseconds"),
        ),
    )


def resend(connection: sqlite3.Connection, *, client: str, order_no: str, at: datetime) -> int:
    """Send every notice about an order once more. Returns how many there are."""
    return connection.execute(
        "UPDATE bank_notice SET state = 'waiting', held_back = 0, copies_left = 1, attempts = 0,"
        " next_try = ? WHERE client = ? AND order_no = ?",
        (at.timestamp(), client, order_no),
    ).rowcount


Carrier = Callable[[sqlite3.Row, str, datetime], tuple[bool, str]]
"""Takes one queued notice to an address; whether that is settled, and what was answered."""


class Courier:
    """Carries the queued notices to each centre's inbox."""

    def __init__(
        self,
        store: Store,
        *,
        secrets: Mapping[str, str],
        notify_urls: Mapping[str, str],
        carriers: Mapping[str, Carrier] | None = None,
    ) -> None:
        """`carriers` take what goes to addresses of another scheme than HTTP's."""
        self._store = store
        self._carriers = dict(carriers or {})
        self._secrets = secrets
        self._urls = notify_urls
        self._http = httpx.Client(
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            # Reading every certificate authority takes longer than a whole simulated payment.
            verify=any(url.startswith("https:") for url in notify_urls.values()),
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        # One slow centre must not keep another's notices waiting.
        self._pool = ThreadPoolExecutor(max_workers=max(1, min(8, len(notify_urls))))

    def close(self) -> None:
        """Finish what is under way and let go of the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def deliver_due(self, at: datetime, *, client: str | None = None) -> int:
        """Try every notice whose time has come, each centre's in order. Returns the attempts."""
        due = self._claim(at, client)
        if not due:
            return 0
        centers = [list(rows) for _, rows in groupby(due, key=lambda row: row["client"])]
        list(self._pool.map(lambda rows: self._carry(rows, at), centers))
        return len(due)

    def _claim(self, at: datetime, client: str | None) -> list[sqlite3.Row]:
        """Take the due notices and set their next try, so that no two threads carry one at once
        and one whose carrier dies is tried again.
        """
        now = at.timestamp()
        with self._store.writing() as connection:
            # A clock that was set back would otherwise leave a retry in a far future.
            due = connection.execute(
                "SELECT * FROM bank_notice WHERE state = 'waiting' AND (:client IS NULL OR"
                " client = :client) AND (next_try <= :now OR (held_back = 0 AND"
                " next_try > :now + 3600)) ORDER BY client, id",
                {"now": now, "client": client},
            ).fetchall()
            for row in due:
                connection.execute(
                    "UPDATE bank_notice SET attempts = attempts + 1, next_try = ? WHERE id = ?",
                    (now + CLAIMED_SECONDS, row["id"]),
                )
        return due

    def _carry(self, rows: list[sqlite3.Row], at: datetime) -> None:
        for row in rows:
            arrived = False
            answer = "中心未登记通知地址"
            for _ in range(row["copies_left"]):
                arrived, answer = self._post(row, at)
            self._note(row, at, arrived, answer)

    def _post(self, row: sqlite3.Row, at: datetime) -> tuple[bool, str]:
        url = self._urls.get(row["client"])
        if url is None:
            return False, "中心未登记通知地址"
        carry = self._carriers.get(url.partition(":")[0])
        return self._post_http(row, url, at) if carry is None else carry(row, url, at)

    def _post_http(self, row: sqlite3.Row, url: str, at: datetime) -> tuple[bool, str]:
        message: dict[str, Any] = json.loads(row["message"])
        secret = self._secrets[row["client"]]
        if row["nature"] == "forged":
            secret = "whoever-forges-a-notice-has-to-guess-the-secret"  # noqa: S105 - a wrong one
        body, headers = signing.seal(row["client"], secret=secret, message=message, at=at)
        try:
            response = self._http.post(url, content=body, headers=headers)
        except httpx.HTTPError as problem:
            return False, f"未送达（{type(problem).__name__}）"
        # A forger does not try again when he is turned away.
        settled = response.is_success or row["nature"] == "forged"
        return settled, f"HTTP {response.status_code}"

    def _note(self, row: sqlite3.Row, at: datetime, arrived: bool, answer: str) -> None:
        given_up = not arrived and row["attempts"] + 1 >= ATTEMPTS_MAX
        state = "delivered" if arrived else "given_up" if given_up else "waiting"
        wait = RETRY_SECONDS[min(row["attempts"], len(RETRY_SECONDS) - 1)]
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE bank_notice SET state = ?, last_answer = ?, next_try = ? WHERE id = ?",
                (state, answer, at.timestamp() + wait, row["id"]),
            )
            if arrived:
                # What was held back so that a later notice goes first may follow now.
                connection.execute(
                    "UPDATE bank_notice SET held_back = 0, next_try = ? WHERE held_back = 1"
                    " AND client = ? AND id < ? AND state = 'waiting'",
                    (at.timestamp(), row["client"], row["id"]),
                )
