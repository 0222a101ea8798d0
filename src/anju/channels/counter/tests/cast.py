"""Fictional staff, members and cases for these tests, made by the rooms' own actions."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyotp
from django.test import Client
from PIL import Image

from anju import ledger, policy
from anju.business.contributions import orders as contributions
from anju.cases import actions
from anju.cases.records import Submitted
from anju.domain.identifiers import (
    card_number_problem,
    id_check_digit,
    uscc_check_character,
)
from anju.parties import actions as parties
from anju.parties import cards
from anju.parties.models import SmsMessage, User
from anju.store.audit import Actor
from anju.store.fields import unseal

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Counter-2026"
BUSINESS_PASSWORD = "285714"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SERVICE = "withdrawals.retirement"


def open_books() -> None:
    """Open the books on the tests' day."""
    ledger.open_day(AT.date())


def staff(username: str, *roles: str, branch: str = "yanhu", person_id: int | None = None) -> User:
    """A member of staff with a known password and secret."""
    return parties.create_staff(
        username=username,
        display_name=f"演示·{username}",
        branch_code=branch,
        roles=roles,
        password=PASSWORD,
        totp_secret=TOTP_SECRET,
        person_id=person_id,
        actor=Actor.system(),
        at=AT,
    )


def id_number(order: int) -> str:
    """A number with a right check digit in a county that does not exist."""
    first17 = f"14999919660315{order:03d}"
    return first17 + id_check_digit(first17)


def card_number(order: int) -> str:
    """A number of a bank that does not exist, with a right check digit."""
    numbers = (f"629999105000000{order:03d}{check}" for check in range(10))
    return next(number for number in numbers if card_number_problem(number) is None)


def _uscc(order: int) -> str:
    first17 = f"12149999DEM{order:06d}"
    return first17 + uscc_check_character(first17)


def member(
    order: int = 1, *, name: str = "演示·钱平安", branch: str = "yanhu", card_hours: int = 20
) -> int:
    """A retired person with a sealed account and a card bound `card_hours` ago; their id."""
    actor = Actor.system()
    person = parties.enrol_person(
        name=name, id_number=id_number(order), phone=f"1990000{order:04d}", actor=actor, at=AT
    )
    user = parties.open_login(person.pk, password=PASSWORD, actor=actor, at=AT)
    parties.set_business_password(user.pk, password=BUSINESS_PASSWORD, actor=actor, at=AT)
    employer = parties.register_employer(
        name=f"演示第{order}中学",
        uscc=_uscc(order),
        branch_code=branch,
        actor=actor,
        at=AT,
    )
    account = contributions.take_on(
        person.pk,
        employer_id=employer.pk,
        branch_code=branch,
        account_no=f"{order:08d}",
        base_fen=600000,
        member_ratio=Decimal("0.12"),
        employer_ratio=Decimal("0.12"),
        opening_fen=2021621,
        opened_on=date(2001, 3, 12),
        actor=actor,
        at=AT,
    )
    contributions.seal(
        account,
        reason="retired",
        on=date(2026, 11, 9),
        approved_on=date(2026, 11, 6),
        approved_by="演示审批",
        actor=actor,
        at=AT,
    )
    cards.bind_card(
        person.pk,
        number=card_number(order),
        bank_code="105",
        branch_code="10501",
        holder_name=name,
        same_name_verified=True,
        actor=actor,
        at=AT - timedelta(hours=card_hours),
    )
    return person.pk


def applied(person_id: int, *, channel: str = "web", at: datetime = AT) -> str:
    """The reference of a case this person has walked to its end."""
    begun = actions.begin(SERVICE, person_id=person_id, channel=channel, at=at)
    reference = begun.reference
    steps = policy.current().services[SERVICE].steps
    for number, step in enumerate(steps, 1):
        for slot in step.slots or ():
            actions.add_evidence(
                reference, person_id=person_id, slot=slot, content=picture(), at=at
            )
        posted = {"business_password": BUSINESS_PASSWORD}
        if step.proof == "sms":
            actions.send_code(reference, person_id=person_id, number=number, ip="127.0.0.1", at=at)
            posted = {"code": _latest_code()}
        answer = actions.take_step(
            reference, person_id=person_id, number=number, posted=posted, at=at
        )
    assert answer == Submitted(reference)
    return reference


def picture(colour: str = "white") -> bytes:
    """A small photograph."""
    content = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(content, "JPEG")
    return content.getvalue()


def _latest_code() -> str:
    text = unseal(SmsMessage.objects.latest("pk"), "text").expose()
    found = re.search(r"验证码 (\d{6})", text)
    assert found
    return found[1]


def signed_in(user: User, *, at: datetime = AT) -> Client:
    """A browser in which this member of staff has signed in by the page."""
    client = Client()
    answer = client.post(
        "/counter/sign-in/",
        {
            "username": user.username,
            "password": PASSWORD,
            "totp": pyotp.TOTP(TOTP_SECRET).at(at),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return client
