"""A settlement node on tape: what adapter and simulator say to each other, frame by frame."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anju.adapters.bank_bdc import NodeLine, framing, node, notices, sealing
from anju.adapters.bank_bdc.node import Node
from anju.ports.bank import NoticeForged

CLIENT, NODE = "yuncheng", "D00001"
SECRET = "contract-tests-secret-of-yuncheng-0001"
Letter = tuple[Mapping[str, str], bytes, datetime]


def our_node(port: int, **changes: str) -> Node:
    """The node of the contract tests, whose partner listens at `port`."""
    numbers = {"node": NODE, "unit": "140800", "customer": "CMP14080001", "bank": "105"}
    return node(
        {
            "address": f"127.0.0.1:{port}",
            "secret": SECRET,
            "read_seconds": "5",
            **numbers,
            **changes,
        }
    )


@dataclass
class Tape:
    """Keeps what goes over the line, sealed as it went and, to be read by people, opened."""

    situation: str = ""
    exchanges: list[dict] = field(default_factory=list)
    frames: list[dict] = field(default_factory=list)

    def next_nonce(self) -> str:
        said = f"{self.situation}:{len(self.exchanges)}"
        return hashlib.sha256(said.encode()).hexdigest()[:24]

    def save(self, folder: Path, *, only: set[str]) -> None:
        """Write the tape to `folder` when recording is wanted and the situation is to be kept."""
        if "RECORD_PAYLOADS" in os.environ and self.situation in only:
            kept = {"exchanges": self.exchanges, "notices": self.frames}
            text = json.dumps(kept, ensure_ascii=False, indent=1)
            (folder / f"{self.situation}.json").write_text(text + "\n", encoding="utf-8")


class TapedLine(NodeLine):
    """Speaks to the node and tapes it."""

    def __init__(self, tape: Tape, own: Node, *, clock) -> None:
        super().__init__(own, clock=clock, nonce=tape.next_nonce)
        self._tape = tape

    def _once(self, question, *, kind, key):
        self._last = (kind, key)
        return super()._once(question, kind=kind, key=key)

    def _exchange(self, envelope: bytes) -> bytes:
        kind, key = self._last
        asked = sealing.open_envelope(envelope, kind=kind, key=key, at=self.now())
        kept = {
            "at": self.now().isoformat(),
            "nonce": asked.nonce,
            "asked": asked.body.decode(),
            "answered": None,
            "frame": base64.b64encode(envelope).decode(),
            "reply": None,
        }
        self._tape.exchanges.append(kept)
        raw = super()._exchange(envelope)
        kept["reply"] = base64.b64encode(raw).decode()
        kept["answered"] = self._opened(raw, key, asked.nonce).decode()
        return raw


@dataclass
class Mailbox:
    """Where SBDC100 arrives: keeps every frame as it came, forged ones too."""

    own: Node
    clock: object
    url: str = ""
    frames: list[tuple[bytes, datetime]] = field(default_factory=list)

    def take(self, line) -> None:
        deadline = time.monotonic() + 5
        envelope = framing.read_frame(line, limit=framing.NOTICE_BYTES_MAX, deadline=deadline)
        at = self.clock.now()
        self.frames.append((envelope, at))
        try:
            delivery = notices.open_delivery(self.own, envelope, at=at)
        except NoticeForged:
            return
        nonce = secrets.token_hex(12)
        answer = notices.receipt(self.own, delivery, taken=True, at=at, nonce=nonce)
        framing.write_frame(line, answer, deadline=deadline)


def letters(own: Node, frames: list[tuple[bytes, datetime]]) -> list[Letter]:
    """Every record of the frames as the inbox would take it; a forged frame as it came."""
    out: list[Letter] = []
    for envelope, at in frames:
        try:
            delivery = notices.open_delivery(own, envelope, at=at)
            out += [(one.headers, one.body, at) for one in delivery.letters]
        except NoticeForged:
            out.append(({}, envelope, at))
    return out


class Player:
    """Plays a tape and accepts not a byte of difference."""

    def __init__(self) -> None:
        self.exchanges: list[dict] = []
        self.frames: list[tuple[bytes, datetime]] = []
        self.played = 0
        self.differences: list[str] = []
        self.port = 0

    def line(self, folder: Path, situation: str) -> NodeLine:
        """The line of an adapter to the tape of `situation`."""
        kept = json.loads((folder / f"{situation}.json").read_text(encoding="utf-8"))
        self.exchanges = kept["exchanges"]
        self.frames = [
            (base64.b64decode(one["frame"]), datetime.fromisoformat(one["at"]))
            for one in kept["notices"]
        ]
        return NodeLine(
            our_node(self.port),
            clock=lambda: datetime.fromisoformat(self.next()["at"]),
            nonce=lambda: self.next()["nonce"],
        )

    def next(self) -> dict:
        return self.exchanges[min(self.played, len(self.exchanges) - 1)]

    def take(self, line) -> None:
        deadline = time.monotonic() + 5
        sent = framing.read_frame(line, limit=framing.REPLY_BYTES_MAX, deadline=deadline)
        exchange = self.next()
        if sent != base64.b64decode(exchange["frame"]):
            self.differences.append(f"sent another frame than the one that asked {exchange}")
        self.played += 1
        if exchange["reply"] is not None:
            reply = base64.b64decode(exchange["reply"])
            framing.write_frame(line, reply, deadline=deadline)


@contextmanager
def listening(take) -> Iterator[int]:
    """A TCP server that gives every connection to `take`; its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            take(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
