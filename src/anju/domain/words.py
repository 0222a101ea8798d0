"""Amounts in Chinese capitals (人民币大写), as vouchers and certificates print them."""

from anju.domain.money import FEN_MAX

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_GROUPS = ("亿", "万", "")


def rmb_in_words(fen: int) -> str:
    """The amount in Chinese capitals: 2021621 is `贰万零贰佰壹拾陆元贰角壹分`.

    `整` closes what ends at 元 or 角 (会计基础工作规范, article 52); a run of zeros is read once;
    negative amounts begin with 负. Raises ValueError beyond ±FEN_MAX.
    """
    if abs(fen) > FEN_MAX:
        raise ValueError(f"{fen} 分超出了可以大写的范围")
    whole, rest = divmod(abs(fen), 100)
    jiao, single = divmod(rest, 10)
    words = _whole(whole) + "元" if whole or not rest else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif whole and single:
        words += "零"
    words += _DIGITS[single] + "分" if single else "整"
    return ("负" if fen < 0 else "") + words


def _whole(number: int) -> str:
    """A whole number below 10^12 in capitals, group of four by group of four."""
    if number == 0:
        return _DIGITS[0]
    words = ""
    skipped = False
    for group, unit in zip(_groups(number), _GROUPS, strict=True):
        if group:
            # A zero is read where thousands are missing, or a whole group was.
            gap = _DIGITS[0] if words and (skipped or group < 1000) else ""
            words += gap + _below_ten_thousand(group) + unit
        skipped = group == 0
    return words


def _groups(number: int) -> tuple[int, int, int]:
    hundred_millions, rest = divmod(number, 10**8)
    return hundred_millions, *divmod(rest, 10**4)


def _below_ten_thousand(number: int) -> str:
    words = ""
    for digit, place in zip(map(int, f"{number:04d}"), _PLACES, strict=True):
        if digit:
            words += _DIGITS[digit] + place
        elif words and not words.endswith(_DIGITS[0]):
            words += _DIGITS[0]
    return words.rstrip(_DIGITS[0])
