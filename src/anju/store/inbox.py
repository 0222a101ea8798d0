"""Messages from outside: kept first, answered at once, worked afterwards.

The same message may come many times and in any order; it is kept once per source and id.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anju.store.fields import next_pk, seal, unseal
from anju.store.models import InboxMessage
from anju.store.sealing import SealBroken

State = InboxMessage.State


@dataclass(frozen=True)
class Received:
    """What became of a message: its row, whether it is new, and whether an earlier one with the
    same id said the same (`same_body` false is a break somebody must look at)."""

    id: int
    fresh: bool
    same_body: bool


def receive(
    source: str, *, message_id: str, headers: Mapping[str, str], body: bytes, at: datetime
) -> Received:
    """Keep a message once. `headers` are those worth keeping, without credentials."""
    message = InboxMessage(
        pk=next_pk(InboxMessage),
        source=source,
        message_id=message_id,
        headers=dict(headers),
        body_sha256=hashlib.sha256(body).hexdigest(),
        received_at=at,
    )
    seal(message, "body", base64.b64encode(body).decode())
    with transaction.atomic():
        InboxMessage.objects.bulk_create([message], ignore_conflicts=True)
        kept = InboxMessage.objects.only("pk", "body_sha256").get(
            source=source, message_id=message_id
        )
    return Received(
        id=kept.pk,
        fresh=kept.pk == message.pk,
        same_body=kept.body_sha256 == message.body_sha256,
    )


def body(message: InboxMessage) -> bytes:
    """The message as it came, byte for byte. Raises SealBroken when the row was touched."""
    content = base64.b64decode(unseal(message, "body").expose())
    if hashlib.sha256(content).hexdigest() != message.body_sha256:
        raise SealBroken(f"the body of inbox message {message.pk} is not the one received")
    return content


def waiting(source: str, *, limit: int = 100) -> list[int]:
    """The oldest messages of a source that nobody has worked yet; sweepers start here."""
    rows = InboxMessage.objects.filter(source=source, state=State.WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def work(message_pk: int) -> InboxMessage | None:
    """Lock a waiting message for the caller's transaction.

    None when it is done already or another worker has it.
    """
    rows = InboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
    message: InboxMessage | None = rows.filter(pk=message_pk, state=State.WAITING).first()
    return message


def done(message: InboxMessage, *, outcome: str, at: datetime) -> None:
    """Note what the message led to, in the transaction in which it did."""
    _close(message, str(State.WORKED), outcome, at)


def failed(message: InboxMessage, *, outcome: str, at: datetime) -> None:
    """Lay the message aside for a person to look at."""
    _close(message, str(State.FAILED), outcome, at)


def _close(message: InboxMessage, state: str, outcome: str, at: datetime) -> None:
    InboxMessage.objects.filter(pk=message.pk).update(state=state, outcome=outcome, worked_at=at)
