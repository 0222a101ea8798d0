"""Codes sent to a phone, each proving one act and nothing else.

A code is bound to its purpose and to the exact act (amount, card, case): change the act and the
code is worth nothing. Only a keyed digest is kept. Limits are counted in transactions of their
own, so no failing act gives a guess back; therefore nothing here may run inside `atomic()`.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow, token_urlsafe
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, localtime

from anju import policy
from anju.parties import messages
from anju.parties.answers import CodeSent, Proved, Refused
from anju.parties.models import Person, SmsCode
from anju.store import keyring, limits
from anju.store.fields import next_pk, unseal
from anju.store.secrets import MaskedPhone

_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """What a code proves: a purpose, the digest of the exact act, and the words for the person."""

    purpose: str
    binding: str
    says: str


@dataclass(frozen=True)
class Recipient:
    """Who gets a code: an empty phone is nobody, at the same cost. `subject` is who is counted."""

    subject: bytes
    phone: str = ""
    person_id: int | None = None
    user_id: int | None = None


def binding(action: str, **parts: Any) -> str:
    """The digest of one exact act; parts are JSON values (ids, fen, references)."""
    content = json.dumps({"action": action, **parts}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def request(
    person_id: int, *, purpose: str, binding: str, says: str, ip: str, at: datetime
) -> CodeSent | Refused:
    """Send a code to the phone on record for one act.

    `says` completes 您正在…: "申请提取 20,222.95 元到尾号 0000 的建设银行卡".
    """
    person = Person.objects.only("phone").get(pk=person_id)
    phone = unseal(person, "phone").expose()
    if not phone:
        return Refused("no_phone", "您还没有登记手机号码，请携带身份证到柜台登记后再办理")
    subject = limits.subject("phone", phone)
    refused = within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    recipient = Recipient(subject, phone=phone, person_id=person_id)
    sent = issue(recipient, Act(purpose, binding, says), at=at)
    masked = MaskedPhone.of(phone)
    return CodeSent(
        sent.ticket, f"验证码已发送到 {masked}", sent.resend_at, sent.expires_at, masked
    )


def within_limits(subject: bytes, *, ip: str, at: datetime) -> Refused | None:
    """Count one more code for this subject and this address, or say why not."""
    params, day = policy.current().params, localdate(at)
    wait = params.sms_code_resend_seconds.on(day).value
    per_hour = params.sms_codes_per_ip_hour.on(day).value
    per_day = params.sms_codes_per_phone_day.on(day).value
    asked = (
        ("sms.ip", limits.subject("ip", ip), per_hour, at + timedelta(hours=1), "当前网络"),
        ("sms.resend", subject, 1, at + timedelta(seconds=wait), ""),
        ("sms.day", subject, per_day, end_of_day(at), "今日"),
    )
    for bucket, counted, limit, until, who in asked:
        with transaction.atomic(durable=True):
            taken = limits.take_until(bucket, subject=counted, limit=limit, until=until, at=at)
        if isinstance(taken, limits.Refused):
            return _too_many(who, taken.until, at)
    return None


def _too_many(who: str, until: datetime, at: datetime) -> Refused:
    seconds = max(1, round((until - at).total_seconds()))
    if not who:
        return Refused("sms_wait", f"验证码刚刚发送过，请 {seconds} 秒后再获取", until)
    when = f"{localtime(until):%H:%M} 后" if localdate(until) == localdate(at) else "明天"
    return Refused("sms_limit", f"{who}获取验证码次数过多，请{when}再试，或到柜台办理", until)


def resend_at(person_id: int, *, purpose: str, at: datetime) -> datetime | None:
    """When the person may have the next code of this purpose, None when they may now."""
    latest = SmsCode.objects.filter(person_id=person_id, purpose=purpose).order_by("-id").first()
    if latest is None:
        return None
    seconds = policy.current().params.sms_code_resend_seconds.on(localdate(at)).value
    earliest = latest.sent_at + timedelta(seconds=seconds)
    return earliest if earliest > at else None


def issue(recipient: Recipient, act: Act, *, at: datetime) -> CodeSent:
    """Make a code, its message and its job in one transaction; earlier codes of the purpose end."""
    params, day = policy.current().params, localdate(at)
    ttl = params.sms_code_ttl_seconds.on(day).value
    expires_at = at + timedelta(seconds=ttl)
    code, ticket = f"{randbelow(10**6):06d}", token_urlsafe(24)
    text = (
        f"您正在{act.says}，验证码 {code}，{ttl // 60} 分钟内有效。"
        "工作人员不会索要验证码，请勿告诉他人。"
    )
    with transaction.atomic(durable=True):
        SmsCode.objects.filter(
            subject=recipient.subject, purpose=act.purpose, expires_at__gt=at, used_at=None
        ).update(expires_at=at)
        row = SmsCode(
            pk=next_pk(SmsCode),
            purpose=act.purpose,
            subject=recipient.subject,
            binding=act.binding,
            ticket_sha256=_sha256(ticket),
            user_id=recipient.user_id,
            person_id=recipient.person_id,
            sent_at=at,
            expires_at=expires_at,
        )
        # Nobody's code has a digest that no code fits.
        row.digest = _digest(row, code if recipient.phone else token_urlsafe(12))
        row.save(force_insert=True)
        messages.post(
            person_id=recipient.person_id,
            phone=recipient.phone,
            kind="parties.code",
            text=text,
            at=at,
            send_before=expires_at,
        )
    resend_at = at + timedelta(seconds=params.sms_code_resend_seconds.on(day).value)
    return CodeSent(ticket, "", resend_at, expires_at)


def verify(
    person_id: int, *, purpose: str, binding: str, code: str, at: datetime
) -> Proved | Refused:
    """Whether `code` is the last one sent to this person for exactly this act; counts the try."""
    with transaction.atomic(durable=True):
        rows = SmsCode.objects.filter(person_id=person_id, purpose=purpose, user_id=None)
        row = rows.select_for_update(no_key=True).order_by("-pk").first()
        return _tried(row, binding, code, at)


def verify_ticket(
    ticket: str, *, purpose: str, code: str, at: datetime, binding: str | None = None
) -> tuple[SmsCode | None, Refused | None]:
    """The second step of a door: the code's row when it is right, otherwise why not.

    An unknown ticket, one of another door, a person nobody knows and a wrong code answer alike.
    With `binding` the code must have been asked for exactly that.
    """
    with transaction.atomic(durable=True):
        rows = SmsCode.objects.filter(ticket_sha256=_sha256(ticket), purpose=purpose)
        row = rows.select_for_update(no_key=True).first()
        bound = row.binding if row and binding is None else binding
        answer = _tried(row, bound or "", code, at)
        return (row, None) if isinstance(answer, Proved) else (None, answer)


def _tried(row: SmsCode | None, binding: str, code: str, at: datetime) -> Proved | Refused:
    if row is None or row.used_at is not None or row.expires_at <= at:
        return Refused("code_expired", "验证码已失效，请重新获取")
    if row.binding != binding:
        return Refused("code_for_other", "办理内容已变化，原验证码不能使用，请重新获取")
    tries = policy.current().params.sms_code_tries.on(localdate(at)).value
    if row.tries >= tries:
        return Refused("code_spent", "验证码输错次数过多，请重新获取")
    row.tries += 1
    right = keyring.mac_ok("sms_code", _message(row, code.strip()), row.digest)
    if right:
        row.used_at = at
    row.save(update_fields=["tries", "used_at"])
    if right:
        return Proved("sms", at)
    left = tries - row.tries
    return Refused(
        "code_wrong", f"验证码不正确，还可再试 {left} 次" if left else "验证码不正确，请重新获取"
    )


def sweep(at: datetime) -> int:
    """Forget codes a day after they expired; gives how many."""
    return int(SmsCode.objects.filter(expires_at__lt=at - _KEPT).delete()[0])


def end_of_day(at: datetime) -> datetime:
    """The midnight that ends the day of `at` in the centre's time."""
    tomorrow = localtime(at) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


def _digest(row: SmsCode, code: str) -> str:
    return keyring.mac("sms_code", _message(row, code))


def _message(row: SmsCode, code: str) -> bytes:
    return "|".join((str(row.pk), row.purpose, row.binding, code)).encode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
