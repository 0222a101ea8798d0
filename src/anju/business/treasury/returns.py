"""Payments that came back and are paid once more, as the bank settles them.

The money waits on 21902 under the last order that came back; each new order replaces the one
before it, so that a payment is never made twice.
"""

from datetime import datetime

from anju.business.treasury import postings
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.models import PaymentOrder, ReturnWish
from anju.business.treasury.postings import post
from anju.business.treasury.receipts import book_return
from anju.cases import engine as cases
from anju.domain.payment import PaymentStatus
from anju.parties.facts import staff_ref


def returned_order(order: PaymentOrder) -> PaymentOrder:
    """Under which order the money waits: the newest of the chain that came back."""
    while order.payment.status != PaymentStatus.RETURNED:
        assert order.replaces is not None, "no order of this chain came back"
        order = order.replaces
    return order


def lock_case_of_order(order_no: str) -> None:
    """Lock the case whose payment came back."""
    cases.locked_case(_order(order_no).case_reference)


def payment_succeeded(order_no: str, *, at: datetime) -> None:
    """The bank paid: the money waits no more, and the case has ended well."""
    order = _order(order_no)
    assert order.replaces is not None
    asked = ReturnWish.objects.get(order=order)
    post(
        postings.paid_again(
            order_no,
            returned=returned_order(order.replaces).pk,
            amount=order.amount_fen,
            account=id_of(order.payer_account),
            maker=staff_ref(asked.maker_id),
            checker=staff_ref(asked.checker_id),
            at=at,
        )
    )
    cases.paid_again(order.case_reference, at=at)


def payment_failed(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank did not pay: the money waits where it was, and may be asked for again."""


def payment_came_back(order_no: str, *, reason: str, at: datetime) -> None:
    """It came back once more: the money waits under this order now."""
    order = _order(order_no)
    book_return(order_no, amount=order.amount_fen, account_id=None, at=at)
    cases.came_back_again(order.case_reference, reason=reason, at=at)


def _order(order_no: str) -> PaymentOrder:
    return PaymentOrder.objects.select_related("payment", "replaces").get(pk=order_no)
