"""A load generator that is light: bytes out, bytes in, over connections that stay open.

It shares the machine's cores with the server, so what it spends falls on the fast baseline most;
a heavy one would flatter every ratio.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from statistics import quantiles

from bench.rounds import Run


class NotAnswered(RuntimeError):
    """A page answered something else than 200, or something too short to be itself."""


class Line:
    """One open connection to a server."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.socket: socket.socket | None = None

    def request(self, path: str) -> bytes:
        """Ask for a page and return its body. Raises NotAnswered."""
        head = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n\r\n"
        ).encode()
        for attempt in (1, 2):
            # A kept connection that the server has closed meanwhile is opened again.
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(head)
                return self._answer(path)
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise NotAnswered(path)

    def _answer(self, path: str) -> bytes:
        assert self.socket is not None
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            got += piece
        head, _, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise NotAnswered(f"{path}: {head[:200]!r}")
        lowered = head.lower()
        length = int(lowered.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self.socket.recv(65536)
        if b"connection: close" in lowered:
            self.close()
        return body

    def close(self) -> None:
        """Let go of the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def over_lines(port: int, cookie: str, *, lines: int, work: Callable[[Line, int], None]) -> None:
    """Run `work(line, number)` over so many connections at once; raises what one of them met."""
    faults: list[BaseException] = []

    def run(number: int) -> None:
        line = Line(port, cookie)
        try:
            work(line, number)
        except BaseException as fault:  # noqa: BLE001 - told by whoever waits
            faults.append(fault)
        finally:
            line.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def load(port: int, path: str, *, cookie: str, says: bytes, seconds: float, lines: int) -> Run:
    """Ask for `path` over so many connections for so long; every answer must hold `says`."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    def ask(line: Line, _number: int) -> None:
        while (before := time.perf_counter()) < until:
            if says not in line.request(path):
                raise NotAnswered(f"{path} does not say {says!r}")
            took.append(time.perf_counter() - before)

    began = time.perf_counter()
    over_lines(port, cookie, lines=lines, work=ask)
    if len(took) < 2:
        raise NotAnswered(f"{path}: {len(took)} answers in {seconds} s")
    cuts = quantiles(took, n=100)
    return Run(len(took) / (time.perf_counter() - began), cuts[49] * 1000, cuts[98] * 1000)
