"""A record of a batch as the settlement system's files have it: one text, its parts ended by `@|$`.

The hosts behind it keep fields of so many bytes, a Chinese character taking two (GB18030); what is
longer would be cut there without a word, and a name that is cut belongs to nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from anju.adapters.bank_bdc.documents import TEXT_LENGTH_MAX, Malformed

END: Final = "@|$"
ACCOUNT, NAME, NUMBER, SUMMARY, BANK = 40, 120, 40, 60, 20
"""The most bytes of an account, a name, a number (ours or the bank's), a summary, a bank's code."""


def part(text: str, *, most: int) -> str:
    """`text` as a part of a record. Raises Malformed when it is longer than `most` bytes, or would
    end the part too early: another account could become the payee's.
    """
    try:
        length = len(text.encode("gb18030"))
    except UnicodeEncodeError as problem:
        raise Malformed("a text that no host can keep") from problem
    if length > most:
        raise Malformed(f"a text of {length} bytes, where {most} are kept")
    if END in text:
        raise Malformed("a text with the mark that ends a part")
    return text


def written(parts: Sequence[str]) -> dict[str, str]:
    """The record of these parts. Raises Malformed when it is longer than a field may be."""
    line = "".join(text + END for text in parts)
    if len(line) > TEXT_LENGTH_MAX or any(END in text for text in parts):
        raise Malformed("a record that cannot be read back")
    return {"Line": line}


def parted(record: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The parts of a record by name. Raises Malformed unless there are exactly these."""
    parts = record.get("Line", "").split(END)
    if len(parts) != len(names) + 1 or parts.pop():
        raise Malformed("a line with too few or too many parts")
    return dict(zip(names, parts, strict=True))
