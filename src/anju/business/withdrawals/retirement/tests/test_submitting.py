"""A submit counts once, can be taken back in time, and fixes the amount."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju import ledger
from anju.business.treasury.models import Break, PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance, card_of, unmet
from anju.cases import actions, facts
from anju.cases.models import Case, Message
from anju.cases.records import Done, Mistakes, NotOpen, Submitted
from anju.parties import actions as parties
from anju.store.audit import Actor
from anju.store.models import AuditRow

AT = cast.AT


# -- once only -------------------------------------------------------------------------------


def test_submitting_again_does_nothing_again(books, both_cities, bank, worker):
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    last = len(both_cities.services[cast.SERVICE].steps)
    for moment in (AT, AT + timedelta(hours=1)):
        answer = actions.take_step(
            reference, person_id=who.person_id, number=last, posted={}, at=moment
        )
        assert answer == Submitted(reference)
        worker.work(moment)
    assert PaymentOrder.objects.count() == 1
    assert len(bank.requests) == 1
    assert Message.objects.filter(person_id=who.person_id).count() == 2


def test_a_second_case_is_refused_while_one_lives(books, both_cities, bank, worker):
    who = cast.member(card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    reference = cast.submit(who)
    assert cast.case(reference).state == "in_review"
    refused = actions.begin(cast.SERVICE, person_id=who.person_id, channel="web", at=AT)
    assert unmet(refused.findings) == {"retirement.another_case_live"}
    (saw,) = [f.saw for f in refused.findings if not f.met]
    assert reference in saw
    assert card_of(who).live_reference == reference


def test_the_database_refuses_a_second_live_case(books, yuncheng, bank):
    who = cast.member(card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    first = cast.case(cast.submit(who))
    with pytest.raises(IntegrityError, match="one_live_case"), transaction.atomic():
        Case.objects.create(
            reference="TQ202611209999",
            service_code="withdrawals.other",
            channel="web",
            person_id=first.person_id,
            subject_kind=first.subject_kind,
            subject_id=first.subject_id,
            branch_code=first.branch_code,
            exclusion_group=first.exclusion_group,
            state="in_review",
            policy_version="x",
            begun_at=AT,
            submitted_at=AT,
        )


def test_two_hands_submit_at_once_and_one_order_is_written(committing_db, bank, yuncheng):
    cast.open_books()
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    posted = cast.posted_for(who, reference, 1, at=AT)
    actions.take_step(reference, person_id=who.person_id, number=1, posted={}, at=AT)
    answers = []
    gate = threading.Barrier(2)

    def submit():
        try:
            gate.wait()
            answers.append(
                actions.take_step(
                    reference, person_id=who.person_id, number=1, posted=posted, at=AT
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Submitted(reference) in answers
    assert PaymentOrder.objects.count() == 1
    assert ledger.account(who.account_id).held == cast.BALANCE


# -- taking it back --------------------------------------------------------------------------


def test_a_case_in_review_can_be_taken_back_and_the_money_is_free(books, both_cities, bank):
    who = cast.member(card_bound_at=AT - timedelta(hours=1))
    cast.turn_to()
    reference = cast.submit(who)
    assert who.account.held == cast.BALANCE
    assert actions.cancel(reference, person_id=who.person_id, at=AT) == Done()
    assert actions.cancel(reference, person_id=who.person_id, at=AT) == Done()
    assert cast.case(reference).state == "cancelled"
    assert (who.account.state, who.account.held) == ("sealed", 0)
    assert who.account.available == cast.BALANCE
    assert card_of(who).is_open
    assert AuditRow.objects.filter(action="cases.submitted").count() == 1


def test_a_draft_taken_back_leaves_nothing(books, both_cities, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    assert actions.cancel(reference, person_id=who.person_id, at=AT) == Done()
    assert facts.cases_of(who.person_id, at=AT) == ()
    assert not Message.objects.exists()


def test_what_the_bank_has_cannot_be_taken_back(books, both_cities, bank):
    who = cast.member()
    cast.turn_to()
    reference = cast.submit(who)
    refused = actions.cancel(reference, person_id=who.person_id, at=AT)
    assert isinstance(refused, Mistakes)
    assert cast.case(reference).state == "paying"
    assert who.account.state == "closing"


# -- amounts ---------------------------------------------------------------------------------


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(balance=st.integers(1, 50_000_000), later=st.integers(0, 200))
def test_both_channels_quote_the_same(balance, later, db, bank, city):
    """Whatever the balance and the day, phone and web show one amount, to the fen."""
    day = cast.AT + timedelta(days=later)
    with transaction.atomic():
        cast.open_books()
        who = cast.member(balance=balance)
        cast.turn_to(day)
        city("yuncheng")
        quotes = []
        for channel in ("h5", "web"):
            reference = cast.begin(who, channel=channel, at=day)
            page = facts.step_page(reference, person_id=who.person_id, number=1, at=day)
            texts = {value.code: value.text for value in page.values if value.code != "query_time"}
            quotes.append((page.quote, texts))
            actions.cancel(reference, person_id=who.person_id, at=day)
        assert quotes[0] == quotes[1]
        days = (day.date() - cast.YEAR_BEGAN.date()).days
        numerator, denominator = balance * days * 15, 360_000
        assert quotes[0][0].interest_fen == (2 * numerator + denominator) // (2 * denominator)
        transaction.set_rollback(True)


def test_an_unsettled_year_is_settled_before_the_account_closes(books, both_cities, bank, worker):
    """Closing in July, before 30 June was released: two years' interest, each rounded once."""
    who = cast.member()
    july = cast.AT.replace(year=2027, month=7, day=9)
    cast.turn_to(july)
    reference = cast.submit(who, at=july)
    worker.work(july)
    year = (cast.BALANCE * 365 * 15 * 2 + 360_000) // 720_000
    principal = cast.BALANCE + year
    last = (principal * 8 * 15 * 2 + 360_000) // 720_000
    quote = facts.case_view(reference, person_id=who.person_id, at=july).quote
    assert (quote.principal_fen, quote.interest_fen) == (principal, last)
    assert sum(bank.paid.values()) == principal + last
    assert who.account.state == "closed"
    books_balance()


def test_an_account_without_money_is_closed_without_a_bank(books, both_cities, bank, worker):
    who = cast.member(balance=0)
    cast.turn_to()
    reference = cast.submit(who)
    assert cast.case(reference).state == "completed"
    assert who.account.state == "closed"
    worker.work(AT)
    assert bank.requests == []
    assert not Break.objects.exists()


def test_review_is_policy(books, city, bank):
    """`always` reviews a green case, `never` lets a young card through."""
    loaded = city("yuncheng")
    young = cast.member(1, card_bound_at=AT - timedelta(hours=1))
    green = cast.member(2)
    cast.turn_to()

    def with_review(when):
        block = loaded.services[cast.SERVICE]
        review = block.review.model_copy(update={"when": when})
        services = {cast.SERVICE: block.model_copy(update={"review": review})}
        return replace(loaded, services=services)

    from anju import policy

    with policy.using(with_review("always")):
        assert cast.case(cast.submit(green)).state == "in_review"
    with policy.using(with_review("never")):
        assert cast.case(cast.submit(young)).state == "paying"


def test_a_member_without_a_login_cannot_apply(books, yuncheng, bank):
    who = cast.member()
    cast.turn_to()
    stranger = parties.enrol_person(
        name="演示·无户",
        id_number=cast.id_number(999),
        phone="15000000999",
        actor=Actor.system(),
        at=AT,
    )
    refused = actions.begin(cast.SERVICE, person_id=stranger.pk, channel="h5", at=AT)
    assert isinstance(refused, NotOpen)
    assert who.account.state == "sealed"
