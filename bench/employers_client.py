"""Run by bench.employers in a process of its own: one file of people is read and written."""

from __future__ import annotations

import sys
from pathlib import Path

import django

django.setup()

from anju.business.contributions.models import RosterImport  # noqa: E402
from anju.business.contributions.rosters import actions, reading, writing  # noqa: E402
from anju.config.clock import DEMO_START  # noqa: E402
from anju.parties.models import Appointment  # noqa: E402
from anju.store.audit import Actor  # noqa: E402


def main(path: str) -> None:
    """Everybody in the file is enrolled with the employer of the first agent."""
    employer_id = Appointment.objects.order_by("pk").first().employer_id
    data = Path(path).read_bytes()
    reference = actions.upload(employer_id, content=data, actor=Actor.system(), at=DEMO_START)
    roster = RosterImport.objects.get(reference=reference)
    assert reading.read(roster.pk, instant=lambda: DEMO_START) == "preview"
    actions.confirm(
        reference, employer_id=employer_id, mode="all", actor=Actor.system(), at=DEMO_START
    )
    state = writing.write(roster.pk, instant=lambda: DEMO_START)
    assert state == "done", state


if __name__ == "__main__":
    main(sys.argv[1])
