"""Collection orders as they are written, and as the bank is asked for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from anju.business.treasury import epochs
from anju.business.treasury.models import CollectionOrder
from anju.domain.payment import PaymentStatus
from anju.ports.bank_collections import CollectedFor, Collection, PayerClass
from anju.store import fields, keyring, outbox
from anju.store.audit import Actor
from anju.store.secrets import Secret

_FIRST_LOOK_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Agreed:
    """Who has agreed to be charged: the agreement as the bank registered it, and his account."""

    agreement_no: str
    name: Secret
    account: Secret
    bank_code: str
    payer_class: PayerClass = PayerClass.COMPANY


def write(
    *,
    number: str,
    employer_id: int,
    amount_fen: int,
    of: Agreed,
    payee_account: str,
    summary: str,
    by: Actor,
    at: datetime,
) -> str:
    """Write the intent to fetch money for an employer's matter; the order's number.

    A worker calls the bank after the commit. Raises IntegrityError while another order for the
    same matter is under way.
    """
    order = CollectionOrder(
        order_no=epochs.next_order_no(at, kind=epochs.COLLECTION),
        employer_id=employer_id,
        number=number,
        amount_fen=amount_fen,
        agreement_no=of.agreement_no,
        payer_class=of.payer_class.value,
        payer_bank_code=of.bank_code,
        payee_account=payee_account,
        summary=summary,
        written_by=by.ref,
        written_at=at,
        status=PaymentStatus.WRITTEN,
        next_look_at=at + _FIRST_LOOK_AFTER,
    )
    fields.seal(order, "payer_name", of.name.expose())
    fields.seal(order, "payer_account", of.account.expose())
    order.mac = keyring.mac("order_mac", _content(order))
    order.save(force_insert=True)
    outbox.defer("treasury.collect", order_no=order.pk)
    return str(order.pk)


def request_of(order: CollectionOrder) -> Collection:
    """What the bank is asked, always the same for an order."""
    return Collection(
        order_no=order.pk,
        amount_fen=order.amount_fen,
        purpose=CollectedFor.CONTRIBUTION,
        agreement_no=order.agreement_no,
        payer_class=PayerClass(order.payer_class),
        payer_name=fields.unseal(order, "payer_name").expose(),
        payer_account=fields.unseal(order, "payer_account").expose(),
        payer_bank_code=order.payer_bank_code,
        payee_account=order.payee_account,
        summary=order.summary,
    )


def mac_fits(order: CollectionOrder) -> bool:
    """Whether the order is still what was written."""
    return keyring.mac_ok("order_mac", _content(order), order.mac)


def _content(order: CollectionOrder) -> bytes:
    told = [
        order.pk,
        order.employer_id,
        order.number,
        order.amount_fen,
        order.agreement_no,
        fields.unseal(order, "payer_name").expose(),
        fields.unseal(order, "payer_account").expose(),
        order.payer_class,
        order.payer_bank_code,
        order.payee_account,
    ]
    return json.dumps(told, ensure_ascii=False).encode()
