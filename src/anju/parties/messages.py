"""Text messages: written in the transaction they tell of, carried by a job, swept when lost.

Nothing a person must know hangs on a message alone, and no business step waits for one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from anju import policy, ports
from anju.parties.models import Person, SmsMessage
from anju.ports.sms import SmsRefused, SmsUnreachable
from anju.store import outbox
from anju.store.bulk import copy_new
from anju.store.fields import next_pk, next_pks, seal, unseal

State = SmsMessage.State
TASK: Final = "messages.send_sms"
_LOST_AFTER: Final = timedelta(seconds=60)
# Minutes from one attempt to the next: a gateway that is away is asked ever more rarely, so that
# the tries outlast an outage of hours. The last one repeats.
_WAITS: Final = (1, 2, 4, 8, 16, 32, 60)


def send_sms(
    person_id: int, *, kind: str, text: str, at: datetime, send_before: datetime | None = None
) -> int | None:
    """Write one message to a person's phone and the job that carries it; inside atomic().

    `kind` is dotted ("withdrawals.paid"); `text` is what to say, without the centre's signature.
    After `send_before` it is not sent any more. Gives its id; None when no phone is on record.
    """
    person = Person.objects.only("phone").get(pk=person_id)
    phone = unseal(person, "phone").expose()
    if not phone:
        return None
    return post(
        person_id=person_id, phone=phone, kind=kind, text=text, at=at, send_before=send_before
    )


def post(
    *,
    person_id: int | None,
    phone: str,
    kind: str,
    text: str,
    at: datetime,
    send_before: datetime | None = None,
) -> int:
    """Write a message and its job. An empty `phone` makes a void one that costs the same."""
    message = SmsMessage(
        pk=next_pk(SmsMessage),
        number=uuid4(),
        person_id=person_id,
        kind=kind,
        state=State.QUEUED if phone else State.VOID,
        queued_at=at,
        send_before=send_before,
    )
    seal(message, "phone", phone)
    seal(message, "text", f"【{policy.current().identity.short_name}】{text}")
    message.save(force_insert=True)
    outbox.defer(TASK, message_id=message.pk)
    return int(message.pk)


def post_many(
    people: Iterable[tuple[int, str]], *, kind: str, at: datetime, at_once: int = 1_000
) -> int:
    """Write a message each for many people, as (person, text); how many. Inside atomic().

    Nobody defers a job for each: the sweeper carries them, some hundreds at a time, so that ten
    thousand members do not stand in the queue before one who waits for a code. Whoever has no
    phone on record is passed over.
    """
    written, coming = 0, iter(people)
    sign = f"【{policy.current().identity.short_name}】"
    while some := list(islice(coming, at_once)):
        rows = Person.objects.only("phone").in_bulk([person_id for person_id, _ in some])
        told = [
            (rows[person_id], text, phone)
            for person_id, text in some
            if (phone := unseal(rows[person_id], "phone").expose())
        ]
        messages = []
        for key, (person, text, phone) in zip(next_pks(SmsMessage, len(told)), told, strict=True):
            message = SmsMessage(
                pk=key, number=uuid4(), person_id=person.pk, kind=kind, queued_at=at
            )
            seal(message, "phone", phone)
            seal(message, "text", sign + text)
            messages.append(message)
        written += copy_new(SmsMessage, messages)
    return written


def deliver(message_id: int, *, at: datetime) -> str:
    """Try once to hand the message over; gives its state afterwards ("queued" = try again).

    The attempt is committed before the gateway is called, and the gateway knows the message by a
    number that never changes, so a crash in between sends nothing twice.
    """
    message = _attempted(message_id, at)
    if message.state != State.QUEUED:
        return str(message.state)
    try:
        ports.sms().send(
            message.number.hex,
            phone=unseal(message, "phone").expose(),
            text=unseal(message, "text").expose(),
        )
    except SmsRefused as refusal:
        return _settled(message, str(State.REFUSED), at, problem=str(refusal))
    except SmsUnreachable as trouble:
        tries = policy.current().params.sms_delivery_attempts_max.on(localdate(at)).value
        state = State.QUEUED if message.attempts < tries else State.GIVEN_UP
        return _settled(message, str(state), at, problem=str(trouble))
    return _settled(message, str(State.SENT), at)


def _attempted(message_id: int, at: datetime) -> SmsMessage:
    """The message with one more attempt noted, or ended because its time has passed."""
    with transaction.atomic(durable=True):
        message: SmsMessage = SmsMessage.objects.select_for_update(no_key=True).get(pk=message_id)
        if message.state == State.QUEUED:
            if message.send_before and at >= message.send_before:
                message.state = State.EXPIRED
                seal(message, "text", "")
            else:
                message.attempts += 1
            message.tried_at = at
            message.save(update_fields=["state", "attempts", "tried_at", "text"])
    return message


def _settled(message: SmsMessage, state: str, at: datetime, *, problem: str = "") -> str:
    """Write down how the attempt ended. What carried a code is emptied once it is over."""
    over = state != State.QUEUED
    fields = {"state": state, "problem": problem[:200]}
    if over and message.send_before:
        seal(message, "text", "")
        fields["text"] = message.text
    with transaction.atomic():
        SmsMessage.objects.filter(pk=message.pk, state=State.QUEUED).update(**fields)
    return str(state)


def sweep(at: datetime, *, limit: int = 500) -> int:
    """Defer again what is still queued and due for another attempt; gives how many.

    Finds what was lost between commit and dispatch, and what waits for the gateway to come back.
    """
    with transaction.atomic():
        queued = SmsMessage.objects.filter(_due(at), state=State.QUEUED)
        found = list(queued.order_by("pk").values_list("pk", flat=True)[:limit])
        for message_id in found:
            outbox.defer(TASK, message_id=message_id)
    return len(found)


def _due(at: datetime) -> Q:
    """Never tried, or the wait after its last attempt is over."""
    due = Q(attempts=0, queued_at__lt=at - _LOST_AFTER)
    for attempts, minutes in enumerate(_WAITS, start=1):
        these = {"attempts": attempts} if attempts < len(_WAITS) else {"attempts__gte": attempts}
        due |= Q(**these, tried_at__lt=at - timedelta(minutes=minutes))
    return due
