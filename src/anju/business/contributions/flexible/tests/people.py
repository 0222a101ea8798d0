"""Somebody without an employer who pays for himself, as the tests of both services need him."""

from __future__ import annotations

from datetime import datetime, timedelta

from anju.business.contributions.flexible import debits
from anju.business.contributions.models import FlexibleAgreement, Remittance
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import units
from anju.business.treasury import facts as treasury
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.identifiers import id_check_digit
from anju.parties import facts as parties
from anju.parties.models import User

SIGNING, CHANGING = "contributions.flexible_signing", "contributions.flexible_changing"
SIGNING_SLOTS = ("id_card", "flexible_papers")
CARD = "6210000000000000009"
AT = cast.AT
_FIRST17 = "14999919900101099"
ID_NUMBER = _FIRST17 + id_check_digit(_FIRST17)
TERMS = {
    "base": "5000.00", "ratio": "20", "plan": "monthly", "months": "", "debit_day": "20",
    "bank": "105", "card": CARD, "agreement_no": "DK20261120001",
}  # fmt: skip
MONTH_FEN = 100_000
"""5,000.00 × 20 %."""
NOTHING = dict.fromkeys(TERMS, "")


def posted(**other: str) -> dict[str, str]:
    """What a teller types for somebody whom nobody knows."""
    return {
        "name": "演示·周行", "id_number": ID_NUMBER, "phone": "15000000099",
        "branch": cast.BRANCH, "first_month": "2026-11", **TERMS, **other,
    }  # fmt: skip


def signed(**other: str) -> FlexibleAgreement:
    """An agreement that is approved; its latest row."""
    by, reviewer = stop.teller(_name()), cast.staff(_name())
    reference = units.submitted(SIGNING, by, posted(**other), *SIGNING_SLOTS, employer_id=None)
    stop.approved(reference, reviewer.pk)
    return FlexibleAgreement.objects.get(number=reference)


def changed(person_id: int, **posted: str) -> None:
    """A change that another person approved."""
    by, reviewer = stop.teller(_name()), cast.staff(_name())
    answers = {**NOTHING, "deed": "change", **posted}
    reference = units.submitted(CHANGING, by, answers, "change_request", person_id=person_id)
    stop.approved(reference, reviewer.pk)


def _name() -> str:
    return f"flexible.{User.objects.count()}"


def person() -> int:
    found = parties.person_by_id_number(ID_NUMBER)
    assert found is not None
    return found


def turn(days: int, at: datetime = AT) -> datetime:
    """So many days later, at the same hour."""
    later = at + timedelta(days=days)
    cast.turn_to(later)
    return later


def asked(at: datetime = AT) -> int:
    return debits.ask_banks(at)


def order_of(agreement: FlexibleAgreement) -> tuple[str, Remittance]:
    """The last order under an agreement, and the list it is for."""
    made = Remittance.objects.filter(agreement=agreement).order_by("-pk")[0]
    return treasury.fetched_for(made.number)[0].order_no, made


def waiting() -> Remittance:
    return Remittance.objects.get(state__in=("confirmed", "allocating"))
