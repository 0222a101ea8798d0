"""Batches: a city's remittances, announced, staged by COPY and posted in slices.

Every call may be repeated: the same key is the same batch, a slice that was posted gives its first
answer. A worker that died goes on with the next slice; what it had staged must be there, or it is
staged again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice

from django.db import connection, transaction

from anju.ledger.calls import payload_hash, retrying, row, rows
from anju.ledger.posting import Posted, posted

LINES_AT_ONCE = 5_000
"""Member lines of one slice: their accounts are locked for some hundredths of a second."""
STAGED_AT_ONCE = 1_000

_VOUCHERS = (
    "COPY ledger_staged_voucher (batch_id, n, kind, source_type, source_id, subject,"
    " bank_account_id, employer_id, lines, total, summary, maker, checker, occurred_at) FROM STDIN"
)
_LINES = "COPY ledger_staged_line (batch_id, n, account_id, amount, value_date) FROM STDIN"


UNALLOCATED = "21901"
"""未分摊: what came from an employer and is nobody's yet."""


@dataclass(frozen=True, slots=True)
class StagedVoucher:
    """A voucher of a batch: Dr `subject` at `bank_account_id`, Cr 201, with a line per member.

    `members` are (account, fen above zero, value date), an account at most once. Without a bank
    account it is Dr 21901: what waits for the employer is allocated.
    """

    kind: str
    source_type: str
    source_id: str
    employer_id: int
    members: Sequence[tuple[int, int, date]]
    bank_account_id: int | None
    summary: str
    occurred_at: datetime
    subject: str = "101"
    maker: str | None = None
    checker: str | None = None

    @property
    def paid_from(self) -> str:
        """The subject that is debited."""
        return UNALLOCATED if self.bank_account_id is None else self.subject


@dataclass(frozen=True, slots=True)
class Announced:
    """What a batch is to be: vouchers, member lines, and their fen."""

    vouchers: int
    lines: int
    total: int


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice as posted; `waiting` is what of its total went to suspense (219), in fen."""

    batch_id: int
    slice: int
    accounting_date: date
    vouchers: int
    lines: int
    total: int
    waiting: int


def open_batch(announced: Announced, *, key: str, scope: str) -> int:
    """Announce a batch and return its number. Raises LedgerRefusal (key_reused, day_sealed)."""
    said = [announced.vouchers, announced.lines, announced.total]
    opened: int = row(
        "SELECT ledger_open_batch(%s, %s, %s, %s, %s, %s)",
        [scope, key, payload_hash("batch", *said), *said],
    )[0]
    return opened


def stage(batch_id: int, vouchers: Iterable[StagedVoucher]) -> None:
    """Lay a batch's vouchers on the stage, in the order in which they are to be posted.

    All or none; so many at a time are held in memory, and `vouchers` may read the database between
    them. Raises an IntegrityError for a batch that is staged already.
    """
    numbered = enumerate(vouchers, start=1)
    with transaction.atomic(), connection.cursor() as cursor:
        while some := list(islice(numbered, STAGED_AT_ONCE)):
            with cursor.copy(_LINES) as copy:
                for n, each in some:
                    copy.write("".join(
                        f"{batch_id}\t{n}\t{account_id}\t{amount}\t{value_date}\n"
                        for account_id, amount, value_date in each.members
                    ))  # fmt: skip
            with cursor.copy(_VOUCHERS) as copy:
                for n, each in some:
                    total = sum(amount for _account, amount, _day in each.members)
                    copy.write_row(
                        (batch_id, n, each.kind, each.source_type, each.source_id, each.paid_from,
                         each.bank_account_id, each.employer_id, len(each.members), total,
                         each.summary, each.maker, each.checker, each.occurred_at)
                    )  # fmt: skip


def post_slice(batch_id: int, number: int, *, lines: int = LINES_AT_ONCE) -> Slice | None:
    """Post the next slice of at most `lines` member lines; None when the batch is done.

    A line for an account that closes waits in its employer's suspense (21901); so does a whole
    voucher with a line that no account can take. Raises LedgerRefusal: totals when the stage is
    not as announced, insufficient when less waits for an employer than is allocated, no_batch,
    source_reused, day_sealed, year_unsettled.
    """
    found = rows(
        "SELECT batch_id, slice, accounting_date, vouchers, lines, total, waiting"
        " FROM ledger_post_batch(%s, %s, %s) WHERE batch_id IS NOT NULL",
        [batch_id, number, lines],
    )
    return Slice(*found[0]) if found else None


def post_batch(batch_id: int, *, lines: int = LINES_AT_ONCE) -> tuple[Slice, ...]:
    """Post what is left of a staged batch and leave the stage; returns the slices posted now.

    Each slice is a transaction of its own, tried again when it could not lock.
    """
    done: list[Slice] = []
    number: int = row("SELECT slices FROM ledger_batch WHERE id = %s", [batch_id])[0]
    while True:
        number += 1
        each = retrying(partial(post_slice, batch_id, number, lines=lines))
        if each is None:
            break
        done.append(each)
    row("SELECT ledger_clear_stage(%s)", [batch_id])
    return tuple(done)


@dataclass(frozen=True, slots=True)
class PostedBatch:
    """What became of a batch that is done: its last day, and what no account could take.

    `waiting` is fen that wait as their employers' suspense; `aside` the accounts they were for.
    """

    accounting_date: date
    waiting: int
    aside: tuple[int, ...]


def posted_batch(batch_id: int) -> PostedBatch:
    """What became of a batch. Raises LookupError before its first slice."""
    found = rows(
        "SELECT max(accounting_date), sum(waiting)::bigint FROM ledger_batch_slice"
        " WHERE batch_id = %s HAVING count(*) > 0",
        [batch_id],
    )
    if not found:
        raise LookupError(batch_id)
    on, waiting = found[0]
    aside = rows(
        "SELECT DISTINCT l.account_id FROM ledger_batch_slice s"
        " CROSS JOIN unnest(s.voucher_ids) AS v(id)"
        " JOIN ledger_suspense_line l ON l.voucher_id = v.id"
        " AND l.accounting_date = s.accounting_date"
        " WHERE s.batch_id = %s AND s.waiting > 0 AND l.account_id IS NOT NULL ORDER BY 1",
        [batch_id],
    )
    return PostedBatch(on, waiting, tuple(account for (account,) in aside))


def is_staged(batch_id: int) -> bool:
    """Whether a batch's vouchers lie on the stage; it is empty after an immediate stop."""
    text = "SELECT EXISTS (SELECT 1 FROM ledger_staged_voucher WHERE batch_id = %s)"
    return bool(row(text, [batch_id])[0])


def unallocated(employer_id: int) -> int:
    """未分摊: what came from an employer and is nobody's yet, in fen."""
    return int(
        row(
            "SELECT coalesce(sum(balance), 0) FROM ledger_suspense WHERE subject = %s"
            " AND source_type = 'employer' AND source_id = %s",
            [UNALLOCATED, str(employer_id)],
        )[0]
    )


def open_accounts(
    people: Sequence[tuple[int, int, date]], *, key: str, scope: str = "ledger.accounts"
) -> tuple[int, ...]:
    """Open accounts for (person, employer, opened on); their ids in the same order.

    Raises LedgerRefusal: account_exists while one of them has an account, key_reused, value_date.
    """
    persons, employers, days = zip(*people, strict=True)
    opened = row(
        "SELECT ledger_open_accounts(%s, %s, %s, %s, %s, %s)",
        [scope, key, payload_hash("accounts", *people), list(persons), list(employers),
         list(days)],
    )[0]  # fmt: skip
    return tuple(opened)


def transfer_accounts(
    moves: Sequence[tuple[int, int]],
    *,
    key: str,
    occurred_at: datetime,
    scope: str = "ledger.transfer",
) -> Posted:
    """转移: move accounts to other employers, as (account, new employer), by one voucher.

    Dr 201 of the old employers, Cr 201 of the new ones; balances stay. No voucher when there is
    nothing on the accounts. Raises LedgerRefusal: closing, no_account, key_reused, day_sealed;
    totals where an account is named twice.
    """
    accounts, employers = zip(*sorted(moves), strict=True)
    return posted(
        row(
            "SELECT * FROM ledger_transfer_accounts(%s, %s, %s, %s, %s, %s)",
            [scope, key, payload_hash("transfer", *sorted(moves)), list(accounts),
             list(employers), occurred_at],
        )
    )  # fmt: skip
