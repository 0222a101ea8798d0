"""What every withdrawal that closes an account shares: its amount, its hold, its order."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from anju import ledger
from anju.cases.declaration import CaseRef
from anju.cases.records import Quote
from anju.domain import interest
from anju.domain.money import yuan
from anju.domain.trace import Trace, TraceRow
from anju.ledger import AccountRow


def quote(account: AccountRow, policy: Any, on: date) -> Quote:
    """Principal and interest if the account were closed on business date `on`.

    Interest runs up to but not including `on` (算头不算尾), at the deposit rate of that day. A
    year that has ended but was not settled yet is settled first: its interest becomes principal
    on 1 July and earns from then on.
    """
    account = turned(account, on)
    rate = policy.rates.deposit.on(on).value
    day_base = policy.params.interest_day_base.on(on).value
    rows: list[TraceRow] = []
    principal, since = account.balance, account.interest_from
    year_interest = unsettled_year(account, policy)
    if year_interest is not None:
        principal += year_interest
        moved = f"{since:%Y年%m月%d日} 转入本金"
        rows.append(TraceRow("上一结息年度利息", moved, year_interest))
    n = interest.day_product(principal, v=account.v, since=since, until=on)
    earned = interest.interest(n, rate=rate, day_base=day_base)
    path = interest.closing_trace(
        _segments(account, since=since, until=on, plus=year_interest or 0),
        rate=rate,
        day_base=day_base,
    )
    return _composed(principal, earned, on, rows, path)


def turned(account: AccountRow, on: date) -> AccountRow:
    """The account as the turn of its interest year leaves it (V2), where that is still due."""
    first_of_july = interest.year_start(on)
    if account.interest_from >= first_of_july:
        return account
    n = interest.day_product(
        account.balance, v=account.v, since=account.interest_from, until=first_of_july
    )
    return replace(account, v=0, interest_from=first_of_july, n_prev=n)


def unsettled_year(account: AccountRow, policy: Any) -> int | None:
    """The interest of a year that has ended but is not settled, None when there is none."""
    if account.n_prev is None:
        return None
    settled_on = date(account.interest_from.year, 6, 30)
    return interest.interest(
        account.n_prev,
        rate=policy.rates.deposit.on(settled_on).value,
        day_base=policy.params.interest_day_base.on(settled_on).value,
    )


def _segments(
    account: AccountRow, *, since: date, until: date, plus: int
) -> list[tuple[date, date, int]]:
    """The path of the balance by value date; `plus` is interest that 1 July adds."""
    return [
        (piece.since, piece.until, piece.balance_fen + plus)
        for piece in ledger.segments(account.id, since=since, until=until)
    ]


def _composed(principal: int, earned: int, on: date, rows: list[TraceRow], path: Trace) -> Quote:
    total = principal + earned
    trace = Trace(
        title="您将收到的金额怎么算的",
        rows=(
            *rows,
            TraceRow("本金", f"个人账户余额 {yuan(principal)} 元", principal),
            *path.rows,
            TraceRow("合计", f"本金 {yuan(principal)} 元 ＋ 利息 {yuan(earned)} 元", total),
        ),
        total_fen=total,
    )
    return Quote(principal, earned, on, trace)


def hold(case: CaseRef, account: AccountRow) -> int:
    """Set the whole balance aside for this case."""
    return ledger.place_hold(account.id, case_id=case.id, purpose="closing", amount=account.balance)


def fix(case: CaseRef, order_no: str, policy: Any, at: datetime) -> Quote:
    """Settle what ended years still owe, fix the final amount, bind the hold to the order.

    The amount never changes after this, however late the bank answers.
    """
    on = ledger.enter_day()
    account = ledger.account(case.subject_id)
    if account.restate_from is not None:
        ledger.restate(account.id, occurred_at=at)
        account = ledger.account(account.id)
    if account.n_prev is not None:
        settled_on = date(account.interest_from.year, 6, 30)
        ledger.settle_year(
            account.id,
            rate=policy.rates.deposit.on(settled_on).value,
            day_base=policy.params.interest_day_base.on(settled_on).value,
            occurred_at=at,
        )
        account = ledger.account(case.subject_id)
    final = quote(account, policy, on)
    assert case.hold_id is not None
    ledger.order_hold(
        case.hold_id,
        order_no=order_no,
        principal=final.principal_fen,
        interest=final.interest_fen,
        interest_until=on,
        rate=policy.rates.deposit.on(on).value,
    )
    return Quote(final.principal_fen, final.interest_fen, on, final.trace, is_estimate=False)
