"""Agents register, come in by two factors, forget and change what opens them the door.

Strangers learn nothing: the same words after the same work.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anju.parties import (
    agent_security,
    agent_sign_in,
    appointments,
    captcha,
    registering,
    sign_in,
)
from anju.parties.answers import CodeSent, HalfWay, Refused, SignedIn
from anju.parties.models import SmsCode, SmsMessage, User
from anju.parties.registering import Done
from anju.parties.tests import cast
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow

pytestmark = pytest.mark.django_db
AT, IP, PASSWORD = cast.AT, "198.51.100.7", cast.PASSWORD
AGAIN = AT + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _light_work(monkeypatch):
    monkeypatch.setattr(captcha, "randbelow", lambda _: 198)


def latest_code():
    texts = (unseal(m, "text").expose() for m in SmsMessage.objects.order_by("-pk"))
    return next(found[1] for text in texts if (found := re.search(r"验证码 (\d{6})", text)))


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    table = re.compile(r"(?:store|parties|procrastinate)_\w+")
    return [(q["sql"].split(" ")[0], table.findall(q["sql"])[:1]) for q in captured]


# -- registering --------------------------------------------------------------------------------


def invited(order=1):
    works = cast.employer(order)
    who = cast.applicant(order, works)
    appointments.invite_first(works.pk, name=who.name, phone=who.phone, by=Actor.system(), at=AT)
    return who


def ask(who, at=AT):
    return registering.ask_to_register(who, ip=IP, at=at)


def register(who, sent, code=None, password=PASSWORD, at=AT):
    return registering.register(
        who, ticket=sent.ticket, code=code or latest_code(), password=password, ip=IP, at=at
    )


def test_whom_an_employer_invited_registers_with_a_code():
    who = invited()
    assert register(who, ask(who)) == Done()
    user = User.objects.get(kind="agent")
    assert (user.person_id, user.username) == (None, None)
    assert isinstance(first(1), HalfWay)


def wrong_applicants(who):
    return {
        "no such employer": registering.Applicant(
            cast.uscc(99), who.id_number, who.name, who.phone
        ),
        "another name": registering.Applicant(who.uscc, who.id_number, "演示·别人", who.phone),
        "another phone": registering.Applicant(who.uscc, who.id_number, who.name, cast.phone(98)),
    }


@pytest.mark.parametrize("wrong", ["no such employer", "another name", "another phone"])
def test_a_stranger_gets_the_same_words_after_the_same_work_and_no_code(wrong):
    who = invited()
    stranger = wrong_applicants(who)[wrong]
    asked = {}
    known = statements(lambda: asked.setdefault("known", ask(who)))
    unknown = statements(lambda: asked.setdefault("unknown", ask(stranger, AGAIN)))
    assert known == unknown
    assert len(known) > 5
    assert asked["known"].text == asked["unknown"].text
    assert list(SmsMessage.objects.order_by("pk").values_list("state", flat=True))[1:] == [
        "queued",
        "void",
    ]
    answer = register(stranger, asked["unknown"], code="000000", at=AGAIN)
    assert answer.code == "code_wrong"


def test_a_code_is_for_exactly_what_was_typed_and_opens_once():
    who = invited()
    sent = ask(who)
    another = registering.Applicant(who.uscc, cast.id_number(77), who.name, who.phone)
    assert register(another, sent).code == "code_for_other"
    assert register(who, sent, password="short").code == "password"
    assert register(who, sent) == Done()
    assert register(who, sent).code == "code_expired"
    assert cast.id_number(1) not in repr(list(SmsCode.objects.values()))


@pytest.mark.parametrize("change", ["withdrawn", "expired", "known ID number"])
def test_what_came_between_ends_it_without_saying_what(change):
    if change == "known ID number":
        cast.agent(1, of=cast.employer(5))
    who = invited(1)
    at = AT
    if change == "expired":
        at = AT + timedelta(days=7) - timedelta(minutes=1)
    sent = ask(who, at)
    if change == "withdrawn":
        staff = cast.staff()
        appointments.invite_first(
            who_employer(who),
            name="演示·别人",
            phone=cast.phone(9),
            by=Actor.staff(staff.pk),
            at=AT,
        )
    late = at + timedelta(minutes=2)
    assert register(who, sent, code=code_for(who.phone), at=late).code == "not_registered"
    assert User.objects.filter(kind="agent").count() == (change == "known ID number")


def who_employer(who):
    from anju.parties.models import Employer

    return Employer.objects.get(uscc=who.uscc).pk


def code_for(phone):
    found = [m for m in SmsMessage.objects.order_by("pk") if unseal(m, "phone").expose() == phone]
    texts = (unseal(message, "text").expose() for message in reversed(found))
    return next(hit[1] for text in texts if (hit := re.search(r"验证码 (\d{6})", text)))


# -- coming in ----------------------------------------------------------------------------------


def first(order, password=PASSWORD, at=AT):
    return agent_sign_in.first_step(
        id_number=cast.id_number(order),
        password=password,
        captcha=captcha.solve(captcha.challenge(at)),
        ip=IP,
        at=at,
    )


def plain(order, password=PASSWORD, at=AT):
    return agent_sign_in.first_step_by_sms(
        id_number=cast.id_number(order), password=password, ip=IP, at=at
    )


def by_code(sent, code=None, at=AT):
    return agent_sign_in.by_code(ticket=sent.ticket, code=code or latest_code(), ip=IP, at=at)


def test_password_and_a_code_by_sms():
    user = cast.agent()
    half = first(1)
    assert isinstance(half, HalfWay)
    sent = agent_sign_in.send_code(half, ip=IP, at=AT)
    assert "150****0001" in sent.text
    assert by_code(sent) == SignedIn(user)
    assert AuditRow.objects.filter(action="parties.signed_in", actor_kind="agent").count() == 1


def test_without_script_the_code_takes_both_places():
    user = cast.agent()
    sent = plain(1)
    assert by_code(sent) == SignedIn(user)
    assert by_code(sent).code == "code_expired"


def test_password_and_a_code_of_the_app_each_once():
    user = cast.agent(totp=True)
    half = first(1)
    assert agent_sign_in.uses_totp(half, at=AT)
    code = pyotp.TOTP(cast.TOTP_SECRET).at(AT)
    assert agent_sign_in.by_totp(half, code=code, ip=IP, at=AT) == SignedIn(user)
    assert agent_sign_in.by_totp(half, code=code, ip=IP, at=AT).code == "wrong"


def test_guesses_of_the_second_factor_are_counted():
    cast.agent(totp=True)
    half = first(1)
    codes = [agent_sign_in.by_totp(half, code="000000", ip=IP, at=AT).code for _ in range(6)]
    assert codes == ["wrong"] * 5 + ["locked"]


def test_half_of_it_opens_nothing_for_long_and_dies_with_the_password():
    user = cast.agent()
    half = first(1)
    late = AT + timedelta(minutes=11)
    assert agent_sign_in.send_code(half, ip=IP, at=late).code == "code_expired"
    sent = agent_sign_in.send_code(half, ip=IP, at=AT)
    registering.set_password(User.objects.get(pk=user.pk), "Another-2026", AT)
    assert agent_sign_in.send_code(half, ip=IP, at=AGAIN).code == "code_expired"
    assert by_code(sent, code=code_for(cast.phone(1)), at=AGAIN).code == "code_expired"


def test_unknown_and_known_agents_get_the_same_words_after_the_same_work():
    cast.agent()
    for way in (first, plain):
        asked = {}
        known = statements(lambda way=way, a=asked: a.setdefault(1, way(1, "Wrong-pass-1")))
        unknown = statements(lambda way=way, a=asked: a.setdefault(2, way(2, "Wrong-pass-1")))
        assert known == unknown
        assert getattr(asked[1], "text", "") == getattr(asked[2], "text", "")


def test_five_wrong_passwords_lock_and_a_member_of_the_same_number_is_another():
    cast.agent()
    cast.member(1)
    answers = [first(1, "Wrong-pass-1") for _ in range(6)]
    assert [a.code for a in answers] == ["wrong"] * 5 + ["locked"]
    opened = sign_in.member(
        id_number=cast.id_number(1),
        password=PASSWORD,
        captcha=captcha.solve(captcha.challenge(AT)),
        ip=IP,
        at=AT,
    )
    assert isinstance(opened, SignedIn)
    assert opened.user.kind == "member"


def test_a_code_of_one_door_opens_no_other():
    cast.agent()
    sent = plain(1)
    answer = sign_in.member_by_sms_code(ticket=sent.ticket, code=latest_code(), ip=IP, at=AT)
    assert answer.code == "code_expired"


# -- the password forgotten, changed; the app ----------------------------------------------------


def ask_reset(order, phone, at=AT):
    return registering.ask_to_reset(id_number=cast.id_number(order), phone=phone, ip=IP, at=at)


def reset(order, phone, sent, code, at=AT):
    return registering.reset(
        id_number=cast.id_number(order),
        phone=phone,
        ticket=sent.ticket,
        code=code,
        password="Another-2026",
        ip=IP,
        at=at,
    )


def test_a_forgotten_password_is_set_anew_with_the_phone():
    cast.agent()
    for _ in range(6):
        first(1, "Wrong-pass-1")
    sent = ask_reset(1, cast.phone(1))
    assert reset(1, cast.phone(1), sent, latest_code()) == Done()
    assert isinstance(first(1, "Another-2026"), HalfWay)
    assert "登录密码已修改" in unseal(SmsMessage.objects.latest("pk"), "text").expose()


@pytest.mark.parametrize(("order", "phone"), [(2, 1), (1, 2), (9, 9)])
def test_whoever_is_not_that_agent_gets_the_same_words_and_no_code(order, phone):
    cast.agent(1)
    cast.agent(2)
    asked = {}
    known = statements(lambda: asked.setdefault("known", ask_reset(1, cast.phone(1))))
    unknown = statements(
        lambda: asked.setdefault("unknown", ask_reset(order, cast.phone(phone), AGAIN))
    )
    assert known == unknown
    assert asked["known"].text == asked["unknown"].text
    assert SmsMessage.objects.latest("pk").state == "void"
    answer = reset(order, cast.phone(phone), asked["unknown"], "000000", AGAIN)
    assert answer.code == "code_wrong"


def test_an_app_is_taken_into_use_and_given_up():
    user = cast.agent()
    agent_security.offer_totp(user.pk, at=AT)
    offered = agent_security.facts(user.pk).offered.replace(" ", "")
    code = pyotp.TOTP(offered).at(AT)
    confirm = agent_security.confirm_totp
    assert confirm(user.pk, password="Wrong-pass-1", code=code, at=AT).code == "current"
    assert confirm(user.pk, password=PASSWORD, code="000000", at=AT).code == "code"
    assert confirm(user.pk, password=PASSWORD, code=code, at=AT) == Done()
    facts = agent_security.facts(user.pk)
    assert (facts.uses_totp, facts.offered) == (True, "")
    assert agent_sign_in.uses_totp(first(1), at=AT)
    assert agent_security.remove_totp(user.pk, password=PASSWORD, at=AT) == Done()
    assert not agent_security.facts(user.pk).uses_totp


def test_the_password_is_changed_with_the_current_one():
    user = cast.agent()
    change = agent_security.change_password
    wrong = change(user.pk, current="Wrong-pass-1", password="Another-2026", at=AT)
    assert isinstance(wrong, Refused)
    assert wrong.code == "current"
    assert change(user.pk, current=PASSWORD, password=PASSWORD, at=AT).code == "password"
    assert change(user.pk, current=PASSWORD, password="Another-2026", at=AT) == Done()
    assert isinstance(first(1, "Another-2026"), HalfWay)


def test_guesses_of_the_current_password_are_counted():
    user = cast.agent()
    codes = [
        agent_security.remove_totp(user.pk, password="Wrong-pass-1", at=AT).code for _ in range(6)
    ]
    assert codes == ["current"] * 5 + ["locked"]


def test_the_answers_are_of_their_kinds():
    assert isinstance(plain(1), CodeSent)
