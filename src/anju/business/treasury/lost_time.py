"""What the bank paid in a time that a restore has lost: nobody is paid for it a second time."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from anju.business.treasury import epochs
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import Epoch, LostPayment, Payment
from anju.domain.money import yuan
from anju.domain.payment import PaymentStatus
from anju.ports.bank import Outcome, PaymentReply
from anju.store import fields, keyring

_MAC: Final = "order_mac"


class NothingLeaves(Exception):
    """This order, or every order, must not be sent now."""


def keep(
    epoch: Epoch,
    *,
    order_no: str,
    serial: str,
    booked_on: date,
    amount_fen: int,
    payee_account: str,
    at: datetime,
) -> None:
    """Remember a payment that this database does not know, and list it as a break, once."""
    with transaction.atomic():
        _lost, new = LostPayment.objects.get_or_create(
            order_no=order_no,
            defaults={
                "epoch": epoch,
                "serial": serial,
                "booked_on": booked_on,
                "amount_fen": amount_fen,
                "payee_mac": keyring.mac(_MAC, _payee(payee_account)),
                "found_at": at,
            },
        )
        if new:
            note = f"恢复前已由银行付出（流水 {serial}），本库没有这笔指令；同一收款账户暂不付款。"
            open_break(
                "never_ordered", None, order_no=order_no, amount_fen=amount_fen, note=note, at=at
            )


def answer_for(order_no: str, *, at: datetime) -> PaymentReply | None:
    """What is known of an order before it is sent: nothing, or that it was paid before a restore.

    The same amount to the same account is this very payment. Another amount is for a person to
    judge: a break is listed and the order is looked at no more by itself.

    Raises NothingLeaves: after a restore, until the bank was asked; and for such an order.
    """
    if epochs.payments_wait():
        raise NothingLeaves(order_no)
    waiting = Q(answers=None, let_go_at=None) | Q(answers=order_no)
    if not LostPayment.objects.filter(waiting).exists():
        return None
    with transaction.atomic():
        payment = (
            Payment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("order")
            .get(pk=order_no)
        )
        lost = _lost_to(payment, waiting)
        if lost is None:
            return None
        if lost.amount_fen == payment.order.amount_fen and payment.status == PaymentStatus.WRITTEN:
            if lost.answers_id is None:
                lost.answers = payment.order
                lost.save(update_fields=["answers"])
            return PaymentReply(
                order_no=order_no, outcome=Outcome.PAID, amount_fen=lost.amount_fen,
                bank_serial=lost.serial, reason_code="", reason=lost.order_no, occurred_at=at,
            )  # fmt: skip
        paid = f"已以指令 {lost.order_no} 向同一账户付出 {yuan(lost.amount_fen)} 元"
        note = f"恢复前{paid}，须人工核对。"
        open_break("contradiction", payment.order, note=note, at=at)
        payment.next_look_at = None
        payment.save(update_fields=["next_look_at"])
    raise NothingLeaves(order_no)


def _lost_to(payment: Payment, waiting: Q) -> LostPayment | None:
    """The lost payment to this order's account; the one it answers for already before others."""
    payee = _payee(fields.unseal(payment.order, "payee_account").expose())
    found = LostPayment.objects.select_for_update(no_key=True).filter(waiting)
    matching = [lost for lost in found if keyring.mac_ok(_MAC, payee, lost.payee_mac)]
    matching.sort(key=lambda lost: (lost.answers_id is None, lost.pk))
    return matching[0] if matching else None


def let_go(order_no: str, *, because: str, at: datetime) -> bool:
    """Somebody has found out what a lost payment was: orders to its payee may leave again."""
    waiting = LostPayment.objects.filter(order_no=order_no, answers=None, let_go_at=None)
    return bool(waiting.update(let_go_at=at, let_go_because=because[:200]))


def _payee(account: str) -> bytes:
    return b"payee\0" + account.encode()
