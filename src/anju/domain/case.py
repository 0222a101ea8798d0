"""The life of an application as a pure machine: decide(state, event) -> (state, effects)."""

from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PAYING = "paying"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PAYMENT_RETURNED = "payment_returned"
    REINSTATED = "reinstated"


LIVE = frozenset({CaseState.IN_REVIEW, CaseState.RETURNED, CaseState.PAYING})
"""States in which a case holds money and bars a second one of its exclusion group."""


class Effect(StrEnum):
    """What must follow a step, in the same transaction."""

    HOLD = "hold"
    RELEASE = "release"
    ORDER = "order"
    FINISH = "finish"
    BOOK_RETURN = "book_return"


@dataclass(frozen=True)
class Submit:
    """The applicant submits; `needs_review` is what the city's policy said of this case."""

    needs_review: bool
    pays: bool


@dataclass(frozen=True)
class Resubmit:
    """The applicant mends a case that was returned; the hold it has stays."""


@dataclass(frozen=True)
class CheckFirst:
    """初审: somebody looks at what was entered before another person decides."""


@dataclass(frozen=True)
class Approve:
    """A member of staff who made nothing of the case approves it."""

    pays: bool


@dataclass(frozen=True)
class ReturnForCorrection:
    """退回补正: the same case reopens for the applicant, the hold stays."""


@dataclass(frozen=True)
class Reject:
    """不予通过: the case ends, the hold is released."""


@dataclass(frozen=True)
class Cancel:
    """The applicant takes the case back before a decision."""


@dataclass(frozen=True)
class Paid:
    """The bank paid the order of this case."""


@dataclass(frozen=True)
class PaymentFailed:
    """The bank did not pay and never will under this order's number."""


@dataclass(frozen=True)
class PaymentCameBack:
    """退票: the bank paid, and the money came back later."""


@dataclass(frozen=True)
class PaidAgain:
    """The money that had come back was paid once more, by another order."""


@dataclass(frozen=True)
class CameBackAgain:
    """What was paid once more came back as well."""


@dataclass(frozen=True)
class Reinstated:
    """恢复账户: the money that had come back is on the account again, for good."""


Event = (
    Submit
    | Resubmit
    | CheckFirst
    | Approve
    | ReturnForCorrection
    | Reject
    | Cancel
    | Paid
    | PaymentFailed
    | PaymentCameBack
    | PaidAgain
    | CameBackAgain
    | Reinstated
)
Step = tuple[CaseState, tuple[Effect, ...]]


class IllegalStep(Exception):
    """The event does not fit the state; nothing happens.

    Attributes:
        state: the state the case is in.
        event: the event that was refused.
    """

    def __init__(self, state: CaseState, event: Event) -> None:
        super().__init__(f"{type(event).__name__} does not fit a case that is {state}")
        self.state = state
        self.event = event


def decide(state: CaseState, event: Event) -> Step:
    """Return the next state and what must follow it.

    Raises:
        IllegalStep: the event does not fit the state.
    """
    match state, event:
        case CaseState.DRAFT, Submit(needs_review=True):
            return CaseState.IN_REVIEW, (Effect.HOLD,)
        case CaseState.DRAFT, Submit(pays=True):
            return CaseState.PAYING, (Effect.HOLD, Effect.ORDER)
        case CaseState.DRAFT, Submit():
            return CaseState.COMPLETED, (Effect.HOLD, Effect.FINISH)
        case _:
            return _decide_submitted(state, event)


def _decide_submitted(state: CaseState, event: Event) -> Step:
    match state, event:
        case CaseState.IN_REVIEW, CheckFirst():
            return CaseState.IN_REVIEW, ()
        case CaseState.IN_REVIEW, Approve(pays=True):
            return CaseState.PAYING, (Effect.ORDER,)
        case CaseState.IN_REVIEW, Approve():
            return CaseState.COMPLETED, (Effect.FINISH,)
        case CaseState.IN_REVIEW, ReturnForCorrection():
            return CaseState.RETURNED, ()
        case CaseState.IN_REVIEW, Reject():
            return CaseState.REJECTED, (Effect.RELEASE,)
        case CaseState.RETURNED, Resubmit():
            return CaseState.IN_REVIEW, ()
        case CaseState.IN_REVIEW | CaseState.RETURNED, Cancel():
            return CaseState.CANCELLED, (Effect.RELEASE,)
        case CaseState.DRAFT, Cancel():
            return CaseState.CANCELLED, ()
        case _:
            return _decide_paying(state, event)


def _decide_paying(state: CaseState, event: Event) -> Step:
    match state, event:
        case CaseState.PAYING, Paid():
            return CaseState.COMPLETED, (Effect.FINISH,)
        case CaseState.PAYING, PaymentFailed():
            return CaseState.FAILED, (Effect.RELEASE,)
        case CaseState.COMPLETED, PaymentCameBack():
            return CaseState.PAYMENT_RETURNED, (Effect.BOOK_RETURN,)
        case CaseState.PAYMENT_RETURNED, PaidAgain():
            return CaseState.COMPLETED, ()
        case CaseState.COMPLETED, CameBackAgain():
            return CaseState.PAYMENT_RETURNED, ()
        case CaseState.PAYMENT_RETURNED, Reinstated():
            return CaseState.REINSTATED, ()
        case _:
            raise IllegalStep(state, event)
