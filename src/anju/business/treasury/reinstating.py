"""恢复账户: what came back goes onto the account that the closing payout was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger
from anju.business.treasury.interest_years import earns_again, ended_year
from anju.business.treasury.models import PaymentOrder, ReturnWish
from anju.business.treasury.returns import returned_order
from anju.cases import engine as cases
from anju.domain import interest
from anju.domain.money import yuan
from anju.ledger import HoldRow, sources
from anju.parties.facts import staff_ref

WORDS = {
    "ledger.account_exists": "本人已有其他正常账户，不能恢复原账户，请选择重付。",
    "ledger.no_hold": "原账户在这次付款之后又有变动，不能恢复，请选择重付。",
    "ledger.reversed_already": "这笔退票已恢复到账户，请刷新页面。",
    "ledger.insufficient": "退票待处理中已没有这笔款项，请刷新页面。",
    "ledger.day_sealed": "当天账务已日结、下一日尚未开账，请稍后再办。",
    "ledger.year_unsettled": "有年度结息尚未办结，请在结息完成后再办。",
}
"""What the ledger refuses, for who asked."""


@dataclass(frozen=True)
class Consequence:
    """What reinstating would do today, in fen and days.

    Attributes:
        problem: why it cannot be done now; empty if it can.
        principal, interest: what was paid.
        since: the day from which the money earns again.
        keeps_interest: whether the interest comes onto the account; else it is taken back and
            earned again with the year.
        years: interest years that have ended since and are settled at once.
        frozen: whether a court's freeze meets what comes back.
    """

    problem: str
    principal: int
    interest: int
    since: date
    keeps_interest: bool
    years: tuple[int, ...]
    frozen: bool

    @property
    def money(self) -> str:
        """What will stand on the account, in words for the member and the history."""
        interest = f"利息 {yuan(self.interest)} 元"
        what = f"本金 {yuan(self.principal)} 元" + f"和{interest}" * self.keeps_interest
        said = f"{what}转入账户，自 {self.since:%Y年%m月%d日} 起计息"
        if self.keeps_interest or not self.interest:
            return said
        return f"{said}；销户时计的{interest}冲回，随年度结息重新计付"


def consequence(last: PaymentOrder) -> Consequence | None:
    """What reinstating would do; None for a payment that closed no account."""
    hold = _hold(last)
    if hold is None:
        return None
    assert hold.interest_until is not None
    on, account = ledger.business_date(), ledger.account(hold.account_id)
    since = earns_again(hold, came_back=_came_back(last), on=on)
    return Consequence(
        problem=_problem(hold),
        principal=hold.amount,
        interest=hold.interest or 0,
        since=since,
        keeps_interest=since >= _year_ends(hold.interest_until),
        years=_years(hold, on),
        frozen=account.frozen_whole or account.frozen > 0,
    )


def reinstate(wish: ReturnWish, *, checker_id: int, at: datetime) -> int:
    """Do it, in the caller's transaction with the case locked; gives the mirror's voucher.

    Raises anju.ledger.LedgerRefusal.
    """
    told, hold = consequence(wish.last), _hold(wish.last)
    assert told is not None
    assert hold is not None
    posted = ledger.reinstate(
        hold.id,
        waits_under=returned_order(wish.last).pk,
        value_date=told.since,
        years=[ended_year(year) for year in told.years],
        maker=staff_ref(wish.maker_id),
        checker=staff_ref(checker_id),
        occurred_at=at,
    )
    cases.reinstated(wish.last.case_reference, money=told.money, at=at)
    return posted.voucher_ids[0]


def _hold(last: PaymentOrder) -> HoldRow | None:
    """The closing that the first order of this money paid for."""
    first = last
    while first.replaces is not None:
        first = first.replaces
    hold = ledger.hold_of_order(first.pk)
    return hold if hold is not None and hold.purpose == ledger.CLOSING else None


def _problem(hold: HoldRow) -> str:
    person_id = ledger.account(hold.account_id).person_id
    living = ledger.account_of_person(person_id)
    if living is not None and living.state != "closed":
        code = "reversed_already" if living.id == hold.account_id else "account_exists"
        return WORDS[f"ledger.{code}"]
    return "" if living is not None and living.id == hold.account_id else WORDS["ledger.no_hold"]


def _came_back(last: PaymentOrder) -> date:
    """The day of the books on which this money came back, for the last time."""
    vouchers = sources.vouchers_of(returned_order(last).pk)
    return next(head.accounting_date for head in vouchers if head.kind == "payout.returned")


def _year_ends(day: date) -> date:
    """The 1 July that ends the interest year in which a day lies."""
    return date(interest.year_start(day).year + 1, 7, 1)


def _years(hold: HoldRow, on: date) -> tuple[int, ...]:
    """The interest years that have ended since the account was closed."""
    assert hold.interest_until is not None
    return tuple(range(_year_ends(hold.interest_until).year, _year_ends(on).year))
