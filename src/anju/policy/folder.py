"""A centre's folder on disk: which files it may hold, what they hold, and their fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anju.policy.problems import PolicyError
from anju.policy.sources import Document, read_document

ASSET_BYTES_MAX = 150_000
"""A picture of a centre is sent to phones on slow networks."""

_ASSET = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.(svg|png|jpg|webp)\Z")
_STARTS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
    ".svg": (b"<svg", b"<?xml", b"<!--"),
}
_ACTIVE_SVG = re.compile(
    rb"<\s*(script|foreignObject|iframe|image|use|style)\b|\bon[a-z]+\s*=|href\s*=|<!ENTITY|<!DOCTYPE",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Folder:
    """The files of one folder, read.

    Attributes:
        shown_as: how messages name the folder.
        documents: YAML files by path inside the folder.
        assets: pictures by path inside the folder.
    """

    shown_as: str
    documents: Mapping[str, Document]
    assets: Mapping[str, bytes]

    def document(self, name: str) -> Document:
        """A file that must be there.

        Raises:
            PolicyError: it is not.
        """
        if name not in self.documents:
            raise PolicyError(f"{self.shown_as}/{name}", 1, "the file is missing")
        return self.documents[name]


def open_folder(root: Path, name: str, *, known: Iterable[re.Pattern[str]]) -> Folder:
    """Read every file of a folder.

    Args:
        root: the folder that holds all centres.
        name: the centre, or the national folder.
        known: patterns of the YAML files that somebody reads.

    Raises:
        PolicyError: the folder is missing, a file is bad, or nobody would read it: a misspelt
            name must not pass for a policy in force.
    """
    shown_as = f"{root}/{name}"
    if not (root / name).is_dir():
        raise PolicyError(shown_as, 1, "there is no such folder")
    patterns = tuple(known)
    documents: dict[str, Document] = {}
    assets: dict[str, bytes] = {}
    for inside in _files(root / name):
        if any(pattern.fullmatch(inside) for pattern in patterns):
            documents[inside] = read_document(root / name / inside, shown_as=f"{shown_as}/{inside}")
        elif _ASSET.fullmatch(inside):
            assets[inside] = _asset(root / name / inside, f"{shown_as}/{inside}")
        else:
            raise PolicyError(f"{shown_as}/{inside}", 1, "nobody reads a file of this name")
    return Folder(shown_as, documents, assets)


def fingerprint(root: Path, names: Iterable[str]) -> str:
    """sha256 over name and content of every file of these folders, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(names):
        for inside in _files(root / name):
            content = (root / name / inside).read_bytes()
            # Lengths first, so that no two different trees give the same stream of bytes.
            digest.update(f"{name}/{inside}\n{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """Paths inside a folder, sorted; names with a dot in front belong to tools, not to us."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    yield from sorted(
        path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts)
    )


def _asset(file: Path, shown_as: str) -> bytes:
    content = file.read_bytes()
    if len(content) > ASSET_BYTES_MAX:
        raise PolicyError(shown_as, 1, f"a picture may have {ASSET_BYTES_MAX} bytes at most")
    if not content.startswith(_STARTS[file.suffix]):
        raise PolicyError(shown_as, 1, f"the content is not what {file.suffix} promises")
    if file.suffix == ".svg":
        active = _ACTIVE_SVG.search(content)
        if active:
            line = content[: active.start()].count(b"\n") + 1
            word = active.group().decode("ascii", "replace")
            raise PolicyError(shown_as, line, f"a drawing may not hold {word!r}")
    return content
