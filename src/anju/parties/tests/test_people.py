"""Enrolling, binding, searching: what is written, what is refused, what others may see."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction

from anju.parties import actions, cards, facts, rules
from anju.parties.answers import RuleBroken
from anju.parties.models import BankCard, Person, User
from anju.parties.tests import cast
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
USCC = "91149900MA0DEM0A1T"


def bind(person, number=cast.CARD, *, at=cast.AT, **more):
    given = {
        "bank_code": "ccb",
        "branch_code": "yanhu",
        "holder_name": "演示·李华",
        "same_name_verified": True,
        **more,
    }
    return cards.bind_card(person.pk, number=number, actor=SYSTEM, at=at, **given)


def test_a_person_is_shown_masked():
    person = cast.person()
    seen = facts.person(person.pk)
    assert seen.name == "演***华"
    assert seen.id_number == f"149999********{cast.id_number()[-4:]}"
    assert seen.phone == "150****0001"
    assert seen.born_on == date(1966, 8, 15)
    assert seen.sex == "男"
    assert (seen.has_card, seen.has_login, seen.has_business_password) == (False, False, False)
    with pytest.raises(FrozenInstanceError):
        seen.phone = None
    for plain in (cast.id_number(), cast.phone(), "演示·李华"):
        assert plain not in repr(seen)


def test_a_member_with_everything_is_seen_to_have_it():
    user = cast.member(2)
    bind(user.person)
    seen = facts.person(user.person_id)
    assert (seen.has_card, seen.has_login, seen.has_business_password) == (True, True, True)
    assert seen.sex == "女"
    assert facts.full_name(user.person_id) == "演示·李华"
    assert facts.member_user_of(user.person_id).user_id == user.pk


def test_a_worklist_of_people_is_one_query(django_assert_num_queries):
    keys = [cast.person(n).pk for n in range(1, 6)]
    with django_assert_num_queries(1):
        seen = facts.people([*keys, keys[0], 0])
    assert set(seen) == set(keys)
    assert seen[keys[0]] == facts.person(keys[0])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"id_number": "142701196608150019"}, "校验不通过"),
        ({"id_number": "123"}, "18 位"),
        ({"phone": "12345"}, "手机号码"),
        ({"name": "  "}, "姓名"),
    ],
)
def test_a_wrong_person_is_refused_in_words(more, says):
    given = {"name": "演示·李华", "id_number": cast.id_number(), "phone": cast.phone(), **more}
    with pytest.raises(RuleBroken, match=says):
        actions.enrol_person(actor=SYSTEM, at=cast.AT, **given)
    assert not Person.objects.exists()
    assert not AuditRow.objects.exists()


def test_a_person_is_enrolled_once_and_logs_in_once():
    user = cast.member()
    with pytest.raises(RuleBroken, match="已登记"):
        cast.person()
    with pytest.raises(RuleBroken, match="已开通"):
        actions.open_login(user.person_id, actor=SYSTEM, at=cast.AT)


def test_a_change_of_phone_moves_the_index_and_the_date():
    person = cast.person()
    later = cast.AT + timedelta(days=3)
    actions.change_phone(person.pk, phone="+86 150 0000 0009", actor=SYSTEM, at=later)
    assert facts.person(person.pk).phone_since == later
    assert search(cast.phone()) == []
    assert search("15000000009") == [person.pk]


def search(text):
    found = facts.search_people(text, actor=Actor.staff(7), at=cast.AT)
    return [person.person_id for person in found]


def test_people_are_found_by_name_number_or_phone_and_the_search_is_written_down():
    one, two = cast.person(1), cast.person(2)
    other = cast.person(3, name="演示·王芳")
    assert sorted(search(" 演示•李 华 ")) == [one.pk, two.pk]
    assert search(cast.id_number(3)) == [other.pk]
    assert search(cast.phone(2)) == [two.pk]
    assert search("演示") == []
    rows = AuditRow.objects.filter(action="parties.people_searched").order_by("seq")
    assert [row.details["by"] for row in rows] == ["name", "id_number", "phone", "name"]
    assert rows[1].details["found"] == [other.pk]


# -- cards ------------------------------------------------------------------------------------


def test_a_card_is_seen_by_its_tail():
    person = cast.person()
    card = bind(person)
    seen = facts.receiving_card(person.pk)
    assert (seen.card_id, seen.last4, seen.number) == (card.pk, "0009", "····0009")
    assert (seen.bank_code, seen.branch_code, seen.holder) == ("ccb", "yanhu", "演***华")
    assert (seen.same_name, seen.bound_at) == (True, cast.AT)


def test_a_new_card_replaces_the_old_one_and_starts_its_age():
    person = cast.person()
    old = bind(person)
    later = cast.AT + timedelta(days=1)
    bind(person, "6210000000000000017", at=later)
    old.refresh_from_db()
    assert (old.state, old.ended_at) == ("replaced", later)
    assert facts.receiving_card(person.pk).bound_at == later


def test_binding_the_same_card_again_starts_its_age_anew():
    person = cast.person()
    bind(person)
    later = cast.AT + timedelta(days=1)
    bind(person, at=later)
    assert facts.receiving_card(person.pk).bound_at == later
    assert BankCard.objects.count() == 2


def test_a_card_belongs_to_one_person():
    bind(cast.person(1))
    two = cast.person(2)
    with pytest.raises(RuleBroken, match="已被他人绑定"):
        bind(two)
    assert facts.receiving_card(two.pk) is None
    actions.unbind_card(Person.objects.first().pk, actor=SYSTEM, at=cast.AT)
    bind(two)


def test_a_wrong_card_number_is_refused():
    with pytest.raises(RuleBroken, match="银行卡号"):
        bind(cast.person(), "6210000000000000008")


def test_unbinding_leaves_no_card_and_may_be_repeated():
    person = cast.person()
    bind(person)
    for _ in range(2):
        actions.unbind_card(person.pk, actor=SYSTEM, at=cast.AT)
    assert facts.receiving_card(person.pk) is None
    assert AuditRow.objects.filter(action="parties.card_unbound").count() == 1
    with pytest.raises(facts.NoCard):
        facts.payee(person.pk)


def test_the_payee_is_secret_until_the_port():
    person = cast.person()
    bind(person)
    payee = facts.payee(person.pk)
    assert payee.card_number.expose() == cast.CARD
    assert payee.name.expose() == "演示·李华"
    assert payee.id_number.expose() == cast.id_number()
    for plain in (cast.CARD, cast.id_number(), "演示·李华"):
        assert plain not in repr(payee)


# -- employers and staff ----------------------------------------------------------------------


def uscc():
    from anju.domain.identifiers import uscc_check_character

    first17 = "91149999MA0DEM0A1"
    return first17 + uscc_check_character(first17)


def test_an_employer_is_registered_once():
    employer = actions.register_employer(
        name="演示·晋南机械厂", uscc=uscc().lower(), branch_code="yanhu", actor=SYSTEM, at=cast.AT
    )
    assert facts.employer(employer.pk).uscc == uscc()
    with pytest.raises(RuleBroken, match="已登记"):
        actions.register_employer(
            name="x", uscc=uscc(), branch_code="yanhu", actor=SYSTEM, at=cast.AT
        )
    with pytest.raises(RuleBroken, match="信用代码"):
        actions.register_employer(
            name="x", uscc="91", branch_code="yanhu", actor=SYSTEM, at=cast.AT
        )


def test_staff_have_a_branch_and_roles():
    user = cast.staff(roles=("reviewer", "approver", "reviewer"))
    seen = facts.staff_member(user.pk)
    assert seen.roles == {"reviewer", "approver"}
    assert (seen.username, seen.branch_code) == ("teller.one", "yanhu")
    with pytest.raises(RuleBroken, match="已被使用"):
        cast.staff("Teller.One")


def test_a_reference_to_staff_is_read_as_a_name():
    user = cast.staff()
    ref = facts.staff_member(user.pk).ref
    assert ref == f"staff:{user.pk}"
    unknown = f"staff:{user.pk + 1}"
    assert facts.names_of_refs([ref, None, "", "系统", "staff:x", unknown]) == {
        ref: "演示·柜员", "系统": "系统", "staff:x": "staff:x", unknown: unknown,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"username": "9x"}, "用户名"),
        ({"roles": ("owner",)}, "岗位"),
        ({"roles": ()}, "岗位"),
        ({"password": "short"}, "登录密码"),
    ],
)
def test_wrong_staff_are_refused(more, says):
    with pytest.raises(RuleBroken, match=says):
        cast.staff(**{"username": "teller.one", **more})


def test_the_database_holds_the_shape_of_users():
    user, staff = cast.member(), cast.staff()
    for key, change in (
        (user.pk, {"roles": ["admin"]}),
        (user.pk, {"person": None}),
        (staff.pk, {"roles": ["owner"]}),
        (staff.pk, {"branch_code": ""}),
        (staff.pk, {"username": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=key).update(**change)


def test_an_authenticator_is_enrolled_with_an_audit_row():
    user = cast.staff(totp_secret=None)
    uri = actions.totp_uri(user.pk, issuer="演示中心", actor=Actor.staff(user.pk), at=cast.AT)
    assert uri.startswith("otpauth://totp/")
    assert unseal(user, "totp_secret").expose() in uri
    assert AuditRow.objects.filter(action="parties.totp_shown").count() == 1


def test_staff_are_recognised_in_their_own_case():
    own, other = cast.person(1), cast.person(2)
    staff = cast.staff(person_id=own.pk)
    assert facts.is_oneself(staff.pk, own.pk)
    assert not facts.is_oneself(staff.pk, other.pk)
    actions.change_phone(other.pk, phone=cast.phone(1), actor=SYSTEM, at=cast.AT)
    assert facts.is_oneself(staff.pk, other.pk)
    assert not facts.is_oneself(cast.staff("teller.two").pk, own.pk)


# -- passwords --------------------------------------------------------------------------------


def test_a_login_password_is_set_and_dated():
    user = cast.member()
    later = cast.AT + timedelta(days=1)
    actions.set_login_password(user.pk, password="New-pass-2026", actor=SYSTEM, at=later)
    user.refresh_from_db()
    assert check_password("New-pass-2026", user.password)
    assert user.password_since == later
    with pytest.raises(RuleBroken):
        actions.set_login_password(user.pk, password="weak", actor=SYSTEM, at=later)


@pytest.mark.parametrize(
    "text", ["Aa1", "abcdefgh1", "ABCDEFGH1", "12345678", "Abc1234\x00", "A1-" + "x" * 62]
)
def test_weak_login_passwords_are_refused(text):
    assert rules.password_problem(text, on=cast.AT.date())


@pytest.mark.parametrize(
    "text", ["Abcdefg1", "abcdefg-1", "ABCDEFG-1", "安居安居Abc1", "A1-" + "x" * 61]
)
def test_three_classes_of_four_are_enough(text):
    assert rules.password_problem(text, on=cast.AT.date()) is None


def test_length_is_the_citys(city):
    city("xishuangbanna")
    assert rules.password_problem("Abcdefg1" * 2, on=cast.AT.date()) is None
    assert "16 位" in rules.password_problem("Abcdefg1" * 2 + "x", on=cast.AT.date())


@pytest.mark.parametrize(
    "text",
    [
        *("", "12345", "1234567", "12345a", "１２３４５６"),
        *("111111", "121212", "112211", "123456", "654321", "012345", "567890", "098765"),
        *("660815", "196608", "608150", "149999", "150866", "081566", "660815", "000001"),
    ],
)
def test_weak_business_passwords_are_refused(text):
    number = "149999196608150012"
    assert rules.business_password_problem(text, id_number=number, phone="15000000001")


@pytest.mark.parametrize("text", ["730482", "190274", "358016"])
def test_other_business_passwords_are_fine(text):
    number = "149999196608150012"
    assert rules.business_password_problem(text, id_number=number, phone=None) is None


def test_a_business_password_is_checked_against_its_owner():
    user = cast.member()
    with pytest.raises(RuleBroken, match="生日"):
        actions.set_business_password(user.pk, password="660815", actor=SYSTEM, at=cast.AT)


def test_every_write_leaves_its_row():
    user = cast.member()
    bind(user.person)
    written = list(AuditRow.objects.order_by("seq").values_list("action", flat=True))
    assert written == [
        "parties.person_enrolled",
        "parties.login_opened",
        "parties.business_password_set",
        "parties.card_bound",
    ]
