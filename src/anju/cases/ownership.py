"""Whose case it is: asked before anything else."""

from dataclasses import dataclass

from django.db.models import Q

from anju.cases.models import AGENT, MEMBER, STAFF, Case
from anju.cases.records import NotYours
from anju.domain.rules import Finding, for_others
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store.audit import Actor, ActorKind

REVIEWING_ROLES = frozenset({"reviewer", "approver"})
# Who may open cases, look at their pictures and full numbers, and put pictures in. Keeping the
# books or the system is no reason to.
CASE_ROLES = REVIEWING_ROLES | {"teller"}


@dataclass(frozen=True)
class Entrant:
    """Who enters a case for somebody: an agent for his employer, or staff at the counter.

    The hall has made sure that the agent acts for the employer now.
    """

    user_id: int
    employer_id: int | None

    @property
    def kind(self) -> ActorKind:
        """What the case calls him."""
        return "staff" if self.employer_id is None else "agent"

    @property
    def channel(self) -> str:
        """The hall in which he enters."""
        return "counter" if self.employer_id is None else "employer"

    @property
    def actor(self) -> Actor:
        """He himself, for history and audit."""
        return Actor(self.kind, self.user_id)

    def told(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What he may know of these: an employer learns nothing of a member's own affairs."""
        return findings if self.employer_id is None else for_others(findings)


def agent(user_id: int, *, employer_id: int) -> Entrant:
    """An agent who acts for this employer."""
    return Entrant(user_id, employer_id)


def at_counter(staff_id: int) -> Entrant:
    """A member of staff whose work cases are. Raises NotYours."""
    case_worker(staff_id)
    return Entrant(staff_id, None)


def case_worker(staff_id: int) -> StaffFacts:
    """A member of staff whose work cases are.

    Raises:
        NotYours: another kind of work, or no longer here.
    """
    staff = parties.staff_member(staff_id)
    if not (staff.is_active and staff.roles & CASE_ROLES):
        raise NotYours(str(staff_id))
    return staff


def staff_case(reference: str, staff: StaffFacts) -> Case:
    """A submitted case of this person's branch.

    Raises:
        NotYours: none, or another branch's, or a draft that nobody but its owner sees.
    """
    case = Case.objects.filter(reference=reference, branch_code=staff.branch_code).first()
    if case is None or case.submitted_at is None:
        raise NotYours(reference)
    return case


def own_case(reference: str, person_id: int) -> Case:
    """The applicant's own case.

    Raises:
        NotYours: there is none of this person's.
    """
    case = Case.objects.filter(
        reference=reference, person_id=person_id, applicant_kind=MEMBER
    ).first()
    if case is None:
        raise NotYours(reference)
    return case


def seen_case(reference: str, by: Entrant) -> Case:
    """A case that this agent's employer, or this person's branch, has to do with.

    Agents also follow what the counter entered about their employer's people; nobody sees a
    member's own applications here, nor anybody else's draft at the counter.

    Raises:
        NotYours: there is none.
    """
    if by.employer_id is not None:
        rows = Case.objects.filter(employer_id=by.employer_id).exclude(applicant_kind=MEMBER)
        rows = rows.exclude(applicant_kind=STAFF, submitted_at=None)
    else:
        branch = case_worker(by.user_id).branch_code
        rows = Case.objects.filter(branch_code=branch, applicant_kind=STAFF)
        rows = rows.exclude(~Q(applicant_id=by.user_id), state="draft")
    case = rows.filter(reference=reference).first()
    if case is None:
        raise NotYours(reference)
    return case


def entered_case(reference: str, by: Entrant) -> Case:
    """A case that may be mended and taken back from here: entered by this employer's agents, or at
    this branch's counter.

    Raises:
        NotYours: there is none.
    """
    case = seen_case(reference, by)
    if case.applicant_kind != by.kind:
        raise NotYours(reference)
    return case


def applicant(case: Case) -> Actor:
    """The applicant as an actor."""
    kind: ActorKind = case.applicant_kind
    return Actor(kind, applicant_user(case))


def applicant_user(case: Case) -> int:
    """The key of the applicant's login.

    Raises:
        NotYours: the person has none, so nobody can have acted as them.
    """
    if case.applicant_id is not None:
        found: int = case.applicant_id
        return found
    user = parties.member_user_of(case.person_id)
    if user is None:
        raise NotYours(case.reference)
    return user.user_id


def is_entered(case: Case) -> bool:
    """Whether an agent or staff entered the case, rather than a member for himself."""
    return case.applicant_kind in (AGENT, STAFF)
