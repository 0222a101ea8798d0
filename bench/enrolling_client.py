"""Run in a process of its own, as a worker is: one file of people is read, confirmed and written.

Prints one JSON line: the employer, the accounts' numbers, seconds of reading and writing, peak MB.
"""

from __future__ import annotations

import json
import resource
import sys
from functools import partial
from pathlib import Path

import django

django.setup()

from anju.business.contributions.models import Enrolment, RosterImport  # noqa: E402
from anju.business.contributions.rosters import actions, reading, writing  # noqa: E402
from anju.config.clock import DEMO_START  # noqa: E402
from anju.parties.models import Appointment  # noqa: E402
from anju.store.audit import Actor  # noqa: E402
from bench.costs import seconds_of  # noqa: E402


def main(path: str) -> dict[str, object]:
    """Everybody in the file is enrolled with the employer of the first agent."""
    employer_id = Appointment.objects.order_by("pk").first().employer_id
    before = Enrolment.objects.order_by("-account_id").first().account_id
    data = Path(path).read_bytes()
    reference = actions.upload(employer_id, content=data, actor=Actor.system(), at=DEMO_START)
    roster = RosterImport.objects.get(reference=reference)
    read = seconds_of(partial(reading.read, roster.pk, instant=lambda: DEMO_START))
    actions.confirm(
        reference, employer_id=employer_id, mode="all", actor=Actor.system(), at=DEMO_START
    )
    wrote = seconds_of(partial(writing.write, roster.pk, instant=lambda: DEMO_START))
    roster.refresh_from_db()
    assert (roster.state, roster.bad) == ("done", 0), (roster.state, roster.bad)
    accounts = Enrolment.objects.filter(employer_id=employer_id, account_id__gt=before)
    ids = accounts.order_by("account_id").values_list("account_id", flat=True)
    return {
        "employer": employer_id,
        "first": ids[0],
        "count": len(ids),
        "read": read,
        "wrote": wrote,
        "mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "reader_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
