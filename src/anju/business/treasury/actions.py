"""Paying through the bank: intent first, one number for ever, unknown is left by a query only.

No network under a lock: every call to the bank happens between two transactions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from anju import ledger, ports
from anju.business.treasury import arrivals, lost_time, orders
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import Payment, PaymentEvent, PaymentOrder
from anju.business.treasury.owners import owner_of
from anju.domain import payment as machine
from anju.domain.payment import UNSETTLED, Answer, Effect, PaymentStatus
from anju.ports.bank import (
    ArrivalNotice,
    BankNotice,
    BankUnreachable,
    OrderNumberReused,
    Outcome,
    PaymentReply,
    PaymentRequest,
)
from anju.store import fields, inbox, outbox

ASK_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class _Told:
    """What the bank said, besides the event the machine sees."""

    said: str
    amount_fen: int | None = None
    bank_serial: str = ""
    reason: str = ""


def send(order_no: str, *, at: datetime) -> PaymentStatus:
    """Call the bank for a written order, or again with the same number where that is due.

    Repeating it does no harm: an order that is under way or done is left alone. After a restore
    nothing leaves before the bank has been asked again.
    """
    try:
        told = lost_time.answer_for(order_no, at=at)
    except lost_time.NothingLeaves:
        return PaymentStatus(Payment.objects.get(pk=order_no).status)
    if told is not None:
        return take_answer(order_no, told, at=at)
    request = _mark_sent(order_no, at=at)
    if request is None:
        return PaymentStatus(Payment.objects.get(pk=order_no).status)
    try:
        reply = ports.bank().pay(request)
    except BankUnreachable as error:
        return _learn(order_no, machine.NoReply(), _Told("no_reply", reason=str(error)), at=at)
    except OrderNumberReused:
        return _stop(order_no, at=at)
    event = machine.Replied(Answer(reply.outcome.value), reply.amount_fen)
    return _learn(order_no, event, _told("reply", reply), at=at)


def _stop(order_no: str, *, at: datetime) -> PaymentStatus:
    """The bank has this number with other content: what it says of it is not about our order."""
    with transaction.atomic():
        payment = _locked(order_no)
        after, _effects = machine.decide(_state(payment), machine.NoReply())
        _store(payment, after, at=at)
        _remember(payment, _Told("reply.number_reused"), at=at)
        open_break(
            "contradiction",
            payment.order,
            note="银行已有同一指令号、内容不同的付款，已停止查询，须人工核对。",
            at=at,
        )
        payment.next_look_at = None
        payment.save(update_fields=["next_look_at"])
    return after.status


def _mark_sent(order_no: str, *, at: datetime) -> PaymentRequest | None:
    """Commit that we are about to call; None when there is nothing to call for."""
    with transaction.atomic():
        payment = _locked(order_no)
        order = payment.order
        name = fields.unseal(order, "payee_name")
        account = fields.unseal(order, "payee_account")
        if not orders.mac_fits(order, name, account):
            open_break("tampered", order, note="付款指令与批准内容不符，已停止发送。", at=at)
            payment.next_look_at = None
            payment.save(update_fields=["next_look_at"])
            return None
        try:
            after, _effects = machine.decide(_state(payment), machine.Send(at))
        except machine.IllegalStep:
            return None
        _store(payment, after, at=at)
        _remember(payment, _Told("sent"), at=at)
    return PaymentRequest(
        order_no=order.order_no,
        amount_fen=order.amount_fen,
        principal_fen=order.principal_fen,
        interest_fen=order.interest_fen,
        payee_name=name.expose(),
        payee_account=account.expose(),
        payee_bank_code=order.payee_bank_code,
        payer_account=order.payer_account,
        summary=order.summary,
    )


def take_answer(order_no: str, reply: PaymentReply, *, at: datetime) -> PaymentStatus:
    """Learn what the bank says of an order that we may have sent in a time that is lost to us."""
    with transaction.atomic():
        payment = _locked(order_no)
        if payment.status == PaymentStatus.WRITTEN:
            if reply.outcome is Outcome.NOT_FOUND:
                return PaymentStatus.WRITTEN
            # The bank has it, so it was sent: that is put down, and nothing is sent now.
            after, _effects = machine.decide(_state(payment), machine.Send(at))
            _store(payment, after, at=at)
            _remember(payment, _Told("restored.sent"), at=at)
    event = machine.Queried(Answer(reply.outcome.value), reply.amount_fen, at)
    return _learn(order_no, event, _told("query", reply), at=at)


def ask(order_no: str, *, at: datetime) -> PaymentStatus:
    """Ask the bank what became of an order; the only way out of "unknown"."""
    payment = Payment.objects.select_related("order").get(pk=order_no)
    if payment.status == PaymentStatus.WRITTEN:
        return send(order_no, at=at)
    try:
        reply = ports.bank().query(order_no)
    except BankUnreachable as error:
        return _learn(order_no, machine.NoReply(), _Told("no_answer", reason=str(error)), at=at)
    event = machine.Queried(Answer(reply.outcome.value), reply.amount_fen, at)
    return _learn(order_no, event, _told("query", reply), at=at)


def receive_notice(headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """Check a notice's signature at the door and lay it into the inbox; work it later.

    Returns:
        "accepted" for a notice that is ours to work, also when it came before.

    Raises:
        anju.ports.bank.NoticeForged: nobody who may say so signed it.
    """
    notice = ports.bank().read_notice(headers, body=body, at=at)
    # What proves the notice is kept; cookies and whatever else came along are not ours to keep.
    proof = {name: value for name, value in headers.items() if name.lower().startswith("x-")}
    with transaction.atomic():
        received = inbox.receive(
            "bank", message_id=notice.notice_id, headers=proof, body=body, at=at
        )
        if received.fresh:
            outbox.defer("treasury.take_notice", message_id=received.id)
        elif not received.same_body:
            _break_other_words(notice, at=at)
    return "accepted"


def take_notice(message_id: int, *, at: datetime) -> str:
    """Work one bank notice from the inbox; its signature was checked when it arrived.

    Returns:
        what became of it: "worked", "arrival", "break" or "repeated".
    """
    return ledger.retrying(lambda: _take_notice_once(message_id, at=at))


def _take_notice_once(message_id: int, *, at: datetime) -> str:
    """What is learnt and that it is learnt commit together: a crash leaves the notice waiting."""
    with transaction.atomic():
        message = inbox.work(message_id)
        if message is None:
            return "repeated"
        notice = ports.bank().read_notice(
            message.headers, body=inbox.body(message), at=message.received_at
        )
        if isinstance(notice, ArrivalNotice):
            outcome = arrivals.take(notice, at=message.received_at)
        elif PaymentOrder.objects.filter(pk=notice.order_no).exists():
            event = machine.Noticed(Answer(notice.outcome.value), notice.amount_fen)
            _learn_once(notice.order_no, event, _told("notice", notice), at=at)
            outcome = "worked"
        else:
            _break_unknown_order(notice, at=at)
            outcome = "break"
        inbox.done(message, outcome=outcome, at=at)
        return outcome


def _break_unknown_order(notice: BankNotice, *, at: datetime) -> None:
    open_break(
        "never_ordered",
        None,
        order_no=notice.order_no,
        amount_fen=notice.amount_fen,
        note=f"银行通知了一笔本中心没有发出的付款（流水 {notice.bank_serial}）。",
        at=at,
    )


def _break_other_words(notice: BankNotice | ArrivalNotice, *, at: datetime) -> None:
    """The first words stand and were worked; which of the two are true is for a person to say."""
    order_no = "" if isinstance(notice, ArrivalNotice) else notice.order_no
    open_break(
        "contradiction",
        PaymentOrder.objects.filter(pk=order_no).first(),
        order_no=order_no or notice.bank_serial[:40],
        amount_fen=abs(notice.amount_fen),
        note=f"银行以同一通知编号 {notice.notice_id} 先后发来内容不同的通知，已按先到的处理。",
        at=at,
    )


def sweep_inbox(*, limit: int = 200) -> int:
    """Find notices whose job was lost between commit and work."""
    waiting = inbox.waiting("bank", limit=limit)
    with transaction.atomic():
        for message_id in waiting:
            # Without a lock: a killed job would keep it for ever, and the row knows what is done.
            outbox.defer("treasury.take_notice", message_id=message_id)
    return len(waiting)


def sweep(*, at: datetime, limit: int = 200) -> int:
    """Find orders whose worker was lost between commit and call, and those that wait for news."""
    due = list(
        Payment.objects.filter(next_look_at__lte=at)
        .order_by("next_look_at")
        .values_list("order_id", "status")[:limit]
    )
    for order_no, status in due:
        with transaction.atomic():
            name = "treasury.send" if status == PaymentStatus.WRITTEN else "treasury.ask"
            outbox.defer(name, order_no=order_no)
            # Unless it was settled meanwhile: then there is nothing to look for.
            still = Payment.objects.filter(pk=order_no, next_look_at__lte=at)
            still.update(next_look_at=at + ASK_AGAIN_AFTER)
    return len(due)


def _learn(order_no: str, event: machine.Event, told: _Told, *, at: datetime) -> PaymentStatus:
    """Let the machine decide on what was learnt, and do what follows in one transaction."""
    return ledger.retrying(lambda: _learn_once(order_no, event, told, at=at))


def _learn_once(order_no: str, event: machine.Event, told: _Told, *, at: datetime) -> PaymentStatus:
    with transaction.atomic():
        ledger.enter_day()
        owner_of(order_no).lock_case_of_order(order_no)
        payment = _locked(order_no)
        after, effects = machine.decide(_state(payment), event)
        asks = Effect.ASK in effects or _still_asks(payment, event)
        _store(payment, after, at=at, told=told, asks=asks)
        _remember(payment, told, at=at)
        for effect in effects:
            _EFFECTS[effect](payment, told, at)
    return after.status


def _still_asks(payment: Payment, event: machine.Event) -> bool:
    """Whether a settled order has a question (did it come back?) that this does not answer."""
    asked = payment.status not in UNSETTLED and payment.next_look_at is not None
    return asked and not isinstance(event, machine.Queried)


def _state(payment: Payment) -> machine.Payment:
    return machine.Payment(
        status=PaymentStatus(payment.status),
        amount_fen=payment.order.amount_fen,
        sent_at=payment.sent_at,
        not_found=payment.not_found,
    )


def _locked(order_no: str) -> Payment:
    return (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .get(pk=order_no)
    )


def _store(
    payment: Payment,
    after: machine.Payment,
    *,
    at: datetime,
    told: _Told | None = None,
    asks: bool = False,
) -> None:
    is_open = after.status in UNSETTLED
    payment.status = after.status.value
    payment.sent_at = after.sent_at
    payment.not_found = after.not_found
    # An order whose number was spoken of before it was sent is still to be sent.
    # What the bank said of a settled one is asked about until the bank has answered.
    payment.next_look_at = at + ASK_AGAIN_AFTER if is_open or asks else None
    if told is not None and told.bank_serial:
        payment.bank_serial = told.bank_serial
    if told is not None and told.reason:
        payment.reason = told.reason[:200]
    if not is_open and payment.settled_at is None:
        payment.settled_at = at
    payment.save()


def _remember(payment: Payment, told: _Told, *, at: datetime) -> None:
    PaymentEvent.objects.create(
        order=payment.order,
        at=at,
        said=told.said,
        amount_fen=told.amount_fen,
        bank_serial=told.bank_serial,
        reason=told.reason[:200],
        status_after=payment.status,
    )


def _told(how: str, reply: PaymentReply | BankNotice) -> _Told:
    return _Told(
        said=f"{how}.{reply.outcome.value}",
        amount_fen=reply.amount_fen,
        bank_serial=reply.bank_serial,
        reason=reply.reason,
    )


def _settle(payment: Payment, told: _Told, at: datetime) -> None:
    owner_of(payment.order_id).payment_succeeded(payment.order_id, at=at)


def _release(payment: Payment, told: _Told, at: datetime) -> None:
    reason = told.reason or "银行未说明原因"
    owner_of(payment.order_id).payment_failed(payment.order_id, reason=reason, at=at)
    open_break("failed", payment.order, note=f"银行未付款：{told.reason}", at=at)


def _book_return(payment: Payment, told: _Told, at: datetime) -> None:
    reason = told.reason or "银行未说明原因"
    owner_of(payment.order_id).payment_came_back(payment.order_id, reason=reason, at=at)
    open_break("returned", payment.order, note=f"付款后被退回：{told.reason}", at=at)


def _ask_now(payment: Payment, told: _Told, at: datetime) -> None:
    outbox.defer("treasury.ask", order_no=payment.order_id)


def _call_again(payment: Payment, told: _Told, at: datetime) -> None:
    outbox.defer("treasury.send", order_no=payment.order_id)


def _ask_later(payment: Payment, told: _Told, at: datetime) -> None:
    """The sweeper asks: `next_look_at` is set with the state."""


def _break(payment: Payment, told: _Told, at: datetime) -> None:
    open_break(
        "contradiction",
        payment.order,
        note=f"银行的说法与记录不符：{told.said}，金额 {told.amount_fen} 分，"
        f"记录为 {payment.status}、{payment.order.amount_fen} 分。",
        at=at,
    )


_EFFECTS: dict[Effect, Callable[[Payment, _Told, datetime], None]] = {
    Effect.SETTLE: _settle,
    Effect.RELEASE: _release,
    Effect.BOOK_RETURN: _book_return,
    Effect.ASK: _ask_now,
    Effect.ASK_LATER: _ask_later,
    Effect.CALL: _call_again,
    Effect.BREAK: _break,
}
