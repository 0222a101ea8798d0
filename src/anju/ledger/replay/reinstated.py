"""Closing payouts whose money came back: what the account must have of them again."""

from collections.abc import Iterator, Sequence

from anju.ledger.replay.deviations import Deviation, differs
from anju.ledger.replay.reckoning import july, year_begin
from anju.ledger.replay.records import Hold, Line


def reinstated(
    name: str, *, paid_out: bool, holds: Sequence[Hold], lines: Sequence[Line]
) -> Iterator[Deviation]:
    """Every deviation of the account's closing payouts from what came back of them.

    `lines` are in the order of their vouchers. An account has every closing payout back, but the
    last of one that was `paid_out`.
    """
    paid = [h for h in holds if h.purpose == "closing" and h.state == "settled"]
    out = paid[-1:] if paid_out else []
    for hold in paid:
        what = f"{name}, order {hold.order_no}"
        yield from differs("came back", what, hold.back is not None, hold not in out)
        if hold.back is not None:
            back = [line for line in lines if line.voucher_id == hold.back]
            yield from _mirrored(hold, what, took=_of(hold, lines), back=back)


def _of(hold: Hold, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.voucher_id == hold.voucher_id and line.amount < 0]


def _mirrored(hold: Hold, what: str, *, took: list[Line], back: list[Line]) -> Iterator[Deviation]:
    """Principal and interest, from which day, and how much of it is carried."""
    assert hold.until is not None
    end, interest = july(year_begin(hold.until).year + 1), hold.interest or 0
    later = any(line.value_date >= end for line in back)
    stored = (sum(line.amount for line in back), hold.interest_back)
    derived = (hold.amount + interest, 0) if later else (hold.amount, interest)
    yield from differs("came back", what, stored, derived)
    carried = -sum(line.carried for line in took)
    for line in back:
        if line.value_date < hold.until:
            yield Deviation("came back", what, f"from {line.value_date}", f"from {hold.until} on")
        rolled = line.accounting_date >= end
        yield from differs(
            "came back carried", what, line.carried, line.amount if rolled else carried
        )
