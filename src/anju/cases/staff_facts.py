"""What staff see: their branch's worklist, and a case with everything a decision needs."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from anju import ledger, policy
from anju.cases import registry
from anju.cases.assessment import asked_of, assess, quote_from_json
from anju.cases.decisions import (
    DECISIONS,
    current_hash,
    first_check_is_due,
    reasons_for,
    waiting_cases,
    why_may_not_check_first,
    why_may_not_decide,
)
from anju.cases.evidence import open_picture
from anju.cases.models import Case, Evidence
from anju.cases.ownership import case_worker, staff_case
from anju.cases.records import EvidenceFile, NotYours, ReviewPage, WorkPage
from anju.cases.showing import all_values_of, entered_values, lines_of, slots_of, timeline_of
from anju.cases.words import CHANNEL_TEXT, STATE_TEXT
from anju.domain.case import CaseState
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit
from anju.store.audit import Actor

_SHOWN = {
    "waiting": (CaseState.IN_REVIEW,),
    "returned": (CaseState.RETURNED,),
    "paying": (CaseState.PAYING,),
    "breaks": (CaseState.FAILED, CaseState.PAYMENT_RETURNED),
    "done": (
        CaseState.COMPLETED,
        CaseState.REJECTED,
        CaseState.CANCELLED,
        CaseState.REINSTATED,
    ),
}


def worklist(
    staff_id: int,
    *,
    show: str,
    service: str | None,
    text: str,
    before: str | None,
    at: datetime,
    holder: int | None = None,
    limit: int = 50,
) -> WorkPage:
    """The cases of this person's branch, those that wait longest first.

    Args:
        staff_id: who asks; only their branch is read.
        show: "waiting", "returned", "paying", "done", "breaks" or "all".
        service: only this service, or None.
        text: a reference, or an exact name, ID number or phone; an employer's name or code.
        before: the last reference of the page before, for the next one.
        at: the instant, for lateness.
        holder: the person whose account the text is the number of, if it is one.
        limit: rows of one page.
    """
    staff = case_worker(staff_id)
    mine = Case.objects.filter(branch_code=staff.branch_code, submitted_at__isnull=False)
    counted = dict(mine.values_list("state").annotate(Count("id")))
    counts = {
        name: sum(counted.get(state, 0) for state in states) for name, states in _SHOWN.items()
    }
    counts["all"] = sum(counted.values())
    people = _people(text.strip(), holder, staff_id=staff_id, at=at)
    found = _narrowed(mine, show=show, service=service, text=text.strip(), people=people)
    oldest_first = show in ("waiting", "returned", "paying")
    order = ("waiting_since", "id") if oldest_first else ("-submitted_at", "-id")
    total = found.count()
    if before is not None:
        found = _after(found, before, among=mine, oldest_first=oldest_first)
    cases = list(found.order_by(*order)[: limit + 1])
    blocks = policy.current().services
    return WorkPage(
        lines=lines_of(cases[:limit], at=at),
        total=total,
        counts=counts,
        services=tuple(
            (s.code, blocks[s.code].title) for s in registry.services() if s.code in blocks
        ),
        next_before=cases[limit - 1].reference if len(cases) > limit else None,
    )


def _people(text: str, holder: int | None, *, staff_id: int, at: datetime) -> list[int]:
    """Whom a search names: account, exact name, ID number or phone; each leaves an audit row."""
    if not text:
        return []
    if holder is not None:
        parties.searched("account", [holder], actor=Actor.staff(staff_id), at=at)
        return [holder]
    found = parties.search_people(text, actor=Actor.staff(staff_id), at=at)
    return [person.person_id for person in found]


def _narrowed(
    cases: QuerySet[Case], *, show: str, service: str | None, text: str, people: list[int]
) -> QuerySet[Case]:
    if show in _SHOWN:
        cases = cases.filter(state__in=_SHOWN[show])
    if service:
        cases = cases.filter(service_code=service)
    if text:
        by_reference = cases.filter(reference=text.upper())
        if by_reference.exists():
            return by_reference
        cases = cases.filter(Q(person_id__in=people) | Q(person=None, employer__in=_named(text)))
    return cases


def _named(text: str) -> list[int]:
    """The employers with exactly this name, or this code."""
    by_code = parties.employer_by_uscc(text)
    found = (*parties.employers_by_name(text), *((by_code,) if by_code else ()))
    return [each.employer_id for each in found]


def _after(
    cases: QuerySet[Case], before: str, *, among: QuerySet[Case], oldest_first: bool
) -> QuerySet[Case]:
    """The rows after the one named, by the page's own order (keyset, never offset)."""
    last = among.filter(reference=before).first()
    if last is None:
        return cases
    if oldest_first:
        return cases.filter(waiting_since__gte=last.waiting_since).exclude(
            waiting_since=last.waiting_since, id__lte=last.pk
        )
    return cases.filter(submitted_at__lte=last.submitted_at).exclude(
        submitted_at=last.submitted_at, id__gte=last.pk
    )


def review_page(reference: str, *, staff_id: int, at: datetime) -> ReviewPage:
    """A case with facts, rules, evidence, history, and whether this person may decide it.

    Raises:
        NotYours: not a case of this person's branch.
    """
    staff = case_worker(staff_id)
    case = staff_case(reference, staff)
    block = policy.current().services[case.service_code]
    service = registry.service(case.service_code)
    asked = asked_of(case, at=at)
    found = assess(service, asked, on=ledger.business_date(), besides=case, deciding=True)
    undecided = case.state in (CaseState.IN_REVIEW, CaseState.RETURNED)
    quote = found.quote if undecided else quote_from_json(case.quote)
    before, after = _neighbours(case, staff)
    why_not = why_may_not_decide(case, staff)
    with transaction.atomic():
        audit.write(
            "cases.viewed",
            at=at,
            actor=Actor.staff(staff_id),
            subject=audit.Subject("case", str(case.pk)),
            case_ref=reference,
        )
    return ReviewPage(
        reference=reference,
        title=block.title,
        state=case.state,
        state_text=STATE_TEXT[case.state],
        channel_text=CHANNEL_TEXT.get(case.channel, case.channel),
        member=all_values_of(service, found, quote, at),
        person_id=case.person_id,
        entered=entered_values(service, case),
        pays=service.payment is not None,
        first_check=_first_check(case, staff),
        # Once it is decided, what is true of the account today is no reason for anything.
        findings=found.conditions + found.checks if undecided else (),
        why_review=case.why_review,
        quote=quote,
        slots=slots_of(case),
        timeline=timeline_of(case, for_staff=True),
        reasons={decision: reasons_for(decision) for decision in DECISIONS},
        may_decide=not why_not,
        why_not=why_not,
        payload_hash=current_hash(case, found) if found.subject is not None else "",
        next_reference=after,
        previous_reference=before,
        revealable=service.revealable,
    )


def _first_check(case: Case, staff: StaffFacts) -> str:
    """What stands with 初审 for this person: "due", "waits" or ""."""
    if case.state != CaseState.IN_REVIEW or not first_check_is_due(case):
        return ""
    return "waits" if why_may_not_check_first(case, staff) else "due"


def _neighbours(case: Case, staff: StaffFacts) -> tuple[str | None, str | None]:
    """The waiting cases before and after this one, in the order of the worklist."""
    waiting = waiting_cases(staff).exclude(pk=case.pk)
    if case.waiting_since is None:
        return None, waiting.values_list("reference", flat=True).first()
    earlier = waiting.filter(waiting_since__lte=case.waiting_since).exclude(
        waiting_since=case.waiting_since, id__gte=case.pk
    )
    later = waiting.filter(waiting_since__gte=case.waiting_since).exclude(
        waiting_since=case.waiting_since, id__lte=case.pk
    )
    return (
        earlier.order_by("-waiting_since", "-id").values_list("reference", flat=True).first(),
        later.order_by("waiting_since", "id").values_list("reference", flat=True).first(),
    )


def staff_evidence(evidence_id: int, *, staff_id: int, at: datetime) -> EvidenceFile:
    """A picture of a case of this person's branch; opening it leaves an audit row.

    Raises:
        NotYours: another branch's, or taken away.
    """
    staff = case_worker(staff_id)
    picture = (
        Evidence.objects.filter(pk=evidence_id, removed_at__isnull=True)
        .select_related("case")
        .first()
    )
    if picture is None:
        raise NotYours(str(evidence_id))
    case = staff_case(picture.case.reference, staff)
    with transaction.atomic():
        audit.write(
            "cases.evidence_opened",
            at=at,
            actor=Actor.staff(staff_id),
            subject=audit.Subject("case", str(case.pk)),
            case_ref=case.reference,
            details={"evidence": picture.pk, "slot": picture.slot},
        )
    return open_picture(picture)
