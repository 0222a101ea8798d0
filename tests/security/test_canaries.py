"""Two members with values like nobody else's walk through everything, and are then looked for.

They are typed, sealed, shown, sent and paid for; staff find them, look at them, decide. Afterwards
their values stand in no log line, no error page, nobody else's page, no job, no audit row, no
session, no address, and in no column of any table that could be read without the key ring.
"""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from anju import ports
from anju.adapters import bank_http, sms_http
from anju.business.treasury import actions as treasury
from anju.business.treasury.models import PaymentOrder
from anju.channels.citizen.tests import cast as citizen
from anju.parties import captcha, messages
from anju.parties.models import SmsMessage
from anju.store.models import AuditRow

from . import world as office
from .crawl import Page, crawl
from .matrix import _approval
from .world import APPLICANT, AT, OWNER, Canary

CANARIES = (OWNER, APPLICANT)
NOWHERE = {"url": "http://127.0.0.1:9", "client": "yuncheng", "secret": "s" * 40}


def hits(text: str, *, canaries: tuple[Canary, ...] = CANARIES) -> list[str]:
    """Which plain values stand in a text, also as bytes are printed there."""
    found = []
    for value in (value for canary in canaries for value in canary.values):
        raw = value.encode()
        forms = (
            value,
            raw.hex(),
            base64.b64encode(raw).decode().rstrip("="),
            json.dumps(value)[1:-1],
        )
        found += [value] if any(form in text for form in forms) else []
    return found


class Lines(logging.Handler):
    """Everything that is logged, before and after it is made into a line."""

    def __init__(self, line: logging.Formatter) -> None:
        super().__init__(logging.DEBUG)
        self.line = line
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line as it leaves, and the message and the traceback as they came."""
        self.said.append(f"{record.msg!r} {record.args!r}")
        if record.exc_info:
            self.said.append(logging.Formatter().formatException(record.exc_info))
        self.said.append(self.line.format(record))


@pytest.fixture
def lines():
    """All logs of all rooms, down to DEBUG."""
    root = logging.getLogger()
    formatter = next(handler.formatter for handler in root.handlers if handler.formatter)
    heard = Lines(formatter)
    loggers = [root, *(logging.getLogger(n) for n in ("anju", "django", "httpx", "procrastinate"))]
    before = [logger.level for logger in loggers]
    root.addHandler(heard)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield heard.said
    root.removeHandler(heard)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@dataclass
class Walk:
    """All that was to be seen after the walk, gathered once: looking is quick, walking is not."""

    lines: list[str]
    orders: int
    own_page: str
    pages: dict[str, list[Page]]
    jobs: list[str]
    audited: list[str]
    sessions: list[str]
    tables: dict[str, list[str]]
    secrets: list[str]


_WALKS: list[Walk] = []
STARTS = {
    "stranger": ("/", "/cases/"),
    "anonymous": ("/", "/sign-in/", "/forgot/", "/counter/"),
    "elsewhere": ("/counter/", "/counter/work/?show=all"),
    "accountant": ("/counter/", "/counter/breaks/"),
    "admin": ("/counter/", "/counter/breaks/"),
    "reviewer": ("/counter/work/?show=all",),
    "teller": ("/counter/work/?show=all",),
}


@pytest.fixture
def walk(world, clock, lines, monkeypatch):
    """Both members' business, done from end to end; bank and gateway down."""
    if not _WALKS:
        monkeypatch.setattr(captcha, "randbelow", lambda _: 98)
        with (
            ports.offering("bank", bank_http.build(NOWHERE)),
            ports.offering("sms", sms_http.build(NOWHERE)),
        ):
            member_walks(world, clock)
            staff_walk(world)
            for message in SmsMessage.objects.all():
                messages.deliver(message.pk, at=clock.now())
            for order in PaymentOrder.objects.all():
                treasury.send(order.order_no, at=clock.now())
                treasury.ask(order.order_no, at=clock.now() + timedelta(minutes=5))
        _WALKS.append(gathered(world, lines))
    return _WALKS[0]


def gathered(world, lines):
    """Look into everything, while it is there."""
    pages = {who: list(crawl(world.browser(who), *starts)) for who, starts in STARTS.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name || args::text FROM procrastinate_jobs")
        jobs = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = current_schema()::regnamespace"
        )
        tables = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            tables[table] = [row for (row,) in cursor.fetchall()]
    return Walk(
        lines=lines,
        orders=PaymentOrder.objects.count(),
        own_page=world.browser("owner").get("/me/profile/").content.decode(),
        pages=pages,
        jobs=jobs,
        audited=[repr(row) for row in AuditRow.objects.values()],
        sessions=[repr(row.get_decoded()) for row in Session.objects.all()],
        tables=tables,
        secrets=[value for kept in world.cookies.values() for value in kept.values()],
    )


def member_walks(world, clock):
    """Come in, wrong first; then photographs, password, confirmation, progress."""
    visitor = Client()
    proof = captcha.solve(visitor.get("/sign-in/challenge/").json())
    typed = {"id_number": OWNER.id_number, "password": "Wrong-2026", "captcha": proof}
    assert visitor.post("/sign-in/", typed).status_code == 422
    clock.set(AT + timedelta(minutes=2))
    typed |= {"password": citizen.PASSWORD, "captcha": ""}
    assert visitor.post("/h5/sign-in/", typed).status_code == 302
    sent = {"code": citizen.latest_code()}
    assert visitor.post("/h5/sign-in/code/", sent).status_code == 302
    case = f"/cases/{world.references['owner']}/"
    for slot in ("live_photo", "id_front", "id_back"):
        sent = {"slot": slot, "file": citizen.picture()}
        assert visitor.post(f"{case}step/3/photo/", sent).status_code == 302
    assert visitor.post(f"{case}step/3/").status_code == 302
    sent = {"business_password": citizen.BUSINESS_PASSWORD}
    assert visitor.post(f"{case}step/4/", sent).status_code == 302
    done = visitor.post(f"{case}step/5/")["Location"]
    assert done == f"{case}done/"
    for page in crawl(visitor, done, "/me/profile/"):
        assert page.answer.status_code < 500
    visitor.post("/sign-out/")


def staff_walk(world):
    """Find the applicant by every value there is, look at everything, decide."""
    reviewer = world.browser("reviewer")
    for text in (*APPLICANT.values[:3], *OWNER.values[:3]):
        assert reviewer.post("/counter/search/", {"text": text}).status_code in (200, 302)
    case = f"/counter/cases/{world.references['applicant']}/"
    for column in ("id_number", "phone", "card_number"):
        sent = {"field": column, "reason": "核对证件原件"}
        assert "revealed" in reviewer.post(f"{case}reveal/", sent).content.decode()
    # What staff write down by themselves is turned away when a number stands in it.
    sent = {"field": "phone", "reason": f"本人来电 {APPLICANT.phone}"}
    assert reviewer.post(f"{case}reveal/", sent).status_code == 409
    for page in crawl(reviewer, "/counter/work/?show=all"):
        assert page.answer.status_code < 500
    answer = reviewer.post(f"{case}approve/", _approval(world))
    assert answer.status_code == 302


def test_the_walk_used_the_values(walk):
    """Were they not there at all, finding none of them would prove nothing."""
    assert walk.orders == 2
    assert OWNER.name in walk.own_page


def test_no_log_line_holds_anything_of_a_person(walk):
    assert len(walk.lines) > 200
    assert any('"route": "citizen:sign_in"' in line for line in walk.lines)
    assert [line for line in walk.lines if hits(line)] == []


def test_logs_hold_no_secret_either(walk):
    secrets = (citizen.PASSWORD, citizen.BUSINESS_PASSWORD, "Wrong-2026", NOWHERE["secret"])
    everything = "\n".join(walk.lines)
    assert [secret for secret in (*secrets, *walk.secrets) if secret in everything] == []


@pytest.mark.parametrize("where", ["member page", "submit", "sign in", "review", "database"])
def test_when_we_fail_neither_page_nor_log_tells(world, lines, monkeypatch, where):
    from anju.cases import engine, staff_facts
    from anju.parties import doors, facts

    def fail(*given, **named):
        plain = OWNER.values  # in reach of whoever prints the variables of a frame
        raise RuntimeError(f"planted, with {len(plain)} values at hand")

    browser = world.browser("reviewer" if where == "review" else "owner")
    case = f"/cases/{world.references['owner']}/"
    applied = world.references["applicant"]
    if where == "member page":
        monkeypatch.setattr(facts, "_facts", fail)
        answer = browser.get("/me/profile/")
    elif where == "submit":
        monkeypatch.setattr(engine.machine, "decide", fail)
        answer = browser.post(f"{case}cancel/")
    elif where == "sign in":
        monkeypatch.setattr(doors, "found", fail)
        typed = {"id_number": OWNER.id_number, "password": citizen.PASSWORD, "captcha": ""}
        answer = world.browser("anonymous").post("/sign-in/", typed)
    elif where == "review":
        monkeypatch.setattr(staff_facts, "all_values_of", fail)
        answer = browser.get(f"/counter/cases/{applied}/")
    else:
        with office.undone():
            answer = broken_off(browser, monkeypatch)
    assert answer.status_code in (500, 503)
    page = answer.content.decode()
    assert hits(page) == []
    assert "planted" not in page
    assert "Traceback" not in page
    assert answer["X-Request-ID"] in page
    assert [line for line in lines if hits(line)] == []
    assert any(answer["X-Request-ID"] in line for line in lines)


def broken_off(browser, monkeypatch):
    """A page during which the database refuses a row, telling what stands in it."""
    from anju.cases.models import Message
    from anju.channels.citizen.views import me

    def refused(person_id):
        Message.objects.create(person_id=person_id, at=None, title="通知", body="一段话")

    monkeypatch.setattr(me.parties, "person", refused)
    return browser.get("/me/profile/")


@pytest.mark.parametrize("visitor", ["stranger", "elsewhere", "accountant", "admin", "anonymous"])
def test_nobody_else_sees_anything(walk, visitor):
    pages = walk.pages[visitor]
    assert len(pages) > 3
    assert [page.address for page in pages if hits(page.text)] == []


@pytest.mark.parametrize("visitor", ["reviewer", "teller"])
def test_staff_of_the_branch_see_masks(walk, visitor):
    """The name stands in full in an open case; numbers only where they were asked for."""
    pages = walk.pages[visitor]
    assert len(pages) > 5
    assert any(APPLICANT.id_number[:6] in page.text for page in pages)
    for page in pages:
        found = set(hits(page.text))
        opened = page.address.startswith("/counter/cases/")
        assert found <= ({canary.name for canary in CANARIES} if opened else set()), page.address


def test_jobs_audit_rows_and_sessions_hold_references_only(walk):
    for rows in (walk.jobs, walk.audited, walk.sessions):
        assert len(rows) > 5
        assert [row for row in rows if hits(row)] == []
    assert "opened_at" in "".join(walk.sessions)


def test_no_table_holds_a_readable_value(walk):
    """What a copy of the database without the key ring would tell: none of the four."""
    assert len(walk.tables) > 20
    assert sum(map(len, walk.tables.values())) > 200
    told = {table for table, rows in walk.tables.items() if any(map(hits, rows))}
    assert told == set()


@pytest.mark.mutants
def test_the_search_itself_finds():
    for canary in CANARIES:
        for value in canary.values:
            assert hits(f"x{value}y") == [value]
            assert hits(value.encode().hex()) == [value]
            assert hits(json.dumps(f"<{value}>"))
    assert hits("演示·钱平安 199****0701") == []
