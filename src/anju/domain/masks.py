"""Personal data as it may be shown: enough to recognise, not enough to use."""

_STAR = "*"
_DOT = "·"


def mask_id_number(number: str) -> str:
    """An ID number without its date of birth: `142701********0001`; other lengths hidden whole."""
    return _keep(number, first=6, last=4) if len(number) == 18 else _STAR * len(number)


def mask_phone(number: str) -> str:
    """A mobile number without its middle: `150****0000`; other lengths hidden whole."""
    return _keep(number, first=3, last=4) if len(number) == 11 else _STAR * len(number)


def mask_card(number: str) -> str:
    """A bank card by its last four digits: `····0000`. Its length is not told either.

    What is shorter than eight characters is no card and stays hidden.
    """
    return _DOT * 4 + (number[-4:] if len(number) >= 8 else "")


def mask_name(name: str) -> str:
    """A name: `李*`, `李*华`, and of longer ones the first and last character."""
    if len(name) < 2:
        return _STAR * len(name)
    return _keep(name, first=1, last=0 if len(name) == 2 else 1)


def mask_account(number: str) -> str:
    """A fund account number by its first two and last two characters; short ones hidden whole."""
    return _keep(number, first=2, last=2) if len(number) >= 6 else _STAR * len(number)


def mask_organisation(name: str) -> str:
    """An organisation by the first two and last two characters of its name; short ones hidden."""
    return _keep(name, first=2, last=2) if len(name) >= 6 else _STAR * len(name)


def mask_uscc(code: str) -> str:
    """A unified social credit code by its first two and last four; other lengths hidden whole."""
    return _keep(code, first=2, last=4) if len(code) == 18 else _STAR * len(code)


def _keep(text: str, *, first: int, last: int) -> str:
    hidden = len(text) - first - last
    return text[:first] + _STAR * hidden + text[first + hidden :]
