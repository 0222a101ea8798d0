"""Evidence is encrypted here, before it leaves through the port.

The blob carries the id of its key; the key under which it lies (`case/uuid`) is authenticated with
it, so a blob that was swapped for another does not open. The hash of the plain bytes belongs in
the row that leads to it.
"""

import hashlib
import hmac
from typing import Final

from anju import ports
from anju.store import sealing

_HEAD: Final = b"anju1$"


class EvidenceDamaged(Exception):
    """The blob was changed, swapped, or is not the one whose hash we kept."""


def put(key: str, *, data: bytes) -> str:
    """Encrypt `data` and keep it under `key`; gives the SHA-256 of the plain bytes.

    `key` is new for every call (case reference / uuid). Raises what the port raises.
    """
    kid, blob = sealing.seal_bytes(data, place=f"evidence.{key}", purpose="evidence")
    ports.evidence_store().put(key, blob=_HEAD + kid.encode() + b"$" + blob)
    return hashlib.sha256(data).hexdigest()


def get(key: str, *, sha256: str) -> bytes:
    """The plain bytes kept under `key`. Raises EvidenceDamaged, and what the port raises."""
    head, _, rest = ports.evidence_store().get(key).partition(_HEAD)
    kid, _, blob = rest.partition(b"$")
    if head or not blob:
        raise EvidenceDamaged(f"no sealed evidence under {key}")
    try:
        data = sealing.open_bytes(
            blob, kid=kid.decode("ascii", "replace"), place=f"evidence.{key}", purpose="evidence"
        )
    except sealing.SealBroken as error:
        raise EvidenceDamaged(f"evidence under {key} was changed or moved") from error
    if not hmac.compare_digest(hashlib.sha256(data).hexdigest(), sha256):
        raise EvidenceDamaged(f"evidence under {key} is not the one we kept")
    return data
