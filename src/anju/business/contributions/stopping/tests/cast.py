"""A member who still contributes, an agent of the employer, staff of the branch; and their acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from anju.business.contributions.models import Enrolment
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions, entered_facts
from anju.cases import facts as cases
from anju.cases.ownership import Entrant, agent, at_counter
from anju.cases.records import Decided, Entered, EvidenceAdded, Submitted
from anju.parties.models import Employer
from anju.parties.tests import cast as parties

SERVICE = "contributions.stopping"
AT, BRANCH = cast.AT, cast.BRANCH
PAID_THROUGH = date(2026, 10, 1)
RETIRED = {"reason": "retired", "last_month": "2026-10"}
LEFT = {"reason": "left", "last_month": "2026-10"}
SLOT = {"retired": "retirement_papers", "left": "leaving_papers"}


def contributor(order: int = 1) -> cast.Member:
    """A member who is paid for up to October."""
    who = cast.member(order, sealed="")
    Enrolment.objects.filter(account_id=who.account_id).update(paid_through=PAID_THROUGH)
    return who


def unit_agent(order: int = 1) -> Entrant:
    """An agent of the members' employer."""
    employer = Employer.objects.get(pk=cast.employer())
    return agent(parties.agent(order, of=employer).pk, employer_id=employer.pk)


def teller(username: str = "yanhu.teller", **more: object) -> Entrant:
    """A teller of the members' branch."""
    return at_counter(cast.staff(username, role="teller", **more).pk)


def enter(by: Entrant, who: cast.Member, posted: Mapping[str, str] = RETIRED) -> object:
    """What comes of entering a stop."""
    return actions.enter(SERVICE, by=by, person_id=who.person_id, posted=posted, at=AT)


def entered(by: Entrant, who: cast.Member, posted: Mapping[str, str] = RETIRED) -> str:
    """A stop that is entered with its picture; gives its reference."""
    answer = enter(by, who, posted)
    assert isinstance(answer, Entered), answer
    photograph(by, answer.reference, SLOT[posted["reason"]])
    return answer.reference


def photograph(by: Entrant, reference: str, slot: str, shade: int = 120) -> None:
    """Take a picture of the papers."""
    kept = actions.add_entered_evidence(
        reference, by=by, slot=slot, content=cast.photo(shade), at=AT
    )
    assert kept == EvidenceAdded(slot)


def submitted(by: Entrant, who: cast.Member, posted: Mapping[str, str] = RETIRED) -> str:
    """A stop that waits for its review."""
    reference = entered(by, who, posted)
    assert actions.submit_entered(reference, by=by, at=AT) == Submitted(reference)
    return reference


def decide(reference: str, staff_id: int, decision: str = "approve", reason: str = "consistent"):
    """What comes of a decision on what the page shows."""
    page = cases.review_page(reference, staff_id=staff_id, at=AT)
    return getattr(actions, decision)(
        reference,
        staff_id=staff_id,
        reason_code=reason,
        note="",
        payload_hash=page.payload_hash,
        at=AT,
    )


def approved(reference: str, staff_id: int) -> None:
    """Another person at the branch approves."""
    answer = decide(reference, staff_id)
    assert isinstance(answer, Decided), answer


def page(reference: str, by: Entrant):
    """The case as it is seen from there."""
    return entered_facts.entered_case_page(reference, by=by, at=AT)
