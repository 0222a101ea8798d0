"""What a reversal looks at: the employer's account, the list that was named, and its people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Sum

from anju import ledger
from anju.business.contributions.models import (
    CorrectionLine,
    EmployerAccount,
    Enrolment,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remittance_lists import unpaid
from anju.cases.declaration import Asked, Subject
from anju.cases.records import Quote
from anju.domain.contribution import month_span
from anju.domain.money import yuan
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts

REASONS = {
    "wrong_employer": "款项分摊错单位",
    "wrong_month": "汇缴年月有误",
    "wrong_list": "清册人员或金额有误",
    "other": "其他原因",
}
"""Why a list is taken back."""
RECORD_FIELDS = frozenset(
    {"employer_account", "employer", "unallocated", "list", "list_people", "list_amount",
     "list_booked_on"}
)  # fmt: skip
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list that was named; fen."""

    number: str
    title: str
    state: str
    state_text: str
    headcount: int
    total_fen: int
    allocated_on: date | None
    month: date


@dataclass(frozen=True)
class ReversingFacts:
    """An employer one of whose lists is to be taken back.

    Attributes:
        account_id, account_number: None and "" where it has no account that is not closed.
        number: the list's number as it was entered, "" while nothing is.
        listed: the list of this employer's by that number.
        last: the number of the list that was booked last, "" without any.
        live: the number of a list that is not paid yet, or "".
        deferred_through: the month through which the employer skips months, None without any.
        corrected: how many of its months were put right by a correction.
        moved: how many of its people are another employer's now.
        short: account numbers of those who no longer have what it gave them.
        another_case: the reference of another live reversal of the employer's, if any.
    """

    employer: EmployerFacts
    account_id: int | None
    account_number: str
    unallocated_fen: int
    number: str
    listed: Listed | None
    last: str
    live: str
    deferred_through: date | None
    corrected: int
    moved: int
    short: tuple[str, ...]
    another_case: str | None


def gather(asked: Asked) -> ReversingFacts:
    """Read everything the rules and the pages need. Raises LookupError for no employer."""
    employer_id = asked.employer_id
    if employer_id is None:
        raise LookupError("this is about no employer")
    account = EmployerAccount.objects.live_of(employer_id)
    found = account.first()
    number = asked.answers.get("list", "")
    made = None if found is None else _list(found, number)
    booked = made is not None and made.state == Remittance.State.DONE
    return ReversingFacts(
        employer=parties.employer(employer_id),
        account_id=None if found is None else found.pk,
        account_number="" if found is None else found.number,
        unallocated_fen=ledger.unallocated(employer_id),
        number=number,
        listed=None if made is None else _listed(made),
        last="" if found is None else last_booked(found.pk),
        live="" if found is None else unpaid(found),
        deferred_through=None if found is None else found.skipped_through,
        corrected=_corrected(made) if made is not None and booked else 0,
        moved=_moved(made) if made is not None and booked else 0,
        short=_short(made) if made is not None and booked else (),
        another_case=asked.another_case,
    )


def _list(account: EmployerAccount, number: str) -> Remittance | None:
    rows = Remittance.objects.filter(account=account, number=number)
    return rows.first() if number else None


def _listed(made: Remittance) -> Listed:
    return Listed(
        made.number,
        f"{month_span(made.from_month, made.month)} {made.get_kind_display()}",
        made.state,
        made.get_state_display(),
        made.headcount,
        made.total_fen,
        made.allocated_on,
        made.month,
    )


def last_booked(account_id: int) -> str:
    """The number of the list of an employer's account that was booked last, else ""."""
    done = Remittance.objects.filter(account_id=account_id, state=Remittance.State.DONE)
    return done.order_by("-ended_at", "-pk").values_list("number", flat=True).first() or ""


def _corrected(made: Remittance) -> int:
    """Months of its people that were put right since it was booked."""
    months = CorrectionLine.objects.filter(
        account_id__in=RemittanceLine.objects.filter(remittance=made).values("account_id"),
        month__range=(made.from_month, made.month),
        correction__corrected_on__gte=made.allocated_on,
    )
    return months.count()


def _moved(made: Remittance) -> int:
    people = Enrolment.objects.filter(
        account_id__in=RemittanceLine.objects.filter(remittance=made).values("account_id")
    )
    return people.exclude(employer_id=made.account.employer_id).count()


def given(made: Remittance) -> dict[int, int]:
    """What a list gave each account that took it, in fen, by account."""
    assert made.batch_id is not None
    aside = ledger.posted_batch(made.batch_id).aside
    lines = RemittanceLine.objects.filter(remittance=made).exclude(account_id__in=aside)
    sums = lines.order_by("account_id").values_list("account_id")
    return dict(sums.annotate(fen=Sum(F("member_fen") + F("employer_fen"))))


def _short(made: Remittance) -> tuple[str, ...]:
    gave = given(made)
    short = [row.id for row in ledger.accounts(gave) if row.available < gave[row.id]]
    rows = Enrolment.objects.filter(account_id__in=short).order_by("account_no")
    return tuple(rows.values_list("account_no", flat=True))


def subject(facts: ReversingFacts) -> Subject | None:
    """The employer, None where it has no account."""
    if facts.account_id is None:
        return None
    who = facts.employer
    return Subject("employer", who.employer_id, who.branch_code, who.employer_id)


def record(facts: ReversingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    made = facts.listed
    return {
        "employer_account": facts.account_number,
        "employer": facts.employer.name,
        "unallocated": f"{yuan(facts.unallocated_fen)} 元",
        "list": f"{made.number}（{made.title}，{made.state_text}）" if made else "—",
        "list_people": f"{made.headcount} 人" if made else "—",
        "list_amount": f"{yuan(made.total_fen)} 元" if made else "—",
        "list_booked_on": (
            f"{made.allocated_on:%Y年%m月%d日}" if made and made.allocated_on else "—"
        ),
    }


def fingerprint(facts: ReversingFacts) -> str:
    """What is taken back: another amount asks for another look."""
    made = facts.listed
    return f"{made.number}:{made.headcount}:{made.total_fen}" if made else ""
