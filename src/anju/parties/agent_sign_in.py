"""How an employer's agent comes in: the password first, then a code by SMS or by the clock.

As at the other doors, every try is counted before it is looked at, unknown and known people get
the same words after the same work, and nothing may run inside `atomic()`.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.timezone import localdate

from anju import policy
from anju.domain.half_width import half_width
from anju.domain.identifiers import normalise_id_number
from anju.parties import captcha as proof_of_work
from anju.parties import codes, doors
from anju.parties import totp as totp_codes
from anju.parties.answers import CodeSent, HalfWay, Refused, SignedIn
from anju.parties.credentials import login_password_is
from anju.parties.models import User
from anju.parties.sign_in import password_binding
from anju.store import limits
from anju.store.fields import unseal
from anju.store.secrets import MaskedPhone

PURPOSE: Final = "parties.agent_sign_in"
_SAYS: Final = "登录住房公积金单位网厅"
_TOTP: Final = "sign_in.agent_totp"
_TOO_LATE: Final = Refused("code_expired", "登录已超时，请重新输入证件号码和密码")


def first_step(
    *, id_number: str, password: str, captcha: str, ip: str, at: datetime
) -> HalfWay | Refused:
    """An agent by ID number, password and a solved captcha challenge."""
    if not proof_of_work.verify(captcha, at):
        return Refused("captcha", "人机验证未完成或已失效，请稍候重试")
    door, number = doors.agent_door(at), normalise_id_number(id_number)
    taken = doors.counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    user = doors.found("agent", number)
    if not login_password_is(user, password) or user is None:
        return doors.wrong(door, number, taken, at)
    seconds = policy.current().params.sms_code_ttl_seconds.on(localdate(at)).value
    until = at + timedelta(seconds=seconds)
    return HalfWay(user.pk, password_binding(user), until.isoformat())


def first_step_by_sms(
    *, id_number: str, password: str, ip: str, at: datetime
) -> CodeSent | Refused:
    """The first step without script: the code takes the captcha's place and is the second factor.

    It is only sent when the password is right; the answer does not tell.
    """
    door, number = doors.agent_door(at), normalise_id_number(id_number)
    taken = doors.counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    subject = limits.subject("sign_in.agent_sms", number)
    refused = codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    user = doors.found("agent", number)
    known = user if login_password_is(user, password) else None
    sent = _issued(known, subject, at)
    text = "如果证件号码和密码正确，验证码将发送到您注册的手机；没有收到请返回核对"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def send_code(half: HalfWay, *, ip: str, at: datetime) -> CodeSent | Refused:
    """Send the second factor to the phone of somebody whose password was right."""
    user = _of(half, at)
    if user is None:
        return _TOO_LATE
    subject = limits.subject("sign_in.agent_sms", unseal(user.agent, "id_number").expose())
    refused = codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    sent = _issued(user, subject, at)
    phone = MaskedPhone.of(unseal(user.agent, "phone"))
    return CodeSent(sent.ticket, f"验证码已发送到 {phone}", sent.resend_at, sent.expires_at, phone)


def _issued(user: User | None, subject: bytes, at: datetime) -> CodeSent:
    phone = unseal(user.agent, "phone").expose() if user is not None else ""
    user_id = user.pk if user is not None else None
    recipient = codes.Recipient(subject, phone=phone, user_id=user_id)
    return codes.issue(recipient, codes.Act(PURPOSE, password_binding(user), _SAYS), at=at)


def by_code(*, ticket: str, code: str, ip: str, at: datetime) -> SignedIn | Refused:
    """The second step by the code that came to the phone."""
    refused = doors.counted_address(ip, at)
    if refused is not None:
        return refused
    row, wrong = codes.verify_ticket(ticket, purpose=PURPOSE, code=code, at=at)
    if row is None:
        assert wrong is not None
        return wrong
    user = _agents().filter(pk=row.user_id).first()
    # The password may have been changed, or the user disabled, since the code was sent.
    if user is None or row.binding != password_binding(user):
        return _TOO_LATE
    return _opened(user, at)


def by_totp(half: HalfWay, *, code: str, ip: str, at: datetime) -> SignedIn | Refused:
    """The second step by a one-time password of the agent's own app; each opens once."""
    refused = doors.counted_address(ip, at)
    if refused is not None:
        return refused
    user = _of(half, at)
    if user is None:
        return _TOO_LATE
    door = doors.agent_door(at)
    taken = doors.counted_try(door, _TOTP, limits.subject("user", user.pk), at)
    if isinstance(taken, Refused):
        return taken
    step = totp_codes.step_for(user, half_width(code).strip(), at)
    if step is None or not totp_codes.spent(user, step):
        text = f"动态口令不正确，{doors.tries_left(door, taken)}；也可改用短信验证码"
        return Refused("wrong", text)
    return _opened(user, at)


def uses_totp(half: HalfWay, *, at: datetime) -> bool:
    """Whether the agent has an app that makes codes."""
    user = _of(half, at)
    return user is not None and bool(user.totp_secret)


def _agents() -> QuerySet[User]:
    return User.objects.select_related("agent").filter(kind=User.Kind.AGENT, is_active=True)


def _of(half: HalfWay, at: datetime) -> User | None:
    """Whose half it is, while it holds."""
    if datetime.fromisoformat(half.until) <= at:
        return None
    user: User | None = _agents().filter(pk=half.user_id).first()
    return user if user is not None and password_binding(user) == half.binding else None


def _opened(user: User, at: datetime) -> SignedIn:
    limits.clear(_TOTP, subject=limits.subject("user", user.pk))
    number = unseal(user.agent, "id_number").expose()
    return doors.opened(doors.agent_door(at), number, user, at)
