"""What people should not be able to type is typed everywhere: no answer is a fault of ours.

Every value that views read, from addresses, queries and forms, is given each of these texts. A
sentence, a refusal or a page is an answer; a 5xx is not, and neither is the text unescaped.
"""

from __future__ import annotations

import re

import pytest

from anju import ports

from . import world as office
from .matrix import ROWS
from .routes import Route
from .test_matrix import INSIDE, SternBank, hall_of

PAYLOADS = {
    "zero byte": "\x00",
    "zero byte inside": "TQ2026\x00",
    "line break": "a\r\nSet-Cookie: b=c\r\n\r\n<p>",
    "huge number": "9" * 5000,
    "more than a bigint": "99999999999999999999",
    "a bigint": "9223372036854775807",
    "below zero": "-1",
    "full width digits": "１２３４",
    "superscript": "²²²²",
    "fraction": "1.5",
    "no number": "NaN",
    "year nought": "0000",
    "last year": "9999",
    "quote": "' OR '1'='1",
    "statement": "1; DROP TABLE cases_case; --",
    "union": "' UNION SELECT id_number FROM parties_person --",
    "sleep": "1 AND pg_sleep(5)",
    "like": "%",
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{ 7*7 }}{% debug %}",
    "format": "%s%n%(a)s{0}",
    "path": "../../../../etc/passwd",
    "file": "file:///etc/passwd",
    "elsewhere": "//evil.example/",
    "backslash": "/\\evil.example",
    "scheme": "javascript:alert(1)",
    "lookup": "pk__in",
    "json": '{"$ne": null}',
    "long": "长" * 3000,
    "direction": "\u202egnp.exe",
    "unpaired": "\ud800",
    "blank": " \t\u3000",
    "own draft": "DRAFT",
}
QUERIES = ("year", "before", "q", "next", "ended", "show", "service", "page")
FORMS = (
    *("next", "id_number", "password", "code", "captcha", "username", "totp", "text", "before"),
    *("slot", "photo", "large", "reason_code", "note", "payload_hash", "field", "reason", "why"),
    *("send_code", "business_password"),
    *("uscc", "name", "phone", "again", "current", "role", "appointment", "offer"),
)
PLAIN = re.compile(r"<script>alert|<img src=x|root:x:0")


def typed(world, payload):
    """The payload as a person's browser would send it."""
    return world.references["owner"] if payload == "DRAFT" else payload


def sendable(payload):
    """Lone surrogates cannot be sent as UTF-8; their three bytes can."""
    return payload.encode("utf-8", "surrogatepass")


def faults(answer):
    """What is wrong with an answer, if anything."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if is_page and PLAIN.search(answer.content.decode()):
        return "unescaped"
    place = answer.headers.get("Location", "/")
    if not re.match(r"/(?![/\\])", place):
        return f"leads to {place}"
    return ""


def ask(world, row, method, fields, **parts):
    """Knock as somebody whose hall it is."""
    from urllib.parse import quote, urlencode

    visitor = INSIDE[hall_of(row.name)]
    if row.name.endswith("sign_in"):
        visitor = "anonymous"
    address = Route(row.name, frozenset()).address(row.parts(world))
    for name, payload in parts.items():
        address = address.replace(f"/{row.parts(world)[name]}/", f"/{quote(sendable(payload))}/", 1)
    query = urlencode({name: sendable(text) for name, text in fields.items()})
    browser = world.browser(visitor)
    with office.undone(), ports.offering("bank", SternBank()):
        if method == "get":
            return browser.get(f"{address}?{query}")
        form = "application/x-www-form-urlencoded"
        return browser.post(address, query, content_type=form)


def of_method(method):
    """Rows that anybody gets anything from by this method."""
    return [row for row in ROWS if set(getattr(row, method).values()) - {"405"}]


def met(rows, label, every):
    """The rows that meet this text: on a push one in `SHARE`, others with the next text."""
    shift = [*PAYLOADS].index(label)
    return [row for at, row in enumerate(rows) if every or (at + shift) % SHARE == 0]


# On a push each text meets one row in so many and each row one text in so many; at night all.
SHARE = 8
EVERY = pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.nightly)], ids=["share", "every"]
)
READING = {
    *("citizen:movements", "citizen:services", "citizen:messages", "citizen:sign_in"),
    *("employer:sign_in", "employer:home"),
    *("counter:work", "counter:case", "counter:sign_in", "counter:breaks", "pages:asset"),
}


@EVERY
@pytest.mark.parametrize("label", PAYLOADS)
def test_no_query_breaks_a_page(world, label, every):
    text = typed(world, PAYLOADS[label])
    wrong = {}
    for row in met(of_method("get"), label, every):
        if row.name in READING:
            answer = ask(world, row, "get", dict.fromkeys(QUERIES, text))
            if faults(answer):
                wrong[row.name] = faults(answer)
    assert not wrong


@EVERY
@pytest.mark.parametrize("label", PAYLOADS)
def test_no_form_breaks_an_act(world, label, every):
    text = typed(world, PAYLOADS[label])
    wrong = {}
    for row in met(of_method("post"), label, every):
        if row.name == "pages:gallery":
            continue
        answer = ask(world, row, "post", dict.fromkeys(FORMS, text))
        if faults(answer):
            wrong[row.name] = faults(answer)
        # Whatever else the act asks for is right, so that one field is looked at by itself: the
        # fields of an act take turns from one text that it meets to the next.
        right = {k: str(v) for k, v in row.sent(world).items() if isinstance(v, str | int)}
        if row.name.startswith("counter:") and right:
            field = sorted(right)[[*PAYLOADS].index(label) // SHARE % len(right)]
            answer = ask(world, row, "post", {**right, "note": text, field: text})
            if faults(answer):
                wrong[f"{row.name} {field}"] = faults(answer)
    assert not wrong


def test_every_field_of_an_act_meets_several_texts(world):
    for row in of_method("post"):
        fields = [v for v in row.sent(world).values() if isinstance(v, str | int)]
        texts = [label for label in PAYLOADS if row in met(of_method("post"), label, False)]
        assert len(
            {[*PAYLOADS].index(label) // SHARE % max(1, len(fields)) for label in texts}
        ) == max(1, len(fields))
        assert len(texts) >= len(PAYLOADS) // SHARE


@EVERY
@pytest.mark.parametrize("label", PAYLOADS)
def test_no_address_breaks_a_page(world, label, every):
    text = typed(world, PAYLOADS[label])
    wrong = {}
    for row in met(ROWS, label, every):
        for part in row.parts(world):
            method = "get" if row in of_method("get") else "post"
            answer = ask(world, row, method, {}, **{part: text})
            if faults(answer):
                wrong[f"{row.name} {part}"] = faults(answer)
    assert not wrong
