"""Money that came back goes onto the account again that a payout took it from."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from anju.domain.interest import year_start
from anju.domain.vouchers import GlLine, MemberLine, SuspenseLine, Voucher
from anju.ledger.calls import payload_hash, row
from anju.ledger.holds import PARTIAL, hold
from anju.ledger.members import lock_accounts
from anju.ledger.merging import now_in
from anju.ledger.models import MemberLine as Line
from anju.ledger.models import Voucher as Booked
from anju.ledger.posting import BANK_DEPOSIT, Posted, post, posted
from anju.ledger.refusals import LedgerRefusal
from anju.ledger.terms import YearTerms

REINSTATED = "payout.reinstated"
"""The kind of the voucher that mirrors a closing payout."""


@dataclass(frozen=True, slots=True)
class EndedYear:
    """What an interest year that has ended was settled by; `terms` when it had several rates."""

    year: int
    rate: Fraction
    day_base: int
    terms: YearTerms | None = None

    def kept(self) -> dict[str, object]:
        """As the ledger's settlement rows have it."""
        rate = f"{self.rate.numerator}/{self.rate.denominator}"
        return {
            "year": self.year,
            "rate": rate if self.terms is None else None,
            "day_base": self.day_base,
            "terms": None if self.terms is None else self.terms.kept(),
        }


def reinstate(
    hold_id: int,
    *,
    waits_under: str,
    value_date: date,
    years: Iterable[EndedYear],
    maker: str,
    checker: str,
    occurred_at: datetime,
) -> Posted:
    """恢复账户: mirror a closing payout whose money waits on 21902; its account is sealed again.

    `waits_under` is the order under which the money waits, `value_date` the day from which it
    earns again, `years` the terms of every interest year that has ended since the closing. The
    principal comes back as it was split, all of it carried once a 1 July has passed. Interest paid
    is earned anew if `value_date` lies in the year of the closing, and is money of the account
    otherwise. Years that have ended are settled at once. Once for a hold; asked again the first
    answer, whose vouchers begin with the mirror.

    Raises:
        LedgerRefusal: account_exists, no_hold, reversed_already, insufficient, value_date,
            year_unsettled (a year's terms are not given), key_reused, day_sealed.
    """
    kept = sorted((each.kept() for each in years), key=str)
    said = (hold_id, waits_under, value_date, kept, maker, checker)
    return posted(
        row(
            "SELECT * FROM ledger_reinstate(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            ["ledger.reinstate", str(hold_id), payload_hash("reinstate", *said), hold_id,
             waits_under, value_date, json.dumps(kept), maker, checker, occurred_at],
        )
    )  # fmt: skip


def give_back(
    hold_id: int,
    *,
    value_date: date,
    occurred_at: datetime,
    waits: SuspenseLine | int,
) -> Posted:
    """Part of an account was paid, and the money came back: onto the account, as it was split.

    Dr the suspense in which the money `waits` already, or 101 where `waits` is the number of the
    bank account of ours to which it came; Cr 201 by the voucher of every
    return, so that a second one of the order is refused. All of it is carried once a 1 July has
    passed. What was paid from an account that went into another since goes on to that one, from no
    earlier than it was opened. An account that closes or was paid out since cannot take it: it
    waits on 21901, with the employer.

    Raises LedgerRefusal: no_hold for a hold that is not a settled partial one, key_reused,
    source_reused, value_date, restatement, day_sealed.
    """
    taken = hold(hold_id)
    if taken is None or (taken.purpose, taken.state) != (PARTIAL, "settled"):
        raise LedgerRefusal("ledger.no_hold", f"hold {hold_id} is no partial payout that was made")
    assert taken.order_no is not None
    day: date = row("SELECT ledger_enter_day()")[0]
    paid = Booked.objects.get(id=taken.voucher_id)
    rolled = year_start(paid.accounting_date) < year_start(day)
    lines = Line.objects.filter(account_id=taken.account_id, voucher_id=paid.id)
    carried = -sum(lines.values_list("carried_delta", flat=True))
    # Locked first: it goes into no other while it is looked where its money lies.
    lock_accounts([taken.account_id])
    account_id = now_in(taken.account_id)
    employer_id, opened_on = row(
        "SELECT employer_id, opened_on FROM ledger_account WHERE id = %s", [account_id]
    )
    voucher = Voucher(
        "payout.returned",
        source_type="order",
        source_id=taken.order_no,
        gl=(
            GlLine(BANK_DEPOSIT, taken.amount, bank_account_id=waits)
            if isinstance(waits, int)
            else GlLine(waits.subject, taken.amount),
            GlLine("201", -taken.amount, employer_id),
        ),
        suspense=() if isinstance(waits, int) else (waits,),
        members=(
            MemberLine(
                account_id, taken.amount, "returned", max(value_date, opened_on),
                taken.amount if rolled else carried,
            ),
        ),
        summary="部分提取退票",
        occurred_at=occurred_at,
        reverses=paid.id,
    )  # fmt: skip
    return post([voucher], key=taken.order_no, scope="ledger.give_back")
