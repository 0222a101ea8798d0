"""Passwords: how they are kept and compared. Argon2id by Django's hashers; nothing is readable.

The business password has only a million values, so before it is hashed it is mixed with a key that
is not in the database (pepper) and with the user's own key.
"""

from datetime import datetime
from functools import lru_cache
from secrets import token_urlsafe
from typing import Final

from django.contrib.auth.hashers import check_password, is_password_usable, make_password
from django.db import transaction
from django.utils.timezone import localdate

from anju import policy
from anju.parties.answers import Proved, Refused
from anju.parties.codes import end_of_day
from anju.parties.models import User
from anju.store import keyring, limits

_HASHED_MAX: Final = 256


def login_password_is(user: User | None, password: str) -> bool:
    """Whether `password` opens `user`; nobody costs the same work as somebody.

    A login that has no password yet, or is disabled, answers as nobody.
    """
    encoded = user.password if user is not None and user.is_active else ""
    known = bool(encoded) and is_password_usable(encoded)
    matches = check_password(password[:_HASHED_MAX], encoded if known else _decoy())
    return known and matches and len(password) <= _HASHED_MAX


@lru_cache(maxsize=1)
def _decoy() -> str:
    """A hash of nothing anybody could type, made once per process with the hasher at work."""
    return make_password(token_urlsafe(32))


def peppered(user_id: int, password: str) -> str:
    """A business password as it is stored: the pepper's key id and the hash."""
    key = keyring.current().at_work("pepper")
    return f"{key.kid}:{make_password(_mixed(key, user_id, password))}"


def check_business_password(user_id: int, *, password: str, at: datetime) -> Proved | Refused:
    """Whether this is the user's business password; every try of a day is counted.

    Not to be called inside `atomic()`: a failing act must not give the try back.
    """
    user = User.objects.only("business_password").get(pk=user_id, is_active=True)
    kid, _, encoded = user.business_password.partition(":")
    if not encoded:
        return Refused("business_password_not_set", "您还没有设置业务密码，请到“我的—安全”设置")
    tries = policy.current().params.business_password_tries_per_day.on(localdate(at)).value
    subject = limits.subject("user", user_id)
    with transaction.atomic(durable=True):
        taken = limits.take_until(
            "business_password", subject=subject, limit=tries, until=end_of_day(at), at=at
        )
    if isinstance(taken, limits.Refused):
        text = "业务密码今日输错次数已满，请明天再试，或到柜台办理"
        return Refused("business_password_locked", text, taken.until)
    key = keyring.current().named(kid, purpose="pepper")
    if not check_password(_mixed(key, user_id, password), encoded):
        left = f"今日还可再试 {taken.left} 次" if taken.left else "今日已不能再试"
        return Refused("business_password_wrong", f"业务密码不正确，{left}")
    with transaction.atomic():
        limits.clear("business_password", subject=subject)
    return Proved("business_password", at)


def _mixed(key: keyring.Key, user_id: int, password: str) -> str:
    return key.mac(f"{user_id}|{password}".encode()).hex()
