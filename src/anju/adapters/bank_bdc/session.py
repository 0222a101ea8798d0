"""Signing in to the settlement system: BDC001 brings a session and its key, BDC002 ends it.

The standing key proves who asks; the session's key seals what follows, until the node forgets it,
its time is over, or we sign out. A node that signs in otherwise is fitted here and nowhere else.
"""

import base64
import binascii
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.sealing import KEY_BYTES, Key

SIGN_IN_CODE = "BDC001"
SIGN_OUT_CODE = "BDC002"

_SECONDS_MAX = 24 * 3600
_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Session:
    """A key of ours at the node, believed until `until`."""

    key: Key
    until: datetime


class SignedIn:
    """The session of one process; signs in when there is none. Safe to share between threads."""

    def __init__(self, sign_in: Callable[[], Document], *, now: Callable[[], datetime]) -> None:
        """`sign_in` asks BDC001 and gives the proved answer."""
        self._sign_in = sign_in
        self._now = now
        self._lock = threading.Lock()
        self._session: Session | None = None

    def key(self) -> Key:
        """The present session's key, signing in first if need be. Raises what `sign_in` raises."""
        with self._lock:
            if self._session is None or self._now() >= self._session.until:
                self._session = read_session(self._sign_in(), at=self._now())
            return self._session.key

    def forget(self, key: Key | None = None) -> Key | None:
        """Drop the session (only if its key is still `key`, when one is named) and give it."""
        with self._lock:
            known = self._session
            if known is None or (key is not None and known.key != key):
                return None
            self._session = None
            return known.key


def read_session(answer: Document, *, at: datetime) -> Session:
    """The session that BDC001 brought. Raises Malformed."""
    try:
        secret = base64.b64decode(answer.body.get("SessionKey", ""), validate=True)
        seconds = int(answer.body.get("ValidSeconds", ""))
    except (binascii.Error, ValueError) as problem:
        raise Malformed("the session is not readable") from problem
    number = answer.body.get("SessionNo", "")
    if len(secret) != KEY_BYTES or not _NUMBER.fullmatch(number) or not 0 < seconds <= _SECONDS_MAX:
        raise Malformed("the session is not as agreed")
    return Session(Key(number, secret), at + timedelta(seconds=seconds))
