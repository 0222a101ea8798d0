"""Numbers that people and employers are known by: tidied, checked, and explained when wrong.

A `…_problem` function returns None, or one Chinese sentence for the person who typed the number:
what is wrong and how to go on. It never prints the number, nor the check digit that would fit.
"""

import re
from datetime import date
from functools import lru_cache
from operator import mul

from anju.domain.half_width import half_width

_DASHES = str.maketrans("", "", "-‐‑‒–—―−")

# GB 11643: weights of the first 17 digits, and the check character by remainder.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ZEROS = ord("0") * sum(_ID_WEIGHTS)
# GB/T 2260, first two digits, and the residence permits of Hong Kong, Macao and Taiwan (81-83).
# Counties are not checked: they are renamed and merged, and old numbers stay valid.
_PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)))
) | frozenset(map(str, (*range(61, 66), 71, 81, 82, 83)))
_BORN_FIRST = date(1900, 1, 1)
_PHONE = re.compile(r"1[3-9][0-9]{9}")

# GB 32100: no I, O, S, V, Z, which hands confuse with digits; weight i is 3^(i-1) mod 31.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_USCC_SHAPE = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}")


def normalise_id_number(text: str) -> str:
    """An ID number as it is stored and compared: half width, `X` large, no spaces or dashes.

    A number of the first generation (15 digits, issued until 1999) becomes its 18-digit form:
    century 19 and a check digit. What is no ID number comes back tidied, for
    `id_number_problem` to explain.
    """
    number = _tidy(text)
    if re.fullmatch(r"[0-9]{15}", number):
        first17 = f"{number[:6]}19{number[6:]}"
        return first17 + id_check_digit(first17)
    return number


def id_check_digit(first17: str) -> str:
    """The 18th character (0-9 or X) to the first 17 digits of an ID number, GB 11643.

    Raises ValueError when these are not 17 digits.
    """
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("an ID number's check digit is reckoned from its first 17 digits")
    return _check_digit(first17)


def birth_date(id_number: str) -> date:
    """The date of birth in an ID number. Raises ValueError when there is no such date in it."""
    digits = normalise_id_number(id_number)[6:14]
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise ValueError("no date of birth: not an 18-digit ID number")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def id_number_problem(text: str, on: date) -> str | None:
    """What is wrong with an ID number on that day, or None: GB 11643 without county codes."""
    if _is_id_number(text, on):
        return None
    number = normalise_id_number(text)
    if not number:
        return "请填写身份证号码。"
    if len(number) != 18:
        return f"身份证号码应为 18 位，现为 {len(number)} 位，请对照身份证核对后重新填写。"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号码只能是数字，最后一位可以是字母 X，请核对后重新填写。"
    if number[:2] not in _PROVINCES:
        return "身份证号码前两位不是有效的地区代码，请对照身份证核对后重新填写。"
    try:
        born = birth_date(number)
    except ValueError:
        return "身份证号码第 7 至 14 位的出生日期不存在，请对照身份证核对后重新填写。"
    if born > on:
        return "身份证号码第 7 至 14 位的出生日期晚于今天，请对照身份证核对后重新填写。"
    if born < _BORN_FIRST:
        return "身份证号码第 7 至 14 位的出生日期早于 1900 年，请对照身份证核对后重新填写。"
    if number[17] != id_check_digit(number[:17]):
        return "身份证号码校验不通过，可能有一位填错，请逐位核对后重新填写。"
    return None


def _is_id_number(text: str, on: date) -> bool:
    """Whether this is a good number as it stands, in the tenth part of the time of a reason why."""
    if len(text) != 18 or not text.isascii() or not text[:17].isdigit():
        return False
    born = _birthday(text[6:14])
    return (
        born is not None
        and _BORN_FIRST <= born <= on
        and text[:2] in _PROVINCES
        and text[17] == _check_digit(text[:17])
    )


def _check_digit(digits: str) -> str:
    return _ID_CHECKS[(sum(map(mul, digits.encode(), _ID_WEIGHTS)) - _ZEROS) % 11]


@lru_cache(maxsize=1 << 15)
def _birthday(digits: str) -> date | None:
    """The day written as 19900101, None when there is none; a city has one for each of its ages."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def normalise_uscc(text: str) -> str:
    """A unified social credit code as stored: half width, capitals, no spaces or dashes."""
    return _tidy(text)


def uscc_check_character(first17: str) -> str:
    """The 18th character to the first 17 of a unified social credit code, GB 32100.

    Raises ValueError when these are not 17 characters of the code's alphabet.
    """
    if len(first17) != 17 or not set(first17) <= set(_USCC_ALPHABET):
        raise ValueError("a credit code's check is reckoned from 17 characters of its alphabet")
    total = sum(
        _USCC_ALPHABET.index(character) * weight
        for character, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def uscc_problem(text: str) -> str | None:
    """What is wrong with a unified social credit code (统一社会信用代码), or None."""
    code = normalise_uscc(text)
    if not code:
        return "请填写统一社会信用代码。"
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位，请对照营业执照核对后重新填写。"
    if not set(code) <= set(_USCC_ALPHABET):
        return "统一社会信用代码只用数字和字母，不含 I、O、S、V、Z，请对照营业执照核对后重新填写。"
    if not _USCC_SHAPE.fullmatch(code):
        return "统一社会信用代码第 3 至 8 位应为数字，请对照营业执照核对后重新填写。"
    if code[17] != uscc_check_character(code[:17]):
        return "统一社会信用代码校验不通过，可能有一位填错，请逐位核对后重新填写。"
    return None


def normalise_card_number(text: str) -> str:
    """A bank card number as stored: half width, without spaces or dashes."""
    return _tidy(text)


def card_number_problem(text: str) -> str | None:
    """What is wrong with a bank card number (16 to 19 digits, Luhn, ISO/IEC 7812), or None."""
    number = normalise_card_number(text)
    if not number:
        return "请填写银行卡号。"
    if not re.fullmatch(r"[0-9]+", number):
        return "银行卡号只能是数字，请对照银行卡核对后重新填写。"
    if not 16 <= len(number) <= 19:
        return f"银行卡号应为 16 至 19 位，现为 {len(number)} 位，请对照银行卡核对后重新填写。"
    if _luhn_total(number) % 10:
        return "银行卡号校验不通过，可能有一位填错，请对照银行卡逐位核对后重新填写。"
    return None


def normalise_phone(text: str) -> str:
    """A mobile number as stored: half width, no spaces or dashes, no country code of China."""
    number = _tidy(text)
    match = re.fullmatch(r"(?:\+86|0086|86)(1[0-9]{10})", number)
    return match[1] if match else number


def phone_problem(text: str) -> str | None:
    """What is wrong with a mobile number of mainland China, or None."""
    if _PHONE.fullmatch(text):
        return None
    number = normalise_phone(text)
    if not number:
        return "请填写手机号码。"
    if not _PHONE.fullmatch(number):
        return "手机号码应为 11 位数字、以 13 至 19 开头，不能填固定电话，请核对后重新填写。"
    return None


def _tidy(text: str) -> str:
    return half_width(text).translate(_DASHES).upper()


def _luhn_total(number: str) -> int:
    """The Luhn sum: every second digit from the right is doubled and its digits added."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return sum(map(int, number[-1::-2])) + sum(doubled)
