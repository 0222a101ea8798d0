"""30 June over all accounts, in slices: proposed, signed by the caller's two people, released.

Each call is one short transaction that may be repeated: what is proposed is proposed again as it
now is, what is posted is not posted twice. A batch that was killed goes on where it stood.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction

from anju.domain.interest import year_start
from anju.ledger.calls import row, rows
from anju.ledger.models import InterestSettlement, Voucher
from anju.ledger.terms import YearTerms


@dataclass(frozen=True, slots=True)
class InterestTotals:
    """The control totals over a year's settlements, and how many of them are posted.

    `n` in fen × days; `interest` and `balance` (what stood there on 30 June) in fen.
    """

    accounts: int
    n: int
    interest: int
    balance: int
    posted: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One account's settlement of a year, whether posted or not."""

    account_id: int
    n: int
    rate: Fraction
    day_base: int
    interest: int
    balance: int
    state: str


def propose_interest(
    *, after: int, span: int, rate: Fraction, day_base: int, terms: YearTerms | None = None
) -> tuple[int | None, int]:
    """Propose the settlement of the next accounts with an id above `after`, as a sheet.

    The sheet spans `span` ids from the first account that waits. By `rate`, or by `terms` where the
    year had more than one. Gives the last id of the span, None when there are no more, and how many
    accounts are in the sheet.
    """
    with transaction.atomic():
        last, proposed = row(
            "SELECT * FROM ledger_propose_interest(%s, %s, %s, %s, %s, %s)",
            [after, span, rate.numerator, rate.denominator, day_base,
             None if terms is None else terms.as_json()],
        )  # fmt: skip
    return last, proposed


def interest_totals(year: int) -> InterestTotals:
    """The control totals of a year as the rows now stand."""
    found = row("SELECT * FROM ledger_interest_totals(%s)", [year])
    return InterestTotals(*(int(each) for each in found))


def proposals(year: int, account_ids: list[int]) -> tuple[Proposal, ...]:
    """The proposals of these accounts, ascending."""
    found = InterestSettlement.objects.filter(
        year=year, revision=0, account_id__in=account_ids, balance__isnull=False
    ).order_by("account_id")
    return tuple(
        Proposal(
            each.account_id, each.n, Fraction(each.rate or "0"), each.day_base or 0,
            each.interest, each.balance or 0, each.state,
        )
        for each in found
    )  # fmt: skip


def interest_sample(year: int, *, size: int) -> tuple[int, ...]:
    """Accounts to look at by hand: the least interest, the most, and evenly between."""
    found = rows(
        "WITH s AS (SELECT account_id, interest, row_number() OVER (ORDER BY interest, account_id)"
        " AS place, count(*) OVER () AS whole FROM ledger_interest_settlement"
        " WHERE year = %s AND revision = 0 AND balance IS NOT NULL)"
        " SELECT DISTINCT ON ((place - 1) * %s / greatest(whole - 1, 1)) account_id FROM s"
        " ORDER BY (place - 1) * %s / greatest(whole - 1, 1), place",
        [year, size - 1, size - 1],
    )
    return tuple(account for (account,) in found)


def open_interest(year: int) -> None:
    """Open 30 June's adjustment segment. Raises LedgerRefusal (day_open) before 1 July."""
    with transaction.atomic():
        row("SELECT ledger_open_interest(%s)", [year])


def release_interest(year: int, *, maker: str, checker: str, occurred_at: datetime) -> int:
    """Post the next sheet of proposals, one voucher; how many accounts, 0 when all are posted.

    Dr 211 as far as accrued, Dr 41101, Cr 201; accounting 30 June, value 1 July.
    """
    with transaction.atomic():
        posted: int = row(
            "SELECT ledger_release_interest(%s, %s, %s, %s)",
            [year, maker, checker, occurred_at],
        )[0]
    return posted


def close_interest(year: int) -> bool:
    """Close the adjustment segment once nothing waits. Raises LedgerRefusal (year_unsettled)."""
    with transaction.atomic():
        closed: bool = row("SELECT ledger_close_interest(%s)", [year])[0]
    return closed


def settled_accounts(year: int, *, after: int, limit: int) -> tuple[int, ...]:
    """Accounts above `after` whose year was settled in stages and is posted, ascending.

    At most `limit` of them, or as many as one sheet still has; none when there are no more.
    """
    found = rows("SELECT ledger_interest_settled(%s, %s, %s)", [year, after, limit])
    return tuple(account for (account,) in found)


def accounts_to_settle(year: int) -> int:
    """How many accounts a proposal of this year looks at: those whose year is over and waits."""
    found: int = row(
        "SELECT count(*) FROM ledger_account"
        " WHERE n_prev >= 0 AND interest_from = %s AND state IN ('open', 'sealed')",
        [year_start(date(year, 12, 31))],
    )[0]
    return found


def unsettled_accounts(*, limit: int) -> tuple[int, ...]:
    """Accounts whose last year is neither settled nor proposed, ascending: they came back late."""
    found = rows(
        "SELECT a.id FROM ledger_account a WHERE a.n_prev IS NOT NULL"
        " AND a.state IN ('open', 'sealed') AND NOT EXISTS ("
        "   SELECT FROM ledger_interest_sheet s CROSS JOIN unnest(s.accounts) AS p(account_id)"
        "   WHERE p.account_id = a.id AND s.year = extract(year FROM a.interest_from)"
        "   AND s.state = 'proposed')"
        " ORDER BY a.id LIMIT %s",
        [limit],
    )
    return tuple(account for (account,) in found)


def interest_earned(until: date, *, rate: Fraction, day_base: int) -> int:
    """Fen that all living accounts have earned up to a day (exclusive) and not been given yet."""
    earned: int = row(
        "SELECT ledger_interest_earned(%s, %s, %s, %s)",
        [until, rate.numerator, rate.denominator, day_base],
    )[0]
    return earned


def booked(kind: str, *, source_type: str, source_id: str) -> bool:
    """Whether a voucher of this kind stands in the books for a source."""
    found = Voucher.objects.filter(kind=kind, source_type=source_type, source_id=source_id)
    return found.exists()
