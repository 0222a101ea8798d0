"""A centre with the real adapters, the simulated outside world, and a door for notices."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from django.db import connection

from anju import policy, ports
from anju.adapters import bank_bdc, bank_http, evidence_files, sms_http
from anju.adapters.bank_bdc.listener import listening
from anju.business.treasury import actions as treasury
from anju.business.withdrawals.retirement.tests import cast
from anju.config.clock import SettableClock
from anju.config.cluster import free_port
from anju.jobs import day, sweepers
from anju.parties import messages
from anju.ports.bank import NoticeForged
from anju.ports.bank_collections import CollectedFor, Collection, PayerClass
from anju.simulators.world import Settlement, running
from anju.store.models import InboxMessage

CLIENT = "yuncheng"
SECRET = "fault-tests-secret-of-yuncheng-000001"
READ_SECONDS = 0.6
_NUMBERS = {"node": "D00001", "unit": "140800", "customer": "CMP1", "bank": "105"}
PATIENCE_SECONDS = 20


@dataclass
class Door:
    """The address that the bank sends notices to; counts whom it turned away."""

    url: str = ""
    eager: bool = False
    accepted: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """What the inbound view does; gives its status. `eager`: a worker is quick as well."""
        at = ports.clock().now()
        try:
            treasury.receive_notice(headers, body, at=at)
            self.accepted += 1
            if self.eager:
                for waiting in InboxMessage.objects.filter(state="waiting"):
                    treasury.take_notice(waiting.pk, at=at)
            return 200
        except NoticeForged:
            self.refused += 1
            return 403
        except Exception as problem:  # noqa: BLE001 - shown by the test that waits for it
            self.problems.append(repr(problem))
            return 500
        finally:
            connection.close()


@dataclass
class Outside:
    """The outside world and the time that passes in it."""

    url: str
    clock: SettableClock
    door: Door
    evidence: Path
    members: list[cast.Member]
    worked: set[int] = field(default_factory=set)
    worker_is_down: bool = False

    @property
    def at(self) -> datetime:
        """Now."""
        return self.clock.now()

    def goes_wrong(self, fault: str, *, room: str = "bank", **wish: object) -> int:
        """Switch a fault on; gives its switch."""
        wish = {"fault": fault, **wish}
        answer = httpx.post(f"{self.url}/{room}/api/faults", json=wish).raise_for_status()
        return int(answer.json()["id"])

    def is_mended(self, room: str = "bank") -> None:
        """Switch every fault of a room off."""
        httpx.post(f"{self.url}/{room}/api/faults", json={"off": "all"}).raise_for_status()

    def moved(self, order_no: str | None = None) -> dict[str, Any]:
        """The bank's own count of money: payments, paid_fen, returns, returned_fen."""
        counted = httpx.get(f"{self.url}/bank/api/totals").json()["clients"]
        nothing = {"payments": 0, "paid_fen": 0, "returns": 0, "returned_fen": 0, "orders": {}}
        center = counted.get(CLIENT, nothing)
        return center if order_no is None else center["orders"].get(order_no, nothing)

    def order(self, order_no: str) -> dict[str, Any]:
        """The bank's row of an order, {} when it does not know the number."""
        found = httpx.get(f"{self.url}/bank/api/orders", params={"order_no": order_no}).json()
        return next(iter(found["orders"]), {})

    def notices(self, order_no: str = "") -> list[dict[str, Any]]:
        """Every notice of the bank, with how its delivery stands."""
        found = httpx.get(f"{self.url}/bank/api/notices", params={"order_no": order_no}).json()
        return list(found["notices"])

    def may_fetch(self, amount_fen: int) -> Collection:
        """A payer has agreed; gives the collection of that amount, not yet sent."""
        payer = {"payer_account": "8888000000000077", "payer_name": "演示·单位"}
        agreed = {"client": CLIENT, "agreement_no": "XY77", "balance_fen": amount_fen, **payer}
        httpx.post(f"{self.url}/bank/api/agreements", json=agreed).raise_for_status()
        return Collection(
            order_no="DS1408002611200001",
            amount_fen=amount_fen,
            purpose=CollectedFor.CONTRIBUTION,
            agreement_no="XY77",
            payer_class=PayerClass.COMPANY,
            payer_bank_code="105",
            payee_account=policy.current().payer_account,
            summary="汇缴",
            **payer,
        )

    def takes_back(self, serial: str) -> None:
        """The bank undoes an entry that brought money."""
        address = f"{self.url}/bank/api/movements/{serial}/take-back"
        httpx.post(address).raise_for_status()

    def texts(self, phone: str) -> list[str]:
        """What arrived at a phone, oldest first."""
        found = httpx.get(f"{self.url}/sms/api/messages", params={"phone": phone}).json()
        return [row["text"] for row in sorted(found["messages"], key=lambda row: row["id"])]

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until `holds()`: notices travel by themselves."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"it never came about: {what}; {self.door}"
            time.sleep(0.02)

    def news_arrives(self, count: int = 1) -> None:
        """Wait until the door has taken in or turned away `count` notices, and work them."""
        self.wait_for(lambda: self.door.accepted + self.door.refused >= count, f"{count} notices")
        self.work()

    # -- the centre's own processes ----------------------------------------------------------------

    def passes(self, **parts: float) -> list[str]:
        """Time passes, then sweepers and workers run; gives the names of the jobs worked."""
        self.clock.advance(**parts)
        if self.worker_is_down:
            return []
        day.turn(self.at)
        sweepers.money(self.at)
        return self.work()

    def work(self) -> list[str]:
        """Work what the outbox holds, each job once, until nothing is left."""
        names: list[str] = []
        while not self.worker_is_down and (waiting := self._waiting()):
            for job_id, name, args in waiting:
                self.worked.add(job_id)
                names.append(name)
                _DO[name](at=self.at, **args)
        return names

    def _waiting(self) -> list[tuple[int, str, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE NOT id = ANY(%s)"
                " ORDER BY id",
                [sorted(self.worked)],
            )
            return [(row[0], row[1], _object(row[2])) for row in cursor.fetchall()]


_DO: dict[str, Callable[..., object]] = {
    "treasury.send": lambda *, order_no, at: treasury.send(order_no, at=at),
    "treasury.ask": lambda *, order_no, at: treasury.ask(order_no, at=at),
    "treasury.take_notice": lambda *, message_id, at: treasury.take_notice(message_id, at=at),
    "messages.send_sms": lambda *, message_id, at: messages.deliver(message_id, at=at),
}


def _object(args: Any) -> dict[str, Any]:
    return dict(args) if isinstance(args, dict) else dict(json.loads(args))


@contextmanager
def opened(folder: Path, clock: SettableClock, *, bank: str = "http") -> Iterator[Outside]:
    """The outside world runs, the ports are the real adapters, it is 20 November; `bank` is "bdc"
    where the bank is spoken to through the settlement system.

    Two members have been there since the interest year began.
    """
    cast.open_books()
    members = [cast.member(order) for order in (1, 2)]
    cast.turn_to(clock.now())
    door = Door()
    with ExitStack() as stack:
        stack.enter_context(_listening(door))
        stack.enter_context(ports.offering("clock", clock))
        node = {"secret": SECRET, "read_seconds": str(READ_SECONDS), **_NUMBERS}
        settlement = None
        if bank == "bdc":
            settlement = Settlement(free_port(), {node["node"]: CLIENT})
            node["address"] = f"127.0.0.1:{settlement.port}"
            door.url = stack.enter_context(_listening_for_records(door, node, clock))
        url = stack.enter_context(
            running(
                folder / "world.sqlite",
                clock=clock.now,
                secrets={CLIENT: SECRET},
                notify_urls={CLIENT: door.url},
                payment_seconds=0,
                settlement=settlement,
                accounts={CLIENT: [(policy.current().payer_account, "")]},
            )
        )
        own = {"client": CLIENT, "secret": SECRET, "read_seconds": str(READ_SECONDS)}
        paying = (
            bank_bdc.build(node) if settlement else bank_http.build({"url": f"{url}/bank", **own})
        )
        evidence = folder / "evidence"
        for port, adapter in (
            ("bank", paying),
            ("sms", sms_http.build({"url": f"{url}/sms", **own})),
            ("evidence_store", evidence_files.build({"folder": str(evidence)})),
        ):
            stack.enter_context(ports.offering(port, adapter))
        yield Outside(url, clock, door, evidence, members)


@contextmanager
def _listening_for_records(door: Door, node: dict[str, str], clock: SettableClock) -> Iterator[str]:
    """The door as `anju bank-listener` opens it; gives where the settlement system finds it."""

    def take(headers: Mapping[str, str], body: bytes) -> None:
        status = door.take(dict(headers), body)
        if status >= 500:
            raise RuntimeError(door.problems[-1])

    own = bank_bdc.node(node)
    with listening(own, bind=("127.0.0.1", 0), take=take, clock=clock.now) as (host, port):
        yield f"bdc://{host}:{port}"


@contextmanager
def _listening(door: Door) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(door.take(dict(self.headers.items()), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    door.url = f"http://127.0.0.1:{server.server_port}/inbound/bank"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
