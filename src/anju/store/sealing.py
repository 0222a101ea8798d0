"""Authenticated encryption of one value, bound to the place where it lies.

Format `v1$kid$base64(nonce ‖ ciphertext ‖ tag)`. The place (`table.column.key`) is authenticated
with the value, so a ciphertext that is copied into another row or column does not open. GCM with
96-bit random nonces: a key must be replaced long before 2³² values are sealed with it.
"""

import base64
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anju.store import keyring

_VERSION: Final = "v1"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class SealBroken(Exception):
    """A ciphertext was changed, moved to another place, or sealed with a key we do not hold."""


def seal_bytes(plain: bytes, *, place: str, purpose: str = "field") -> tuple[str, bytes]:
    """Encrypt under the key at work; gives the key's id and nonce ‖ ciphertext ‖ tag."""
    key = keyring.current().at_work(purpose)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return key.kid, nonce + _encrypt(key, nonce, plain, place.encode())


def open_bytes(blob: bytes, *, kid: str, place: str, purpose: str = "field") -> bytes:
    """Decrypt what `seal_bytes` made at the same place. Raises SealBroken."""
    try:
        key = keyring.current().named(kid, purpose=purpose)
    except keyring.KeyringError as error:
        raise SealBroken(str(error)) from None
    if len(blob) < _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken(f"the value at {place} is cut short")
    try:
        return _decrypt(key, blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], place.encode())
    except InvalidTag:
        raise SealBroken(f"the value at {place} was changed or moved") from None


def seal_text(plain: str, *, place: str) -> str:
    """Seal a text for the column at `place`."""
    kid, blob = seal_bytes(plain.encode(), place=place)
    return f"{_VERSION}${kid}${base64.b64encode(blob).decode()}"


def open_text(token: str, *, place: str) -> str:
    """Open what `seal_text` made for the same place. Raises SealBroken."""
    version, _, rest = token.partition("$")
    kid, _, encoded = rest.partition("$")
    if version != _VERSION:
        raise SealBroken(f"the value at {place} is not sealed in a form we know")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise SealBroken(f"the value at {place} is not base64") from None
    return open_bytes(blob, kid=kid, place=place).decode()


def key_of(token: str) -> str:
    """The id of the key that sealed `token`; re-encryption looks for old ones."""
    return token.split("$", 2)[1]


def _encrypt(key: keyring.Key, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    if key.suite == "aes-256-gcm":
        return AESGCM(key.secret).encrypt(nonce, plain, place)
    encryptor = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(key: keyring.Key, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
    if key.suite == "aes-256-gcm":
        return AESGCM(key.secret).decrypt(nonce, sealed, place)
    body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(place)
    return decryptor.update(body) + decryptor.finalize()
