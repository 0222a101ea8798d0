"""Money as whole fen: reading it, writing it, and the one way it is rounded."""

import re

from anju.domain.half_width import half_width

FEN_MAX = 99_999_999_999_999
"""The largest amount Anju reads, in fen (9,999 亿 yuan): fits a BIGINT a thousandfold,
and 亿 remains the largest unit needed to write it in words."""

_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)(?P<yuan>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<fen>[0-9]+))?"
)
_EXAMPLE = "请填写如 20,216.21 的金额"


def yuan(fen: int) -> str:
    """An amount in fen as people read it: always two decimals, commas by thousands, no unit."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def parse_yuan(text: str, *, allow_negative: bool = False) -> int:
    """The fen of an amount typed in yuan, such as `20,216.21`, `２０２１６．２１` or `5 元`.

    Signs are refused unless `allow_negative`. Raises ValueError whose text (Chinese) may be shown
    to the person who typed: it says what is wrong and how to go on.
    """
    plain = half_width(text).removesuffix("元")
    if not plain:
        raise ValueError(f"没有填写金额，{_EXAMPLE}。")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise ValueError(f"“{text.strip()[:30]}”不是金额，{_EXAMPLE}，只用数字、逗号和小数点。")
    decimals = match["fen"] or ""
    if len(decimals) > 2:
        raise ValueError("金额最多到分，小数点后不能超过两位，请改为两位小数。")
    if match["sign"] and not allow_negative:
        raise ValueError("金额前不能带正负号，请只填写数字。")
    digits = match["yuan"].replace(",", "").lstrip("0") + decimals.ljust(2, "0")
    # Length first: Python refuses to read numbers of thousands of digits, in words of its own.
    if len(digits) > len(str(FEN_MAX)):
        raise ValueError(f"金额过大，最多 {yuan(FEN_MAX)} 元，请核对。")
    return -int(digits) if match["sign"] == "-" else int(digits)


def round_half_away(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator ÷ denominator; a half goes away from zero (四舍五入).

    Raises ZeroDivisionError when the denominator is zero.
    """
    nearest = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return nearest if (numerator < 0) == (denominator < 0) else -nearest
