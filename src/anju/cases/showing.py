"""Turning cases into the records that every hall draws."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from anju import policy
from anju.cases import registry
from anju.cases.assessment import Assessment
from anju.cases.declaration import Service
from anju.cases.entry_fields import answer_text, answers_of
from anju.cases.models import Case, CaseDecision
from anju.cases.records import (
    CaseLine,
    EvidencePage,
    Quote,
    ReturnedNote,
    Slot,
    TimelineEntry,
    Value,
)
from anju.cases.words import CHANNEL_TEXT, STATE_TEXT
from anju.domain.case import CaseState
from anju.parties import facts as parties
from anju.parties.facts import PersonFacts
from anju.policy import Slot as PolicySlot
from anju.policy import Step

_MONEY_FIELDS = frozenset({"balance", "interest"})


def values_of(
    service: Service[Any], found: Assessment, step: Step, quote: Quote | None, at: datetime
) -> tuple[Value, ...]:
    """The fields of a record page, in the city's order and under the city's labels."""
    texts = service.record(found.facts, quote, at)
    return tuple(
        Value(
            code=field.code,
            label=field.label,
            text=texts[field.code],
            kind=_kind(field.code),
            has_trace=field.code in ("interest", "total"),
        )
        for field in step.fields
    )


def _kind(code: str) -> str:
    return "total" if code == "total" else "money" if code in _MONEY_FIELDS else "text"


def all_values_of(
    service: Service[Any], found: Assessment, quote: Quote | None, at: datetime
) -> tuple[Value, ...]:
    """Every field that any page of this service shows, once, for staff."""
    block = policy.current().services[service.code]
    texts = service.record(found.facts, quote, at)
    labels: dict[str, str] = {}
    for step in block.steps:
        for field in step.fields:
            labels.setdefault(field.code, field.label)
    return tuple(Value(code, label, texts[code], _kind(code)) for code, label in labels.items())


def entered_values(service: Service[Any], case: Case) -> tuple[Value, ...]:
    """What was entered, in the order of its fields; nothing where members apply."""
    if service.entry is None:
        return ()
    answers = answers_of(case)
    return tuple(
        Value(each.code, each.label, answer_text(each, answers.get(each.code, "")))
        for each in service.entry.fields
    )


def returned_note(case: Case) -> ReturnedNote | None:
    """Why staff gave the case back, while it is with its applicant."""
    if case.state != CaseState.RETURNED:
        return None
    decision = CaseDecision.objects.filter(case=case).order_by("-round").first()
    if decision is None:
        return None
    tells = reason_tells("return_for_correction", decision.reason_code)
    return ReturnedNote(tells, decision.note, decision.at)


def reason_tells(decision: str, code: str) -> str:
    """The sentence an applicant reads for a reason; the bare code when the city dropped it."""
    reason = getattr(policy.current().reasons, decision).get(code)
    return reason.tells if reason is not None else code


def places_of(case: Case) -> tuple[PolicySlot, ...]:
    """The places for pictures that this case has, by what was entered."""
    answers = answers_of(case)
    return tuple(
        place
        for place in policy.current().services[case.service_code].slots
        if all(answers.get(code) == value for code, value in place.only_for.items())
    )


def slots_of(case: Case, codes: tuple[str, ...] | None = None) -> tuple[Slot, ...]:
    """The picture slots of a case with what lies in them; all of them, or those named."""
    pages: dict[str, list[EvidencePage]] = {}
    for picture in case.evidence.filter(removed_at__isnull=True).order_by("slot", "page_no"):
        pages.setdefault(picture.slot, []).append(
            EvidencePage(picture.pk, picture.page_no, picture.uploaded_at, picture.content_type)
        )
    return tuple(
        Slot(
            code=place.code,
            label=place.label,
            required=place.required,
            pages_max=place.pages_max,
            example=place.example,
            hint=place.hint,
            pages=tuple(pages.get(place.code, ())),
        )
        for place in places_of(case)
        if codes is None or place.code in codes
    )


def timeline_of(case: Case, *, for_staff: bool) -> tuple[TimelineEntry, ...]:
    """What happened, oldest first; applicants are told which office acted, not which person."""
    entries = []
    for event in case.events.order_by("id"):
        if not for_staff and event.action == "cases.evidence_replaced":
            continue
        entries.append(
            TimelineEntry(
                at=event.at,
                title=event.title,
                who=_who(event.actor_kind, event.actor_id, for_staff=for_staff),
                note=event.note,
            )
        )
    return tuple(entries)


def _who(kind: str, actor_id: int | None, *, for_staff: bool) -> str:
    if kind == "member":
        return "申请人" if for_staff else "您"
    if kind == "agent":
        return "单位经办人"
    if kind == "staff" and actor_id is not None:
        return parties.staff_member(actor_id).display_name if for_staff else "管理部"
    return "系统"


def branch_name(code: str) -> str:
    """What the city calls a branch; the bare code for one it has closed since."""
    branch = policy.current().branches.get(code)
    return branch.name if branch is not None else code


def lines_of(cases: Iterable[Case], *, at: datetime) -> tuple[CaseLine, ...]:
    """Cases as the rows of a list; all their people are read in one query."""
    rows = list(cases)
    people = parties.people(case.person_id for case in rows if case.person_id is not None)
    others = [case.employer_id for case in rows if case.employer_id is not None]
    employers = parties.employer_names(others) if others else {}
    return tuple(_line(case, _whom(case, people, employers), at=at) for case in rows)


def _whom(case: Case, people: Mapping[int, PersonFacts], employers: Mapping[int, str]) -> str:
    if case.person_id is not None:
        return str(people[case.person_id].name)
    return employers.get(case.employer_id) or _newcomer(case)


def _newcomer(case: Case) -> str:
    """What a newcomer is called in what was entered."""
    entry = registry.service(case.service_code).entry
    return answers_of(case).get(entry.named_by, "—") if entry is not None else "—"


def _line(case: Case, whom: str, *, at: datetime) -> CaseLine:
    block = policy.current().services.get(case.service_code)
    quote = case.quote or {}
    amount = quote["principal_fen"] + quote["interest_fen"] if quote else None
    waits = case.state == "in_review"
    return CaseLine(
        reference=case.reference,
        service_code=case.service_code,
        title=block.title if block is not None else case.service_code,
        state=case.state,
        state_text=STATE_TEXT[case.state],
        member_name_masked=whom,
        amount_fen=amount,
        channel=CHANNEL_TEXT.get(case.channel, case.channel),
        branch=branch_name(case.branch_code),
        submitted_at=case.submitted_at,
        waiting_since=case.waiting_since if waits else None,
        due_on=case.due_on if waits else None,
        is_late=waits and case.due_on is not None and at.date() > case.due_on,
    )
