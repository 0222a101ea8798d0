"""How money moves when somebody has paid in: booked, allocated, given back, taken back.

Amounts are fen above zero. What nobody knows yet waits on 21905 with a sub-line per receipt; what
the bank took back after it was used is owed on 11902 under the same number. `account` is the bank
account of ours that moves, as the ledger calls it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anju import ledger
from anju.business.treasury.expected import Expectation
from anju.domain.vouchers import GlLine, SuspenseLine, Voucher
from anju.ledger.details import subject_of
from anju.ledger.posting import RETURNED

UNKNOWN, TAKEN_BACK = "21905", "11902"
SOURCE = "receipt"


def _waits(reference: str, amount: int, kind: str) -> SuspenseLine:
    """Credit above zero: so much more waits under this receipt."""
    return SuspenseLine(UNKNOWN, SOURCE, reference, amount, kind)


def leaves_suspense(reference: str, amount: int) -> SuspenseLine:
    """What waited under this receipt is used for something else that is booked."""
    return _waits(reference, -amount, "allocated")


def _owed(reference: str, amount: int, kind: str) -> SuspenseLine:
    """Credit above zero: so much less is owed for this receipt."""
    return SuspenseLine(TAKEN_BACK, SOURCE, reference, amount, kind)


def _at_bank(amount: int, account: int) -> GlLine:
    """Debit above zero: so much more on this bank account of ours, under its own subject."""
    return GlLine(subject_of(account), amount, bank_account_id=account)


def arrived(
    reference: str, *, amount: int, account: int, meets: Expectation | None, at: datetime
) -> Voucher:
    """Dr 101, Cr what it is for (templates 001, 003), or 21905 when nobody knows."""
    if meets is None:
        return Voucher(
            "receipt.arrived",
            source_type=SOURCE,
            source_id=reference,
            gl=(_at_bank(amount, account), GlLine(UNKNOWN, -amount)),
            suspense=(_waits(reference, amount, "arrived"),),
            summary="收到待查来款",
            occurred_at=at,
        )
    return Voucher(
        "receipt.arrived",
        source_type=SOURCE,
        source_id=reference,
        gl=(_at_bank(amount, account), *meets.gl),
        members=meets.members,
        loans=meets.loans,
        suspense=meets.suspense,
        summary=f"收到{meets.title}",
        occurred_at=at,
    )


def allocated(
    reference: str,
    *,
    amount: int,
    account: int,
    meets: Expectation,
    seq: int,
    maker: str | None,
    checker: str | None,
    at: datetime,
) -> Voucher:
    """Dr 21905, Cr what it is for (templates 037, 042); Cr 101 where that was booked before.

    `seq` tells the allocations of one receipt apart: money given back and returned is allocated
    again.
    """
    gl = meets.gl if meets.voucher_id is None else (_at_bank(-amount, account),)
    return Voucher(
        "receipt.allocated",
        source_type=SOURCE,
        source_id=reference,
        seq=seq,
        gl=(GlLine(UNKNOWN, amount), *gl),
        members=meets.members,
        loans=meets.loans,
        suspense=(leaves_suspense(reference, amount), *meets.suspense),
        summary=f"待查来款转{meets.title}",
        maker=maker,
        checker=checker,
        occurred_at=at,
    )


def taken_back(
    reference: str,
    *,
    amount: int,
    account: int,
    reverses: int | None,
    rests: Expectation | None = None,
    at: datetime,
) -> Voucher:
    """The bank reversed an arrival: Cr 101, Dr 21905 while it waits (`reverses` its voucher).

    With `rests` it is taken back from where it was booked and nobody was given it yet (21901).
    Without either the money has been used: Dr 11902, to be asked back.
    """
    if rests is not None:
        gl = tuple(replace(line, amount=-line.amount) for line in rests.gl)
        suspense = tuple(replace(line, amount=-line.amount) for line in rests.suspense)
    else:
        waits = reverses is not None
        line = (_waits if waits else _owed)(reference, -amount, "reversed" if waits else "owed")
        gl, suspense = (GlLine(line.subject, amount),), (line,)
    return Voucher(
        "receipt.reversed",
        source_type=SOURCE,
        source_id=reference,
        gl=(*gl, _at_bank(-amount, account)),
        suspense=suspense,
        summary="银行冲正来款",
        reverses=reverses,
        occurred_at=at,
    )


def refunded(
    reference: str,
    *,
    order_no: str,
    amount: int,
    account: int,
    maker: str,
    checker: str,
    at: datetime,
) -> Voucher:
    """The bank has paid it back to who paid it in: Dr 21905, Cr 101 (template 004)."""
    return Voucher(
        "receipt.refunded",
        source_type="order",
        source_id=order_no,
        gl=(GlLine(UNKNOWN, amount), _at_bank(-amount, account)),
        suspense=(_waits(reference, -amount, "refunded"),),
        summary="待查来款退回付款人",
        maker=maker,
        checker=checker,
        occurred_at=at,
    )


def refund_returned(
    reference: str, *, order_no: str, amount: int, account: int, is_owed: bool, at: datetime
) -> Voucher:
    """The refund came back: Dr 101, Cr 21905; or 11902, when the bank took the arrival back."""
    line = (_owed if is_owed else _waits)(reference, amount, "returned")
    return Voucher(
        "payout.returned",
        source_type="order",
        source_id=order_no,
        gl=(_at_bank(amount, account), GlLine(line.subject, -amount)),
        suspense=(line,),
        summary="退款被退回",
        occurred_at=at,
    )


def not_refunded(reference: str, *, order_no: str, amount: int, at: datetime) -> Voucher:
    """The refund of money that the bank took back did not happen: Dr 21905, Cr 11902."""
    return Voucher(
        "receipt.not_refunded",
        source_type="order",
        source_id=order_no,
        gl=(GlLine(UNKNOWN, amount), GlLine(TAKEN_BACK, -amount)),
        suspense=(_waits(reference, -amount, "reversed"), _owed(reference, amount, "settled")),
        summary="来款已被冲正，冲抵待查",
        occurred_at=at,
    )


def return_of_receipt(
    reference: str, *, order_no: str, amount: int, account_id: int | None, at: datetime
) -> Voucher:
    """A payment came back, and its money waits already: Dr 21905, Cr 21902 under the order.

    The kind is that of every return: a second one of the order is refused when posted.
    """
    return Voucher(
        "payout.returned",
        source_type="order",
        source_id=order_no,
        gl=(GlLine(UNKNOWN, amount), GlLine(RETURNED, -amount)),
        suspense=(
            leaves_suspense(reference, amount),
            SuspenseLine(RETURNED, "order", order_no, amount, "returned", account_id),
        ),
        summary="退票",
        occurred_at=at,
    )


def paid_again(
    order_no: str,
    *,
    returned: str,
    amount: int,
    account: int,
    maker: str,
    checker: str,
    at: datetime,
) -> Voucher:
    """The bank has paid once more what came back under `returned`: Dr 21902, Cr 101."""
    return Voucher(
        "payout.again",
        source_type="order",
        source_id=order_no,
        gl=(GlLine(RETURNED, amount), _at_bank(-amount, account)),
        suspense=(SuspenseLine(RETURNED, "order", returned, -amount, "paid_again"),),
        summary="退票重付",
        maker=maker,
        checker=checker,
        occurred_at=at,
    )


def post(voucher: Voucher, *, key: str = "", scope: str = "") -> int:
    """Post one voucher, once for its source; its number. Raises anju.ledger.LedgerRefusal.

    `key` and `scope` are what keeps it from being posted twice; left out, its source and kind.
    """
    posted = ledger.post(
        [voucher],
        key=key or f"{voucher.source_id}/{voucher.seq}",
        scope=scope or voucher.kind,
    )
    return posted.voucher_ids[0]
