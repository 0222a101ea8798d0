"""Where evidence lies: opaque blobs by key.

The store is dumb on purpose: what comes in is already encrypted, and the row in the database keeps
the hash by which the reader notices a changed or swapped blob.
"""

from typing import Protocol


class EvidenceMissing(LookupError):
    """There is no blob under this key."""


class EvidenceKeyTaken(Exception):
    """Another blob already lies under this key. Evidence is written once and never replaced."""


class EvidenceStore(Protocol):
    """Keeps blobs. A key is `case-reference/uuid`: letters, digits, `-`, `_`, `.` and `/`.

    A key that could leave the store (`..`, a leading `/`, an empty part) is refused with
    ValueError by every method.
    """

    def put(self, key: str, *, blob: bytes) -> None:
        """Keep `blob` under `key`; on return it survives a power cut, and never half of it.

        The same blob again is fine (a retry). Raises EvidenceKeyTaken for another one, ValueError
        for a bad key, OSError when the store is full or away.
        """
        ...

    def get(self, key: str) -> bytes:
        """The blob under `key`. Raises EvidenceMissing."""
        ...

    def delete(self, key: str) -> None:
        """Forget the blob under `key`; nothing happens when there is none (retention reruns)."""
        ...

    def exists(self, key: str) -> bool:
        """Whether a whole blob lies under `key`."""
        ...
