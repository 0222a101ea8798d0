"""The rows of the counter's desk: an employer's pages once more, for staff of its branch."""

from __future__ import annotations

from typing import Any

from anju.channels.desk.addresses import addresses

from .matrix_employer import EMPLOYER_ROWS
from .rows import NEVER, Answers, Row, staff
from .world import World, the_unit

_NAMES = {each.name for each in addresses(lambda view: view, responsible=lambda view: view)}


def _staff(theirs: Answers) -> Answers:
    """What the employer's administrator is answered, for those who take in for his branch."""
    if theirs == NEVER:
        return NEVER
    return staff(theirs["administrator"], elsewhere="404", accountant="403", admin="403")


def _row(row: Row) -> Row:
    def parts(world: World) -> dict[str, Any]:
        return {**the_unit(world), **row.parts(world)}

    name = row.name.replace("employer:", "counter:unit_")
    objects = ("unit", *row.objects)
    return Row(name, _staff(row.get), _staff(row.post), parts, row.sent, objects)


DESK_ROWS = (
    Row("counter:employers", staff("200", accountant="403", admin="403"), NEVER),
    *(_row(row) for row in EMPLOYER_ROWS if row.name.removeprefix("employer:") in _NAMES),
)
