"""The key ring of a centre: every key with its id, its one purpose and its suite.

A key is named by an id that is written beside whatever it made, so a new key can take over at any
moment while the old one still opens old values. The ring is one JSON file that only the processes
of the centre may read; production refuses to start without it, the demo writes its own.
"""

import base64
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEAL_PURPOSES: Final = ("field", "evidence")
"""Keys that encrypt: personal columns, and photographs before they leave for the evidence store."""

INDEX_PURPOSES: Final = ("index_a", "index_b")
"""Keys of the two blind-index columns. Two, so that one column always holds uniqueness while the
other is being computed again under a new key (see docs/decisions/0003-personal-fields.md)."""

MAC_PURPOSES: Final = ("order_mac", "approval_mac", "captcha", "sms_code", "limit", "pepper")
"""Keys that prove: payment orders, approvals, captcha challenges, code digests, the subjects of
limits (so that a table of counters tells nobody an address), and the pepper of short passwords."""

SIGN_PURPOSES: Final = ("day_seal",)
"""Keys that sign what others may check without a secret: the sealed days of the books. A ring made
before there were any serves on; `keys change PATH day_seal` adds one."""

PURPOSES: Final = SEAL_PURPOSES + INDEX_PURPOSES + MAC_PURPOSES + SIGN_PURPOSES

Suite = Literal["aes-256-gcm", "sm4-gcm"]

_KEY_BYTES: Final[Mapping[str, int]] = MappingProxyType(
    {"aes-256-gcm": 32, "sm4-gcm": 16, "hmac-sha256": 32, "hmac-sm3": 32, "ed25519": 32}
)
SUITES: Final = tuple(_KEY_BYTES)
_DIGESTS: Final[Mapping[str, str]] = MappingProxyType({"hmac-sha256": "sha256", "hmac-sm3": "sm3"})
_ENV: Final = "ANJU_KEYRING"


class KeyringError(Exception):
    """The key ring is missing, unreadable by us, readable by others, or does not fit together."""


@dataclass(frozen=True)
class Key:
    """One key. Its bytes never show in a repr, a log or a traceback."""

    kid: str
    purpose: str
    suite: str
    secret: bytes = field(repr=False)

    def mac(self, message: bytes) -> bytes:
        """The 32-byte HMAC of `message` under this key."""
        return hmac.digest(self.secret, message, _DIGESTS[self.suite])


@dataclass(frozen=True)
class Keyring:
    """All keys by id, and which of them is at work for each purpose.

    `live_index` says which of the two blind-index columns is asked in look-ups.
    """

    keys: Mapping[str, Key] = field(repr=False)
    active: Mapping[str, str]
    live_index: Literal["a", "b"] = "a"

    @classmethod
    def from_file(cls, path: str | Path, *, production: bool) -> "Keyring":
        """Read and check the ring. Raises KeyringError with the reason and what to do.

        `production` also refuses a file that other users of the machine may read.
        """
        return cls._from_content(_content_of(Path(path), closed=production))

    @classmethod
    def fresh(cls, suite: Suite = "aes-256-gcm") -> "Keyring":
        """A ring that was never written anywhere, for tests."""
        return cls._from_content(_fresh_content(suite))

    @classmethod
    def _from_content(cls, content: Mapping[str, object]) -> "Keyring":
        try:
            rows: Mapping[str, Mapping[str, str]] = content["keys"]  # type: ignore[assignment]
            active: Mapping[str, str] = content["active"]  # type: ignore[assignment]
            live = content.get("live_index", "a")
            keys = {kid: _key(kid, row) for kid, row in rows.items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise KeyringError(f"the key ring lacks or mistypes {error}") from error
        for purpose in PURPOSES:
            kid = active.get(purpose, "")
            if purpose in SIGN_PURPOSES and not kid:
                continue
            if kid not in keys or keys[kid].purpose != purpose:
                raise KeyringError(f"the key ring has no active key for {purpose}")
        if live not in ("a", "b"):
            raise KeyringError(f"live_index must be a or b, not {live!r}")
        return cls(MappingProxyType(keys), MappingProxyType(dict(active)), live)

    def at_work(self, purpose: str) -> Key:
        """The key that makes new values for `purpose`. Raises KeyringError."""
        try:
            return self.keys[self.active[purpose]]
        except KeyError:
            raise KeyringError(f"no active key for {purpose!r}") from None

    def named(self, kid: str, *, purpose: str) -> Key:
        """The key that made an old value. Raises KeyringError when it is not of `purpose`."""
        key = self.keys.get(kid)
        if key is None or key.purpose != purpose:
            raise KeyringError(f"no key {kid!r} for {purpose!r} on this ring")
        return key


def _content_of(file: Path, *, closed: bool = False) -> dict[str, Any]:
    """What stands in a ring's file, whole ring or not; `closed` refuses one others may read."""
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        raise KeyringError(f"no key ring at {file}; {_ENV} must name one") from None
    except (OSError, ValueError) as error:
        raise KeyringError(f"the key ring {file} cannot be read: {error}") from error
    if closed and mode & 0o077:
        raise KeyringError(f"the key ring {file} is open to others; chmod 600 it")
    return content


def _key(kid: str, row: Mapping[str, str]) -> Key:
    suite, purpose = row["suite"], row["purpose"]
    try:
        secret = base64.b64decode(row["secret"], validate=True)
    except ValueError as error:
        raise KeyringError(f"key {kid} is not base64") from error
    wanted = _KEY_BYTES.get(suite)
    if wanted is None or suite not in _suites(purpose):
        raise KeyringError(f"key {kid}: suite {suite!r} does not serve purpose {purpose!r}")
    if len(secret) != wanted:
        raise KeyringError(f"key {kid} must have {wanted} bytes, it has {len(secret)}")
    if not kid or "$" in kid or len(kid) > 16:
        raise KeyringError(f"key id {kid!r} must be 1 to 16 characters without $")
    return Key(kid, purpose, suite, secret)


def _suites(purpose: str) -> tuple[str, ...]:
    """What may serve a purpose; nothing serves a purpose that is none."""
    if purpose in SIGN_PURPOSES:
        return ("ed25519",)
    if purpose in SEAL_PURPOSES:
        return ("aes-256-gcm", "sm4-gcm")
    return tuple(_DIGESTS) if purpose in PURPOSES else ()


def generate(path: str | Path, *, suite: Suite = "aes-256-gcm") -> None:
    """Write a new ring with one fresh key per purpose, readable by its owner alone.

    `sm4-gcm` takes SM4 and SM3 throughout. Never overwrites (FileExistsError): losing a ring loses
    the data sealed with it.
    """
    _write(Path(path), _fresh_content(suite))


def change_key(path: Path, purpose: str, *, suite: str | None = None) -> str:
    """Add a fresh key for `purpose` to the ring at `path` and put it to work; gives its id.

    The old key stays on the ring: what it made still names it. `suite` defaults to the old key's.
    Processes that run take the new ring when they start again. Raises KeyringError.
    """
    content = _content_of(path)
    ring = Keyring._from_content(content)
    is_first = purpose in SIGN_PURPOSES and purpose not in ring.active
    number = 1 if is_first else 2
    while (kid := f"{purpose[:12]}-{number}") in content["keys"]:
        number += 1
    chosen = suite or ("ed25519" if is_first else ring.at_work(purpose).suite)
    content["keys"][kid] = _fresh_key(purpose, chosen)
    content["active"][purpose] = kid
    _replace(path, content)
    return kid


def change_live_index(path: Path, column: Literal["a", "b"]) -> None:
    """Let look-ups of processes that start from now on ask the other column. Raises KeyringError.

    Its index must be whole under its key at work (`parties.indexes.rebuild`).
    """
    content = _content_of(path)
    Keyring._from_content(content)
    _replace(path, {**content, "live_index": column})


def drop_key(path: Path, kid: str) -> None:
    """Take a key off the ring that is not at work. Raises KeyringError.

    Nothing may name it any more: what it sealed could never be opened again. Only columns can be
    brought after a new key, so only their keys may leave; photographs and proofs keep theirs.
    """
    content = _content_of(path)
    Keyring._from_content(content)
    if kid not in content["keys"]:
        raise KeyringError(f"no key {kid!r} on this ring")
    if content["keys"][kid]["purpose"] not in ("field", *INDEX_PURPOSES):
        raise KeyringError(f"key {kid} stays: what it made names it for as long as it is kept")
    if kid in content["active"].values():
        raise KeyringError(f"key {kid} is at work; change it first")
    del content["keys"][kid]
    _replace(path, content)


def _replace(path: Path, content: Mapping[str, object]) -> None:
    """Put a ring in the old one's place in one step, once it is known to fit together."""
    Keyring._from_content(content)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, content)
    fresh.replace(path)


def _write(path: Path, content: Mapping[str, object]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _fresh_key(purpose: str, suite: str) -> dict[str, str]:
    secret = secrets.token_bytes(_KEY_BYTES[suite])
    return {"purpose": purpose, "suite": suite, "secret": base64.b64encode(secret).decode()}


def _fresh_content(suite: Suite) -> dict[str, object]:
    digest = "hmac-sm3" if suite == "sm4-gcm" else "hmac-sha256"
    keys: dict[str, dict[str, str]] = {}
    for purpose in PURPOSES:
        chosen: str = suite if purpose in SEAL_PURPOSES else digest
        if purpose in SIGN_PURPOSES:
            chosen = "ed25519"
        keys[f"{purpose[:12]}-1"] = _fresh_key(purpose, chosen)
    return {
        "keys": keys,
        "active": {row["purpose"]: kid for kid, row in keys.items()},
        "live_index": "a",
    }


_current: Keyring | None = None


def current() -> Keyring:
    """The ring of this process: the one handed to `use`, else the file named by ANJU_KEYRING.

    Only the test profile does without a file: its values die with the process. Raises KeyringError.
    """
    global _current
    if _current is None:
        path, profile = os.environ.get(_ENV, ""), os.environ.get("ANJU_PROFILE", "production")
        if path:
            _current = Keyring.from_file(path, production=profile == "production")
        elif profile == "test":
            _current = Keyring.fresh()
        else:
            raise KeyringError(f"no key ring: {_ENV} names no file")
    return _current


def use(ring: Keyring) -> None:
    """Let `ring` serve this process from now on."""
    global _current
    _current = ring


@contextmanager
def using(ring: Keyring) -> Iterator[None]:
    """Let `ring` serve for the length of a `with` block (tests, rotation)."""
    global _current
    before = _current
    _current = ring
    try:
        yield
    finally:
        _current = before


def mac(purpose: str, message: bytes) -> str:
    """`kid$hex`: the proof that this centre wrote `message` for `purpose`."""
    key = current().at_work(purpose)
    return f"{key.kid}${key.mac(_framed(purpose, message)).hex()}"


def mac_ok(purpose: str, message: bytes, proof: str) -> bool:
    """Whether `proof` was made by `mac` over the same purpose and message, by any key we hold."""
    kid, _, digest = proof.partition("$")
    key = current().keys.get(kid)
    if key is None or key.purpose != purpose:
        return False
    return hmac.compare_digest(key.mac(_framed(purpose, message)).hex(), digest)


def sign(purpose: str, message: bytes) -> str:
    """`kid$hex`: this centre's Ed25519 signature under `message`. Raises KeyringError."""
    key = current().at_work(purpose)
    return f"{key.kid}${_signer(key).sign(_framed(purpose, message)).hex()}"


def signature_ok(purpose: str, message: bytes, signature: str) -> bool:
    """Whether `sign` made `signature` for the same purpose and message, by any key we hold."""
    kid, _, digits = signature.partition("$")
    key = current().keys.get(kid)
    if key is None or key.purpose != purpose:
        return False
    try:
        _signer(key).public_key().verify(bytes.fromhex(digits), _framed(purpose, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(kid: str, *, purpose: str) -> bytes:
    """The 32 bytes by which others check what a key has signed. Raises KeyringError."""
    return _signer(current().named(kid, purpose=purpose)).public_key().public_bytes_raw()


def _signer(key: Key) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.secret)


def _framed(purpose: str, message: bytes) -> bytes:
    return purpose.encode() + b"\0" + message
