"""A folder of blobs, written once, whole or not at all."""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from anju.ports.evidence import EvidenceKeyTaken, EvidenceMissing

KEY_LENGTH_MAX: Final = 200
ARRIVING: Final = "arriving"

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


class FolderStore:
    """Implements `ports.evidence.EvidenceStore`.

    A blob is written beside the store (`arriving/`), forced to disk, and only then linked to its
    place: linking, unlike renaming, never replaces what is there, so two writers of one key
    cannot silently overwrite each other. A writer that dies leaves at most a file in `arriving/`,
    which nobody reads and the next start removes.
    """

    def __init__(self, folder: Path) -> None:
        """Use `folder`, making it if needed. Raises OSError."""
        self._folder = folder
        self._durable: set[Path] = set()
        self._arriving = folder / ARRIVING
        self._arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_abandoned()

    def put(self, key: str, *, blob: bytes) -> None:
        """See the port."""
        place = self._place(key)
        self._make_durable(place.parent)
        with self._whole_on_disk(blob) as arrived:
            try:
                os.link(arrived, place)
            except FileExistsError:
                if place.read_bytes() != blob:
                    raise EvidenceKeyTaken(key) from None
        # Also when it was there already: its writer may have died before this line.
        _sync_folder(place.parent)

    def get(self, key: str) -> bytes:
        """See the port."""
        try:
            return self._place(key).read_bytes()
        except FileNotFoundError:
            raise EvidenceMissing(key) from None

    def delete(self, key: str) -> None:
        """See the port."""
        place = self._place(key)
        with contextlib.suppress(FileNotFoundError):
            place.unlink()
            _sync_folder(place.parent)

    def exists(self, key: str) -> bool:
        """See the port."""
        return self._place(key).is_file()

    def _place(self, key: str) -> Path:
        """Where `key` lies: two levels of 256 folders each, so that none grows too large."""
        parts = key.split("/")
        if len(key) > KEY_LENGTH_MAX or not all(_PART.fullmatch(part) for part in parts):
            raise ValueError("an evidence key is made of letters, digits, '-', '_', '.' and '/'")
        fan = hashlib.sha256(key.encode()).hexdigest()
        # '~' is not in a key, so two keys never share a file name.
        return self._folder / fan[:2] / fan[2:4] / "~".join(parts)

    @contextlib.contextmanager
    def _whole_on_disk(self, blob: bytes) -> Iterator[Path]:
        while True:
            path = self._arriving / secrets.token_hex(16)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_nlink == 0:
                    continue  # a process that starts right now took it for abandoned
                with os.fdopen(os.dup(descriptor), "wb") as file:
                    file.write(blob)
                    file.flush()
                    os.fsync(descriptor)
                yield path
                return
            finally:
                path.unlink(missing_ok=True)
                os.close(descriptor)

    def _make_durable(self, folder: Path) -> None:
        """Make `folder` such that a power cut cannot lose the entries that lead to it."""
        if folder in self._durable:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        _sync_folder(self._folder)
        # Remembered only after the disk said so; at most 65,536 entries.
        self._durable.add(folder)

    def _remove_abandoned(self) -> None:
        """Remove what a dead writer left. A living one holds the lock on its file."""
        for path in self._arriving.iterdir():
            with contextlib.suppress(FileNotFoundError, BlockingIOError):
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                finally:
                    os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
