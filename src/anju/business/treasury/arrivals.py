"""Money that arrives: kept as the bank told it, once, and booked at the same time."""

from datetime import datetime

from anju.business.treasury import bank_accounts, receipts
from anju.business.treasury.bank_accounts import NotOurAccount
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import Arrival
from anju.domain.masks import mask_card
from anju.ports.bank import ArrivalNotice
from anju.store import fields


def take(notice: ArrivalNotice, *, at: datetime) -> str:
    """Book what came to an account of ours; what came to any other is a finding, and not booked."""
    try:
        keep(notice, at=at)
    except NotOurAccount:
        open_break(
            "not_our_account",
            None,
            order_no=notice.bank_serial[:40],
            amount_fen=abs(notice.amount_fen),
            note=f"来款不在本中心的账户上（账号 {mask_card(notice.account)}），没有记账。",
            at=at,
        )
        return "break"
    return "arrival"


def keep(notice: ArrivalNotice, *, at: datetime) -> None:
    """Keep and book an arrival in the caller's transaction; `at` is when it reached us.

    Raises bank_accounts.NotOurAccount for money that came to none of ours; nothing is kept.
    """
    bank_accounts.id_of(notice.account)
    arrival = Arrival(
        pk=fields.next_pk(Arrival),
        notice_id=notice.notice_id,
        account=notice.account,
        serial=notice.bank_serial,
        amount_fen=notice.amount_fen,
        reversal=notice.reversal,
        booked_on=notice.booked_on,
        occurred_at=notice.occurred_at,
        received_at=at,
    )
    fields.seal(arrival, "payer_name", notice.payer_name)
    fields.seal(arrival, "payer_account", notice.payer_account)
    fields.seal(arrival, "remark", notice.remark)
    arrival.save(force_insert=True)
    receipts.take_in(arrival, at=at)
