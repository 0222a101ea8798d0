"""合户: two accounts that turn out to be one person's become one."""

from collections.abc import Iterable
from datetime import datetime

from anju.ledger.calls import payload_hash, row
from anju.ledger.models import AccountMerge
from anju.ledger.posting import Posted, posted

MERGED = "account.merged"
"""The kind of the voucher that carries an account's money onto another."""


def merge_accounts(
    source_id: int,
    target_id: int,
    *,
    key: str,
    maker: str,
    checker: str,
    occurred_at: datetime,
    scope: str = "ledger.merge",
) -> Posted:
    """Put all of one account onto another, each fen from its own day, and close the emptied one.

    Dr 201 Cr 201, whoever their employers are; N and the carried part are what they would have been
    on one account. Where there was no money in this interest year there is no voucher. Asked again
    it gives the first answer.

    Raises:
        LedgerRefusal: closing and closed for either; year_unsettled and restatement while a year of
            either is not settled (`settle_year`, `restate`); open while the source is not sealed;
            frozen and insufficient when not all of it is free; totals for an account into itself;
            no_account, key_reused, maker_is_checker, day_sealed.
    """
    return posted(
        row(
            "SELECT * FROM ledger_merge_accounts(%s, %s, %s, %s, %s, %s, %s, %s)",
            [scope, key, payload_hash("merge", source_id, target_id, maker, checker), source_id,
             target_id, maker, checker, occurred_at],
        )
    )  # fmt: skip


def merged_into(account_id: int) -> list[int]:
    """The accounts that went into this one, and those that had gone into them."""
    found: list[int] = []
    newest = [account_id]
    while newest:
        went = AccountMerge.objects.filter(target__in=newest).order_by("pk")
        newest = list(went.values_list("source", flat=True))
        found += newest
    return found


def merged_of(account_ids: Iterable[int]) -> dict[int, int]:
    """Into which account each of these went, of those that did."""
    found = AccountMerge.objects.filter(source__in=list(account_ids))
    return dict(found.values_list("source", "target"))


def now_in(account_id: int) -> int:
    """The account that an account's money lies on by now: its own, or where it went in the end."""
    while (went := merged_of([account_id])) != {}:
        account_id = went[account_id]
    return account_id
