"""A member's data are put right, in both ways in; what stood before is kept."""

from __future__ import annotations

import pytest

from anju.business.contributions.stopping.tests import cast as stop
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.records import Decided, DecisionRefused, Entered, Mistakes, NotOpen, Submitted
from anju.domain.identifiers import id_check_digit
from anju.parties import facts as parties
from anju.parties import identities
from anju.parties.answers import RuleBroken
from anju.parties.models import FormerIdentity, User
from anju.store import index
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow

SERVICE = "contributions.identity"
AT = stop.AT
FIRST17 = "14999919660815077"
NUMBER = FIRST17 + id_check_digit(FIRST17)


@pytest.fixture
def member(books, city):
    """A member who contributes and has a login and a card."""
    city("yuncheng")
    who = stop.contributor()
    cast.turn_to()
    return who


def enter(by, who, **typed):
    """What comes of entering a change."""
    posted = {"reason": "mistyped", "name": "", "id_number": "", "phone": "", **typed}
    return actions.enter(SERVICE, by=by, person_id=who.person_id, posted=posted, at=AT)


def submitted(by, who, **typed):
    """A change that waits for its review, with the pictures its reason asks for."""
    answer = enter(by, who, **typed)
    assert isinstance(answer, Entered), answer
    stop.photograph(by, answer.reference, "id_card")
    if typed.get("reason") == "changed":
        stop.photograph(by, answer.reference, "change_papers", shade=90)
    told = actions.submit_entered(answer.reference, by=by, at=AT)
    assert told == Submitted(answer.reference), told
    return answer.reference


def test_a_new_number_opens_the_login_and_the_old_one_is_kept(books, both_cities):
    who = stop.contributor()
    cast.turn_to()
    teller, reviewer = stop.teller(), cast.staff()
    reference = submitted(teller, who, reason="changed", name="演示·新名", id_number=NUMBER)
    assert isinstance(stop.decide(reference, teller.user_id), DecisionRefused)
    assert isinstance(stop.decide(reference, reviewer.pk), Decided)

    person, name = parties.person_by_name(who.person_id)
    assert name == "演示·新名"
    assert parties.person_by_id_number(NUMBER) == who.person_id
    assert parties.person_by_id_number(cast.id_number(1)) is None
    assert not person.has_card, "the card is another name's"
    login = index.match("login", "user.login", NUMBER)
    assert User.objects.filter(login, kind="member").get().person_id == who.person_id
    (former,) = FormerIdentity.objects.filter(person_id=who.person_id)
    assert unseal(former, "name").expose() == "演示·李华1"
    assert unseal(former, "id_number").expose() == cast.id_number(1)
    assert former.case_ref == reference
    kept = AuditRow.objects.get(action="parties.identity_changed")
    assert kept.details["changed"] == ["name", "id_number"]
    assert NUMBER not in str(kept.details)


def test_an_agent_enters_for_his_own_people(member):
    reference = submitted(stop.unit_agent(), member, name="演示·李骅")
    stop.approved(reference, cast.staff().pk)
    assert parties.person_by_name(member.person_id)[1] == "演示·李骅"
    assert "个人信息变更" in cast_title(member)


def cast_title(who):
    """What the member reads in the inbox."""
    from anju.cases.models import Message

    return Message.objects.get(person_id=who.person_id).title


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"name": "演示·李华1"}, "identity.nothing_changes"),
        ({"id_number": NUMBER[:17] + "%"}, "identity.number_wrong"),
        ({"phone": "19900000099"}, "identity.phone_is_his_own"),
    ],
)
def test_what_may_not_be_changed_is_said(member, typed, code):
    answer = enter(stop.teller(), member, **typed)
    assert isinstance(answer, NotOpen)
    assert code in {each.code for each in answer.findings if not each.met}


def test_another_persons_number_is_refused(member):
    other = stop.contributor(2)
    answer = enter(stop.teller(), member, id_number=cast.id_number(2))
    assert isinstance(answer, NotOpen)
    assert {each.code for each in answer.findings if not each.met} == {"identity.number_taken"}
    with pytest.raises(RuleBroken, match="另一人名下"):
        identities.change_identity(
            member.person_id, id_number=cast.id_number(2), case_ref="GB1", actor=Actor.system(),
            at=AT,
        )  # fmt: skip
    assert parties.person_by_id_number(cast.id_number(2)) == other.person_id
    assert not FormerIdentity.objects.exists()


def test_nothing_entered_is_a_mistake(member):
    teller = stop.teller()
    assert isinstance(enter(teller, member), Mistakes)
    assert isinstance(enter(teller, member, phone="0359-2059100"), Mistakes)


def test_who_has_no_login_gets_a_new_phone(member):
    User.objects.filter(person_id=member.person_id).delete()
    stop.approved(submitted(stop.teller(), member, phone="199 0000 0099"), cast.staff().pk)
    person = parties.person(member.person_id)
    assert str(person.phone).endswith("0099")
    assert person.phone_since == AT
    assert not FormerIdentity.objects.exists(), "name and number stay"
