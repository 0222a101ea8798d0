"""The settlement system's TCP door: who asks is proved, then answered, unless a fault strikes."""

import base64
import contextlib
import logging
import secrets
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anju.simulators.bank import desk, orders
from anju.simulators.bdc import answers, wire
from anju.simulators.bdc.amounts import No
from anju.simulators.bdc.wire import Envelope, Paper

if TYPE_CHECKING:
    from anju.simulators.world import World

VALID_SECONDS = 8 * 3600
SESSION_UNKNOWN = No("BDC9001", "会话不存在或已失效")
_ECHOED = (
    *("SendDate", "SendTime", "SendSeqNo", "TxUnitNo", "SendNode", "TxCode", "ReceiveNode"),
    *("CustNo", "OperNo"),
)
_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE message [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<message><head><field name="TxCode">&c;</field></head><body></body></message>"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """A proved asker: its centre and node, and the key its answer is sealed with."""

    client: str
    node: str
    whose: str
    key: bytes


@dataclass
class Door:
    """One door of the world: whose its node numbers are, and what it answered last to each."""

    here: "World"
    nodes: Mapping[str, str]
    said: dict[str, bytes] = field(default_factory=dict)

    def serve(self, line: socket.socket) -> None:
        """Answer one frame; whoever cannot prove himself hears nothing."""
        line.settimeout(10)
        given = wire.envelope(wire.receive(line))
        caller = self._caller(given)
        if caller is None:
            reply = self._sealed(self._standing(given.whose), _no({}, SESSION_UNKNOWN), given)
        else:
            paper = wire.unsealed(given, caller.key, at=self.here.now())
            reply = self._sealed(caller, self._answered(caller, paper, given), given)
            reply = self._spoiled(caller, reply, given)
            self.said[caller.client] = reply
        # What a fault has cut short or made too long already has a length of its own.
        line.sendall(wire.framed(reply) if reply.startswith(b"BDC1") else reply)

    def _standing(self, whose: str) -> Caller:
        node = whose.partition("-")[0]
        client = self.nodes.get(node, "")
        if not client:
            raise wire.Nonsense("no such node")
        key = wire.standing(self.here.secrets[client], node, "standing")
        return Caller(client, node, node, key)

    def _caller(self, given: Envelope) -> Caller | None:
        """Who asks, by the key the envelope names; None when its session is not known."""
        standing = self._standing(given.whose)
        if given.kind == "sign-in":
            return standing
        if given.kind != "ask":
            raise wire.Nonsense(f"an envelope of kind {given.kind}")
        with self.here.store.writing() as connection:
            faults = orders.BOARD
            if faults.strikes(connection, kind="bdc_session_lost", client=standing.client):
                connection.execute("DELETE FROM bdc_session WHERE node = ?", (standing.node,))
            row = connection.execute(
                "SELECT secret FROM bdc_session WHERE session_no = ? AND until > ?",
                (given.whose, self.here.now().timestamp()),
            ).fetchone()
        if row is None:
            return None
        key = base64.b64decode(row["secret"])
        return Caller(standing.client, standing.node, given.whose, key)

    def _answered(self, caller: Caller, paper: Paper, given: Envelope) -> Paper:
        code = paper.head.get("TxCode", "")
        if paper.head.get("SendNode") != caller.node:
            return _no(paper.head, No("BDC1400", "节点号与会话不符"))
        if (code == "BDC001") != (given.kind == "sign-in"):
            return _no(paper.head, No("BDC1400", "交易与会话不符"))
        try:
            if code == "BDC001":
                told = self._sign_in(caller)
            elif code == "BDC002":
                told = self._sign_out(caller)
            else:
                told = answers.answer(self.here, caller.client, paper)
        except No as no:
            return _no(paper.head, no)
        return Paper(_head(paper.head, "0", "00000", "交易成功"), told.body, told.records)

    def _sign_in(self, caller: Caller) -> Paper:
        number, secret = f"{caller.node}-{secrets.token_hex(8)}", secrets.token_bytes(32)
        kept = base64.b64encode(secret).decode()
        until = self.here.now().timestamp() + VALID_SECONDS
        with self.here.store.writing() as connection:
            connection.execute(
                "INSERT INTO bdc_session VALUES (?, ?, ?, ?)", (number, caller.node, kept, until)
            )
        return Paper(
            {}, {"SessionNo": number, "SessionKey": kept, "ValidSeconds": str(VALID_SECONDS)}
        )

    def _sign_out(self, caller: Caller) -> Paper:
        with self.here.store.writing() as connection:
            connection.execute("DELETE FROM bdc_session WHERE session_no = ?", (caller.whose,))
        return Paper({})

    def _sealed(self, caller: Caller, paper: Paper, given: Envelope) -> bytes:
        return self._close(caller, wire.xml(paper), given)

    def _close(self, caller: Caller, text: bytes, given: Envelope) -> bytes:
        return wire.sealed(
            text,
            kind="reply",
            whose=caller.whose,
            key=caller.key,
            at=self.here.now(),
            answers=given.nonce,
        )

    def _spoiled(self, caller: Caller, reply: bytes, given: Envelope) -> bytes:
        """The reply as the faults of the line leave it."""
        if given.kind == "sign-in":
            return reply
        with self.here.store.writing() as connection:
            struck = {
                kind
                for kind in orders.BOARD.kinds
                if kind.startswith("bdc_")
                and kind != "bdc_session_lost"
                and orders.BOARD.strikes(connection, kind=kind, client=caller.client) is not None
            }
        if "bdc_entity_bomb" in struck:
            reply = self._close(caller, _BOMB, given)
        if "bdc_wrong_session" in struck:
            stranger = Caller(caller.client, caller.node, caller.whose, secrets.token_bytes(32))
            reply = self._close(stranger, _BOMB, given)
        if "bdc_replayed_reply" in struck:
            reply = self.said.get(caller.client, b"BDC1")
        if "bdc_garbled_reply" in struck:
            reply = reply[:-20] + bytes(byte ^ 0x55 for byte in reply[-20:])
        if "bdc_oversized_reply" in struck:
            reply = b"99999999" + reply
        if "bdc_cut_reply" in struck:
            reply = b"%08d" % len(reply) + reply[: len(reply) // 2]
        return reply


def _head(asked: Mapping[str, str], status: str, code: str, says: str) -> dict[str, str]:
    head = {name: asked.get(name, "") for name in _ECHOED}
    return head | {"TxStatus": status, "RtnCode": code, "RtnMessage": says}


def _no(asked: Mapping[str, str], no: No) -> Paper:
    return Paper(_head(asked, "1", no.code, no.says))


@contextmanager
def open_door(door: Door, *, bind: tuple[str, int]) -> Iterator[None]:
    """Listen on threads of this process for as long as the block lasts.

    Raises OSError when the address is taken.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # A cut line and a stranger look the same from outside: silence.
            with contextlib.suppress(desk.LineCut, wire.Nonsense, OSError):
                door.serve(self.request)

    with _Server(bind, Handler) as server, contextlib.ExitStack() as ending:
        answering = threading.Thread(target=server.serve_forever, args=(0.05,), name="world-bdc")
        ending.callback(answering.join)
        ending.callback(server.shutdown)
        answering.start()
        yield


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    # An answer that is being slow must not keep the process from ending.
    daemon_threads = True
    request_queue_size = 128
