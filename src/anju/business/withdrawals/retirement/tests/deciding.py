"""How staff decide a case in tests: on the page they were shown."""

from __future__ import annotations

from datetime import timedelta

from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts

AT = cast.AT
LATER = AT + timedelta(hours=2)
CONFIRMED = "card_confirmed"


def decide(act, reference, staff, *, reason=CONFIRMED, note="", seen=None, at=LATER):
    page = facts.review_page(reference, staff_id=staff.pk, at=at)
    return act(
        reference,
        staff_id=staff.pk,
        reason_code=reason,
        note=note,
        payload_hash=seen or page.payload_hash,
        at=at,
    )
