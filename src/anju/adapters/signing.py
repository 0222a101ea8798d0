"""Signatures of the plain HTTP adapters: who said this, when, and not a byte changed.

``HMAC-SHA256(secret, timestamp "\\n" nonce "\\n" raw body)`` in lower-case hex, with timestamp in
whole seconds since 1970. A message is believed for five minutes either way. The nonce makes two
equal messages differ; whether one was *seen before* is not asked here: a reply names the nonce of
the request it answers, and a notice is kept once by its own id in the inbox, so a replay changes
nothing. Written out for partners in docs/integration/bank.md.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

CLIENT: Final = "X-Anju-Client"
TIMESTAMP: Final = "X-Anju-Timestamp"
NONCE: Final = "X-Anju-Nonce"
SIGNATURE: Final = "X-Anju-Signature"

BELIEVED_SECONDS: Final = 300
SECRET_BYTES_MIN: Final = 32

_TIMESTAMP_FORM = re.compile(r"[0-9]{1,12}")
_NONCE_FORM = re.compile(r"[0-9a-f]{32}")
_SIGNATURE_FORM = re.compile(r"[0-9a-f]{64}")


class Untrusted(Exception):
    """A message whose origin, time or content is not proved. Says why, for our log alone."""


def secret_bytes(text: str) -> bytes:
    """The shared secret as bytes. Raises ValueError when it is too short to protect money."""
    secret = text.encode()
    if len(secret) < SECRET_BYTES_MIN:
        raise ValueError(f"the shared secret must be at least {SECRET_BYTES_MIN} bytes long")
    return secret


def signature(secret: bytes, *, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of one message, in lower-case hex."""
    # Timestamp and nonce have fixed alphabets without a line feed, so the three parts cannot be
    # moved against each other.
    return hmac.new(secret, f"{timestamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def signed_headers(
    client: str, *, secret: bytes, at: datetime, nonce: str, body: bytes
) -> dict[str, str]:
    """The four headers a message from `client` carries when it is sent at `at`."""
    timestamp = str(int(at.timestamp()))
    return {
        CLIENT: client,
        TIMESTAMP: timestamp,
        NONCE: nonce,
        SIGNATURE: signature(secret, timestamp=timestamp, nonce=nonce, body=body),
    }


def verify(
    headers: Mapping[str, str], *, body: bytes, client: str, secret: bytes, at: datetime
) -> None:
    """Raise Untrusted unless the message is for `client`, signed, whole, and fresh at `at`."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get(TIMESTAMP.lower(), "")
    nonce = given.get(NONCE.lower(), "")
    claimed = given.get(SIGNATURE.lower(), "")
    if not (
        _TIMESTAMP_FORM.fullmatch(timestamp)
        and _NONCE_FORM.fullmatch(nonce)
        and _SIGNATURE_FORM.fullmatch(claimed)
    ):
        raise Untrusted("the signature headers are missing or malformed")
    # The signature first: until it holds, nothing else in the message means anything.
    expected = signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    if not hmac.compare_digest(expected, claimed):
        raise Untrusted("the signature does not match")
    if given.get(CLIENT.lower(), "") != client:
        raise Untrusted("the message is for another client")
    if abs(at.timestamp() - int(timestamp)) > BELIEVED_SECONDS:
        raise Untrusted("the message is too old or from the future")
