"""One sealed question, one sealed answer, over a TCP connection of its own."""

import logging
import secrets
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from anju import ports
from anju.adapters.bank_bdc import documents, framing, sealing
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.node import SESSION_UNKNOWN, Node, Refused, check_head, head_in
from anju.adapters.bank_bdc.session import SIGN_IN_CODE, SIGN_OUT_CODE, SignedIn

log = logging.getLogger(__name__)


class NoTrustedAnswer(Exception):
    """Nothing came back that may be believed. Whether the question arrived is unknown."""


class NodeLine:
    """Asks one settlement node. Safe to share between threads."""

    def __init__(
        self,
        node: Node,
        *,
        clock: Callable[[], datetime] | None = None,
        nonce: Callable[[], str] | None = None,
    ) -> None:
        """`clock` and `nonce` (24 hex digits) are for replaying recorded exchanges; left out, the
        process's own clock port and a random nonce serve.
        """
        self.node = node
        self.now = clock or (lambda: ports.clock().now())
        self._nonce = nonce or (lambda: secrets.token_hex(12))
        self._standing = sealing.standing_key(node.secret, node=node.node, purpose="standing")
        self._signed_in = SignedIn(self._ask_for_session, now=lambda: self.now())

    def ask(
        self,
        code: str,
        *,
        body: Mapping[str, str],
        number: str = "",
        records: Sequence[Mapping[str, str]] = (),
    ) -> Document:
        """Ask transaction `code` and give its proved answer. `number` is our 业务流水号; left
        out for questions that move nothing, which take one from their nonce.

        A session that the node has forgotten is renewed once: it says so before it does anything.

        Raises NoTrustedAnswer; Refused when the settlement system itself says no.
        """
        document = (code, number, body, tuple(records))
        key = self._key()
        try:
            return self._once(document, kind=sealing.ASK, key=key)
        except Refused as refusal:
            if refusal.code != SESSION_UNKNOWN:
                raise
        self._signed_in.forget(key)
        return self._once(document, kind=sealing.ASK, key=self._key())

    def sign_out(self) -> None:
        """End the session at the node, if there is one. Raises NoTrustedAnswer, Refused."""
        key = self._signed_in.forget()
        if key is not None:
            self._once((SIGN_OUT_CODE, "", {}, ()), kind=sealing.ASK, key=key)

    def _key(self) -> sealing.Key:
        try:
            return self._signed_in.key()
        except (Refused, Malformed) as problem:
            raise NoTrustedAnswer(f"not signed in: {problem}") from problem

    def _ask_for_session(self) -> Document:
        return self._once((SIGN_IN_CODE, "", {}, ()), kind=sealing.SIGN_IN, key=self._standing)

    def _once(
        self,
        question: tuple[str, str, Mapping[str, str], tuple[Mapping[str, str], ...]],
        *,
        kind: str,
        key: sealing.Key,
    ) -> Document:
        code, number, body, records = question
        at, nonce = self.now(), self._nonce()
        head = head_in(self.node, code=code, number=number or f"Q{nonce}", at=at)
        written = documents.write(Document(head=head, body=body, records=records))
        envelope = sealing.seal(written, kind=kind, key=key, at=at, nonce=nonce)
        try:
            raw = self._exchange(envelope)
            answer = documents.read(self._opened(raw, key, nonce))
            check_head(answer, question=head)
            return answer
        except (OSError, framing.BrokenFrame) as problem:
            # The reason is logged by kind: an address or a body may carry personal data.
            log.warning("settlement node gave no answer", extra={"reason": type(problem).__name__})
            raise NoTrustedAnswer(type(problem).__name__) from problem
        except (sealing.Untrusted, Malformed) as problem:
            log.warning("settlement node's answer is not trusted", extra={"reason": str(problem)})
            raise NoTrustedAnswer(str(problem)) from problem

    def _opened(self, raw: bytes, key: sealing.Key, nonce: str) -> bytes:
        # A node that does not know the session cannot seal with its key; it says so with the
        # standing one, which proves it as well.
        _, whose = sealing.whose(raw)
        with_key = self._standing if whose == self._standing.whose else key
        return sealing.open_envelope(
            raw, kind=sealing.REPLY, key=with_key, at=self.now(), answers=nonce
        ).body

    def _exchange(self, envelope: bytes) -> bytes:
        # No connection is kept: one that died silently in the idle minutes (fault F20) would turn
        # a healthy payment into an unknown one.
        where = (self.node.host, self.node.port)
        with socket.create_connection(where, timeout=self.node.connect_seconds) as line:
            deadline = time.monotonic() + self.node.read_seconds
            framing.write_frame(line, envelope, deadline=deadline)
            return framing.read_frame(line, limit=framing.REPLY_BYTES_MAX, deadline=deadline)
