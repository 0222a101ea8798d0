"""The payment machine: nothing is paid twice, nothing is released that may still be paid."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.payment import (
    RESEND_AFTER,
    RESEND_AFTER_QUERIES,
    Answer,
    Effect,
    IllegalStep,
    NoReply,
    Noticed,
    Payment,
    PaymentStatus,
    Queried,
    Replied,
    Send,
    decide,
    may_resend,
)

P = PaymentStatus
AT = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
AMOUNT = 2_022_295


def order(status, *, not_found=0, sent_at=AT):
    return Payment(status, AMOUNT, None if status is P.WRITTEN else sent_at, not_found)


def replied(answer, amount=AMOUNT):
    return Replied(answer, amount)


def noticed(answer, amount=AMOUNT):
    return Noticed(answer, amount)


def queried(answer, amount=AMOUNT, at=AT):
    return Queried(answer, amount, at)


TABLE = [
    # the call
    (P.WRITTEN, Send(AT), P.SENT, (Effect.CALL,)),
    (P.SENT, NoReply(), P.UNKNOWN, (Effect.ASK_LATER,)),
    (P.UNKNOWN, NoReply(), P.UNKNOWN, ()),
    (P.PAID, NoReply(), P.PAID, ()),
    # a reply or a notice is believed when it says the right amount was paid
    (P.SENT, replied(Answer.PAID), P.PAID, (Effect.SETTLE,)),
    (P.SENT, noticed(Answer.PAID), P.PAID, (Effect.SETTLE,)),
    (P.UNKNOWN, noticed(Answer.PAID), P.PAID, (Effect.SETTLE,)),
    (P.SENT, replied(Answer.ACCEPTED), P.UNKNOWN, (Effect.ASK_LATER,)),
    # "failed" by push is never believed: ask
    (P.SENT, replied(Answer.FAILED), P.UNKNOWN, (Effect.ASK,)),
    (P.UNKNOWN, noticed(Answer.FAILED), P.UNKNOWN, (Effect.ASK,)),
    (P.SENT, noticed(Answer.RETURNED), P.UNKNOWN, (Effect.ASK,)),
    (P.SENT, replied(Answer.PAID, 1), P.UNKNOWN, (Effect.ASK,)),
    # repeated and late notices change nothing
    (P.PAID, noticed(Answer.PAID), P.PAID, ()),
    (P.PAID, noticed(Answer.ACCEPTED), P.PAID, ()),
    (P.FAILED, noticed(Answer.FAILED), P.FAILED, ()),
    (P.RETURNED, noticed(Answer.RETURNED), P.RETURNED, ()),
    (P.RETURNED, noticed(Answer.PAID), P.RETURNED, ()),
    # contradictions are asked about
    (P.PAID, noticed(Answer.FAILED), P.PAID, (Effect.ASK,)),
    (P.PAID, noticed(Answer.RETURNED), P.PAID, (Effect.ASK,)),
    (P.FAILED, noticed(Answer.PAID), P.FAILED, (Effect.ASK,)),
    # a query decides
    (P.UNKNOWN, queried(Answer.PAID), P.PAID, (Effect.SETTLE,)),
    (P.UNKNOWN, queried(Answer.FAILED), P.FAILED, (Effect.RELEASE,)),
    (P.UNKNOWN, queried(Answer.RETURNED), P.RETURNED, (Effect.SETTLE, Effect.BOOK_RETURN)),
    (P.UNKNOWN, queried(Answer.ACCEPTED), P.UNKNOWN, (Effect.ASK_LATER,)),
    (P.UNKNOWN, queried(Answer.NOT_FOUND), P.UNKNOWN, (Effect.ASK_LATER,)),
    (P.UNKNOWN, queried(Answer.PAID, 1), P.UNKNOWN, (Effect.BREAK,)),
    (P.UNKNOWN, queried(Answer.RETURNED, 1), P.UNKNOWN, (Effect.BREAK,)),
    (P.PAID, queried(Answer.PAID), P.PAID, ()),
    (P.PAID, queried(Answer.RETURNED), P.RETURNED, (Effect.BOOK_RETURN,)),
    (P.PAID, queried(Answer.RETURNED, 1), P.PAID, (Effect.BREAK,)),
    (P.PAID, queried(Answer.FAILED), P.PAID, (Effect.BREAK,)),
    (P.FAILED, queried(Answer.FAILED), P.FAILED, ()),
    (P.FAILED, queried(Answer.PAID), P.FAILED, (Effect.BREAK,)),
    (P.RETURNED, queried(Answer.RETURNED), P.RETURNED, ()),
    # the bank speaks of a number that was never sent
    (P.WRITTEN, noticed(Answer.PAID), P.WRITTEN, (Effect.BREAK,)),
]


@pytest.mark.parametrize(("status", "event", "after", "effects"), TABLE)
def test_steps(status, event, after, effects):
    step, did = decide(order(status), event)
    assert (step.status, did) == (after, effects)


@pytest.mark.parametrize("status", [P.SENT, P.UNKNOWN, P.PAID, P.FAILED, P.RETURNED])
def test_an_order_is_not_sent_again_while_anything_may_be_under_way(status):
    with pytest.raises(IllegalStep):
        decide(order(status), Send(AT + timedelta(days=1)))


def test_the_same_number_goes_out_again_only_late_and_after_several_queries():
    payment = order(P.UNKNOWN)
    late = AT + RESEND_AFTER
    for asked in range(1, RESEND_AFTER_QUERIES):
        payment, effects = decide(payment, queried(Answer.NOT_FOUND, 0, late))
        assert effects == (Effect.ASK_LATER,), asked
    payment, effects = decide(payment, queried(Answer.NOT_FOUND, 0, late - timedelta(seconds=1)))
    assert effects == (Effect.ASK_LATER,)
    payment, effects = decide(payment, queried(Answer.NOT_FOUND, 0, late))
    assert effects == (Effect.CALL,)
    assert may_resend(payment, late)
    again, effects = decide(payment, Send(late))
    assert (again.status, again.not_found, again.sent_at) == (P.SENT, 0, late)
    assert effects == (Effect.CALL,)


answers = st.sampled_from(Answer)
amounts = st.sampled_from([AMOUNT, AMOUNT, AMOUNT, 0, 1])
events = st.one_of(
    st.builds(Send, st.integers(0, 600).map(lambda m: AT + timedelta(minutes=m))),
    st.just(NoReply()),
    st.builds(Replied, answers, amounts),
    st.builds(Noticed, answers, amounts),
    st.builds(Queried, answers, amounts, st.just(AT + timedelta(hours=12))),
)


@given(st.lists(events, max_size=40))
def test_money_moves_at_most_once_whatever_the_bank_says(history):
    payment = order(P.WRITTEN)
    settled = released = returned = 0
    for event in history:
        try:
            payment, effects = decide(payment, event)
        except IllegalStep:
            continue
        settled += effects.count(Effect.SETTLE)
        released += effects.count(Effect.RELEASE)
        returned += effects.count(Effect.BOOK_RETURN)
        assert payment.amount_fen == AMOUNT
        assert settled + released <= 1
        assert returned <= settled
        assert (payment.status is P.FAILED) == (released == 1)
        assert (payment.status in (P.PAID, P.RETURNED)) == (settled == 1)
