"""What an agent does about the own login: password, phone, one-time passwords of an app.

Each asks for the login password again, and each wrong one is counted; so nothing of this may run
inside `atomic()`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from django.db import transaction
from django.utils.timezone import localdate

from anju.domain import identifiers
from anju.domain.half_width import half_width
from anju.parties import agent_sessions, codes, doors, indexes, messages, registering, rules
from anju.parties import totp as totp_codes
from anju.parties.answers import CodeSent, Refused
from anju.parties.credentials import login_password_is
from anju.parties.models import Agent, User
from anju.parties.registering import Done
from anju.store import audit, limits
from anju.store.fields import seal, unseal
from anju.store.index import set_index
from anju.store.secrets import MaskedIdNumber, MaskedPhone

PHONE: Final = "parties.agent_phone"


@dataclass(frozen=True)
class SecurityFacts:
    """How an agent's login is kept. `offered` is a key that waits to be confirmed."""

    id_number: MaskedIdNumber
    phone: MaskedPhone
    password_since: datetime | None
    uses_totp: bool
    offered: str


def facts(user_id: int) -> SecurityFacts:
    """For the agent's own pages."""
    agent = Agent.objects.select_related("user").get(pk=user_id)
    offered = unseal(agent, "totp_pending").expose()
    return SecurityFacts(
        id_number=MaskedIdNumber.of(unseal(agent, "id_number")),
        phone=MaskedPhone.of(unseal(agent, "phone")),
        password_since=agent.user.password_since,
        uses_totp=bool(agent.user.totp_secret),
        offered=" ".join(offered[at : at + 4] for at in range(0, len(offered), 4)),
    )


def change_password(user_id: int, *, current: str, password: str, at: datetime) -> Done | Refused:
    """Replace the login password. The caller ends the other sign-ins and keeps its own."""
    user = _agent(user_id)
    problem = rules.password_problem(password, on=localdate(at))
    if problem is not None:
        return Refused("password", problem)
    refused = _refused(user, current, at)
    if refused is not None:
        return refused
    if current == password:
        return Refused("password", "新密码不能与当前密码相同")
    with transaction.atomic():
        registering.set_password(user, password, at)
    return Done()


def offer_totp(user_id: int, *, at: datetime) -> None:
    """Make a key for an app; it counts for nothing until a code of it is shown."""
    agent = Agent.objects.get(pk=user_id)
    seal(agent, "totp_pending", pyotp.random_base32())
    with transaction.atomic():
        agent.save(update_fields=["totp_pending"])
        _audit("parties.totp_shown", user_id, at)


def confirm_totp(user_id: int, *, password: str, code: str, at: datetime) -> Done | Refused:
    """Take the offered key into use, with the password and a code that the app made of it."""
    user = _agent(user_id)
    refused = _refused(user, password, at)
    if refused is not None:
        return refused
    secret = unseal(user.agent, "totp_pending").expose()
    step = totp_codes.step_of(secret, half_width(code).strip(), at)
    if step is None:
        return Refused("code", "动态口令不正确，请核对手机时间后输入应用上正在显示的 6 位数字")
    user.totp_step = step
    seal(user, "totp_secret", secret)
    user.agent.totp_pending = None
    with transaction.atomic():
        user.save(update_fields=["totp_secret", "totp_step"])
        user.agent.save(update_fields=["totp_pending"])
        _audit("parties.totp_enrolled", user_id, at)
        _tell(user, "已启用动态口令登录", at)
    return Done()


def remove_totp(user_id: int, *, password: str, at: datetime) -> Done | Refused:
    """Give the app's key up; the SMS code is the second factor again."""
    user = _agent(user_id)
    refused = _refused(user, password, at)
    if refused is not None:
        return refused
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(totp_secret=None)
        Agent.objects.filter(pk=user_id).update(totp_pending=None)
        _audit("parties.totp_removed", user_id, at)
        _tell(user, "已停用动态口令登录", at)
    return Done()


def ask_phone(user_id: int, *, phone: str, ip: str, at: datetime) -> CodeSent | Refused:
    """Send a code to the phone that is to be the agent's."""
    number = identifiers.normalise_phone(phone)
    problem = identifiers.phone_problem(number)
    if problem is not None:
        return Refused("phone", problem)
    subject = limits.subject("agent.phone", user_id)
    refused = codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    recipient = codes.Recipient(subject, phone=number, user_id=user_id)
    act = codes.Act(PHONE, _bound(user_id, number), "更换住房公积金单位网厅的手机号码")
    sent = codes.issue(recipient, act, at=at)
    text = f"验证码已发送到 {MaskedPhone.of(number)}"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def change_phone(
    user_id: int, *, phone: str, password: str, ticket: str, code: str, at: datetime
) -> Done | Refused:
    """Another phone for codes, with the password and the code that came there.

    The earlier phone is told. Invitations name a phone: those to the earlier one are not the
    agent's any more.
    """
    user, number = _agent(user_id), identifiers.normalise_phone(phone)
    refused = _refused(user, password, at)
    if refused is not None:
        return refused
    row, wrong = codes.verify_ticket(
        ticket, purpose=PHONE, binding=_bound(user_id, number), code=code, at=at
    )
    if row is None:
        assert wrong is not None
        return wrong
    with transaction.atomic():
        _tell(user, f"手机号码已更换为 {MaskedPhone.of(number)}", at)
        seal(user.agent, "phone", number)
        set_index(user.agent, "phone", indexes.PHONE, number)
        user.agent.save(update_fields=["phone", "phone_a", "phone_b"])
        _audit("parties.phone_changed", user_id, at)
    return Done()


def _bound(user_id: int, number: str) -> str:
    """A code for exactly this phone; keyed, because it is stored and the phone is personal."""
    return limits.subject("agent.phone", user_id, number).hex()


def _agent(user_id: int) -> User:
    user: User = User.objects.select_related("agent").get(pk=user_id, kind=User.Kind.AGENT)
    return user


def _refused(user: User, password: str, at: datetime) -> Refused | None:
    """Count the try and look at the password."""
    door, subject = doors.agent_door(at), limits.subject("user", user.pk)
    taken = doors.counted_try(door, "agent.password", subject, at)
    if isinstance(taken, Refused):
        return Refused("locked", taken.text.replace("登录尝试", "密码尝试"), taken.retry_at)
    if not login_password_is(user, password):
        return Refused("current", f"当前登录密码不正确，{doors.tries_left(door, taken)}")
    limits.clear("agent.password", subject=subject)
    return None


def end_others(user_id: int, session: object, *, at: datetime) -> int:
    """End every other sign-in of the agent; gives how many."""
    ended = agent_sessions.end_others(user_id, session, agent_sessions.OTHERS, at)  # type: ignore[arg-type]
    with transaction.atomic():
        _audit("parties.sessions_ended", user_id, at)
    return ended


def _tell(user: User, what: str, at: datetime) -> None:
    phone = unseal(user.agent, "phone").expose()
    text = f"您的单位网厅{what}。如非本人操作，请立即修改密码并致电本中心。"
    messages.post(person_id=None, phone=phone, kind="parties.agent", text=text, at=at)


def _audit(action: str, user_id: int, at: datetime) -> None:
    subject = audit.Subject("user", str(user_id))
    audit.write(action, at=at, actor=audit.Actor.agent(user_id), subject=subject)
