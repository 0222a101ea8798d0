"""What a password must be. Each function answers with a sentence for the person, or None."""

import re
from datetime import date

from anju import policy

_CLASSES = (r"[0-9]", r"[a-z]", r"[A-Z]", r"[^0-9A-Za-z]")
_RISING = "01234567890"


def normalise_name(text: str) -> str:
    """A name as it is stored and compared: no spaces, one kind of middle dot."""
    return re.sub(r"[•‧・∙⋅]", "·", "".join(text.split()))


def password_problem(text: str, *, on: date) -> str | None:
    """What is wrong with a login password, or None.

    Length and the number of character classes (digits, small, capital, other) are policy.
    """
    params = policy.current().params
    shortest = params.password_length_min.on(on).value
    longest = params.password_length_max.on(on).value
    classes = params.password_classes_min.on(on).value
    if not shortest <= len(text) <= longest:
        return f"登录密码应为 {shortest} 至 {longest} 位"
    if not text.isprintable():
        return "登录密码不能含有看不见的字符，请重新输入"
    if sum(bool(re.search(kind, text)) for kind in _CLASSES) < classes:
        return f"登录密码应含数字、大写字母、小写字母、符号中的至少 {classes} 类"
    return None


def business_password_problem(text: str, *, id_number: str, phone: str | None) -> str | None:
    """What is wrong with a business password (6 digits), or None.

    Refused is what a finder of the ID card would try first: any six digits that stand in the ID
    number (birthday and tail among them) or in the phone number, repetitions and runs.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        return "业务密码应为 6 位数字"
    if len(set(text)) <= 2:
        return "业务密码不能由一两个数字重复组成，请换一个"
    if text in _RISING or text[::-1] in _RISING:
        return "业务密码不能是连续的数字，请换一个"
    if text in id_number or text in (phone or "") or text in _birthdays(id_number):
        return "业务密码不能取自身份证号码、生日或手机号码，请换一个"
    return None


def _birthdays(id_number: str) -> set[str]:
    """The six-digit ways to write the birthday that do not stand in the number as they are."""
    year, month, day = id_number[6:10], id_number[10:12], id_number[12:14]
    return {day + month + year[2:], month + day + year[2:], year + month, year + day}
