"""The partner's side of the signatures, written from docs/integration/bank.md alone.

Deliberately not the adapters' code: a slip made once would otherwise agree with itself.
"""

import hashlib
import hmac
import json
import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

BELIEVED_SECONDS = 300


class Refused(Exception):
    """A request that is not from the client it names, or not fresh."""


@dataclass(frozen=True, slots=True)
class Question:
    """A proved request of one centre."""

    client: str
    nonce: str
    message: dict[str, Any]


def read(
    headers: Mapping[str, str], *, body: bytes, secrets: Mapping[str, str], at: datetime
) -> Question:
    """The proved JSON object of a centre. Raises Refused."""
    client = headers.get("X-Anju-Client", "")
    nonce = headers.get("X-Anju-Nonce", "")
    timestamp = headers.get("X-Anju-Timestamp", "")
    secret = secrets.get(client)
    if secret is None:
        raise Refused("unknown client")
    claimed = headers.get("X-Anju-Signature", "")
    if not hmac.compare_digest(
        _mac(secret, timestamp, nonce, body).encode(), claimed.encode("utf-8", "replace")
    ):
        raise Refused("bad signature")
    if len(nonce) != 32 or not timestamp.isdigit():
        raise Refused("bad nonce or timestamp")
    if abs(at.timestamp() - int(timestamp)) > BELIEVED_SECONDS:
        raise Refused("stale")
    try:
        message = json.loads(body)
    except ValueError as problem:
        raise Refused("not JSON") from problem
    if not isinstance(message, dict) or message.get("client") != client:
        raise Refused("not an object of this client")
    return Question(client, nonce, message)


def seal(
    client: str, *, secret: str, message: Mapping[str, object], at: datetime
) -> tuple[bytes, dict[str, str]]:
    """The bytes and headers of a signed reply or notice to `client`."""
    body = json.dumps(message, ensure_ascii=False).encode()
    nonce = randomness.token_hex(16)
    timestamp = str(int(at.timestamp()))
    return body, {
        "Content-Type": "application/json",
        "X-Anju-Client": client,
        "X-Anju-Timestamp": timestamp,
        "X-Anju-Nonce": nonce,
        "X-Anju-Signature": _mac(secret, timestamp, nonce, body),
    }


def _mac(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    text = timestamp.encode() + b"\n" + nonce.encode() + b"\n" + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
