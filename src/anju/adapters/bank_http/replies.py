"""What an answer of the plain HTTP bank is worth: what is believed, and what batches tell."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from anju.adapters import messages
from anju.adapters.signed_http import NoTrustedAnswer
from anju.ports.bank import BankUnreachable
from anju.ports.bank_batches import BatchReply, BatchState


@contextmanager
def believed() -> Iterator[None]:
    """What is asked and read within is believed, or it raises BankUnreachable: no answer, or one
    that makes no sense.
    """
    try:
        yield
    except (NoTrustedAnswer, ValueError) as problem:
        raise BankUnreachable(str(problem)) from problem


def expect(message: Mapping[str, object], kind: str) -> None:
    """Raise messages.Malformed unless the message is of this kind."""
    if message.get("kind") != kind:
        raise messages.Malformed(f"not a {kind}")


def batch_reply(message: Mapping[str, object], batch_no: str) -> BatchReply:
    """How a batch stands. Raises ValueError."""
    expect(message, "batch_reply")
    if messages.text(message, "batch_no") != batch_no:
        raise messages.Malformed("a reply about another batch")
    state = BatchState(messages.text(message, "state"))
    count, total = messages.fen(message, "count"), messages.fen(message, "total_fen")
    return BatchReply(batch_no=batch_no, state=state, count=count, total_fen=total)


def lines_by_number(
    message: Mapping[str, object], numbers: Sequence[str]
) -> dict[str, Mapping[str, object]]:
    """The lines of a batch's result: exactly one for each number. Raises messages.Malformed."""
    expect(message, "batch_lines")
    lines = message.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise messages.Malformed("the lines are no list of objects")
    told = {messages.text(line, "order_no"): line for line in lines}
    if len(lines) != len(numbers) or set(told) != set(numbers):
        raise messages.Malformed("not exactly the lines of this batch")
    return told


def add_up(amounts: Sequence[int], message: Mapping[str, object]) -> None:
    """Raise messages.Malformed unless the amounts make up the announced sum."""
    if sum(amounts) != messages.fen(message, "total_fen"):
        raise messages.Malformed("the lines do not add up")
