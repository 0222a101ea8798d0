"""Walks the main job over HTTP, as member and as staff, in every city: green and not green.

No script runs and nothing is mocked: what a person could do with the plainest browser works.
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import altcha
import httpx
import psycopg
import pyotp
from PIL import Image

from anju import policy
from anju.config.demo.browsing import Browser, NotAsExpected, Page
from anju.config.demo.supervisor import Supervisor
from anju.domain.money import yuan
from anju.policy.demo import DemoMember

SERVICE = "withdrawals.retirement"
PATIENCE_SECONDS = 60
# What the demo's people are called in demo.yaml, and whether their case goes to review.
WALKS = (("green", "h5", False), ("card_new", "web", True))


@dataclass(frozen=True)
class City:
    """One centre of the running demo."""

    supervisor: Supervisor
    policy: policy.Policy

    @property
    def center(self) -> str:
        """Its name."""
        return self.policy.center

    @property
    def address(self) -> str:
        """Where its halls are."""
        return self.supervisor.layout.address(self.center)

    def member(self, code: str) -> DemoMember | None:
        """The demo person of this code, if the city has one."""
        people = self.policy.demo.members if self.policy.demo else ()
        return next((member for member in people if member.code == code), None)


def walk_all(supervisor: Supervisor) -> bool:
    """Walk every city; prints each step. Returns whether anything failed."""
    failed = False
    layout = supervisor.layout
    for center in layout.centers:
        city = City(supervisor, policy.load(center, layout.centers_dir))
        if SERVICE not in city.policy.services:
            continue
        for code, channel, reviewed in WALKS:
            member = city.member(code)
            if member is None:
                print(f"{center}: demo.yaml has nobody called {code}", flush=True)
                failed = True
                continue
            try:
                for step in _walk(city, member, channel, reviewed):
                    print(f"{center} {code} ({channel}): {step}", flush=True)
            except (NotAsExpected, httpx.HTTPError, psycopg.Error, TimeoutError) as problem:
                print(f"{center} {code} ({channel}): FAILED: {problem}", file=sys.stderr)
                failed = True
    return failed


def _walk(city: City, member: DemoMember, channel: str, reviewed: bool) -> Iterator[str]:
    browser = Browser(city.address)
    try:
        page = sign_in(browser, member, channel)
        yield "signed in with password and proof of work"
        page = browser.get("/account/")
        page.must_say(member.account.number)
        yield "sees the account"
        page = browser.get(f"/services/{SERVICE}/")
        title = city.policy.services[SERVICE].title
        page.must_say(title)
        page = browser.submit(page, page.form("csrfmiddlewaretoken", action=f"{SERVICE}/$"))
        reference, confirmed = "", ""
        while "/step/" in page.path:
            reference = page.path.split("/")[2]
            confirmed += page.text
            heading = page.path.rpartition("/step/")[2].strip("/")
            page = _take_step(city, browser, member, page)
            yield f"step {heading} of {title} taken"
        page.must_say(reference)
        yield f"submitted as {reference}"
        if reviewed:
            yield from _review(city, reference)
        order_no, paid = _wait_for_payment(city, browser, reference)
        yield f"the bank paid {yuan(paid)} once, order {order_no}"
        _compare(city, browser, reference, confirmed if not reviewed else "", paid)
        yield "the amount shown, the bank's count and the voucher agree to the fen"
        _was_told(city, browser, member, reference, paid)
        yield "the account is closed and the member was told, by message and SMS"
    finally:
        browser.close()


def sign_in(browser: Browser, member: DemoMember, channel: str) -> Page:
    """Sign a member in as a browser with script does: password and proof of work."""
    page = browser.get("/h5/" if channel == "h5" else "/")
    form = page.form("id_number", "password", action="")
    solved = proof_of_work(browser, "/sign-in/challenge/")
    page = browser.submit(
        page,
        form,
        {"id_number": member.id_number, "password": member.password, "captcha": solved},
    )
    if "sign-in" in page.path:
        raise NotAsExpected(f"not signed in: {page.excerpt}")
    return page


def proof_of_work(browser: Browser, path: str) -> str:
    """The answer to a sign-in page's challenge. Raises TimeoutError."""
    given = altcha.Challenge.from_dict(browser.json(path))
    solution = altcha.solve_challenge(given)
    if solution is None:
        raise TimeoutError("the proof of work was not found")
    return altcha.Payload(given, solution).to_base64()


def _take_step(city: City, browser: Browser, member: DemoMember, page: Page) -> Page:
    """Do what one page of the application asks for: photos, a code, a password, a button."""
    here = page.path
    for number, form in enumerate(form for form in page.forms if form.files):
        content = _photo(number)
        page = browser.submit(
            page, form, files={form.files[0]: ("photo.jpg", content, "image/jpeg")}
        )
    form = next(form for form in page.forms if not form.files and form.action.endswith(here))
    values: dict[str, str] = {}
    if "code" in form.values:
        before = _sms(city, member)
        page = browser.submit(page, form, button="send_code")
        values["code"] = _code(city, member, len(before))
        form = page.form("code")
    if "business_password" in form.values:
        values["business_password"] = member.business_password
    page = browser.submit(page, form, values)
    if page.path == here:
        raise NotAsExpected(f"{here} came again: {page.excerpt}")
    return page


def _photo(number: int) -> bytes:
    """A picture of nothing, large enough to be taken."""
    picture = Image.new("RGB", (960, 600), (200, 210 - 10 * number, 190))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def _sms(city: City, member: DemoMember) -> list[dict[str, Any]]:
    """The texts that arrived at the member's phone, oldest first."""
    url = f"{city.supervisor.layout.world}sms/api/messages"
    answer = httpx.get(url, params={"phone": member.phone, "client": city.center}, timeout=10)
    messages: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
    return sorted(messages, key=lambda message: message["id"])


def _code(city: City, member: DemoMember, known: int) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for message in _sms(city, member)[known:]:
            found = re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])
            if found:
                return found.group()
        time.sleep(0.2)
    raise TimeoutError(f"no code arrived at {member.phone}")


def _review(city: City, reference: str) -> Iterator[str]:
    """Somebody with the right to decides the case at the counter."""
    assert city.policy.demo is not None
    for staff in city.policy.demo.staff:
        if not {"reviewer", "approver"} & set(staff.roles):
            continue
        browser = Browser(city.address)
        try:
            page = browser.get("/counter/sign-in/")
            code = pyotp.TOTP(staff.totp_secret).at(city.supervisor.clock.now())
            browser.submit(
                page,
                page.form("username", "totp"),
                {"username": staff.username, "password": staff.password, "totp": code},
            )
            if reference not in browser.get("/counter/work/").text:
                continue
            page = browser.get(f"/counter/cases/{reference}/")
            form = page.form("reason_code", action="approve")
            reason = next(choice for choice in form.choices["reason_code"] if choice)
            browser.submit(page, form, {"reason_code": form.values["reason_code"] or reason})
            yield f"approved at the counter by {staff.username}"
            return
        finally:
            browser.close()
    raise NotAsExpected(f"no staff of the demo finds {reference} on the worklist")


def _wait_for_payment(city: City, browser: Browser, reference: str) -> tuple[str, int]:
    """Wait until the case is done; what the bank itself counted for its order."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    state = ""
    while time.monotonic() < deadline:
        state, order_no = _case(city, reference)
        if state == "completed" and order_no:
            break
        time.sleep(0.3)
    else:
        raise TimeoutError(f"{reference} is still {state!r}")
    totals = httpx.get(f"{city.supervisor.layout.world}bank/api/totals", timeout=10).json()
    order = totals["clients"][city.center]["orders"][order_no]
    if order["payments"] != 1 or order["returns"]:
        raise NotAsExpected(f"the bank counted {order} for {order_no}")
    return order_no, int(order["paid_fen"])


def _query(city: City, statement: str, *values: object) -> list[tuple[Any, ...]]:
    url = city.supervisor.layout.database_url(city.center, "read")
    with psycopg.connect(url) as reader:
        return reader.execute(statement.encode(), values).fetchall()


def _case(city: City, reference: str) -> tuple[str, str]:
    ((state, order_no),) = _query(
        city, "SELECT state, coalesce(order_no, '') FROM cases_case WHERE reference = %s", reference
    )
    return state, order_no


def _compare(city: City, browser: Browser, reference: str, confirmed: str, paid: int) -> None:
    vouchers = _query(
        city,
        "SELECT debit_total FROM ledger_voucher WHERE source_type = 'case' AND source_id = %s",
        reference,
    )
    if vouchers != [(paid,)]:
        raise NotAsExpected(f"the bank paid {paid}, the vouchers of {reference} say {vouchers}")
    browser.get(f"/cases/{reference}/").must_say(yuan(paid))
    if confirmed and yuan(paid) not in confirmed:
        raise NotAsExpected(f"{yuan(paid)} was paid but not shown before submitting")


def _was_told(city: City, browser: Browser, member: DemoMember, reference: str, paid: int) -> None:
    states = _query(
        city,
        "SELECT a.state FROM ledger_account a JOIN cases_case c ON c.subject_id = a.id "
        "WHERE c.reference = %s",
        reference,
    )
    if states != [("closed",)]:
        raise NotAsExpected(f"the account of {reference} is {states}")
    inbox = browser.get("/messages/")
    newest = next(link for link in inbox.links if re.fullmatch(r"/messages/\d+/", link))
    browser.get(newest).must_say(yuan(paid))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        texts = [message["text"] for message in _sms(city, member)]
        if any(reference in text and "办结" in text for text in texts):
            return
        time.sleep(0.3)
    raise TimeoutError(f"no SMS told {member.phone} of the end")
