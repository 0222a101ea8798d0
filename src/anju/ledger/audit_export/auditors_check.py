"""Check an export of the books, with Python 3.10 or newer and nothing else: python verify.py

It lies in the export's folder as verify.py. It works out anew the hash of every file, the leaf of
every voucher, the root of every day, the chain of days, the signatures, the numbers of vouchers and
the trial balance, and names what differs. Exit status 0 when all holds, 1 when something differs.

    python verify.py [FOLDER] [--key HEX]

--key is the centre's public key as it was given to you on another way; without it the key in the
manifest is believed, which proves that the export hangs together, not who wrote it.
"""

# ruff: noqa: T201 - it speaks to whoever runs it
import argparse
import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

Cells = list[str]
Check = Iterator[str]

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]  # then arithmetic below does it

# -- Ed25519 (RFC 8032, section 5.1), verification only -----------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point = _add(point, point)
        scalar >>= 1
    return found


def _point(encoded: bytes) -> Point | None:
    """The point that 32 bytes name, None when they name none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _base() -> Point:
    point = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


def signed_by_arithmetic(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is this key's (32 bytes) under the message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, r = _point(key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = _times(s, _base())
    right = _add(r, _times(int.from_bytes(digest, "little") % ORDER, public))
    return not ((left[0] * right[2] - right[0] * left[2]) % P
                or (left[1] * right[2] - right[1] * left[2]) % P)  # fmt: skip


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same by `cryptography` where it is installed, which is faster."""
    if Ed25519PublicKey is None:
        return signed_by_arithmetic(key, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def centre_signed(keys: dict[str, str], content: list[Any], signature: str) -> bool:
    """Whether one of the centre's keys signed this content."""
    kid, _, digits = signature.strip().partition("$")
    message = b"day_seal\0" + json.dumps(content, ensure_ascii=False).encode()
    try:
        return kid in keys and signed(bytes.fromhex(keys[kid]), message, bytes.fromhex(digits))
    except ValueError:
        return False


# -- files --------------------------------------------------------------------------------------


def check_files(folder: Path, manifest: dict[str, Any]) -> Check:
    """Every file as the manifest tells it, and none beside."""
    for name, told in manifest["files"].items():
        path = Path(folder, name)
        if not path.is_file():
            yield f"{name}: is not there"
            continue
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
        if digest.hexdigest() != told["sha256"]:
            yield f"{name}: is not as it was exported"
        elif name.endswith(".csv") and sum(1 for _ in rows(folder, name)) != told["rows"]:
            yield f"{name}: has not {told['rows']} rows"
    known = {*manifest["files"], "manifest.json", "manifest.signature"}
    for name in sorted(each.name for each in folder.iterdir()):
        if name not in known and name != "__pycache__":
            yield f"{name}: was not exported"


def rows(folder: Path, name: str) -> Iterator[Cells]:
    """A table's rows without its header."""
    with Path(folder, name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        yield from reader


def side_by_side(folder: Path, *names: str) -> Iterator[tuple[tuple[str, int], list[list[Cells]]]]:
    """Tables ascending by day and voucher: each voucher with its rows of every table."""
    groups = [groupby(rows(folder, name), lambda row: (row[0], int(row[1]))) for name in names]
    heads = [next(group, None) for group in groups]
    while any(heads):
        now = min(head[0] for head in heads if head is not None)
        found: list[list[Cells]] = [[] for _ in names]
        for place, head in enumerate(heads):
            if head is not None and head[0] == now:
                found[place] = list(head[1])
                heads[place] = next(groups[place], None)
        yield now, found


def whole(cell: str) -> int | None:
    """A number, None for an empty cell."""
    return int(cell) if cell else None


def text(cell: str) -> str | None:
    """A text: nothing for an empty cell, the empty text for two quotation marks."""
    return None if cell == "" else "" if cell == '""' else cell


# -- vouchers -----------------------------------------------------------------------------------

# The kind of each cell after day and voucher, as the leaf writes it.
LINES: dict[str, tuple[Callable[[str], Any], ...]] = {
    "gl": (whole, text, whole, whole, whole),
    "member": (whole, whole, text, whole, whole, text, whole),
    "loan": (whole, whole, text, whole, text, whole),
    "suspense": (whole, whole, text, whole, whole, whole),
}
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
AMOUNT = {"gl": 6, "member": 5, "loan": 5, "suspense": 5}


def leaf_of(head: Cells, lines: dict[str, list[Cells]]) -> str:
    """SHA-256 of a voucher: its header and its lines, each a JSON array on a line of its own."""
    numbers = [int(cell) for cell in head[6:16]]
    told: list[Any] = ["voucher", int(head[1]), text(head[2]), head[0], *map(text, head[3:6])]
    told += [*numbers, whole(head[16]), *map(text, head[17:20]), int(head[20])]
    digest = hashlib.sha256(ENCODE(told).encode())
    for name, kinds in LINES.items():
        for row in lines[name]:
            cells = [kind(cell) for kind, cell in zip(kinds, row[2:], strict=True)]
            digest.update(b"\n" + ENCODE([name, *cells]).encode())
    return digest.hexdigest()


def promises(head: Cells, lines: dict[str, list[Cells]]) -> Check:
    """What the header promises of its lines."""
    amounts = {name: [int(row[AMOUNT[name]]) for row in lines[name]] for name in LINES}
    if sum(amounts["gl"]):
        yield "its lines do not sum to zero"
    counts = [len(amounts[name]) for name in LINES]
    debit = sum(amount for amount in amounts["gl"] if amount > 0)
    subs = [sum(amounts[name]) for name in ("member", "loan", "suspense")]
    if [int(cell) for cell in head[7:16]] != [*counts, debit, debit, *subs]:
        yield "has not the lines and totals that its header promises"
    by_subject = (("201",), ("121", "122"), ("119", "219"))
    for sign, subjects, total in zip((-1, 1, -1), by_subject, subs, strict=True):
        if total != sign * sum(int(row[6]) for row in lines["gl"] if row[3].startswith(subjects)):
            yield f"its sub-ledger does not say what {' and '.join(subjects)} say"


class Books:
    """What is kept while vouchers pass: leaves by day, turnover of the day, numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seals = {(row[0], row[1]): row for row in rows(folder, "seals.csv")}
        self.hashes: dict[tuple[str, str], bytearray] = defaultdict(bytearray)
        self.roots: dict[tuple[str, str], tuple[int, str]] = {}
        self.turnover: dict[str, dict[tuple[str, str], list[int]]] = {}
        self.numbers: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self.vouchers = 0

    def check(self) -> Check:
        """Voucher by voucher, day by day."""
        names = ("vouchers", "leaves", "gl_lines", "member_lines", "loan_lines", "suspense_lines")
        today = ""
        for (day, number), found in side_by_side(self.folder, *(f"{name}.csv" for name in names)):
            if day != today:
                self._day_done(today)
                today = day
            heads, leaves = found[:2]
            lines = dict(zip(LINES, found[2:], strict=True))
            name = f"voucher {number} of {day}"
            if len(heads) != 1:
                yield f"{name}: has {len(heads)} headers"
                continue
            yield from (f"{name}: {each}" for each in promises(heads[0], lines))
            yield from (f"{name}: {each}" for each in self._take(heads[0], leaves, lines))
        self._day_done(today)

    def _take(self, head: Cells, leaves: list[Cells], lines: dict[str, list[Cells]]) -> Check:
        self.vouchers += 1
        day, segment = head[0], text(head[3]) or ""
        if segment == "day":
            turnover = self.turnover.setdefault(day, defaultdict(lambda: [0, 0]))
            for row in lines["gl"]:
                amount = int(row[6])
                turnover[row[3], row[5] or "0"][amount < 0] += abs(amount)
        seal = self.seals.get((day, segment))
        if seal is None:
            yield "is of a day that the books never had"
            return
        if not seal[5]:
            return
        leaf = leaf_of(head, lines)
        if [row[2:] for row in leaves] != [[segment, leaf]]:
            yield "is not as it was sealed"
        self.hashes[day, segment] += bytes.fromhex(leaf)
        if head[21] != day[:4] + day[5:7] or not head[22]:
            yield "has no number of its month"
        else:
            self.numbers[int(head[21])].append((int(seal[3]), int(head[1]), int(head[22])))

    def _day_done(self, day: str) -> None:
        """Leaves of a day become one root, and are let go."""
        for segment in ("day", "adjustment"):
            leaves = self.hashes.pop((day, segment), None)
            seal = self.seals.get((day, segment))
            if seal is not None and seal[5]:
                self.roots[day, segment] = root_of(seal, bytes(leaves or b""))


def root_of(seal: Cells, leaves: bytes) -> tuple[int, str]:
    """How many leaves a day has, and the root over them."""
    count = len(leaves) // 32
    opening = json.dumps(["day", seal[0], seal[1], count]) + "\n"
    return count, hashlib.sha256(opening.encode() + bytes.fromhex(seal[4]) + leaves).hexdigest()


# -- days ---------------------------------------------------------------------------------------


def check_seals(books: Books, manifest: dict[str, Any]) -> Check:
    """Roots, the chain of days, two people, the centre's signatures."""
    before, place = "00" * 32, 0
    for (day, segment), seal in books.seals.items():
        if not seal[5]:
            continue
        place += 1
        name = f"{day} {segment}"
        if [int(seal[3]), seal[4]] != [place, before]:
            yield f"{name}: is not chained to the day before"
        before = seal[5]
        _, root = books.roots.get((day, segment)) or root_of(seal, b"")
        if root != seal[5] and manifest["first"] <= day <= manifest["last"]:
            yield f"{name}: its root is not over its vouchers"
        if seal[2] != "sealed":
            continue
        content = ["sealed day", day, segment, int(seal[3]), seal[4], seal[5], seal[7], seal[8]]
        if seal[7] == seal[8] or not centre_signed(manifest["keys"], content, seal[6]):
            yield f"{name}: is not signed by two people and the centre"


def check_numbers(books: Books, manifest: dict[str, Any]) -> Check:
    """Numbers of vouchers: in order, gapless, from 1 where the month is whole."""
    for period, found in sorted(books.numbers.items()):
        given = [number for _, _, number in sorted(found)]
        begins = f"{str(period)[:4]}-{str(period)[4:]}-01"
        first = 1 if manifest["first"] <= begins else given[0]
        if given != list(range(first, first + len(given))):
            yield f"{period}: the numbers of its vouchers are not gapless"


def check_trial_balance(books: Books, manifest: dict[str, Any]) -> Check:
    """Each sealed day's balances: the day's before and what was booked since."""
    kept: dict[tuple[str, str], list[int]] | None = None
    passed = set(books.turnover)
    for day, found in groupby(rows(books.folder, "control_balances.csv"), lambda row: row[0]):
        now = {(row[1], row[2]): [int(row[3]), int(row[4])] for row in found}
        if sum(debit - credit for debit, credit in now.values()):
            yield f"{day}: debit and credit of its balances differ"
        if day < manifest["first"]:
            kept = now
            continue
        for booked in sorted(each for each in passed if each <= day):
            passed.remove(booked)
            for place, (debit, credit) in books.turnover[booked].items():
                total = (kept := kept or {}).setdefault(place, [0, 0])
                total[0], total[1] = total[0] + debit, total[1] + credit
        for place in sorted(now.keys() | (kept or {}).keys()):
            if now.get(place) != (kept or {}).get(place):
                yield f"{day}: subject {place[0]}, bank account {place[1]}: not what was booked"
        kept = now


def check(folder: Path, key: str) -> Check:
    """Everything that differs in an export."""
    raw = (folder / "manifest.json").read_bytes()
    try:
        manifest = json.loads(raw)
    except ValueError:
        yield "manifest.json: cannot be read"
        return
    if key and key.lower() not in manifest["keys"].values():
        yield "manifest.json: its keys are not the key you were given"
    content = ["audit export", hashlib.sha256(raw).hexdigest()]
    keys = {kid: each for kid, each in manifest["keys"].items() if not key or each == key.lower()}
    if not centre_signed(keys, content, (folder / "manifest.signature").read_text()):
        yield "manifest.json: is not signed by the centre"
    yield from check_files(folder, manifest)
    books = Books(folder)
    yield from books.check()
    yield from check_seals(books, manifest)
    yield from check_numbers(books, manifest)
    yield from check_trial_balance(books, manifest)
    sealed = sum(manifest["first"] <= day <= manifest["last"] and bool(seal[5])
                 for (day, _), seal in books.seals.items())  # fmt: skip
    print(f"{books.vouchers} vouchers, {sealed} rooted days", file=sys.stderr)


def main() -> int:
    """Check and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", default="", help="the centre's public key, 64 hex digits")
    args = parser.parse_args()
    differs = 0
    try:
        for each in check(args.folder, args.key):
            print(each)
            differs += 1
    except (OSError, ValueError, KeyError, IndexError, TypeError, csv.Error) as error:
        print(f"cannot be read on: {type(error).__name__}: {error}")
        differs += 1
    print(f"{differs} differences" if differs else "everything holds", file=sys.stderr)
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
