"""What the cases room shows to halls: frozen records with Chinese text that is ready to show."""

from dataclasses import dataclass, field
from datetime import date, datetime

from anju.domain.rules import Finding
from anju.domain.trace import Trace


class NotYours(Exception):
    """No such case for this person; a hall answers as if it did not exist."""


@dataclass(frozen=True)
class Value:
    """One labelled value of a record page; `text` is already masked and formatted."""

    code: str
    label: str
    text: str
    kind: str = "text"
    has_trace: bool = False


@dataclass(frozen=True)
class Quote:
    """What a case would pay: whole fen, interest up to but not including `until`."""

    principal_fen: int
    interest_fen: int
    until: date
    trace: Trace
    is_estimate: bool = True

    @property
    def total_fen(self) -> int:
        """Principal and interest together."""
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True)
class ServiceCard:
    """A service as one member sees it: open, or grey with every reason."""

    code: str
    title: str
    summary: str
    life_event: str
    is_open: bool
    findings: tuple[Finding, ...]
    live_reference: str | None
    draft_reference: str | None


@dataclass(frozen=True)
class EvidencePage:
    """One uploaded picture."""

    id: int
    page_no: int
    uploaded_at: datetime
    content_type: str


@dataclass(frozen=True)
class Slot:
    """A place for pictures of one kind."""

    code: str
    label: str
    required: bool
    pages_max: int
    example: str
    hint: str
    pages: tuple[EvidencePage, ...]


@dataclass(frozen=True)
class Proof:
    """How the person proves that it is them, and what exactly they prove."""

    kind: str
    proving: str
    phone_masked: str
    resend_at: datetime | None
    done: bool


@dataclass(frozen=True)
class ReturnedNote:
    """Why staff gave the case back."""

    reason_text: str
    note: str
    at: datetime


@dataclass(frozen=True)
class StepPage:
    """One page of an application, drawn by a hall according to its kind."""

    reference: str
    service_code: str
    title: str
    number: int
    count: int
    kind: str
    heading: str
    button: str
    code_label: str
    code_hint: str
    code_button: str
    values: tuple[Value, ...]
    quote: Quote | None
    slots: tuple[Slot, ...]
    proof: Proof | None
    warning: str
    returned: ReturnedNote | None


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened to a case."""

    at: datetime
    title: str
    who: str
    note: str


@dataclass(frozen=True)
class CaseLine:
    """A case as one row of a list; whom it is about is a member, masked, or an employer."""

    reference: str
    service_code: str
    title: str
    state: str
    state_text: str
    member_name_masked: str
    amount_fen: int | None
    channel: str
    branch: str
    submitted_at: datetime | None
    waiting_since: datetime | None
    due_on: date | None
    is_late: bool


@dataclass(frozen=True)
class CaseView:
    """A case as its applicant follows it."""

    reference: str
    service_code: str
    title: str
    state: str
    state_text: str
    next_text: str
    due_on: date | None
    quote: Quote | None
    pay_to: str
    timeline: tuple[TimelineEntry, ...]
    can_cancel: bool
    resume_step: int | None
    receipt: tuple[Value, ...]
    contact: str


@dataclass(frozen=True)
class Message:
    """One message of a member's inbox."""

    id: int
    at: datetime
    title: str
    body: str
    reference: str | None
    is_read: bool


@dataclass(frozen=True)
class EvidenceFile:
    """A picture in the clear, for one request."""

    content: bytes
    content_type: str
    name: str


@dataclass(frozen=True)
class ReviewPage:
    """A case as staff decide it.

    `entered` is what an agent or staff entered. `first_check` is "due" while 初审 is asked for and
    this person may do it, "waits" while somebody else must, "" where nothing is to be done.
    """

    reference: str
    title: str
    state: str
    state_text: str
    channel_text: str
    member: tuple[Value, ...]
    person_id: int | None
    entered: tuple[Value, ...]
    pays: bool
    first_check: str
    findings: tuple[Finding, ...]
    why_review: str
    quote: Quote | None
    slots: tuple[Slot, ...]
    timeline: tuple[TimelineEntry, ...]
    reasons: dict[str, tuple[tuple[str, str], ...]]
    may_decide: bool
    why_not: str
    payload_hash: str
    next_reference: str | None
    previous_reference: str | None
    revealable: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EntryPage:
    """A case that an agent or staff enter, as they see it.

    Attributes:
        about: the values of the member or employer it is about.
        answers: what was entered, by field code, as it is typed.
        entered: the same as people read it.
        findings: every condition as it stands, while the case is still to be submitted.
        may_mend: whether it may be mended and submitted from here.
        may_take_back: whether it may be taken back from here.
    """

    reference: str
    service_code: str
    title: str
    state: str
    state_text: str
    channel_text: str
    about: tuple[Value, ...]
    answers: dict[str, str]
    entered: tuple[Value, ...]
    findings: tuple[Finding, ...]
    slots: tuple[Slot, ...]
    timeline: tuple[TimelineEntry, ...]
    returned: ReturnedNote | None
    warning: str
    button: str
    due_on: date | None
    submitted_at: datetime | None
    may_mend: bool
    may_take_back: bool


@dataclass(frozen=True)
class EnteredPage:
    """A slice of the cases that an employer has to do with, newest first."""

    lines: tuple[CaseLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class WorkPage:
    """A slice of a branch's worklist."""

    lines: tuple[CaseLine, ...]
    total: int
    counts: dict[str, int]
    services: tuple[tuple[str, str], ...]
    next_before: str | None


@dataclass(frozen=True)
class Mistakes:
    """What to mend, by field name; the empty name is the whole form."""

    errors: dict[str, str]
    retry_at: datetime | None = None


@dataclass(frozen=True)
class NotOpen:
    """The service is not open to this member now, with every reason."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Begun:
    """An application was begun or resumed at this step."""

    reference: str
    number: int


@dataclass(frozen=True)
class Entered:
    """A case was entered, not submitted yet."""

    reference: str


@dataclass(frozen=True)
class Advanced:
    """The next step of an application."""

    reference: str
    number: int


@dataclass(frozen=True)
class Submitted:
    """The application is in; saying so twice does nothing twice."""

    reference: str


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way."""

    phone_masked: str
    resend_at: datetime


@dataclass(frozen=True)
class EvidenceAdded:
    """A picture was kept in this slot."""

    slot: str


@dataclass(frozen=True)
class Done:
    """It was done."""


@dataclass(frozen=True)
class Decided:
    """A decision was taken; `next_reference` is the next case that waits."""

    reference: str
    state_text: str
    next_reference: str | None = field(default=None)


@dataclass(frozen=True)
class DecisionRefused:
    """A decision was not taken, and why."""

    text: str
