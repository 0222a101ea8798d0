"""How a message is signed and hidden on the line, and how we know who wrote it, and when.

An envelope is one line of ASCII and then ciphertext:

    BDC1 <kind> <whose key> <seconds since 1970> <24 hex digits>\\n<AES-256-GCM of the XML>

The line is covered by the seal, and so is the nonce of the question an answer belongs to: nobody
without the key can write one, change it, move it to another session, or play an old answer to a
new question. Sign-in and notices are sealed with the node's standing key, everything else with the
key of the session (`session.py`). A node that signs otherwise is fitted here and nowhere else.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BELIEVED_SECONDS: Final = 300
KEY_BYTES: Final = 32
SIGN_IN: Final = "sign-in"
ASK: Final = "ask"
REPLY: Final = "reply"
NOTICE: Final = "notice"
RECEIPT: Final = "receipt"

_LINE = re.compile(
    rb"BDC1 (?P<kind>[a-z-]{1,12}) (?P<whose>[A-Za-z0-9_-]{1,40})"
    rb" (?P<stamp>[0-9]{1,12}) (?P<nonce>[0-9a-f]{24})\n"
)


class Untrusted(Exception):
    """An envelope whose origin, time or content is not proved. Says why, for our log alone."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and whose it is: a node's number, or a session's."""

    whose: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in an envelope, and the nonce an answer to it must name."""

    body: bytes
    nonce: str


def standing_key(secret: str, *, node: str, purpose: str) -> Key:
    """The key both ends derive from the agreed secret; another one for each purpose."""
    derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"anju bdc {purpose} {node}".encode())
    return Key(node, derive.derive(secret.encode()))


def seal(body: bytes, *, kind: str, key: Key, at: datetime, nonce: str, answers: str = "") -> bytes:
    """The envelope of `body`. `nonce` is 24 hex digits that were never used with this key;
    `answers` is the nonce of the question.
    """
    line = f"BDC1 {kind} {key.whose} {int(at.timestamp())} {nonce}\n".encode()
    hidden = AESGCM(key.secret).encrypt(bytes.fromhex(nonce), body, line + answers.encode())
    return line + hidden


def open_envelope(
    envelope: bytes, *, kind: str, key: Key, at: datetime, answers: str = ""
) -> Opened:
    """What is in `envelope`, once it is proved. Raises Untrusted."""
    found = _LINE.match(envelope)
    if found is None:
        raise Untrusted("not an envelope")
    if found["kind"] != kind.encode():
        raise Untrusted(f"an envelope of kind {found['kind'].decode()}, not {kind}")
    if found["whose"] != key.whose.encode():
        raise Untrusted("sealed for another session or node")
    nonce = found["nonce"].decode()
    try:
        body = AESGCM(key.secret).decrypt(
            bytes.fromhex(nonce), envelope[found.end() :], found[0] + answers.encode()
        )
    except (InvalidTag, ValueError) as problem:
        raise Untrusted("the seal does not fit") from problem
    if abs(at.timestamp() - int(found["stamp"])) > BELIEVED_SECONDS:
        raise Untrusted("too old or from the future")
    return Opened(body, nonce)


def whose(envelope: bytes) -> tuple[str, str]:
    """What an envelope says of itself, unproved: its kind and whose key. Raises Untrusted."""
    found = _LINE.match(envelope)
    if found is None:
        raise Untrusted("not an envelope")
    return found["kind"].decode(), found["whose"].decode()
