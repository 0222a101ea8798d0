"""Telling those who act for an employer: by SMS, and in their hall."""

from datetime import datetime
from typing import Final

from anju.parties import employer_notices, messages
from anju.parties.models import Appointment
from anju.store.fields import unseal

LOOK: Final = "，详情请登录单位网厅查看。"
"""How an SMS ends that tells less than the hall; who reads it there is not sent there."""


def tell_agents(
    employer_id: int, *, who: int | None, kind: str, text: str, at: datetime, about: str = ""
) -> int:
    """Write a message to the agent `who` as long as he acts for the employer, else to each of its
    administrators; and to all of them a notice in the hall, `about` a service. Inside atomic().
    To how many by SMS; there may be nobody.
    """
    in_hall = text.replace(LOOK, "。")
    employer_notices.write(employer_id, kind=kind, text=in_hall, at=at, about=about)
    live = Appointment.objects.select_related("user__agent").filter(
        employer_id=employer_id, user__is_active=True, ended_at=None
    )
    rows = list(live.filter(user_id=who)) if who is not None else []
    rows = rows or list(live.filter(role=Appointment.Role.ADMIN).order_by("pk"))
    for row in rows:
        phone = unseal(row.user.agent, "phone").expose()
        messages.post(person_id=None, phone=phone, kind=kind, text=text, at=at)
    return len(rows)
