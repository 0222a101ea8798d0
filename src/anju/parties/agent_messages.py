"""Text messages to those who act for an employer."""

from datetime import datetime

from anju.parties import messages
from anju.parties.models import Appointment
from anju.store.fields import unseal


def tell_agents(employer_id: int, *, who: int | None, kind: str, text: str, at: datetime) -> int:
    """Write a message to the agent `who` as long as he acts for the employer, else to each of its
    administrators; inside atomic(). To how many; there may be nobody.
    """
    live = Appointment.objects.select_related("user__agent").filter(
        employer_id=employer_id, user__is_active=True, ended_at=None
    )
    rows = list(live.filter(user_id=who)) if who is not None else []
    rows = rows or list(live.filter(role=Appointment.Role.ADMIN).order_by("pk"))
    for row in rows:
        phone = unseal(row.user.agent, "phone").expose()
        messages.post(person_id=None, phone=phone, kind=kind, text=text, at=at)
    return len(rows)
