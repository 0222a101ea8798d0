"""委托收款: the bank fetches what a payer agreed to; a number for ever, unknown left by a query.

The steps are those of a payment (domain.payment): what is *paid* there is fetched here, *failed* is
refused. No network under a lock: the bank is called between two transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from anju import ledger, ports
from anju.business.treasury import collection_orders, epochs
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import CollectionEvent, CollectionOrder
from anju.domain import payment as machine
from anju.domain.payment import UNSETTLED, Answer, Effect, Event, PaymentStatus
from anju.parties import agent_messages
from anju.ports.bank import BankUnreachable, OrderNumberReused
from anju.ports.bank_collections import Collected, Collection, CollectionReply, PayerClass
from anju.store import outbox

LOOK_AGAIN_AFTER = timedelta(minutes=1)
_ANSWERS = {
    Collected.ACCEPTED: Answer.ACCEPTED,
    Collected.COLLECTED: Answer.PAID,
    Collected.REFUSED: Answer.FAILED,
    Collected.NOT_FOUND: Answer.NOT_FOUND,
}


@dataclass(frozen=True)
class _Learnt:
    """What happened, in a word, and what the bank said besides."""

    said: str
    amount_fen: int | None = None
    serial: str = ""
    reason: str = ""


def send(order_no: str, *, at: datetime) -> PaymentStatus:
    """Ask the bank to fetch a written order's sum, or again under its number where that is due.

    Repeating it does no harm. After a restore nothing leaves before the bank has been asked.
    """
    request = None if epochs.payments_wait() else _about_to_call(order_no, at=at)
    if request is None:
        return _status(order_no)
    try:
        reply = ports.bank_collections().collect(request)
    except BankUnreachable as error:
        return _learn(order_no, machine.NoReply(), _Learnt("no_reply", reason=str(error)), at=at)
    except OrderNumberReused:
        return _stop(order_no, at=at)
    event = machine.Replied(_ANSWERS[reply.outcome], reply.amount_fen)
    return _learn(order_no, event, _learnt("reply", reply), at=at)


def ask(order_no: str, *, at: datetime) -> PaymentStatus:
    """Ask the bank what became of it; the only way out of "unknown"."""
    row = CollectionOrder.objects.get(pk=order_no)
    if row.status == PaymentStatus.WRITTEN:
        return send(order_no, at=at)
    try:
        reply = ports.bank_collections().query_collection(collection_orders.request_of(row))
    except BankUnreachable as error:
        return _learn(order_no, machine.NoReply(), _Learnt("no_answer", reason=str(error)), at=at)
    event = machine.Queried(_ANSWERS[reply.outcome], reply.amount_fen, at)
    return _learn(order_no, event, _learnt("query", reply), at=at)


def sweep(*, at: datetime, limit: int = 200) -> int:
    """Find orders whose worker was lost, and those that wait for news; how many."""
    due = CollectionOrder.objects.filter(next_look_at__lte=at).order_by("next_look_at")
    found = list(due.values_list("pk", "status")[:limit])
    for order_no, status in found:
        with transaction.atomic():
            _defer("collect" if status == PaymentStatus.WRITTEN else "ask_collection", order_no)
            still = CollectionOrder.objects.filter(pk=order_no, next_look_at__lte=at)
            still.update(next_look_at=at + LOOK_AGAIN_AFTER)
    return len(found)


def _defer(job: str, order_no: str) -> None:
    if job == "collect":
        outbox.defer("treasury.collect", order_no=order_no)
    else:
        outbox.defer("treasury.ask_collection", order_no=order_no)


def _status(order_no: str) -> PaymentStatus:
    return PaymentStatus(CollectionOrder.objects.values_list("status", flat=True).get(pk=order_no))


def _about_to_call(order_no: str, *, at: datetime) -> Collection | None:
    """Commit that the bank is about to be called; None when there is nothing to call for."""
    with transaction.atomic():
        row = _locked(order_no)
        if not collection_orders.mac_fits(row):
            note = "收款指令与写入时的内容不符，已停止发送。"
            _give_to_a_person(row, "tampered", note, at=at)
            return None
        try:
            after, _effects = machine.decide(_as_payment(row), machine.Send(at))
        except machine.IllegalStep:
            return None
        _store(row, after, _Learnt("sent"), at=at)
        return collection_orders.request_of(row)


def _stop(order_no: str, *, at: datetime) -> PaymentStatus:
    """The bank has this number with other content: what it says of it is not about our order."""
    with transaction.atomic():
        row = _locked(order_no)
        after, _effects = machine.decide(_as_payment(row), machine.NoReply())
        _store(row, after, _Learnt("reply.number_reused"), at=at)
        note = "银行已有同一指令号、内容不同的收款，已停止查询，须人工核对。"
        _give_to_a_person(row, "contradiction", note, at=at)
        return after.status


def _give_to_a_person(row: CollectionOrder, kind: str, note: str, *, at: datetime) -> None:
    row.next_look_at = None
    row.save(update_fields=["next_look_at"])
    open_break(kind, None, order_no=row.pk, amount_fen=row.amount_fen, note=note, at=at)


def _learn(order_no: str, event: Event, learnt: _Learnt, *, at: datetime) -> PaymentStatus:
    return ledger.retrying(lambda: _learn_once(order_no, event, learnt, at=at))


def _learn_once(order_no: str, event: Event, learnt: _Learnt, *, at: datetime) -> PaymentStatus:
    with transaction.atomic():
        row = _locked(order_no)
        after, effects = machine.decide(_as_payment(row), event)
        _store(row, after, learnt, at=at)
        for effect in effects:
            _do(effect, row, learnt, at=at)
    return after.status


def _do(effect: Effect, row: CollectionOrder, learnt: _Learnt, *, at: datetime) -> None:
    """Carry out what follows; fetched money is booked when its arrival is told."""
    match effect:
        case Effect.CALL:
            _defer("collect", row.pk)
        case Effect.ASK:
            _defer("ask_collection", row.pk)
        case Effect.RELEASE:
            _tell_refused(row, learnt.reason or "银行未说明原因", at=at)
        case Effect.BREAK:
            note = (
                f"银行的说法与记录不符：{learnt.said}，金额 {learnt.amount_fen} 分，"
                f"记录为 {row.status}、{row.amount_fen} 分。"
            )
            open_break(
                "contradiction", None, order_no=row.pk, amount_fen=row.amount_fen, note=note, at=at
            )
        case _:
            pass


def _tell_refused(row: CollectionOrder, reason: str, *, at: datetime) -> None:
    # A person is told by whoever asked for his money, who knows what becomes of it now.
    if row.payer_class == PayerClass.PERSON:
        return
    agent_messages.tell_agents(
        row.employer_id,
        who=None,
        kind="treasury.not_collected",
        text=f"贵单位清册 {row.number} 的委托收款未成功：{reason}。"
        "清册仍待缴款，请在单位网厅处理。",
        at=at,
    )


def _as_payment(row: CollectionOrder) -> machine.Payment:
    return machine.Payment(
        PaymentStatus(row.status), row.amount_fen, sent_at=row.sent_at, not_found=row.not_found
    )


def _locked(order_no: str) -> CollectionOrder:
    return CollectionOrder.objects.select_for_update(no_key=True).get(pk=order_no)


def _store(row: CollectionOrder, after: machine.Payment, learnt: _Learnt, *, at: datetime) -> None:
    is_open = after.status in UNSETTLED
    row.status, row.sent_at, row.not_found = after.status.value, after.sent_at, after.not_found
    row.next_look_at = at + LOOK_AGAIN_AFTER if is_open else None
    row.bank_serial = learnt.serial or row.bank_serial
    row.reason = learnt.reason[:200] or row.reason
    if not is_open and row.settled_at is None:
        row.settled_at = at
    row.save()
    CollectionEvent.objects.create(
        order=row, at=at, said=learnt.said, amount_fen=learnt.amount_fen,
        reason=learnt.reason[:200], status_after=row.status,
    )  # fmt: skip


def _learnt(how: str, reply: CollectionReply) -> _Learnt:
    said = f"{how}.{reply.outcome.value}"
    return _Learnt(said, reply.amount_fen, reply.bank_serial, reply.reason)
