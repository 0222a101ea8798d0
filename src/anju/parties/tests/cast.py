"""The fictional people of these tests."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from anju.domain.identifiers import id_check_digit, uscc_check_character
from anju.parties import actions, appointments, registering
from anju.parties.models import Appointment, Employer, Person, User
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


def uscc(order: int = 1) -> str:
    """A code with a right check character in a county that does not exist."""
    first17 = f"91149999DEM{order:06d}"
    return first17 + uscc_check_character(first17)


def employer(order: int = 1) -> Employer:
    """An employer that never was."""
    return actions.register_employer(
        name=f"演示·单位{order}",
        uscc=uscc(order),
        branch_code="yanhu",
        actor=Actor.system(),
        at=AT,
    )


def applicant(order: int, employed: Employer, name: str = "") -> registering.Applicant:
    """Whoever is called so and has the phone and ID number of this order."""
    return registering.Applicant(
        employed.uscc, id_number(order), name or f"演示·经办{order}", phone(order)
    )


def agent(
    order: int = 1,
    *,
    of: Employer | None = None,
    by: User | None = None,
    role: str = "clerk",
    totp: bool = False,
) -> User:
    """An agent of an employer: its first administrator, or invited by one."""
    employed = of or employer(order)
    who = applicant(order, employed)
    named = {"name": who.name, "phone": who.phone, "at": AT}
    if by is None:
        appointments.invite_first(employed.pk, **named, by=Actor.system())
    else:
        appointments.invite(employed.pk, **named, role=role, by=by.pk)
    secret = TOTP_SECRET if totp else None
    with transaction.atomic():
        return registering.open_login(who, password=PASSWORD, totp_secret=secret, at=AT)


def appointment(user: User) -> Appointment:
    """The agent's latest appointment."""
    return Appointment.objects.filter(user=user).latest("pk")
