"""What the matrix fills in where the treasury's pages ask for a receipt, a day or a finding."""

from __future__ import annotations

from typing import Any

from .world import AT, World


def receipt(world: World) -> dict[str, Any]:
    """Somebody paid in and nobody knows for what."""
    from django.db import transaction

    from anju import policy
    from anju.business.treasury import arrivals
    from anju.business.treasury.models import Receipt
    from anju.ports.bank import ArrivalNotice

    if not Receipt.objects.exists():
        notice = ArrivalNotice(
            notice_id="matrix",
            account=policy.current().payer_account,
            amount_fen=100,
            bank_serial="matrix",
            payer_name="演示·单位",
            payer_account="8888000000000001",
            remark="汇缴",
            reversal=False,
            booked_on=AT.date(),
            occurred_at=AT,
        )
        with transaction.atomic():
            arrivals.keep(notice, at=AT)
    return {"reference": Receipt.objects.get().reference}


def reconciled(world: World) -> dict[str, Any]:
    """A day that was laid beside the bank's statement."""
    from anju.business.treasury.models import ReconciledDay

    amounts = ("books", "bank", "theirs_in", "theirs_out", "ours_in", "ours_out")
    row, _new = ReconciledDay.objects.get_or_create(
        account="1",
        on=AT.date(),
        defaults={"reconciled_at": AT, **{f"{name}_fen": 0 for name in amounts}},
    )
    return {"account": row.account, "day": row.on.isoformat()}


def finding(world: World) -> dict[str, Any]:
    """Something that does not fit."""
    from anju.business.treasury.breaks import open_break
    from anju.business.treasury.models import Break

    open_break("vanished", None, order_no="matrix", amount_fen=1, note="演示", at=AT)
    return {"break_id": Break.objects.get(order_no="matrix").pk}


def no_return(world: World) -> dict[str, Any]:
    """An order that did not come back: a page that is not there, for those whose work it is."""
    return {"order_no": "ZF0"}
