"""What the contract suites share: a settable clock, a running outside world, an inbox."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from anju.adapters.signed_http import SignedHttp, partner
from anju.simulators.world import Settlement, running

SHANGHAI = timezone(timedelta(hours=8))
CLIENT = "yuncheng"
SECRETS = {
    "yuncheng": "contract-tests-secret-of-yuncheng-0001",
    "xishuangbanna": "contract-tests-secret-of-banna-000002",
}
OWN = ("14050000000000001", "14050000000000002")
"""The centre's accounts; it pays from the first."""
SIGNED = ("X-Anju-Client", "X-Anju-Timestamp", "X-Anju-Nonce", "X-Anju-Signature")
Letter = tuple[dict[str, str], bytes, datetime]


class HandClock:
    """A clock moved by hand. It starts on a Friday at ten, as the demo does."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Inbox:
    """A centre's inbox that keeps whatever is posted, as it came."""

    url: str = ""
    letters: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """The letters, once there are `count`."""
        wait_until(lambda: len(self.letters) >= count)
        return list(self.letters)


@dataclass
class Outside:
    """A running outside world and the handles a test needs."""

    url: str
    clock: HandClock
    inbox: Inbox
    store: Path

    def fault(self, room: str, **wish: object) -> None:
        httpx.post(f"{self.url}/{room}/api/faults", json=wish).raise_for_status()

    def pay_in(self, account: str, amount_fen: int, remark: str = "") -> str:
        """Somebody pays into the centre's account; the serial of the movement."""
        payer = {"payer_account": "8888000000000001", "payer_name": "演示·单位"}
        wish = {"client": CLIENT, "account": account, "amount_fen": amount_fen, "remark": remark}
        answer = httpx.post(f"{self.url}/bank/api/arrivals", json=wish | payer)
        return str(answer.raise_for_status().json()["serial"])

    def agree(self, **wish: object) -> None:
        """Somebody agrees that the centre fetches money from his account."""
        wish = {"client": CLIENT, **wish}
        httpx.post(f"{self.url}/bank/api/agreements", json=wish).raise_for_status()

    def take_back(self, serial: str) -> None:
        """The bank undoes an entry that brought money to the centre's account."""
        httpx.post(f"{self.url}/bank/api/movements/{serial}/take-back").raise_for_status()

    def charged(self) -> dict:
        """The bank's own count of money fetched for the centre."""
        counted = httpx.get(f"{self.url}/bank/api/collections").json()["clients"]
        return counted.get(CLIENT, {})

    def totals(self, client: str = CLIENT) -> dict:
        counted = httpx.get(f"{self.url}/bank/api/totals").json()["clients"]
        return counted.get(client, {"payments": 0, "paid_fen": 0, "returns": 0, "orders": {}})


@dataclass
class Exchange:
    """One question and its answer on the wire; `reply` is None when none came."""

    at: str
    nonce: str
    path: str
    headers: dict[str, str]
    body: str
    reply: dict | None = None


class Tape:
    """Keeps what an adapter and the simulator say to each other."""

    def __init__(self) -> None:
        self.situation = ""
        self.exchanges: list[Exchange] = []
        self.notices: list[dict] = []

    def http(self, outside: Outside, room: str, situation: str) -> SignedHttp:
        """The line of an adapter to `room`, taped, with nonces that are the same every time."""
        self.situation = situation
        settings = {"url": f"{outside.url}/{room}", "client": CLIENT, "secret": SECRETS[CLIENT]}
        return TapedHttp(self, partner(settings), clock=outside.clock.now, nonce=self._next_nonce)

    def _next_nonce(self) -> str:
        said = f"{self.situation}:{len(self.exchanges)}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def keep_notices(self, letters: list[tuple[dict[str, str], bytes]], at: datetime) -> None:
        """Keep the letters that came since the last call as come at `at`."""
        for headers, body in letters[len(self.notices) :]:
            signed = {name: headers[name] for name in SIGNED}
            self.notices.append({"at": at.isoformat(), "headers": signed, "body": body.decode()})

    def letters(self) -> list[Letter]:
        return [_letter(notice) for notice in self.notices]

    def save(self, folder: Path, *, only: set[str]) -> None:
        """Write the tape to `folder` when recording is wanted and the situation is to be kept."""
        if "RECORD_PAYLOADS" in os.environ and self.situation in only:
            kept = {"exchanges": [vars(one) for one in self.exchanges], "notices": self.notices}
            text = json.dumps(kept, ensure_ascii=False, indent=1)
            (folder / f"{self.situation}.json").write_text(text + "\n", encoding="utf-8")


class TapedHttp(SignedHttp):
    """Speaks to the partner and tapes it."""

    def __init__(self, tape: Tape, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._tape = tape

    def _post(self, path, body, headers):
        signed = {name: headers[name] for name in SIGNED}
        nonce = headers["X-Anju-Nonce"]
        exchange = Exchange(self.now().isoformat(), nonce, path, signed, body.decode())
        self._tape.exchanges.append(exchange)
        status, given, raw = super()._post(path, body, headers)
        signed = {name: given[name] for name in SIGNED}
        exchange.reply = {"status": status, "headers": signed, "body": raw.decode()}
        return status, given, raw


class Player:
    """A tiny server that plays a tape and accepts not a byte of difference."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.notices: list[dict] = []
        self.played = 0
        self.differences: list[str] = []
        player = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                player.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def http(self, folder: Path, situation: str) -> SignedHttp:
        """The line of an adapter to the tape of `situation`."""
        kept = json.loads((folder / f"{situation}.json").read_text(encoding="utf-8"))
        self.exchanges = [Exchange(**one) for one in kept["exchanges"]]
        self.notices = kept["notices"]
        url = f"http://127.0.0.1:{self.server.server_port}"
        return SignedHttp(
            partner({"url": url, "client": CLIENT, "secret": SECRETS[CLIENT]}),
            clock=lambda: datetime.fromisoformat(self._next().at),
            nonce=lambda: self._next().nonce,
        )

    def letters(self) -> list[Letter]:
        return [_letter(notice) for notice in self.notices]

    def _next(self) -> Exchange:
        # Once an answer came, the clock shows the next exchange's time: seconds later, as it was.
        return self.exchanges[min(self.played, len(self.exchanges) - 1)]

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Compare the question with the tape and give the answer on it."""
        exchange = self._next()
        signed = {name: handler.headers[name] for name in SIGNED}
        sent = (handler.path, signed, body.decode())
        if sent != (exchange.path, exchange.headers, exchange.body):
            self.differences.append(f"sent {sent}, taped {exchange}")
        self.played += 1
        if exchange.reply is None:
            handler.close_connection = True
            return
        raw = exchange.reply["body"].encode()
        handler.send_response(exchange.reply["status"])
        for name, value in exchange.reply["headers"].items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)


def _letter(notice: dict) -> Letter:
    at = datetime.fromisoformat(notice["at"])
    return dict(notice["headers"]), notice["body"].encode(), at


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until `holds()`; fails the test when it never does."""
    pause = threading.Event()
    for _ in range(int(seconds * 50)):
        if holds():
            return
        pause.wait(0.02)
    pytest.fail("it did not come about in time")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def player() -> Iterator[Player]:
    player = Player()
    yield player
    player.server.shutdown()
    player.server.server_close()
    assert player.differences == []
    assert player.played == len(player.exchanges)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    kept = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.letters.append((dict(self.headers.items()), body))
            self.send_response(kept.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/inbox/bank"
    yield kept
    server.shutdown()
    server.server_close()


@contextmanager
def opened(
    store: Path, clock: HandClock, inbox: Inbox, settlement: Settlement | None = None
) -> Iterator[Outside]:
    """An outside world that runs and sends its notices to `inbox`."""
    with running(
        store,
        clock=clock.now,
        secrets=SECRETS,
        notify_urls=dict.fromkeys(SECRETS, inbox.url),
        payment_seconds=2,
        settlement=settlement,
        accounts={CLIENT: [(number, "") for number in OWN]},
    ) as url:
        yield Outside(url, clock, inbox, store)


@pytest.fixture
def outside(clock: HandClock, inbox: Inbox, tmp_path: Path) -> Iterator[Outside]:
    with opened(tmp_path / "world.sqlite", clock, inbox) as outside:
        yield outside
