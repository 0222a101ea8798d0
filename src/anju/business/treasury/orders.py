"""What treasury does for other areas: writing the order to pay, in the caller's transaction."""

import json
from datetime import date, datetime, timedelta

from anju import policy
from anju.business.treasury.models import Payment, PaymentOrder
from anju.domain.payment import PaymentStatus
from anju.parties import facts as parties
from anju.store import fields, keyring, outbox, references
from anju.store.secrets import Secret

ORDER_KIND = "ZF"
_FIRST_LOOK_AFTER = timedelta(seconds=30)


def next_order_no(at: datetime) -> str:
    """A number for an order: it never changes and is never used for another."""
    return references.next(ORDER_KIND, on=at.date())


def write_order(
    order_no: str,
    *,
    case_reference: str,
    person_id: int,
    principal_fen: int,
    interest_fen: int,
    value_date: date,
    summary: str,
    at: datetime,
) -> None:
    """Write the intent to pay the member's own card; a worker calls the bank after the commit.

    Raises:
        anju.parties.facts.NoCard: the member has no receiving card.
    """
    payee = parties.payee(person_id)
    order = PaymentOrder(
        order_no=order_no,
        case_reference=case_reference,
        person_id=person_id,
        principal_fen=principal_fen,
        interest_fen=interest_fen,
        amount_fen=principal_fen + interest_fen,
        value_date=value_date,
        payer_account=policy.current().payer_account,
        payee_bank_code=payee.bank_code,
        summary=summary,
        written_at=at,
    )
    fields.seal(order, "payee_name", payee.name.expose())
    fields.seal(order, "payee_account", payee.card_number.expose())
    order.mac = keyring.mac("order_mac", _content(order, payee.name, payee.card_number))
    order.save(force_insert=True)
    Payment.objects.create(
        order=order, status=PaymentStatus.WRITTEN, next_look_at=at + _FIRST_LOOK_AFTER
    )
    outbox.defer("treasury.send", order_no=order_no)


def mac_fits(order: PaymentOrder, name: Secret, account: Secret) -> bool:
    """Whether the order is still what was written and approved."""
    return keyring.mac_ok("order_mac", _content(order, name, account), order.mac)


def _content(order: PaymentOrder, name: Secret, account: Secret) -> bytes:
    return json.dumps(
        [
            order.order_no,
            order.case_reference,
            order.person_id,
            order.principal_fen,
            order.interest_fen,
            order.amount_fen,
            order.value_date.isoformat(),
            order.payer_account,
            name.expose(),
            account.expose(),
            order.payee_bank_code,
        ],
        ensure_ascii=False,
    ).encode()
