"""What two people do to one employer's agents at the same moment; committed, in two threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from anju.parties import appointments
from anju.parties.answers import RuleBroken
from anju.parties.models import Appointment
from anju.parties.tests import cast


def test_two_administrators_who_leave_at_once_leave_one(committing_db):
    works = cast.employer()
    first = cast.agent(1, of=works)
    second = cast.agent(2, of=works, by=first, role="admin")

    def leave(user):
        try:
            row = cast.appointment(user)
            appointments.end(row.pk, employer_id=row.employer_id, by=user.pk, at=cast.AT)
        except RuleBroken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(leave, (first, second))) == [False, True]
    live = Appointment.objects.filter(ended_at=None)
    assert live.count() == 1
