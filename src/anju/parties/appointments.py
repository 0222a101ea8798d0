"""Who may act for an employer: invited by name and phone, claimed, changed, ended.

Each act is one transaction with its audit row, under the employer's row: whoever changes an
employer's agents waits for whoever does so at the same moment. What a person may not do is refused
with `RuleBroken`, whose text says how to go on; what is not this employer's is `NoAppointment`.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from anju import policy
from anju.domain import identifiers
from anju.parties import agent_sessions, indexes, messages, rules
from anju.parties.answers import RuleBroken
from anju.parties.models import Appointment, Employer, User
from anju.store import audit
from anju.store.fields import next_pk, seal, unseal
from anju.store.index import match, set_index

Role = Appointment.Role
ADMIN, CLERK = Role.values
WITHDRAWN, REPLACED, REMOVED, LEFT, CLOSED = Appointment.End.values
_LAST: Final = "单位至少要有一名单位管理员，请先任命另一名单位管理员"


class NoAppointment(LookupError):
    """There is no such appointment, or it is another employer's."""


def invite_first(employer_id: int, *, name: str, phone: str, by: audit.Actor, at: datetime) -> int:
    """Invite an administrator on the centre's word; gives the appointment's key.

    `by` is the member of staff who saw the employer's papers; or the system, when the employer
    opens its account by itself with the enterprise platform's word: then nobody may administer it
    yet. Whoever administers the employer already is told. Raises RuleBroken.
    """
    with transaction.atomic():
        employer = _locked(employer_id)
        admins = [row for row in _live(employer_id) if row.role == ADMIN]
        if admins and by.kind != "staff":
            raise RuleBroken("该单位已有单位管理员，新的经办人由单位管理员邀请")
        inviter = by.id if by.kind == "staff" else None
        if not admins:
            # Nobody but the centre can have invited: its latest word stands alone.
            for row in _open(employer_id):
                _end(row, REPLACED, inviter, at)
        made = _invite(employer, name, phone, ADMIN, inviter, at)
        _audit("parties.agent_invited", made, by, at, role=ADMIN)
        for admin in admins:
            _tell(
                unseal(admin.user.agent, "phone").expose(),
                f"中心为{employer.name}新邀请了一名单位管理员。如非贵单位申请，请立即致电本中心。",
                at,
            )
    return int(made.pk)


def invite(employer_id: int, *, name: str, phone: str, role: str, by: int, at: datetime) -> int:
    """An administrator invites somebody to act for the employer; gives the appointment's key.

    An earlier invitation of the same phone is replaced. Raises RuleBroken.
    """
    with transaction.atomic():
        employer = _locked(employer_id)
        _administers(employer_id, by)
        if role not in Role.values:
            raise RuleBroken("请选择角色")
        made = _invite(employer, name, phone, role, by, at)
        _audit("parties.agent_invited", made, audit.Actor.agent(by), at, role=role)
    return int(made.pk)


def _invite(
    employer: Employer, name: str, phone: str, role: str, by: int | None, at: datetime
) -> Appointment:
    tidy, number = rules.normalise_name(name), identifiers.normalise_phone(phone)
    problem = None if tidy else "请填写姓名"
    problem = problem or identifiers.phone_problem(number)
    if problem is not None:
        raise RuleBroken(problem)
    for row in _live(employer.pk):
        if unseal(row.user.agent, "phone").expose() == number:
            raise RuleBroken("该手机号码的持有人已是本单位经办人")
    for row in _open(employer.pk).filter(match("phone", indexes.PHONE, number)):
        _end(row, REPLACED, by, at)
    days = policy.current().params.agent_invitation_days.on(localdate(at)).value
    made = Appointment(
        pk=next_pk(Appointment),
        employer=employer,
        role=role,
        invited_by_id=by,
        invited_at=at,
        expires_at=at + timedelta(days=days),
    )
    seal(made, "name", tidy)
    seal(made, "phone", number)
    set_index(made, "phone", indexes.PHONE, number)
    made.save(force_insert=True)
    _tell(
        number,
        f"{employer.name}邀请您担任{Role(role).label}，请在 {days} 日内到单位网厅注册，"
        "已注册的登录后接受。与您无关请忽略。",
        at,
        send_before=made.expires_at,
    )
    return made


def accept(appointment_id: int, *, user_id: int, at: datetime) -> None:
    """An agent who is registered takes up an invitation to the own phone and name.

    Raises NoAppointment when there is none (any more) for this agent.
    """
    with transaction.atomic():
        user = User.objects.select_related("agent").get(pk=user_id, kind=User.Kind.AGENT)
        row = Appointment.objects.filter(
            pk=appointment_id, user=None, ended_at=None, expires_at__gt=at
        ).first()
        if row is None or not is_meant(row, user):
            raise NoAppointment
        _locked(row.employer_id)
        claim(row.pk, user, at)


def is_meant(row: Appointment, user: User) -> bool:
    """Whether an invitation speaks of this agent: the same phone and the same name."""
    return all(
        unseal(row, column).expose() == unseal(user.agent, column).expose()
        for column in ("phone", "name")
    )


def claim(appointment_id: int, user: User, at: datetime) -> None:
    """Make an invitation somebody's; the caller holds the employer's row and has compared.

    Raises NoAppointment when it is not open any more, RuleBroken for a clerk whom nobody would
    administer.
    """
    row = _open_invitation(appointment_id, at)
    live = _live(row.employer_id)
    if any(each.user_id == user.pk for each in live):
        raise RuleBroken("您已是该单位的经办人")
    if row.role == CLERK and not any(each.role == ADMIN for each in live):
        raise RuleBroken("该单位目前没有单位管理员，请联系管理部")
    row.user, row.begun_at = user, at
    row.save(update_fields=["user", "begun_at"])
    _audit("parties.agent_appointed", row, audit.Actor.agent(user.pk), at, role=row.role)


def _open_invitation(appointment_id: int, at: datetime) -> Appointment:
    row = (
        Appointment.objects.select_for_update(no_key=True)
        .filter(pk=appointment_id, user=None, ended_at=None, expires_at__gt=at)
        .first()
    )
    if row is None:
        raise NoAppointment
    found: Appointment = row
    return found


def change_role(appointment_id: int, *, employer_id: int, role: str, by: int, at: datetime) -> None:
    """An administrator makes an agent clerk or administrator. Raises RuleBroken, NoAppointment."""
    with transaction.atomic():
        employer = _locked(employer_id)
        _administers(employer_id, by)
        row = _one(appointment_id, employer_id)
        if row.user_id is None or role not in Role.values:
            raise RuleBroken("只能更改在任经办人的角色")
        if row.role == role:
            return
        if row.role == ADMIN:
            _not_the_last(row)
        row.role = role
        row.save(update_fields=["role"])
        _audit("parties.agent_role_changed", row, audit.Actor.agent(by), at, role=role)
        _tell(
            unseal(row.user.agent, "phone").expose(),
            f"您在{employer.name}的角色已改为{Role(role).label}。",
            at,
        )


def end(appointment_id: int, *, employer_id: int, by: int, at: datetime) -> None:
    """End an appointment or withdraw an invitation; the agent's sign-ins for it end with it.

    An administrator ends anybody's, a clerk the own alone. Raises RuleBroken (the last
    administrator stays) and NoAppointment.
    """
    with transaction.atomic():
        employer = _locked(employer_id)
        row = _one(appointment_id, employer_id)
        if row.user_id != by:
            _administers(employer_id, by)
        if row.user_id is not None and row.role == ADMIN:
            _not_the_last(row)
        why = WITHDRAWN if row.user_id is None else REMOVED
        why = LEFT if row.user_id == by else why
        _end(row, why, by, at)
        _audit("parties.agent_ended", row, audit.Actor.agent(by), at, why=why)
        if why == REMOVED:
            _tell(
                unseal(row.user.agent, "phone").expose(),
                f"您已不再是{employer.name}的经办人。",
                at,
            )


def end_all(employer_id: int, *, by: int, at: datetime) -> None:
    """End every appointment and invitation of an employer whose account is closed; each agent is
    told. `by` is the member of staff who approved that. Inside atomic().
    """
    employer = _locked(employer_id)
    for row in [*_live(employer_id), *_open(employer_id)]:
        _end(row, CLOSED, by, at)
        _audit("parties.agent_ended", row, audit.Actor.staff(by), at, why=CLOSED)
        if row.user_id is not None:
            phone = unseal(row.user.agent, "phone").expose()
            _tell(phone, f"{employer.name}已销户，您不再是该单位的经办人。", at)


def _end(row: Appointment, why: str, by: int | None, at: datetime) -> None:
    row.ended_why, row.ended_by_id, row.ended_at = why, by, at
    row.save(update_fields=["ended_why", "ended_by", "ended_at"])
    agent_sessions.end_for(row.pk, at)


def _one(appointment_id: int, employer_id: int) -> Appointment:
    row = (
        Appointment.objects.select_related("user__agent")
        .filter(pk=appointment_id, employer_id=employer_id, ended_at=None)
        .first()
    )
    if row is None:
        raise NoAppointment
    found: Appointment = row
    return found


def _live(employer_id: int) -> list[Appointment]:
    rows = Appointment.objects.select_related("user__agent")
    return list(rows.filter(employer_id=employer_id, user__isnull=False, ended_at=None))


def _open(employer_id: int) -> QuerySet[Appointment]:
    return Appointment.objects.filter(employer_id=employer_id, user=None, ended_at=None)


def _administers(employer_id: int, user_id: int) -> None:
    """Raises RuleBroken when this agent does not administer the employer (any more)."""
    live = _live(employer_id)
    if not any(row.user_id == user_id and row.role == ADMIN for row in live):
        raise RuleBroken("只有单位管理员可以管理经办人")


def _not_the_last(row: Appointment) -> None:
    others = [each for each in _live(row.employer_id) if each.pk != row.pk]
    if not any(each.role == ADMIN for each in others):
        raise RuleBroken(_LAST)


def _locked(employer_id: int) -> Employer:
    employer: Employer = Employer.objects.select_for_update(no_key=True).get(pk=employer_id)
    return employer


def _tell(phone: str, text: str, at: datetime, *, send_before: datetime | None = None) -> None:
    messages.post(
        person_id=None,
        phone=phone,
        kind="parties.agent",
        text=text,
        at=at,
        send_before=send_before,
    )


def _audit(
    action: str, row: Appointment, actor: audit.Actor, at: datetime, **details: object
) -> None:
    audit.write(
        action,
        at=at,
        actor=actor,
        subject=audit.Subject("appointment", str(row.pk)),
        details={"employer": row.employer_id, **details},
    )
