"""How an agent registers, and gets in again when the password is forgotten.

A stranger learns nothing here: who asks for a code gets the same words after the same work,
whether or not there is such an employer, invitation or agent. Only the phone that an invitation
names, or that an agent registered, gets a code; whoever shows it is no stranger any more. Tries are
counted first, so nothing of this may run inside `atomic()`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from anju.domain import identifiers
from anju.parties import agent_sessions, appointments, codes, doors, indexes, messages, rules
from anju.parties.answers import CodeSent, Refused, RuleBroken
from anju.parties.models import Agent, Appointment, Employer, User
from anju.store import audit, limits
from anju.store.fields import next_pk, seal, unseal
from anju.store.index import match, set_index

REGISTER: Final = "parties.agent_register"
RESET: Final = "parties.agent_reset"
_NOT_DONE: Final = Refused(
    "not_registered",
    "注册没有完成。已注册过的，请直接登录后接受邀请；仍不能办理的，请联系邀请您的单位管理员或管理部",
)
_OVER: Final = Refused("code_expired", "验证码已失效，请重新获取")


@dataclass(frozen=True)
class Applicant:
    """Whoever asks to act for an employer, as typed."""

    uscc: str
    id_number: str
    name: str
    phone: str

    def tidy(self) -> "Applicant":
        """As it is stored and compared."""
        return Applicant(
            identifiers.normalise_uscc(self.uscc),
            identifiers.normalise_id_number(self.id_number),
            rules.normalise_name(self.name),
            identifiers.normalise_phone(self.phone),
        )


@dataclass(frozen=True)
class Done:
    """It is done; signing in comes next."""


def ask_to_register(applicant: Applicant, *, ip: str, at: datetime) -> CodeSent | Refused:
    """Send a code to the phone, if an employer has invited somebody of this name and phone."""
    typed = applicant.tidy()
    subject = limits.subject("agent.register", typed.uscc, typed.phone)
    refused = doors.counted_address(ip, at) or codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    invited = _invitation(typed, at) is not None
    recipient = codes.Recipient(subject, phone=typed.phone if invited else "")
    act = codes.Act(REGISTER, _bound(typed), "注册住房公积金单位网厅")
    sent = codes.issue(recipient, act, at=at)
    text = "如果填写的内容与单位的邀请一致，验证码将发送到该手机；没有收到请与单位管理员核对"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def register(
    applicant: Applicant, *, ticket: str, code: str, password: str, ip: str, at: datetime
) -> Done | Refused:
    """Open the agent's login and take up the invitation, with the code that came to the phone."""
    typed = applicant.tidy()
    problem = rules.password_problem(password, on=localdate(at))
    refused = Refused("password", problem) if problem else doors.counted_address(ip, at)
    if refused is not None:
        return refused
    row, wrong = codes.verify_ticket(
        ticket, purpose=REGISTER, binding=_bound(typed), code=code, at=at
    )
    if row is None:
        assert wrong is not None
        return wrong
    try:
        with transaction.atomic():
            open_login(typed, password=password, at=at)
    except (IntegrityError, RuleBroken, appointments.NoAppointment):
        return _NOT_DONE
    return Done()


def open_login(
    typed: Applicant, *, password: str, totp_secret: str | None = None, at: datetime
) -> User:
    """Give an invited agent a login; inside `atomic()`, by whoever knows that the phone is theirs.

    Raises NoAppointment when there is no such invitation, IntegrityError for an ID number with
    which somebody has registered, RuleBroken as `appointments.claim` does.
    """
    found = _invitation(typed, at)
    if found is None:
        raise appointments.NoAppointment
    Employer.objects.select_for_update(no_key=True).get(pk=found.employer_id)
    user = User(
        pk=next_pk(User),
        kind=User.Kind.AGENT,
        password=make_password(password),
        password_since=at,
        created_at=at,
    )
    if totp_secret is not None:
        seal(user, "totp_secret", totp_secret)
    set_index(user, "login", indexes.LOGIN, typed.id_number)
    user.save(force_insert=True)
    agent = Agent(user=user)
    for column in ("name", "id_number", "phone"):
        seal(agent, column, getattr(typed, column))
    set_index(agent, "phone", indexes.PHONE, typed.phone)
    agent.save(force_insert=True)
    _audit("parties.agent_registered", user.pk, at)
    appointments.claim(found.pk, user, at)
    return user


def _invitation(typed: Applicant, at: datetime) -> Appointment | None:
    """The open invitation that says the same."""
    row: Appointment | None = Appointment.objects.filter(
        match("phone", indexes.PHONE, typed.phone),
        employer__uscc=typed.uscc,
        user=None,
        ended_at=None,
        expires_at__gt=at,
    ).first()
    return row if row is not None and unseal(row, "name").expose() == typed.name else None


def ask_to_reset(*, id_number: str, phone: str, ip: str, at: datetime) -> CodeSent | Refused:
    """Send a code to the phone an agent registered with, if the ID number is that agent's."""
    number, dialled = _login_of(id_number, phone)
    subject = limits.subject("agent.reset", number, dialled)
    refused = doors.counted_address(ip, at) or codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    user = _registered(number, dialled)
    user_id = user.pk if user is not None else None
    recipient = codes.Recipient(subject, phone=dialled if user else "", user_id=user_id)
    act = codes.Act(RESET, subject.hex(), "重设住房公积金单位网厅的登录密码")
    sent = codes.issue(recipient, act, at=at)
    text = "如果证件号码与注册的手机号码一致，验证码将发送到该手机；没有收到请核对"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def reset(
    *, id_number: str, phone: str, ticket: str, code: str, password: str, ip: str, at: datetime
) -> Done | Refused:
    """Set a new password with the code that came to the phone; every sign-in ends."""
    number, dialled = _login_of(id_number, phone)
    problem = rules.password_problem(password, on=localdate(at))
    refused = Refused("password", problem) if problem else doors.counted_address(ip, at)
    if refused is not None:
        return refused
    subject = limits.subject("agent.reset", number, dialled)
    row, wrong = codes.verify_ticket(ticket, purpose=RESET, binding=subject.hex(), code=code, at=at)
    if row is None:
        assert wrong is not None
        return wrong
    user = _registered(number, dialled)
    if user is None or user.pk != row.user_id:
        return _OVER
    with transaction.atomic():
        set_password(user, password, at)
        limits.clear("sign_in.agent", subject=limits.subject("agent", number))
        agent_sessions.end_all(user.pk, agent_sessions.PASSWORD, at)
    return Done()


def set_password(user: User, password: str, at: datetime) -> None:
    """Write the new password, its audit row and a message to the agent; inside `atomic()`."""
    User.objects.filter(pk=user.pk).update(password=make_password(password), password_since=at)
    _audit("parties.login_password_set", user.pk, at)
    messages.post(
        person_id=None,
        phone=unseal(user.agent, "phone").expose(),
        kind="parties.agent",
        text="您的单位网厅登录密码已修改。如非本人操作，请立即重设密码并致电本中心。",
        at=at,
    )


def _registered(number: str, phone: str) -> User | None:
    """The agent of this ID number, if this is the phone that registered."""
    user = doors.found("agent", number)
    if user is None or not user.is_active:
        return None
    return user if unseal(user.agent, "phone").expose() == phone else None


def _login_of(id_number: str, phone: str) -> tuple[str, str]:
    return identifiers.normalise_id_number(id_number), identifiers.normalise_phone(phone)


def _bound(typed: Applicant) -> str:
    """A code for exactly these words; keyed, because it is stored and they are personal."""
    parts = (typed.uscc, typed.id_number, typed.name, typed.phone)
    return limits.subject("agent.register", *parts).hex()


def _audit(action: str, user_id: int, at: datetime) -> None:
    subject = audit.Subject("user", str(user_id))
    audit.write(action, at=at, actor=audit.Actor.agent(user_id), subject=subject)
