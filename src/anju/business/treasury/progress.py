"""A step of a staged operation as a board shows it: where it stands, how fast, how long still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from anju.business.treasury.models import DayEndStep, InterestStep


@dataclass(frozen=True)
class StepLine:
    """One step as the board shows it; `left_seconds` is None while nothing can be foretold."""

    step: str
    title: str
    state: str
    state_text: str
    who: str
    since: datetime | None
    finished: datetime | None
    counted: int
    total: int
    per_second: int
    left_seconds: int | None
    note: str = ""
    mend: str = ""


def line(
    row: DayEndStep | InterestStep,
    *,
    title: str,
    state_text: str,
    at: datetime,
    names: Mapping[str, str],
    note: str = "",
    mend: str = "",
) -> StepLine:
    """A step's row as a line at `at`; its speed is that of all it has done since it began.

    `names` are those of `names_of_refs` for whoever has to do with the steps.
    """
    per_second, left = 0, None
    if row.since is not None:
        seconds = max(((row.finished or at) - row.since) // timedelta(seconds=1), 1)
        per_second = row.counted // seconds
        if row.state == "running" and per_second > 0 and row.total > 0:
            left = -(-(row.total - row.counted) // per_second)
    begun = row.since is not None
    return StepLine(
        step=row.step,
        title=title,
        state=row.state,
        state_text=state_text,
        who=names.get(row.who, "") if begun else "",
        since=row.since,
        finished=row.finished,
        counted=row.counted,
        total=row.total,
        per_second=per_second,
        left_seconds=left,
        note=note,
        mend=mend,
    )
