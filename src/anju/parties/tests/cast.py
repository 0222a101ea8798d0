"""The fictional people of these tests."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from anju.domain.identifiers import id_check_digit
from anju.parties import actions
from anju.parties.models import Person, User
from anju.store.audit import Actor

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Anju-demo-2026"
BUSINESS_PASSWORD = "730482"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CARD = "6210000000000000009"


def id_number(order: int = 1, county: str = "149999", born: str = "19660815") -> str:
    """A number with a right check digit in a county that does not exist."""
    first17 = f"{county}{born}{order:03d}"
    return first17 + id_check_digit(first17)


def phone(order: int = 1) -> str:
    """A number of a block that is given to nobody."""
    return f"1500000{order:04d}"


def person(order: int = 1, *, name: str = "演示·李华", with_phone: bool = True) -> Person:
    """A person on record."""
    return actions.enrol_person(
        name=name,
        id_number=id_number(order),
        phone=phone(order) if with_phone else None,
        actor=Actor.system(),
        at=AT,
    )


def member(order: int = 1) -> User:
    """A person with a login and both passwords."""
    user = actions.open_login(person(order).pk, password=PASSWORD, actor=Actor.system(), at=AT)
    actions.set_business_password(user.pk, password=BUSINESS_PASSWORD, actor=Actor.system(), at=AT)
    return user


def staff(username: str = "teller.one", **more: object) -> User:
    """A member of staff with a known secret."""
    given: dict[str, object] = {
        "display_name": "演示·柜员",
        "branch_code": "yanhu",
        "roles": ("teller",),
        "password": PASSWORD,
        "totp_secret": TOTP_SECRET,
        **more,
    }
    return actions.create_staff(username=username, actor=Actor.system(), at=AT, **given)
