"""Two accounts of one person become one, at the counter."""

from __future__ import annotations

from datetime import date

import pytest

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions.models import Enrolment
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.loans import orders as loans
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance, card_of
from anju.cases import actions, entered_facts
from anju.cases.models import Message
from anju.cases.records import DecisionRefused, Entered, NotOpen, NotYours, Submitted
from anju.parties import facts as parties
from anju.parties import identities
from anju.store.audit import Actor
from anju.store.models import AuditRow

SERVICE = "contributions.merging"
AT = stop.AT


def enter(by, kept, gone_no: str):
    posted = {"reason": "opened_twice", "other_account_no": gone_no}
    return actions.enter(SERVICE, by=by, person_id=kept.person_id, posted=posted, at=AT)


def submitted(by, kept, gone) -> str:
    """A merge with its papers that waits for its review."""
    answer = enter(by, kept, number_of(gone))
    assert isinstance(answer, Entered), answer
    stop.photograph(by, answer.reference, "id_card")
    stop.photograph(by, answer.reference, "merge_papers", shade=90)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def number_of(who) -> str:
    return Enrolment.objects.get(account_id=who.account_id).account_no


def unmet(answer) -> set[str]:
    assert isinstance(answer, NotOpen), answer
    return {each.code.partition(".")[2] for each in answer.findings if not each.met}


def named_alike(who, other) -> None:
    """The other is registered under the same name."""
    identities.change_identity(
        other.person_id, name=parties.full_name(who.person_id), case_ref="X",
        actor=Actor.system(), at=AT,
    )  # fmt: skip


@pytest.fixture
def pair(books, city):
    """One who contributes, and the sealed account that is his as well; a teller."""
    city("yuncheng")
    return two()


def two():
    kept, gone = stop.contributor(1), cast.member(2)
    cast.turn_to()
    named_alike(kept, gone)
    return kept, gone, stop.teller()


def test_all_of_it_is_on_the_account_that_stays(books, both_cities):
    kept, gone, by = two()
    reviewer = cast.staff().pk
    before, other = kept.account, gone.account
    reference = submitted(by, kept, gone)
    assert isinstance(stop.decide(reference, by.user_id), DecisionRefused)
    assert kept.account.balance == before.balance, "nothing moves before somebody else approves"
    stop.approved(reference, reviewer)
    for part in ("balance", "carried", "v", "v_carried"):
        assert getattr(kept.account, part) == getattr(before, part) + getattr(other, part), part
    assert (gone.account.state, gone.account.balance) == ("closed", 0)
    assert ledger.merged_of([gone.account_id]) == {gone.account_id: kept.account_id}
    page = contributions.account_page(gone.person_id, at=AT)
    assert page.state_text == "合并销户"
    (line, *_rest) = contributions.movements(kept.person_id, year=2026, before=None, limit=1).lines
    assert (line.title, line.amount_fen) == ("账户合并", other.balance)
    assert "合并" in Message.objects.get(person_id=kept.person_id).body
    kept_row = AuditRow.objects.get(action="contributions.accounts_merged")
    assert kept_row.details["source"] == number_of(gone)
    books_balance()


def test_who_signed_in_by_the_other_does_no_more(pair):
    kept, gone, by = pair
    assert parties.member_user_of(gone.person_id).is_active
    stop.approved(submitted(by, kept, gone), cast.staff().pk)
    assert not parties.member_user_of(gone.person_id).is_active
    assert parties.member_user_of(kept.person_id).is_active


def test_the_kept_account_pays_out_all_of_it(pair):
    kept, gone, by = pair
    stop.approved(submitted(by, kept, gone), cast.staff().pk)
    stop.approved(stop.submitted(by, kept), cast.staff("other.reviewer").pk)
    assert card_of(kept).is_open
    assert not card_of(gone).is_open


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda kept, gone: ledger.unseal(gone.account_id), "other_paid_into"),
        (
            lambda kept, gone: ledger.freeze(
                gone.account_id, authority="演示法院", doc_no="1", amount=1, from_day=AT.date()
            ),
            "other_frozen",
        ),
        (lambda kept, gone: renamed(gone), "other_name_differs"),
        (lambda kept, gone: owes(gone), "other_has_loan"),
        (lambda kept, gone: ledger.flip_day(date(2027, 7, 1)), "year_unsettled"),
        (lambda kept, gone: being_renamed(gone), "other_case_live"),
    ],
)
def test_what_stands_against_it_is_said(pair, spoil, code):
    kept, gone, by = pair
    spoil(kept, gone)
    assert unmet(enter(by, kept, number_of(gone))) == {code}


def owes(who) -> None:
    loans.take_on(who.person_id, loan_no="D2", principal_fen=100, actor=Actor.system(), at=AT)


def being_renamed(who) -> None:
    posted = {"reason": "mistyped", "name": "演示·另一人", "id_number": "", "phone": ""}
    by = stop.teller("other.teller")
    answer = actions.enter(
        "contributions.identity", by=by, person_id=who.person_id, posted=posted, at=AT
    )
    assert isinstance(answer, Entered), answer
    stop.photograph(by, answer.reference, "id_card")
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)


def renamed(who) -> None:
    identities.change_identity(
        who.person_id, name="演示·另一人", case_ref="Y", actor=Actor.system(), at=AT
    )


def test_another_account_is_named(pair):
    kept, _gone, by = pair
    assert unmet(enter(by, kept, number_of(kept))) == {"other_is_this", "other_paid_into"}
    assert unmet(enter(by, kept, "A0")) == {"other_unknown"}


def test_neither_agents_nor_another_branch(pair):
    kept, gone, by = pair
    agent, elsewhere = stop.unit_agent(), stop.teller("far.teller", branch_code="hejin")
    with pytest.raises(NotYours):
        enter(agent, kept, number_of(gone))
    assert not isinstance(enter(elsewhere, kept, number_of(gone)), Entered)
    reference = submitted(by, kept, gone)
    for other in (agent, elsewhere):
        with pytest.raises(NotYours):
            entered_facts.entered_case_page(reference, by=other, at=AT)
