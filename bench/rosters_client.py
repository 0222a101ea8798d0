"""Run by bench.rosters in a process of its own, as a worker is: one roster's file, round by round.

Prints one JSON line: seconds of ours and of python-calamine on the same file, and peaks in MB.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path

import django

django.setup()

from python_calamine import CalamineWorkbook  # noqa: E402

from anju.business.contributions.models import EmployerAccount, RosterImport  # noqa: E402
from anju.business.contributions.rosters import actions, facts, reading  # noqa: E402
from anju.config.clock import DEMO_START  # noqa: E402
from anju.store.audit import Actor  # noqa: E402
from bench.costs import seconds_of  # noqa: E402


def main(path: str, rounds: int) -> dict[str, object]:
    """Each round reads the file by the library, then takes it through upload and preview."""
    data = Path(path).read_bytes()
    employer_id = EmployerAccount.objects.order_by("pk").first().employer_id
    taken: dict[str, list[float]] = {"calamine": [], "ours": []}
    for number in range(rounds + 1):
        sides = {"calamine": lambda: _library(data), "ours": lambda: _ours(employer_id, data)}
        for name in sorted(sides, reverse=bool(number % 2)):
            seconds = seconds_of(sides[name])
            if number:  # the first round warms both
                taken[name].append(seconds)
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peaks = [round(resource.getrusage(each).ru_maxrss / 1024) for each in who]
    return {**taken, "worker_mb": peaks[0], "reader_mb": peaks[1]}


def _library(data: bytes) -> None:
    CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def _ours(employer_id: int, data: bytes) -> None:
    reference = actions.upload(employer_id, content=data, actor=Actor.system(), at=DEMO_START)
    roster = RosterImport.objects.get(reference=reference)
    state = reading.read(roster.pk, instant=lambda: DEMO_START)
    page = facts.preview(reference, employer_id=employer_id, at=DEMO_START)
    assert state == "preview", facts.standing(reference, employer_id=employer_id, at=DEMO_START)
    assert page.standing.good == page.standing.total, page.standing


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
