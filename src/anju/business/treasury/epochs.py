"""Which life of the database this is, and whether payments may leave in it.

A restore gives the server another timeline, a move another system identifier. Either begins a new
epoch by itself, with the next question asked here; its orders are numbered apart from all that the
lost time may have sent, and nothing is sent until `restore.check` has asked the bank again.
"""

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from anju import policy
from anju.business.treasury.models import Epoch, EpochState
from anju.store import references, server

PAYMENT, REFUND, AGAIN, TO_EMPLOYER = "ZF", "TK", "CF", "TD"
COLLECTION = "DS"
_ORDER_NO: Final = re.compile(
    rf"(?:{PAYMENT}|{REFUND}|{AGAIN}|{TO_EMPLOYER}|{COLLECTION})(\d{{4}})(\d{{2}})\d{{10,}}"
)


def current(at: datetime) -> Epoch:
    """The present epoch; a new one begins, unchecked, when the server is not the one it knew."""
    now = server.identity()
    latest = Epoch.objects.latest("number")
    if (latest.system_identifier, latest.timeline) == now:
        return latest
    # Timelines rise with every restore of one archive, also of restores that were lost again.
    return begin(max(latest.number + 1, int(now[1], 16)), at=at)


def begin(number: int, *, at: datetime) -> Epoch:
    """Begin an epoch in which nothing is sent before the bank has been asked."""
    system_identifier, timeline = server.identity()
    with transaction.atomic():
        epoch, _new = Epoch.objects.get_or_create(
            number=number,
            defaults={
                "system_identifier": system_identifier,
                "timeline": timeline,
                "state": EpochState.CHECKING,
                "began_at": at,
            },
        )
    return epoch


def payments_wait() -> bool:
    """Whether nothing may be sent: this server has not been checked since it took over."""
    latest = Epoch.objects.latest("number")
    known = (latest.system_identifier, latest.timeline) == server.identity()
    return not known or latest.state != EpochState.OPEN


def next_order_no(at: datetime, *, kind: str = PAYMENT) -> str:
    """A number for an order: kind, centre, epoch, day, sequence. It is never used for another."""
    reference = references.next(kind, on=at.date())
    sequence = reference.removeprefix(f"{kind}{at:%Y%m%d}")
    division = policy.current().identity.division[:4]
    return f"{kind}{division}{current(at).number:02d}{at:%y%m%d}{sequence}"


def epoch_of(order_no: str) -> int | None:
    """The epoch that a number of this centre's says it is of; None for any other number."""
    found = _ORDER_NO.fullmatch(order_no)
    if found is None or found[1] != policy.current().identity.division[:4]:
        return None
    return int(found[2])
