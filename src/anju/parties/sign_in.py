"""Signing in: every try is counted before it is looked at, and nobody learns who is known here.

Unknown and known people get the same words after the same work: the same look-up, the same count,
one password hash, one audit row. Nothing here may run inside `atomic()`, because a count that a
failing request could roll back would be no count. Results are values; `sessions.begin` follows.
"""

import hashlib
from datetime import datetime
from typing import Final

from anju.domain.half_width import half_width
from anju.domain.identifiers import normalise_id_number
from anju.parties import captcha as proof_of_work
from anju.parties import codes, doors
from anju.parties import totp as totp_codes
from anju.parties.answers import CodeSent, Refused, SignedIn
from anju.parties.credentials import login_password_is
from anju.parties.models import User
from anju.store import limits
from anju.store.fields import unseal

SMS_PURPOSE: Final = "parties.sign_in"


def member(
    *, id_number: str, password: str, captcha: str, ip: str, at: datetime
) -> SignedIn | Refused:
    """A member by ID number, password and a solved captcha challenge."""
    if not proof_of_work.verify(captcha, at):
        return Refused("captcha", "人机验证未完成或已失效，请稍候重试")
    door, number = doors.member_door(at), normalise_id_number(id_number)
    taken = doors.counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    user = doors.found("member", number)
    if not login_password_is(user, password) or user is None:
        return doors.wrong(door, number, taken, at)
    return doors.opened(door, number, user, at)


def member_by_sms(*, id_number: str, password: str, ip: str, at: datetime) -> CodeSent | Refused:
    """First step without script: the code takes the captcha's place.

    A code is only sent when the password is right, so nobody's phone can be flooded from here; the
    answer does not tell.
    """
    door, number = doors.member_door(at), normalise_id_number(id_number)
    taken = doors.counted(door, number, ip, at)
    if isinstance(taken, Refused):
        return taken
    subject = limits.subject("sign_in.sms", number)
    refused = codes.within_limits(subject, ip=ip, at=at)
    if refused is not None:
        return refused
    user = doors.found("member", number)
    right = login_password_is(user, password)
    known = user if right else None
    phone = unseal(known.person, "phone").expose() if known is not None else ""
    recipient = codes.Recipient(
        subject,
        phone=phone,
        person_id=known.person_id if known is not None and phone else None,
        user_id=known.pk if known is not None and phone else None,
    )
    act = codes.Act(SMS_PURPOSE, password_binding(known), "登录住房公积金网上服务大厅")
    sent = codes.issue(recipient, act, at=at)
    text = "如果身份证号码和密码正确，验证码将发送到您登记的手机；没有收到请返回核对"
    return CodeSent(sent.ticket, text, sent.resend_at, sent.expires_at)


def member_by_sms_code(*, ticket: str, code: str, ip: str, at: datetime) -> SignedIn | Refused:
    """Second step without script: the code that came to the phone."""
    refused = doors.counted_address(ip, at)
    if refused is not None:
        return refused
    row, wrong = codes.verify_ticket(ticket, purpose=SMS_PURPOSE, code=code, at=at)
    if row is None:
        assert wrong is not None
        return wrong
    user = User.objects.select_related("person").filter(pk=row.user_id, is_active=True).first()
    # The password may have been changed, or the user disabled, since the code was sent.
    if user is None or row.binding != password_binding(user):
        return Refused("code_expired", "验证码已失效，请重新登录")
    number = unseal(user.person, "id_number").expose()
    return doors.opened(doors.member_door(at), number, user, at)


def staff(*, username: str, password: str, totp: str, ip: str, at: datetime) -> SignedIn | Refused:
    """A member of staff by user name, password and a one-time password, each accepted once."""
    door, name = doors.staff_door(at), half_width(username).lower()
    taken = doors.counted(door, name, ip, at)
    if isinstance(taken, Refused):
        return taken
    user = doors.found("staff", name)
    right = login_password_is(user, password)
    step = totp_codes.step_for(user, half_width(totp), at)
    if user is None or not right or step is None or not totp_codes.spent(user, step):
        return doors.wrong(door, name, taken, at)
    return doors.opened(door, name, user, at)


def password_binding(user: User | None) -> str:
    """A code of the first step dies with the password it followed from."""
    return hashlib.sha256((user.password if user is not None else "").encode()).hexdigest()
