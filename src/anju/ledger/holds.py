"""Setting money aside for a case, ordering it at the bank, settling or releasing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from anju.domain.vouchers import Voucher
from anju.ledger.calls import row, rows
from anju.ledger.models import Account, Hold
from anju.ledger.posting import Posted, as_json, content_hash, payload, posted
from anju.ledger.terms import YearTerms

CLOSING = "closing"
PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold; principal (`amount`) and interest in fen, `interest_until` exclusive."""

    id: int
    account_id: int
    case_id: int
    purpose: str
    state: str
    amount: int
    interest: int | None
    interest_until: date | None
    n: int | None
    order_no: str | None
    voucher_id: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One settled interest year reckoned again: N, its interest, and the fen posted for it."""

    year: int
    revision: int
    n: int
    interest: int
    difference: int
    voucher_id: int | None


@dataclass(frozen=True, slots=True)
class YearSettled:
    """One account's interest year settled by itself: N, fen of interest, fen rolled to carried."""

    year: int
    n: int
    interest: int
    rolled: int
    voucher_id: int | None


def place_hold(account_id: int, *, case_id: int, purpose: str, amount: int) -> int:
    """Set `amount` fen aside for a case and return the hold's id; a repeat gives the same id.

    Raises LedgerRefusal: insufficient, frozen, closing, closed, key_reused, no_account.
    """
    placed: int = row(
        "SELECT ledger_place_hold(%s, %s, %s, %s)", [account_id, case_id, purpose, amount]
    )[0]
    return placed


def order_hold(
    hold_id: int,
    *,
    order_no: str,
    principal: int,
    interest: int,
    interest_until: date,
    rate: Fraction | None = None,
    day_base: int | None = None,
) -> int | None:
    """Fix what the bank will be asked to pay, for good; returns N for a closing hold.

    `rate` and `day_base` say how the interest came about, for those who recompute it.

    A closing hold takes the whole balance (`principal` must equal it) and the account is closing
    from now on. A repeat with the same figures is harmless.

    Raises LedgerRefusal: totals, frozen, insufficient, year_unsettled (call `settle_year` first),
    value_date, key_reused, closing, closed, no_hold.
    """
    n: int | None = row(
        "SELECT ledger_order_hold(%s, %s, %s, %s, %s, %s, %s)",
        [hold_id, order_no, principal, interest, interest_until,
         None if rate is None else f"{rate.numerator}/{rate.denominator}", day_base],
    )[0]  # fmt: skip
    return n


def release_hold(hold_id: int) -> bool:
    """Give the money back to the account, which returns to its state before; False if it had been.

    Raises LedgerRefusal (no_hold) when the hold was settled.
    """
    released: bool = row("SELECT ledger_release_hold(%s)", [hold_id])[0]
    return released


def settle_closing(
    hold_id: int, vouchers: Sequence[Voucher], *, key: str, scope: str = "ledger.settle"
) -> Posted:
    """The bank has paid a closing order: post it and close the account.

    The vouchers must take the whole principal from the account, valued `interest_until`, and pay
    principal + interest from 101; an order of nothing has no voucher. A repeat of the key gives
    the first answer. Raises LedgerRefusal: totals, no_hold, key_reused.
    """
    return _settle(hold_id, vouchers, closes=True, key=key, scope=scope)


def settle_partial(
    hold_id: int, vouchers: Sequence[Voucher], *, key: str, scope: str = "ledger.settle"
) -> Posted:
    """The bank has paid part of an account: post it and give up the hold. See `settle_closing`."""
    return _settle(hold_id, vouchers, closes=False, key=key, scope=scope)


def _settle(
    hold_id: int, vouchers: Sequence[Voucher], *, closes: bool, key: str, scope: str
) -> Posted:
    content = payload(vouchers)
    found = row(
        "SELECT * FROM ledger_settle_hold(%s, %s, %s, %s, %s, %s)",
        [hold_id, closes, scope, key, content_hash(content, hold_id, closes), as_json(content)],
    )
    return posted(found)


def settle_year(
    account_id: int,
    *,
    rate: Fraction,
    day_base: int,
    occurred_at: datetime,
    terms: YearTerms | None = None,
) -> YearSettled | None:
    """Post one account's own interest for the year that turned on 1 July; None if there is none.

    For an account that closes before its year's release. Interest is N × rate ÷ day_base, rounded
    once, half away from zero, or by `terms`; value date 1 July.

    Raises LedgerRefusal: closing, closed.
    """
    found = rows(
        "SELECT * FROM ledger_settle_year(%s, %s, %s, %s, %s, %s)",
        [account_id, rate.numerator, rate.denominator, day_base, occurred_at,
         None if terms is None else terms.as_json()],
    )  # fmt: skip
    return YearSettled(*found[0]) if found else None


def restate(account_id: int, *, occurred_at: datetime) -> tuple[Revision, ...]:
    """Reckon again, oldest first, each settled year that a later line has touched.

    Only the difference is posted, valued the 1 July after the year, at the rate and day base the
    year was settled by; what an account cannot give back is claimed (119). Asked again there is
    nothing to do. Raises LedgerRefusal: closing, closed, no_account.
    """
    found = rows("SELECT * FROM ledger_restate(%s, %s)", [account_id, occurred_at])
    return tuple(Revision(*each) for each in found)


def accounts_to_restate(*, limit: int) -> tuple[int, ...]:
    """Accounts with a settled year to be reckoned again, ascending by id."""
    found = Account.objects.filter(restate_from__isnull=False, state__in=("open", "sealed"))
    return tuple(found.order_by("id").values_list("id", flat=True)[:limit])


def hold_of_case(case_id: int) -> HoldRow | None:
    """The case's hold in whatever state, or None."""
    return next((_row(hold) for hold in Hold.objects.filter(case_id=case_id)), None)


def hold_of_order(order_no: str) -> HoldRow | None:
    """The hold that this order was written for, or None."""
    return next((_row(found) for found in Hold.objects.filter(order_no=order_no)), None)


def hold(hold_id: int) -> HoldRow | None:
    """A hold by its id, or None."""
    return next((_row(found) for found in Hold.objects.filter(id=hold_id)), None)


def _row(found: Hold) -> HoldRow:
    return HoldRow(
        found.id, found.account_id, found.case_id, found.purpose, found.state, found.amount,
        found.interest, found.interest_until, found.n, found.order_no, found.voucher_id,
    )  # fmt: skip
