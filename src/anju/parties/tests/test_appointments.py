"""Who may act for an employer, from the invitation to the end; and what the database refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju.parties import agent_facts, appointments
from anju.parties.answers import RuleBroken
from anju.parties.appointments import NoAppointment
from anju.parties.models import Appointment, SmsMessage
from anju.parties.tests import cast
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow

pytestmark = pytest.mark.django_db
AT = cast.AT
LATER = AT + timedelta(days=8)


@pytest.fixture
def works():
    return cast.employer()


@pytest.fixture
def admin(works):
    return cast.agent(1, of=works)


def invited(works, admin, order=2, role="clerk", at=AT):
    who = cast.applicant(order, works)
    return appointments.invite(
        works.pk, name=who.name, phone=who.phone, role=role, by=admin.pk, at=at
    )


def end(appointment, by, at=AT):
    return appointments.end(appointment.pk, employer_id=appointment.employer_id, by=by.pk, at=at)


def test_the_first_agent_administers_and_is_told_by_text(works):
    admin = cast.agent(1, of=works)
    (acting,) = agent_facts.appointments_of(admin.pk)
    assert (acting.is_admin, acting.name, acting.employer.name) == (
        True,
        "演示·经办1",
        "演示·单位1",
    )
    assert "邀请您担任单位管理员" in unseal(SmsMessage.objects.get(), "text").expose()
    actions = AuditRow.objects.order_by("pk").values_list("action", "actor_kind")
    assert list(actions)[1:] == [
        ("parties.agent_invited", "system"),
        ("parties.agent_registered", "agent"),
        ("parties.agent_appointed", "agent"),
    ]


def test_the_system_invites_nobody_beside_an_administrator(works, admin):
    with pytest.raises(RuleBroken, match="已有单位管理员"):
        appointments.invite_first(
            works.pk, name="演示·乙", phone=cast.phone(2), by=Actor.system(), at=AT
        )


def test_staff_may_and_the_administrator_is_told(works, admin):
    staff = cast.staff()
    appointments.invite_first(
        works.pk, name="演示·乙", phone=cast.phone(2), by=Actor.staff(staff.pk), at=AT
    )
    told = [unseal(m, "text").expose() for m in SmsMessage.objects.order_by("pk")]
    assert "立即致电本中心" in told[-1]
    assert unseal(SmsMessage.objects.latest("pk"), "phone").expose() == cast.phone(1)


def test_an_invitation_again_replaces_the_earlier_one(works):
    for name in ("演示·甲", "演示·乙"):
        appointments.invite_first(
            works.pk, name=name, phone=cast.phone(1), by=Actor.system(), at=AT
        )
    before, after = Appointment.objects.order_by("pk")
    assert (before.ended_why, after.ended_at) == ("replaced", None)


def test_a_clerk_invites_nobody(works, admin):
    clerk = cast.agent(2, of=works, by=admin)
    with pytest.raises(RuleBroken, match="只有单位管理员"):
        invited(works, clerk, order=3)


def test_an_administrator_of_another_employer_is_nobody_here(works, admin):
    other = cast.agent(5, of=cast.employer(5))
    with pytest.raises(RuleBroken):
        invited(works, other)
    with pytest.raises(RuleBroken):
        end(cast.appointment(admin), other)
    with pytest.raises(NoAppointment):
        appointments.end(
            cast.appointment(admin).pk,
            employer_id=cast.appointment(other).employer_id,
            by=other.pk,
            at=AT,
        )
    with pytest.raises(NoAppointment):
        appointments.change_role(
            cast.appointment(admin).pk,
            employer_id=cast.appointment(other).employer_id,
            role="clerk",
            by=other.pk,
            at=AT,
        )


def test_the_last_administrator_stays(works, admin):
    appointment = cast.appointment(admin)
    with pytest.raises(RuleBroken, match="至少要有一名"):
        end(appointment, admin)
    with pytest.raises(RuleBroken, match="至少要有一名"):
        appointments.change_role(
            appointment.pk, employer_id=works.pk, role="clerk", by=admin.pk, at=AT
        )
    second = cast.agent(2, of=works, by=admin, role="admin")
    end(appointment, admin)
    assert agent_facts.appointments_of(admin.pk) == ()
    appointment.refresh_from_db()
    assert (appointment.ended_why, appointment.ended_by_id) == ("left", admin.pk)
    with pytest.raises(RuleBroken, match="至少要有一名"):
        end(cast.appointment(second), second)


def test_a_clerk_may_leave_and_is_removed_by_administrators_alone(works, admin):
    clerks = [cast.agent(order, of=works, by=admin) for order in (2, 3)]
    with pytest.raises(RuleBroken, match="只有单位管理员"):
        end(cast.appointment(clerks[0]), clerks[1])
    end(cast.appointment(clerks[0]), clerks[0])
    end(cast.appointment(clerks[1]), admin)
    whys = Appointment.objects.exclude(ended_at=None).values_list("ended_why", flat=True)
    assert sorted(whys) == ["left", "removed"]
    with pytest.raises(NoAppointment):
        end(cast.appointment(clerks[1]), admin)


def test_roles_change_and_the_person_is_told(works, admin):
    clerk = cast.agent(2, of=works, by=admin)
    appointments.change_role(
        cast.appointment(clerk).pk, employer_id=works.pk, role="admin", by=admin.pk, at=AT
    )
    assert agent_facts.appointments_of(clerk.pk)[0].is_admin
    assert "角色已改为单位管理员" in unseal(SmsMessage.objects.latest("pk"), "text").expose()


def test_one_agent_acts_for_several(works, admin):
    other = cast.agent(5, of=cast.employer(5))
    bureau = Appointment.objects.get(user=other).employer
    made = appointments.invite(
        bureau.pk, name="演示·经办1", phone=cast.phone(1), role="clerk", by=other.pk, at=AT
    )
    (waiting,) = agent_facts.invitations_for(admin.pk, at=AT)
    assert waiting.appointment_id == made
    appointments.accept(made, user_id=admin.pk, at=AT)
    assert [a.role for a in agent_facts.appointments_of(admin.pk)] == ["admin", "clerk"]
    with pytest.raises(RuleBroken, match="已是本单位经办人"):
        appointments.invite(
            bureau.pk, name="演示·经办1", phone=cast.phone(1), role="clerk", by=other.pk, at=AT
        )


@pytest.mark.parametrize("wrong", ["name", "phone", "late", "gone"])
def test_only_whom_an_invitation_means_takes_it_up_in_time(works, admin, wrong):
    other = cast.agent(5, of=cast.employer(5))
    named = {"name": "演示·经办5", "phone": cast.phone(5)}
    named |= {"name": "演示·别人"} if wrong == "name" else {}
    named |= {"phone": cast.phone(6)} if wrong == "phone" else {}
    made = appointments.invite(works.pk, **named, role="clerk", by=admin.pk, at=AT)
    if wrong == "gone":
        appointments.end(made, employer_id=works.pk, by=admin.pk, at=AT)
    at = LATER if wrong == "late" else AT
    assert agent_facts.invitations_for(other.pk, at=at) == ()
    with pytest.raises(NoAppointment):
        appointments.accept(made, user_id=other.pk, at=at)


def test_the_list_says_who_did_what(works, admin):
    invited(works, admin)
    clerk = cast.agent(3, of=works, by=admin)
    end(cast.appointment(clerk), admin)
    ended, waiting, live = agent_facts.appointed(works.pk, at=AT)
    assert [one.state for one in (ended, waiting, live)] == ["ended", "invited", "live"]
    assert (ended.ended_by, ended.state_text) == ("演示·经办1", "已移除")
    assert (live.invited_by, waiting.invited_by) == ("单位开户时登记", "演示·经办1")
    assert agent_facts.appointed(works.pk, at=LATER)[1].state == "expired"
    assert str(live.phone) == "150****0001"
    other = cast.employer(5)
    found = agent_facts.appointment(live.appointment_id, employer_id=other.pk, at=AT)
    assert found is None


# -- what the database holds by itself ---------------------------------------------------------


def refused(statement, *values):
    def carried_out():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError):
        carried_out()


def test_the_database_keeps_an_administrator(works, admin):
    cast.agent(2, of=works, by=admin)
    refused("UPDATE parties_appointment SET role = 'clerk' WHERE user_id = %s", admin.pk)
    refused(
        "UPDATE parties_appointment SET ended_at = now(), ended_by_id = user_id,"
        " ended_why = 'left' WHERE user_id = %s",
        admin.pk,
    )


@pytest.mark.parametrize(
    "change",
    [
        "ended_at = now()",
        "ended_why = 'left'",
        "ended_at = now(), ended_why = 'left'",
        "begun_at = NULL",
        "user_id = NULL, begun_at = NULL",
        "role = 'owner'",
        "expires_at = invited_at",
        "invited_at = now()",
        "employer_id = (SELECT max(id) FROM parties_employer)",
    ],
)
def test_the_database_refuses_what_no_appointment_is(works, admin, change):
    cast.agent(2, of=works, by=admin)
    cast.employer(9)
    refused(f"UPDATE parties_appointment SET {change} WHERE user_id = %s", admin.pk)


def test_the_database_lets_agents_alone_act_once_and_forgets_nothing(works, admin):
    clerk, member = cast.agent(2, of=works, by=admin), cast.member(7)
    copy = (
        "INSERT INTO parties_appointment (employer_id, user_id, role, name, phone, phone_a,"
        " phone_b, invited_at, expires_at, begun_at, ended_why) SELECT employer_id, %s, role,"
        " name, phone, phone_a, phone_b, invited_at, expires_at, now(), '' FROM"
        " parties_appointment WHERE user_id = %s"
    )
    refused(copy, clerk.pk, clerk.pk)
    refused(copy, member.pk, clerk.pk)
    refused("DELETE FROM parties_appointment WHERE user_id = %s", clerk.pk)
    end(cast.appointment(clerk), admin)
    refused("UPDATE parties_appointment SET ended_at = now() WHERE user_id = %s", clerk.pk)
    refused("UPDATE parties_user SET person_id = %s WHERE id = %s", member.person_id, clerk.pk)
