"""How bytes lie on the line: eight decimal digits of length, then so many bytes.

A node that frames its messages otherwise is fitted here and nowhere else.
"""

import socket
import time
from typing import Final

LENGTH_DIGITS: Final = 8
REPLY_BYTES_MAX: Final = 4 * 1024 * 1024
"""The longest answer we read: a page of a thousand statement lines takes about half of it."""
NOTICE_BYTES_MAX: Final = 256 * 1024
_PIECE_BYTES: Final = 64 * 1024


class BrokenFrame(Exception):
    """What came is no whole frame: cut short, too long, too slow, or not framed at all."""


def write_frame(line: socket.socket, payload: bytes, *, deadline: float) -> None:
    """Send `payload` as one frame before `deadline` (monotonic seconds).

    Raises BrokenFrame when the time is up, OSError when the line breaks.
    """
    line.settimeout(_left(deadline))
    line.sendall(f"{len(payload):0{LENGTH_DIGITS}d}".encode() + payload)


def read_frame(line: socket.socket, *, limit: int, deadline: float) -> bytes:
    """One whole frame of at most `limit` bytes, all of it before `deadline` (monotonic seconds).

    Nothing is read that the length did not announce, and nothing is kept that is longer than the
    limit: a partner, or whoever took its place, cannot fill our memory.

    Raises BrokenFrame; OSError when the line breaks.
    """
    digits = _exactly(line, LENGTH_DIGITS, deadline)
    if not digits.isdigit():
        raise BrokenFrame("the length is not eight digits")
    if not 0 < int(digits) <= limit:
        raise BrokenFrame(f"a frame of {int(digits)} bytes, where {limit} are the most")
    return _exactly(line, int(digits), deadline)


def _exactly(line: socket.socket, count: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    missing = count
    while missing:
        # The socket's own timeout counts from byte to byte; a trickling partner would hold us.
        line.settimeout(_left(deadline))
        piece = line.recv(min(missing, _PIECE_BYTES))
        if not piece:
            raise BrokenFrame(f"the line ended {missing} bytes too early")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise BrokenFrame("the time is up")
    return left
