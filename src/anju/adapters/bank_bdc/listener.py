"""The door the settlement system knocks at: a small TCP server that hands every record on."""

import logging
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from anju.adapters.bank_bdc import framing, notices
from anju.adapters.bank_bdc.node import Node
from anju.ports.bank import NoticeForged

READ_SECONDS: Final = 10.0
AT_ONCE_MAX: Final = 16

log = logging.getLogger(__name__)

Take = Callable[[Mapping[str, str], bytes], object]
"""Lays one record (proof, body) safely into the inbox; whatever it raises means "not now"."""


@contextmanager
def listening(
    node: Node, *, bind: tuple[str, int], take: Take, clock: Callable[[], datetime]
) -> Iterator[tuple[str, int]]:
    """Take notices on threads of this process for as long as the block lasts; gives the address.

    At most sixteen callers are heard at once, each for ten seconds and 256 KiB. Who cannot prove
    himself gets no answer at all. A receipt goes out only after every record of the frame was
    taken, so that a crash in between makes the node send it again.

    Raises OSError when the address is taken.
    """
    room = threading.BoundedSemaphore(AT_ONCE_MAX)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if not room.acquire(blocking=False):
                return
            try:
                _serve(node, self.request, take, clock)
            except (OSError, framing.BrokenFrame) as problem:
                log.warning("a notice broke off", extra={"reason": type(problem).__name__})
            finally:
                room.release()

    with _Server(bind, Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            host, port = server.socket.getsockname()[:2]
            yield str(host), int(port)
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    # A caller that says nothing must not keep the process from ending.
    daemon_threads = True


def _serve(node: Node, line: socket.socket, take: Take, clock: Callable[[], datetime]) -> None:
    deadline = time.monotonic() + READ_SECONDS
    envelope = framing.read_frame(line, limit=framing.NOTICE_BYTES_MAX, deadline=deadline)
    at = clock()
    try:
        delivery = notices.open_delivery(node, envelope, at=at)
    except NoticeForged as problem:
        log.warning("a notice is not trusted", extra={"reason": str(problem)})
        return
    taken = True
    try:
        for letter in delivery.letters:
            take(letter.headers, letter.body)
    except Exception:
        log.exception("a notice could not be kept; the node will send it again")
        taken = False
    answer = notices.receipt(node, delivery, taken=taken, at=at, nonce=secrets.token_hex(12))
    framing.write_frame(line, answer, deadline=deadline)
