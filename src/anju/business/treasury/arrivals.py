"""Money that arrives: kept as the bank told it, once, and booked at the same time."""

from datetime import datetime

from anju.business.treasury import receipts
from anju.business.treasury.models import Arrival
from anju.ports.bank import ArrivalNotice
from anju.store import fields


def keep(notice: ArrivalNotice, *, at: datetime) -> None:
    """Keep and book an arrival in the caller's transaction; `at` is when it reached us."""
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
