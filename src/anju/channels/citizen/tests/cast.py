"""Fictional members and their browsers for these tests, made by the rooms' own actions."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from importlib import import_module
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import Client
from PIL import Image

from anju import ledger
from anju.business.contributions import orders as contributions
from anju.domain.identifiers import card_number_problem, id_check_digit, uscc_check_character
from anju.parties import actions as parties
from anju.parties import captcha, cards
from anju.parties.models import SmsMessage
from anju.store.audit import Actor
from anju.store.fields import unseal

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Member-2026"
BUSINESS_PASSWORD = "285714"
SERVICE = "withdrawals.retirement"


class MemoryEvidence:
    """An evidence store that forgets with the test."""

    def __init__(self):
        self.blobs = {}

    def put(self, key, *, blob):
        self.blobs[key] = blob

    def get(self, key):
        return self.blobs[key]


def open_books() -> None:
    """Open the books on the tests' day."""
    ledger.open_day(AT.date())


def id_number(order: int) -> str:
    """A number with a right check digit in a county that does not exist."""
    first17 = f"14999919660315{order:03d}"
    return first17 + id_check_digit(first17)


def person(order: int = 1, *, name: str = "演示·钱平安") -> int:
    """A member with a login and nothing else; the person's id."""
    actor = Actor.system()
    enrolled = parties.enrol_person(
        name=name, id_number=id_number(order), phone=f"1990000{order:04d}", actor=actor, at=AT
    )
    user = parties.open_login(enrolled.pk, password=PASSWORD, actor=actor, at=AT)
    parties.set_business_password(user.pk, password=BUSINESS_PASSWORD, actor=actor, at=AT)
    return enrolled.pk


def account(person_id: int, order: int = 1, *, opening_fen: int = 2021621) -> int:
    """An open account of a contributing member; the account's id."""
    actor = Actor.system()
    first17 = f"12149999DEM{order:06d}"
    employer = parties.register_employer(
        name="演示·云岭之南绿色食品加工与冷链物流服务股份有限公司第二分公司",
        uscc=first17 + uscc_check_character(first17),
        branch_code="yanhu",
        actor=actor,
        at=AT,
    )
    return contributions.take_on(
        person_id,
        employer_id=employer.pk,
        branch_code="yanhu",
        account_no=f"{order:08d}",
        base_fen=600000,
        member_ratio=Decimal("0.12"),
        employer_ratio=Decimal("0.12"),
        opening_fen=opening_fen,
        opened_on=date(2001, 3, 12),
        actor=actor,
        at=AT,
    )


def retired(order: int = 1) -> int:
    """A retired member with a sealed account and a bound card, all green; the person's id."""
    person_id = person(order)
    contributions.seal(
        account(person_id, order),
        reason="retired",
        on=date(2026, 11, 9),
        approved_on=date(2026, 11, 6),
        approved_by="演示审批",
        actor=Actor.system(),
        at=AT,
    )
    numbers = (f"629999105000000{order:03d}{check}" for check in range(10))
    cards.bind_card(
        person_id,
        number=next(number for number in numbers if card_number_problem(number) is None),
        bank_code="105",
        branch_code="10501",
        holder_name="演示·钱平安",
        same_name_verified=True,
        actor=Actor.system(),
        at=AT - timedelta(hours=200),
    )
    return person_id


def signed_in(order: int = 1, *, entry: str = "") -> Client:
    """A browser in which this member has signed in by the page of an entry ("" or "h5/")."""
    client = Client()
    answer = client.post(
        f"/{entry}sign-in/",
        {
            "id_number": id_number(order),
            "password": PASSWORD,
            "captcha": captcha.solve(client.get("/sign-in/challenge/").json()),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return client


def channel_of(browser: Client) -> str:
    """The channel kept in a browser's session."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(browser.cookies["anju_yuncheng_citizen"].value)["channel"]


def latest_code() -> str:
    """The code of the last message that was sent."""
    text = unseal(SmsMessage.objects.latest("pk"), "text").expose()
    found = re.search(r"验证码 (\d{6})", text)
    assert found
    return found[1]


def picture() -> io.BytesIO:
    """A small photograph, as a browser would send it."""
    content = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(content, "JPEG")
    content.seek(0)
    content.name = "photo.jpg"
    return content


class Page(HTMLParser):
    """What every page must hold, read from its HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.headings = 0
        self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note ids, headings and everything inline."""
        values = dict(attrs)
        self.headings += tag == "h1"
        self._in_title = tag == "title"
        if "id" in values:
            self.ids.append(values["id"])
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)

    def handle_data(self, data):
        """Note the title."""
        if self._in_title:
            self.title += data
            self._in_title = False


def check(answer, status: int = 200) -> Page:
    """Assert what holds for every page of the hall, and give the page."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    page = Page(answer.content.decode())
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids)), sorted(page.ids)
    assert page.headings == 1
    assert 'lang="zh-CN"' in page.html
    assert 'id="main"' in page.html
    assert "&lt;" not in page.html.replace("&lt;演示&gt;", "")
    assert "no-store" in answer["Cache-Control"]
    return page
