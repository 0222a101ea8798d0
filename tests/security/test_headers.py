"""Every page of all halls, signed in and out, carries what keeps it safe in a browser.

The crawl follows links, so a page that the halls lead to is looked at without being listed; the
routes that no link leads to are asked by their rows.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from . import world as office
from .crawl import Page, crawl
from .matrix import ROWS
from .routes import Route
from .test_matrix import hall_of

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TELLS_VERSIONS = ("Server", "X-Powered-By", "X-AspNet-Version", "Via")
STARTS = {
    "anonymous": (
        "/",
        "/sign-in/",
        "/h5/sign-in/",
        "/unit/",
        "/counter/",
        "/no-such-page/",
        "/sign-up/",
    ),
    "owner": ("/", "/h5/", "/no-such-page/"),
    "administrator": ("/unit/", "/unit/no-such-page/"),
    "reviewer": ("/counter/", "/counter/work/?show=all", "/counter/no-such-page/"),
    "accountant": ("/counter/",),
}
FEWEST = {"anonymous": 9, "owner": 25, "administrator": 9, "reviewer": 8, "accountant": 2}
# Addresses may hold references and row numbers; a person's numbers are longer.
NUMBER = re.compile(r"(?<!\d)(?<!TQ)(?:\d{11}|\d{15,19}|\d{17}[\dXx])(?!\d)")

# Marks of a template that was never drawn: a component nobody knows, a tag, a value.
RAW = re.compile(r"</?c-[a-z]|\{%|\{\{|%\}|\}\}")


# How the kinds of file that we serve begin; what is text tells its encoding instead.
BEGINS = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "application/json": b"{",
    "application/pdf": b"%PDF-",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK\x03\x04",
}
TEXTS = ("text/", "image/svg+xml", "application/manifest+json")


def is_what_it_says(page: Page) -> bool:
    """Whether the body is of the type that its header names, texts with their encoding."""
    kind = str(page.answer.headers.get("Content-Type", ""))
    if kind.startswith(TEXTS):
        return "charset=utf-8" in kind.replace('"', "")
    if page.answer.streaming or not page.answer.content:
        return kind in BEGINS or not kind
    return bool(page.answer.content.startswith(BEGINS.get(kind, b"\0")))


def wrong_with(page: Page) -> list[str]:
    """What an answer lacks or has too much of."""
    headers, wrong = page.answer.headers, []
    given = dict(
        part.strip().split(" ", 1)
        for part in headers.get("Content-Security-Policy", "").split(";")
        if " " in part.strip()
    )
    if given != POLICY:
        wrong.append(f"content policy {given}")
    public = page.address.startswith(("/static/", "/city/")) and page.answer.status_code == 200
    for name, text in HEADERS.items():
        # Files are served before Django adds this one; `frame-ancestors` says the same.
        is_asked = not (name == "X-Frame-Options" and page.address.startswith("/static/"))
        if is_asked and headers.get(name) != text:
            wrong.append(name)
    wrong += [name for name in TELLS_VERSIONS if name in headers]
    if "Permissions-Policy" not in headers:
        wrong.append("Permissions-Policy")
    if "no-store" not in headers.get("Cache-Control", "") and not public:
        wrong.append("may be stored")
    if public and ("Set-Cookie" in headers or "Cookie" in headers.get("Vary", "")):
        wrong.append("public and yet somebody's")
    if "Access-Control-Allow-Origin" in headers:
        wrong.append("open to other sites")
    if not is_what_it_says(page):
        wrong.append(f"not {headers.get('Content-Type')}")
    if RAW.search(page.text) and page.is_html:
        wrong.append("a template that was not drawn")
    return wrong + page.inline


HALL_OF = dict.fromkeys(office.STAFF, "counter") | dict.fromkeys(office.AGENTS, "employer")
_REACHED: dict[str, list[Page]] = {}


def reached(world, visitor):
    """Every page the visitor is led to, and those that no link leads to; looked up once."""
    if visitor not in _REACHED:
        _REACHED[visitor] = list(_reach(world, visitor))
    return _REACHED[visitor]


def _reach(world, visitor):
    browser = world.browser(visitor)
    yield from crawl(browser, *STARTS[visitor])
    with office.undone():
        for row in ROWS:
            if set(row.get.values()) != {"405"}:
                address = Route(row.name, frozenset()).address(row.parts(world))
                if hall_of(row.name) == HALL_OF.get(visitor, "citizen"):
                    yield Page(address, world.browser(visitor).get(address))


@pytest.mark.parametrize("visitor", STARTS)
def test_every_answer_carries_its_headers(world, visitor):
    pages = reached(world, visitor)
    wrong = {page.address: wrong_with(page) for page in pages if wrong_with(page)}
    assert not wrong
    assert not [page.address for page in pages if page.answer.status_code >= 500]
    html = {page.address.split("?")[0] for page in pages if page.is_html}
    assert len(html) > FEWEST[visitor]


@pytest.mark.parametrize("visitor", STARTS)
def test_no_address_holds_anything_of_a_person(world, visitor):
    values = [v for who in (office.OWNER, office.STRANGER, office.APPLICANT) for v in who.values]
    for page in reached(world, visitor):
        for address in (page.address, *page.addresses, page.answer.get("Location", "")):
            plain = unquote(address)
            assert not NUMBER.search(plain), plain
            assert not [value for value in values if value in plain], plain
            assert not re.match(r"(javascript|data|vbscript):", plain.strip(), re.I)


def test_only_our_own_addresses_are_led_to(world):
    """Nothing comes from or goes to another host; a telephone number may be dialled."""
    for visitor in STARTS:
        for page in reached(world, visitor):
            for address in page.addresses:
                assert re.match(r"(/(?!/)|\?|#|tel:|$)", address), (page.address, address)


def test_every_form_that_acts_is_a_post_with_a_token(world):
    for visitor in STARTS:
        for page in reached(world, visitor):
            if page.address == "/pages/gallery/":
                continue  # its forms show components; it is not there in production
            assert page.tokens == sum(page.posts), page.address


def test_what_acts_refuses_to_be_asked_by_a_link(world):
    """A GET changes nothing that a person would miss: reading marks a message, that is all."""
    for visitor in ("owner", "administrator", "reviewer"):
        browser = world.browser(visitor)
        before = office.state()
        for page in crawl(browser, *STARTS[visitor]):
            assert page.answer.status_code < 500
        assert office.state() == before


def test_error_answers_carry_them_too(world, monkeypatch):
    from anju.channels.citizen.views import me

    def broken(*_given, **_named):
        raise RuntimeError("planted")

    monkeypatch.setattr(me.parties, "person", broken)
    browser = world.browser("owner", checks_forms=True)
    answers = {
        500: browser.get("/me/"),
        403: browser.post("/sign-out/"),
        404: browser.get("/nowhere/"),
        405: browser.get("/sign-out/"),
        400: browser.get("/services/?q=%00"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert wrong_with(Page("/", answer)) == []
        assert "planted" not in answer.content.decode()
        assert "Traceback" not in answer.content.decode()


@pytest.mark.mutants
@pytest.mark.parametrize(
    ("spoiled", "found"),
    [
        ({"Content-Security-Policy": "default-src 'self'"}, "content policy"),
        ({"X-Frame-Options": ""}, "X-Frame-Options"),
        ({"Cache-Control": "private"}, "may be stored"),
        ({"Server": "nginx/1.2"}, "Server"),
        ({"Content-Type": "text/html"}, "not text/html"),
        ({"Content-Type": "image/png"}, "not image/png"),
        ({"Content-Type": "application/octet-stream"}, "not application/octet-stream"),
    ],
)
def test_the_judge_sees_what_is_missing(world, spoiled, found):
    answer = world.browser("owner").get("/me/")
    assert wrong_with(Page("/me/", answer)) == []
    for name, text in spoiled.items():
        answer.headers[name] = text
    assert any(found in said for said in wrong_with(Page("/me/", answer)))


@pytest.mark.mutants
@pytest.mark.parametrize(
    "tag",
    ['<p style="a">', "<script>x</script>", '<a onclick="x">', "<c-card>", "{{ name }}", "{% a %}"],
)
def test_the_judge_sees_what_must_not_stand_in_a_page(world, tag):
    answer = world.browser("owner").get("/me/")
    answer.content = answer.content + tag.encode()
    assert wrong_with(Page("/me/", answer))
