"""What treasury does for other areas, in the caller's transaction: orders, returns, receipts."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anju import policy
from anju.business.treasury import employer_postings, epochs
from anju.business.treasury.collection_orders import Agreed
from anju.business.treasury.collection_orders import write as write_collection
from anju.business.treasury.expected import Came, Expectation, Source, expects
from anju.business.treasury.models import EmployerRefund, Payment, PaymentOrder, Receipt
from anju.business.treasury.postings import post
from anju.business.treasury.receipts import book_return
from anju.domain.payment import PaymentStatus
from anju.parties import facts as parties
from anju.store import fields, keyring, outbox
from anju.store.secrets import Secret

__all__ = [
    "Agreed",
    "Came",
    "Expectation",
    "Payer",
    "Source",
    "book_return",
    "expects",
    "mac_fits",
    "next_order_no",
    "refund_employer",
    "write_again",
    "write_collection",
    "write_order",
    "write_refund",
]

_FIRST_LOOK_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Payer:
    """Who paid in and is to be paid back: as the bank told it, and a person said which bank."""

    name: Secret
    account: Secret
    bank_code: str


def next_order_no(at: datetime) -> str:
    """A number for an order: it never changes and is never used for another."""
    return epochs.next_order_no(at)


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
    _write(order, name=payee.name, account=payee.card_number, at=at)


def refund_employer(
    *,
    reference: str,
    employer_id: int,
    receipt: str,
    amount_fen: int,
    bank_code: str,
    approved_by: int,
    value_date: date,
    at: datetime,
) -> str:
    """Give an employer's unallocated money back to who paid in a receipt of it; the order's number.

    `reference` is the case that was approved. The money is set aside at once; a worker calls the
    bank after the commit. Raises LedgerRefusal (insufficient) when so much does not wait.
    """
    came = Receipt.objects.select_related("arrival").get(reference=receipt)
    arrival = came.arrival
    held = employer_postings.set_aside(reference, employer_id=employer_id, amount=amount_fen, at=at)
    post(held)
    order = write_refund(
        amount_fen=amount_fen,
        payer_account=arrival.account,
        to=Payer(
            fields.unseal(arrival, "payer_name"), fields.unseal(arrival, "payer_account"), bank_code
        ),
        value_date=value_date,
        kind=epochs.TO_EMPLOYER,
        at=at,
    )
    EmployerRefund.objects.create(
        order=order,
        reference=reference,
        employer_id=employer_id,
        receipt=came,
        approved_by_id=approved_by,
    )
    return str(order.pk)


def write_refund(
    *,
    amount_fen: int,
    payer_account: str,
    to: Payer,
    value_date: date,
    kind: str = epochs.REFUND,
    at: datetime,
) -> PaymentOrder:
    """Write the intent to give money back to who paid it in, from the account it came to.

    Of no case and no person: what it belongs to is told by its number's kind.
    """
    order = PaymentOrder(
        order_no=epochs.next_order_no(at, kind=kind),
        person_id=None,
        principal_fen=amount_fen,
        interest_fen=0,
        amount_fen=amount_fen,
        value_date=value_date,
        payer_account=payer_account,
        payee_bank_code=to.bank_code,
        summary="退回来款",
        written_at=at,
    )
    _write(order, name=to.name, account=to.account, at=at)
    return order


def write_again(last: PaymentOrder, *, value_date: date, at: datetime) -> PaymentOrder:
    """Write the intent to pay once more what came back, to the card the member has now.

    `last` is the newest order for this money: the one that came back, or one that replaced it and
    was refused. No second order can replace it.

    Raises:
        anju.parties.facts.NoCard: the member has no receiving card.
    """
    assert last.person_id is not None
    payee = parties.payee(last.person_id)
    order = PaymentOrder(
        order_no=epochs.next_order_no(at, kind=epochs.AGAIN),
        case_reference=last.case_reference,
        person_id=last.person_id,
        principal_fen=last.principal_fen,
        interest_fen=last.interest_fen,
        amount_fen=last.amount_fen,
        value_date=value_date,
        payer_account=policy.current().payer_account,
        payee_bank_code=payee.bank_code,
        summary="退票重付",
        replaces=last,
        written_at=at,
    )
    _write(order, name=payee.name, account=payee.card_number, at=at)
    return order


def _write(order: PaymentOrder, *, name: Secret, account: Secret, at: datetime) -> None:
    fields.seal(order, "payee_name", name.expose())
    fields.seal(order, "payee_account", account.expose())
    order.mac = keyring.mac("order_mac", _content(order, name, account))
    order.save(force_insert=True)
    Payment.objects.create(
        order=order, status=PaymentStatus.WRITTEN, next_look_at=at + _FIRST_LOOK_AFTER
    )
    outbox.defer("treasury.send", order_no=order.pk)


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
