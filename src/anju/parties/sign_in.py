"""Signing in: every try is counted before it is looked at, and nobody learns who is known here.

Unknown and known people get the same words after the same work: the same look-up, the same count,
one password hash, one audit row. Nothing here may run inside `atomic()`, because a count that a
failing request could roll back would be no count. Results are values; `sessions.begin` follows.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from django.db import transaction
from django.utils.timezone import localdate, localtime
from pyotp.exceptions import OTPVerificationError

from anju import policy
from anju.domain.half_width import half_width
from anju.domain.identifiers import normalise_id_number
from anju.parties import captcha as proof_of_work
from anju.parties import codes, indexes
from anju.parties.answers import CodeSent, Refused, SignedIn
from anju.parties.credentials import login_password_is
from anju.parties.models import User
from anju.store import audit, index, limits
from anju.store.fields import unseal

SMS_PURPOSE: Final = "parties.sign_in"
_TOTP_DRIFT: Final = 1
_DECOY_TOTP: Final = "A" * 32


@dataclass(frozen=True)
class _Door:
    """One kind of sign-in: its limits and its words."""

    kind: str
    tries: int
    lock_seconds: int
    wrong: str
    help: str


def _member_door(at: datetime) -> _Door:
    params, day = policy.current().params, localdate(at)
    return _Door(
        "member",
        params.sign_in_tries.on(day).value,
        params.sign_in_lock_seconds.on(day).value,
        "身份证号码或密码不正确",
        "忘记密码可到柜台办理",
    )


def _staff_door(at: datetime) -> _Door:
    params, day = policy.current().params, localdate(at)
    return _Door(
        "staff",
        params.staff_sign_in_tries.on(day).value,
        params.staff_sign_in_lock_seconds.on(day).value,
        "用户名、密码或动态口令不正确",
        "请联系本中心系统管理员",
    )


def member(
    *, id_number: str, password: str, captcha: str, ip: str, at: datetime
) -> SignedIn | Refused:
    """A member by ID number, password and a solved captcha challenge."""
    if not proof_of_work.verify(captcha, at):
        return Refused("captcha", "人机验证未完成或已失效，请稍候重试")
    door, number = _member_door(at), normalise_id_number(id_number)
    taken = _counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    user = _found("member", number)
    if not login_password_is(user, password) or user is None:
        return _wrong(door, number, taken, at)
    return _opened(door, number, user, at)


def member_by_sms(*, id_number: str, password: str, ip: str, at: datetime) -> CodeSent | Refused:
    """First step without script: the code takes the captcha's place.

    A code is only sent when the password is right, so nobody's phone can be flooded from here; the
    answer does not tell.
    """
    door, number = _member_door(at), normalise_id_number(id_number)
    taken = _counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    subject = limits.subject("sign_in.sms", number)
    refused = codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    user = _found("member", number)
    right = login_password_is(user, password)
    known = user if right else None
    phone = unseal(known.person, "phone").expose() if known is not None else ""
    recipient = codes.Recipient(
        subject,
        phone=phone,
        person_id=known.person_id if known is not None and phone else None,
        user_id=known.pk if known is not None and phone else None,
    )
    act = codes.Act(SMS_PURPOSE, _password_binding(known), "登录住房公积金网上服务大厅")
    sent = codes.issue(recipient, act, at=at)
    text = "如果身份证号码和密码正确，验证码将发送到您登记的手机；没有收到请返回核对"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def member_by_sms_code(*, ticket: str, code: str, ip: str, at: datetime) -> SignedIn | Refused:
    """Second step without script: the code that came to the phone."""
    refused = _counted_address(ip, at)
    if refused is not None:
        return refused
    row, wrong = codes.verify_ticket(ticket, code=code, at=at)
    if row is None:
        assert wrong is not None
        return wrong
    user = User.objects.select_related("person").filter(pk=row.user_id, is_active=True).first()
    # The password may have been changed, or the user disabled, since the code was sent.
    if user is None or row.binding != _password_binding(user):
        return Refused("code_expired", "验证码已失效，请重新登录")
    number = unseal(user.person, "id_number").expose()
    return _opened(_member_door(at), number, user, at)


def staff(*, username: str, password: str, totp: str, ip: str, at: datetime) -> SignedIn | Refused:
    """A member of staff by user name, password and a one-time password, each accepted once."""
    door, name = _staff_door(at), half_width(username).lower()
    taken = _counted(door, name, ip, at)
    if isinstance(taken, Refused):
        return taken
    user = _found("staff", name)
    right = login_password_is(user, password)
    step = _totp_step(user, half_width(totp), at)
    if user is None or not right or step is None or not _totp_spent(user, step):
        return _wrong(door, name, taken, at)
    return _opened(door, name, user, at)


def _totp_step(user: User | None, totp: str, at: datetime) -> int | None:
    """The time step this code belongs to, or None. A code may be one step early or late."""
    secret = unseal(user, "totp_secret").expose() if user is not None else ""
    try:
        step = pyotp.TOTP(secret or _DECOY_TOTP).verify_and_get_timecode(
            totp, for_time=at, valid_window=_TOTP_DRIFT
        )
    except OTPVerificationError:
        return None
    return step if secret else None


def _totp_spent(user: User, step: int) -> bool:
    """Use the code up: only a later step than the last one counts, decided by one statement."""
    with transaction.atomic(durable=True):
        fresh = User.objects.filter(pk=user.pk, totp_step__lt=step).update(totp_step=step)
    return bool(fresh)


def _found(kind: str, login: str) -> User | None:
    user: User | None = (
        User.objects.select_related("person")
        .filter(index.match("login", indexes.LOGIN, login), kind=kind)
        .first()
    )
    return user


def _counted(door: _Door, login: str, ip: str, at: datetime) -> limits.Allowed | Refused:
    """Count this try for the address and for the person; the count is committed here."""
    refused = _counted_address(ip, at)
    if refused is not None:
        return refused
    with transaction.atomic(durable=True):
        taken = limits.take(
            f"sign_in.{door.kind}",
            subject=limits.subject(door.kind, login),
            limit=door.tries,
            window_seconds=door.lock_seconds,
            at=at,
        )
    if isinstance(taken, limits.Refused):
        return _locked(taken.until, at, door.help)
    return taken


def _counted_address(ip: str, at: datetime) -> Refused | None:
    params, day = policy.current().params, localdate(at)
    with transaction.atomic(durable=True):
        taken = limits.take(
            "sign_in.ip",
            subject=limits.subject("ip", ip),
            limit=params.sign_in_tries_per_ip.on(day).value,
            window_seconds=params.sign_in_ip_window_seconds.on(day).value,
            at=at,
        )
    if isinstance(taken, limits.Refused):
        return _locked(taken.until, at, "也可换一个网络再试")
    return None


def _locked(until: datetime, at: datetime, help_text: str) -> Refused:
    day = "" if localdate(until) == localdate(at) else "明天 "
    when = f"{day}{localtime(until):%H:%M}"
    return Refused("locked", f"登录尝试次数过多，请在 {when} 后再试；{help_text}", until)


def _wrong(door: _Door, login: str, taken: limits.Allowed, at: datetime) -> Refused:
    with transaction.atomic():
        audit.write(
            "parties.sign_in_refused",
            at=at,
            actor=audit.Actor.system(),
            subject=_seen_as(door, login),
            details={"tries_left": taken.left},
        )
    minutes = max(1, door.lock_seconds // 60)
    ending = f"还可再试 {taken.left} 次" if taken.left else f"请 {minutes} 分钟后再试"
    return Refused("wrong", f"{door.wrong}，{ending}；{door.help}")


def _opened(door: _Door, login: str, user: User, at: datetime) -> SignedIn:
    with transaction.atomic():
        limits.clear(f"sign_in.{door.kind}", subject=limits.subject(door.kind, login))
        audit.write(
            "parties.signed_in",
            at=at,
            actor=audit.Actor(door.kind, user.pk),  # type: ignore[arg-type]
            subject=_seen_as(door, login),
        )
    return SignedIn(user)


def _seen_as(door: _Door, login: str) -> audit.Subject:
    """Whom a try was for, without saying whether we know them: a keyed digest."""
    return audit.Subject(f"sign_in.{door.kind}", limits.subject(door.kind, login).hex()[:40])


def _password_binding(user: User | None) -> str:
    """A code of the first step dies with the password it followed from."""
    return hashlib.sha256((user.password if user is not None else "").encode()).hexdigest()
