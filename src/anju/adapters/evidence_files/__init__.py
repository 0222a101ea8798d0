"""Evidence as files in one folder: `build({"folder": …})` makes the port.

The folder must lie on a local file system (or NFS) that knows hard links and advisory locks, and
belongs to the centre alone; blobs come in encrypted.
"""

from collections.abc import Mapping
from pathlib import Path

from anju.adapters.evidence_files.folder import FolderStore
from anju.ports.evidence import EvidenceStore

__all__ = ["FolderStore", "build"]


def build(settings: Mapping[str, str]) -> EvidenceStore:
    """The evidence store of one centre, in `settings["folder"]` (made if it is missing).

    Raises ValueError for missing or unknown settings, OSError when the folder cannot be used.
    """
    if set(settings) != {"folder"} or not settings["folder"]:
        raise ValueError("evidence_files takes exactly one setting: folder")
    return FolderStore(Path(settings["folder"]))
