"""Write the auditor's files: streamed, in one snapshot, whole or not at all."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from anju.ledger.audit_export import auditors_check
from anju.ledger.audit_export.tables import TABLES
from anju.ledger.replay import Row, streaming
from anju.ledger.sealing import SEALED_BY
from anju.store import keyring
from anju.store.folders import written_whole

MANIFEST, SIGNATURE, PROGRAM = "manifest.json", "manifest.signature", "verify.py"
ROWS_AT_ONCE = 5_000
_KEYS = """
    SELECT DISTINCT split_part(signature, '$', 1) FROM ledger_business_day
    WHERE signature IS NOT NULL ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class FileTold:
    """One file of an export: its SHA-256 in hex, its size, its rows without the header."""

    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the manifest's SHA-256, rows by file, and the public keys by name."""

    sha256: str
    rows: dict[str, int]
    keys: dict[str, str]


def export_for_audit(
    folder: Path,
    *,
    first: date,
    last: date,
    about: dict[str, str],
    before_it_stands: Callable[[Exported], None],
) -> Exported:
    """Write the books of [first, last] into a new folder for an auditor.

    `about` stands in the manifest as it is (centre, reason, when). `before_it_stands` runs when all
    is written and before the folder gets its name: what it raises leaves nothing behind.

    Raises FolderTaken, ValueError for days the wrong way round, and KeyringError without a key.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}")
    with written_whole(folder) as draft:
        exported = _write(draft, first, last, about)
        before_it_stands(exported)
    return exported


def _write(draft: Path, first: date, last: date, about: dict[str, str]) -> Exported:
    files: dict[str, FileTold] = {}
    with streaming() as stream:
        for table in TABLES:
            found = stream(table.sql, [first, last] if table.bounded else None)
            files[table.name] = _write_csv(Path(draft, table.name), table.columns, found)
        kids = {kid for (kid,) in stream(_KEYS, None)}
    kids.add(keyring.current().at_work(SEALED_BY).kid)
    program = Path(auditors_check.__file__).read_bytes()
    Path(draft, PROGRAM).write_bytes(program)
    files[PROGRAM] = FileTold(
        hashlib.sha256(program).hexdigest(), len(program), program.count(b"\n")
    )
    keys = {kid: keyring.public_key(kid, purpose=SEALED_BY).hex() for kid in sorted(kids)}
    told = {"about": about, "first": first.isoformat(), "last": last.isoformat(), "keys": keys,
            "files": {name: asdict(each) for name, each in files.items()}}  # fmt: skip
    manifest = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    sha256 = hashlib.sha256(manifest).hexdigest()
    Path(draft, MANIFEST).write_bytes(manifest)
    signed = json.dumps(["audit export", sha256]).encode()
    Path(draft, SIGNATURE).write_text(keyring.sign(SEALED_BY, signed) + "\n", encoding="ascii")
    return Exported(sha256, {name: each.rows for name, each in files.items()}, keys)


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> FileTold:
    """One table, a few thousand rows at a time."""
    digest, size, count = hashlib.sha256(), 0, 0
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    with path.open("wb") as file:
        left = iter(rows)
        while True:
            count += len(part := list(islice(left, ROWS_AT_ONCE)))
            writer.writerows([_cell(value) for value in row] for row in part)
            content = text.getvalue().encode()
            digest.update(content)
            size += file.write(content)
            text.seek(text.truncate(0))
            if not part:
                return FileTold(digest.hexdigest(), size, count)


def _cell(value: Any) -> Any:
    """A value as its cell: nothing is empty, an empty text is two quotation marks."""
    return '""' if value == "" else "" if value is None else value
