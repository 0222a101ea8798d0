"""Frames, envelopes and XML of the settlement system, written from docs/integration/settlement.md.

Deliberately not the adapter's code: a slip made once would otherwise agree with itself.
"""

import hashlib
import hmac
import re
import secrets
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ASKED_BYTES_MAX = 4 * 1024 * 1024
BELIEVED_SECONDS = 300

_FIELD = re.compile(r'<field name="([A-Za-z0-9]+)">([^<]*)</field>')
_RECORD = re.compile(r'<field-list name="[0-9]+">(.*?)</field-list>', re.DOTALL)


class Nonsense(Exception):
    """Bytes that are no message of a centre; nobody answers them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One message: head, body and records, all texts by name."""

    head: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the first line of an envelope says, and all its bytes."""

    kind: str
    whose: str
    stamp: int
    nonce: str
    raw: bytes


def receive(line: socket.socket) -> bytes:
    """The bytes of one frame. Raises Nonsense, OSError."""
    with line.makefile("rb") as stream:
        length = stream.read(8)
        if not length.isdigit() or int(length) > ASKED_BYTES_MAX:
            raise Nonsense("no length")
        payload = stream.read(int(length))
    if len(payload) != int(length):
        raise Nonsense("cut short")
    return payload


def framed(payload: bytes) -> bytes:
    """One frame around `payload`."""
    return b"%08d" % len(payload) + payload


def standing(secret: str, node: str, purpose: str) -> bytes:
    """HKDF with SHA-256, no salt, one block: the key for `purpose`."""
    root = hmac.digest(bytes(32), secret.encode(), hashlib.sha256)
    return hmac.digest(root, f"anju bdc {purpose} {node}".encode() + b"\x01", hashlib.sha256)


def envelope(raw: bytes) -> Envelope:
    """The first line of an envelope, unproved. Raises Nonsense."""
    words = raw.partition(b"\n")[0].decode("ascii", "replace").split(" ")
    if len(words) != 5 or words[0] != "BDC1" or not words[3].isdigit() or len(words[4]) != 24:
        raise Nonsense("no envelope")
    return Envelope(words[1], words[2], int(words[3]), words[4], raw)


def unsealed(given: Envelope, key: bytes, *, at: datetime, answers: str = "") -> Paper:
    """The message in an envelope sealed with `key`. Raises Nonsense."""
    line, _, hidden = given.raw.partition(b"\n")
    try:
        text = AESGCM(key).decrypt(
            bytes.fromhex(given.nonce), hidden, line + b"\n" + answers.encode()
        )
    except (InvalidTag, ValueError) as problem:
        raise Nonsense("the seal does not fit") from problem
    if abs(at.timestamp() - given.stamp) > BELIEVED_SECONDS:
        raise Nonsense("stale")
    return paper(text.decode())


def sealed(
    text: bytes, *, kind: str, whose: str, key: bytes, at: datetime, answers: str = ""
) -> bytes:
    """The envelope of `text`."""
    nonce = secrets.token_bytes(12)
    line = f"BDC1 {kind} {whose} {int(at.timestamp())} {nonce.hex()}\n".encode()
    return line + AESGCM(key).encrypt(nonce, text, line + answers.encode())


def paper(text: str) -> Paper:
    """The message in XML of the agreed shape. Raises Nonsense."""
    head, found, rest = text.partition("</head>")
    if not found or "<!" in text:
        raise Nonsense("no head")
    body, _, listed = rest.partition('<field-list name="Records">')
    return Paper(_texts(head), _texts(body), [_texts(one) for one in _RECORD.findall(listed)])


def xml(paper: Paper) -> bytes:
    """The message as XML."""
    numbered = (
        f'<field-list name="{place}">{_written(texts)}</field-list>'
        for place, texts in enumerate(paper.records, 1)
    )
    records = _listed(numbered) if paper.records else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<message><head>{_written(paper.head)}</head>"
        f"<body>{_written(paper.body)}{records}</body></message>"
    ).encode()


def _listed(records: Iterable[str]) -> str:
    return f'<field-list name="Records">{"".join(records)}</field-list>'


def _texts(part: str) -> dict[str, str]:
    return {name: unescape(text) for name, text in _FIELD.findall(part)}


def _written(texts: Mapping[str, str]) -> str:
    return "".join(f'<field name="{name}">{escape(text)}</field>' for name, text in texts.items())
