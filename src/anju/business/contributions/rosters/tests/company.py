"""Made-up people of a roster, two employers, and how a file goes through its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from anju.business.contributions import orders
from anju.business.contributions.models import RosterImport
from anju.business.contributions.rosters import actions, reading, writing
from anju.business.contributions.rosters.columns import COLUMNS
from anju.domain.calendar import SHANGHAI
from anju.domain.identifiers import id_check_digit, uscc_check_character
from anju.parties import actions as parties
from anju.parties import facts as parties_facts
from anju.store.audit import Actor
from anju.store.tables.tests.broken import text

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
AGENT = Actor("agent", 7)
HEAD = tuple(column.heading for column in COLUMNS)
TWELVE = Decimal("0.12")
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", "甲乙丙丁戊己庚辛壬癸"


def id_number(order: int) -> str:
    """A number with a right check digit in a county that does not exist."""
    first17 = f"149999{1960 + order // 1000 % 40}0815{order % 1000:03d}"
    return first17 + id_check_digit(first17)


def name(order: int) -> str:
    """A name of four letters and a dot."""
    return f"演示·{_SURNAMES[order // 10 % 10]}{_GIVEN[order % 10]}"


def person(order: int, **other: Any) -> list[Any]:
    """One row of a roster."""
    cells = {
        "name": name(order),
        "id_number": id_number(order),
        "phone": f"1500000{order:04d}",
        "base": "6500.00",
        "first_month": "2026-12",
        **other,
    }
    return [cells[column.code] for column in COLUMNS]


def people(count: int, *, first: int = 1) -> list[list[Any]]:
    """So many rows."""
    return [person(order) for order in range(first, first + count)]


def employer(order: int = 1) -> int:
    """One of the two employers, with its account; made when first asked for."""
    first17 = f"91149999DEM00000{order}"
    uscc = first17 + uscc_check_character(first17)
    found = parties_facts.employer_by_uscc(uscc)
    if found is not None:
        return found.employer_id
    made = parties.register_employer(
        name=f"演示·单位{order}", uscc=uscc, branch_code="yanhu", actor=Actor.system(), at=AT
    )
    orders.take_on_employer(
        made.pk, member_ratio=TWELVE, employer_ratio=TWELVE, payday=10,
        first_month=date(2026, 7, 1), paid_through=None, bank_code="105",
        bank_branch_code="10501", opened_on=date(2026, 7, 1), actor=Actor.system(), at=AT,
    )  # fmt: skip
    return int(made.pk)


def now() -> datetime:
    return AT


def uploaded(rows: Sequence[Sequence[Any]] | bytes, *, by: int | None = None) -> str:
    """A roster that was sent, by the first employer unless another is named, and read."""
    content = rows if isinstance(rows, bytes) else text(HEAD, *rows)
    reference = actions.upload(by or employer(), content=content, actor=AGENT, at=AT)
    reading.read(RosterImport.objects.get(reference=reference).pk, instant=now)
    return reference


def confirmed(reference: str, *, mode: str = "all", by: int | None = None) -> str:
    """Confirm and write a roster; the state afterwards."""
    actions.confirm(reference, employer_id=by or employer(), mode=mode, actor=AGENT, at=AT)
    return writing.write(RosterImport.objects.get(reference=reference).pk, instant=now)
