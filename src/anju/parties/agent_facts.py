"""What halls may show about agents: who acts, for whom, and who else does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anju.parties import indexes
from anju.parties.facts import EmployerFacts
from anju.parties.models import Agent, Appointment, User
from anju.store.fields import unseal
from anju.store.index import match
from anju.store.secrets import MaskedPhone

Role = Appointment.Role


@dataclass(frozen=True)
class Acting:
    """An agent at work for an employer. The name is the agent's own, for the own pages."""

    appointment_id: int
    user_id: int
    name: str
    role: str
    employer: EmployerFacts

    @property
    def is_admin(self) -> bool:
        """Whether the agent manages the employer's other agents."""
        return self.role == str(Role.ADMIN)

    @property
    def role_text(self) -> str:
        """The role in words."""
        return str(Role(self.role).label)


@dataclass(frozen=True)
class Invitation:
    """An invitation that waits for this agent."""

    appointment_id: int
    employer: str
    role_text: str
    expires_at: datetime


@dataclass(frozen=True)
class AppointmentFacts:
    """One line of an employer's list of agents; `state` is live, invited, expired or ended."""

    appointment_id: int
    user_id: int | None
    name: str
    phone: MaskedPhone
    role: str
    role_text: str
    state: str
    state_text: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    begun_at: datetime | None
    ended_by: str
    ended_at: datetime | None


def name_of(user_id: int) -> str:
    """An agent's own name. Raises Agent.DoesNotExist."""
    return unseal(Agent.objects.only("name").get(pk=user_id), "name").expose()


def acting(user_id: int, appointment_id: int) -> Acting | None:
    """The agent at work by this appointment, or None when it is not the agent's (any more)."""
    row = _of(user_id).filter(pk=appointment_id).first()
    return None if row is None else _acting(row)


def appointments_of(user_id: int) -> tuple[Acting, ...]:
    """For whom the agent may act, oldest appointment first."""
    return tuple(_acting(row) for row in _of(user_id).order_by("begun_at", "pk"))


def _of(user_id: int) -> Any:
    rows = Appointment.objects.select_related("employer", "user__agent")
    return rows.filter(user_id=user_id, user__is_active=True, ended_at=None)


def _acting(row: Appointment) -> Acting:
    employer = row.employer
    return Acting(
        appointment_id=row.pk,
        user_id=row.user_id,
        name=unseal(row.user.agent, "name").expose(),
        role=row.role,
        employer=EmployerFacts(employer.pk, employer.name, employer.uscc, employer.branch_code),
    )


def invitations_for(user_id: int, *, at: datetime) -> tuple[Invitation, ...]:
    """The open invitations to this agent's phone and name."""
    agent = Agent.objects.get(pk=user_id)
    phone, name = (unseal(agent, column).expose() for column in ("phone", "name"))
    rows = Appointment.objects.select_related("employer").filter(
        match("phone", indexes.PHONE, phone), user=None, ended_at=None, expires_at__gt=at
    )
    return tuple(
        Invitation(row.pk, row.employer.name, str(Role(row.role).label), row.expires_at)
        for row in rows.order_by("pk")
        if unseal(row, "name").expose() == name
    )


def appointed(employer_id: int, *, at: datetime) -> tuple[AppointmentFacts, ...]:
    """Everybody who acts, is invited to act or has acted for an employer, the latest first."""
    rows = list(
        Appointment.objects.select_related("user__agent")
        .filter(employer_id=employer_id)
        .order_by("-pk")
    )
    names = _names(key for row in rows for key in (row.invited_by_id, row.ended_by_id))
    return tuple(_facts(row, names, at) for row in rows)


def appointment(appointment_id: int, *, employer_id: int, at: datetime) -> AppointmentFacts | None:
    """One of an employer's appointments, or None when it is not this employer's."""
    row = (
        Appointment.objects.select_related("user__agent")
        .filter(pk=appointment_id, employer_id=employer_id)
        .first()
    )
    return None if row is None else _facts(row, _names((row.invited_by_id, row.ended_by_id)), at)


def _facts(row: Appointment, names: dict[int, str], at: datetime) -> AppointmentFacts:
    state, text = _state(row, at)
    who = row.user.agent if row.user_id is not None else row
    return AppointmentFacts(
        appointment_id=row.pk,
        user_id=row.user_id,
        name=unseal(who, "name").expose(),
        phone=MaskedPhone.of(unseal(who, "phone")),
        role=row.role,
        role_text=str(Role(row.role).label),
        state=state,
        state_text=text,
        invited_by=names.get(row.invited_by_id, "单位开户时登记"),
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        begun_at=row.begun_at,
        ended_by=names.get(row.ended_by_id, ""),
        ended_at=row.ended_at,
    )


def _state(row: Appointment, at: datetime) -> tuple[str, str]:
    if row.ended_at is not None:
        return "ended", str(Appointment.End(row.ended_why).label)
    if row.user_id is not None:
        return "live", "在任"
    return ("invited", "待注册") if row.expires_at > at else ("expired", "邀请已过期")


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    """What an employer's agents read: each other by name, the centre's people as the centre."""
    users = User.objects.select_related("agent").filter(pk__in={key for key in keys if key})
    return {
        user.pk: unseal(user.agent, "name").expose()
        if user.kind == User.Kind.AGENT
        else "住房公积金中心"
        for user in users
    }
