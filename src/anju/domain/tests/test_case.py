"""The case machine: every legal step, and every other step refused."""

import itertools

import pytest

from anju.domain.case import (
    LIVE,
    Approve,
    CameBackAgain,
    Cancel,
    CaseState,
    CheckFirst,
    Effect,
    IllegalStep,
    Paid,
    PaidAgain,
    PaymentCameBack,
    PaymentFailed,
    Reinstated,
    Reject,
    Resubmit,
    ReturnForCorrection,
    Submit,
    decide,
)

S = CaseState
STRAIGHT = Submit(needs_review=False, pays=True)
REVIEWED = Submit(needs_review=True, pays=True)
UNPAID = Submit(needs_review=False, pays=False)

LEGAL = [
    (S.DRAFT, REVIEWED, S.IN_REVIEW, (Effect.HOLD,)),
    (S.DRAFT, STRAIGHT, S.PAYING, (Effect.HOLD, Effect.ORDER)),
    (S.DRAFT, UNPAID, S.COMPLETED, (Effect.HOLD, Effect.FINISH)),
    (S.DRAFT, Cancel(), S.CANCELLED, ()),
    (S.IN_REVIEW, Approve(pays=True), S.PAYING, (Effect.ORDER,)),
    (S.IN_REVIEW, Approve(pays=False), S.COMPLETED, (Effect.FINISH,)),
    (S.IN_REVIEW, ReturnForCorrection(), S.RETURNED, ()),
    (S.IN_REVIEW, Reject(), S.REJECTED, (Effect.RELEASE,)),
    (S.IN_REVIEW, Cancel(), S.CANCELLED, (Effect.RELEASE,)),
    (S.RETURNED, Resubmit(), S.IN_REVIEW, ()),
    (S.IN_REVIEW, CheckFirst(), S.IN_REVIEW, ()),
    (S.RETURNED, Cancel(), S.CANCELLED, (Effect.RELEASE,)),
    (S.PAYING, Paid(), S.COMPLETED, (Effect.FINISH,)),
    (S.PAYING, PaymentFailed(), S.FAILED, (Effect.RELEASE,)),
    (S.COMPLETED, PaymentCameBack(), S.PAYMENT_RETURNED, (Effect.BOOK_RETURN,)),
    (S.PAYMENT_RETURNED, PaidAgain(), S.COMPLETED, ()),
    (S.COMPLETED, CameBackAgain(), S.PAYMENT_RETURNED, ()),
    (S.PAYMENT_RETURNED, Reinstated(), S.REINSTATED, ()),
]
EVENTS = [
    REVIEWED,
    STRAIGHT,
    UNPAID,
    Resubmit(),
    CheckFirst(),
    Approve(pays=True),
    Approve(pays=False),
    ReturnForCorrection(),
    Reject(),
    Cancel(),
    Paid(),
    PaymentFailed(),
    PaymentCameBack(),
    PaidAgain(),
    CameBackAgain(),
    Reinstated(),
]


@pytest.mark.parametrize(("state", "event", "after", "effects"), LEGAL)
def test_legal_steps(state, event, after, effects):
    assert decide(state, event) == (after, effects)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, EVENTS)))
def test_every_other_step_is_refused(state, event):
    if any((state, event) == (legal[0], legal[1]) for legal in LEGAL):
        return
    with pytest.raises(IllegalStep) as refused:
        decide(state, event)
    assert refused.value.state is state
    assert refused.value.event is event


def test_money_is_held_exactly_while_a_case_is_live():
    """Walk every path: holding and releasing or finishing pair up."""
    seen = set()

    def walk(state, holds, depth):
        if depth > 8 or (state, holds) in seen:
            return
        seen.add((state, holds))
        assert holds == (state in LIVE), state
        for legal_state, _event, after, effects in LEGAL:
            if legal_state is not state:
                continue
            now = holds
            for effect in effects:
                if effect is Effect.HOLD:
                    assert not now
                    now = True
                elif effect in (Effect.RELEASE, Effect.FINISH):
                    assert now
                    now = False
            walk(after, now, depth + 1)

    walk(S.DRAFT, False, 0)
    assert {state for state, _ in seen} == set(S)
