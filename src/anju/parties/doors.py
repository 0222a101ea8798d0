"""The doors of the halls: how often one may knock, and what is said to whoever is not let in.

Every try is counted before it is looked at, for the address and for the login; counts are
committed here, so nothing of this may run inside `atomic()`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from anju import policy
from anju.parties import indexes
from anju.parties.answers import Refused, SignedIn
from anju.parties.models import User
from anju.store import audit, index, limits


@dataclass(frozen=True)
class Door:
    """One kind of sign-in: its limits and its words."""

    kind: str
    tries: int
    lock_seconds: int
    wrong: str
    help: str


def member_door(at: datetime) -> Door:
    """Members' way in."""
    return _public_door("member", "身份证号码或密码不正确", "忘记密码可到柜台办理", at)


def agent_door(at: datetime) -> Door:
    """The way in of employers' agents."""
    return _public_door("agent", "证件号码或密码不正确", "忘记密码可在登录页重设", at)


def _public_door(kind: str, wrong: str, help_text: str, at: datetime) -> Door:
    params, day = policy.current().params, localdate(at)
    return Door(
        kind,
        params.sign_in_tries.on(day).value,
        params.sign_in_lock_seconds.on(day).value,
        wrong,
        help_text,
    )


def staff_door(at: datetime) -> Door:
    """The way in of the centre's own people."""
    params, day = policy.current().params, localdate(at)
    return Door(
        "staff",
        params.staff_sign_in_tries.on(day).value,
        params.staff_sign_in_lock_seconds.on(day).value,
        "用户名、密码或动态口令不正确",
        "请联系本中心系统管理员",
    )


def found(kind: str, login: str) -> User | None:
    """The user of this kind who signs in by this, or None."""
    user: User | None = (
        User.objects.select_related("person", "agent")
        .filter(index.match("login", indexes.LOGIN, login), kind=kind)
        .first()
    )
    return user


def counted(door: Door, login: str, ip: str, at: datetime) -> limits.Allowed | Refused:
    """Count this try for the address and for the person."""
    return counted_address(ip, at) or counted_try(
        door, f"sign_in.{door.kind}", limits.subject(door.kind, login), at
    )


def counted_try(door: Door, bucket: str, subject: bytes, at: datetime) -> limits.Allowed | Refused:
    """Count one try of one person at one thing."""
    with transaction.atomic(durable=True):
        taken = limits.take(
            bucket,
            subject=subject,
            limit=door.tries,
            window_seconds=door.lock_seconds,
            at=at,
        )
    if isinstance(taken, limits.Refused):
        return locked(taken.until, at, door.help)
    return taken


def counted_address(ip: str, at: datetime) -> Refused | None:
    """Count one try from an address, or say that there were too many."""
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
        return locked(taken.until, at, "也可换一个网络再试")
    return None


def locked(until: datetime, at: datetime, help_text: str) -> Refused:
    """Too many tries, and when it is worth trying again."""
    day = "" if localdate(until) == localdate(at) else "明天 "
    when = f"{day}{localtime(until):%H:%M}"
    return Refused("locked", f"登录尝试次数过多，请在 {when} 后再试；{help_text}", until)


def wrong(door: Door, login: str, taken: limits.Allowed, at: datetime) -> Refused:
    """Whoever it was is not let in; the same words and the same row for everybody."""
    with transaction.atomic():
        audit.write(
            "parties.sign_in_refused",
            at=at,
            actor=audit.Actor.system(),
            subject=_seen_as(door, login),
            details={"tries_left": taken.left},
        )
    return Refused("wrong", f"{door.wrong}，{tries_left(door, taken)}；{door.help}")


def tries_left(door: Door, taken: limits.Allowed) -> str:
    """How often one may try again, or when."""
    minutes = max(1, door.lock_seconds // 60)
    return f"还可再试 {taken.left} 次" if taken.left else f"请 {minutes} 分钟后再试"


def opened(door: Door, login: str, user: User, at: datetime) -> SignedIn:
    """The person is in: tries are forgotten, and the row says who it was."""
    with transaction.atomic():
        limits.clear(f"sign_in.{door.kind}", subject=limits.subject(door.kind, login))
        audit.write(
            "parties.signed_in",
            at=at,
            actor=audit.Actor(door.kind, user.pk),  # type: ignore[arg-type]
            subject=_seen_as(door, login),
        )
    return SignedIn(user)


def _seen_as(door: Door, login: str) -> audit.Subject:
    """Whom a try was for, without saying whether we know them: a keyed digest."""
    return audit.Subject(f"sign_in.{door.kind}", limits.subject(door.kind, login).hex()[:40])
