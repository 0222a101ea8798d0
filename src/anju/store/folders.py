"""Folders that somebody takes out of the house: whole, or not there at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderTaken(Exception):
    """The folder is there already: an export never writes over another."""


@contextmanager
def written_whole(folder: Path, *, mode: int = 0o777) -> Iterator[Path]:
    """A draft to write into, which gets the folder's name when the block ends well.

    What the block raises leaves nothing behind. `mode` is that of the folder, within the umask.
    Raises FolderTaken.
    """
    if folder.exists():
        raise FolderTaken(str(folder))
    draft = folder.with_name(folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=mode)
    try:
        yield draft
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
