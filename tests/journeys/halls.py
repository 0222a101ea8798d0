"""A member, an employer's agent and somebody at the counter, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from anju import policy
from anju.domain.money import parse_yuan

from .hands import Hands, Keyboard, Pointer
from .outside import Outside, wait_for

SERVICE = "withdrawals.retirement"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
EXPECT_MS = 10_000
Seen = Callable[[str, Page], None]
Totp = Callable[[str], str]


def unseen(name: str, page: Page) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Way:
    """On what, and how, somebody uses a hall."""

    size: str = "phone"
    mode: str = "light"

    def context(self, browser: Browser, hall: str) -> BrowserContext:
        """A browser of its own, set up this way."""
        phone = self.size == "phone"
        context = browser.new_context(
            base_url=hall,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # two ints
            has_touch=phone and self.mode != "keyboard",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if self.mode == "dark" else "light",
            java_script_enabled=self.mode != "no script",
            reduced_motion="reduce",
        )
        context.set_default_timeout(EXPECT_MS)
        if self.mode == "large":
            context.add_cookies([{"name": "anju_large", "value": "1", "url": hall}])
        return context

    def hands(self, page: Page) -> Hands:
        """Finger, mouse or keyboard."""
        return Keyboard(page) if self.mode == "keyboard" else Pointer()

    @property
    def channel(self) -> str:
        """Phones come in by the H5 entry, desktops by the web hall's."""
        return "h5" if self.size == "phone" else "web"


class Visitor:
    """Somebody with a browser; whatever the page complains about is kept."""

    def __init__(self, browser: Browser, hall: str, way: Way) -> None:
        self.way = way
        self.context = way.context(browser, hall)
        self.page = self.context.new_page()
        self.hands = way.hands(self.page)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def _hear(self, message: Any) -> None:
        # A page that answers 409 or 422 with what is wrong is at work; the console notes it.
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def close(self) -> None:
        """Close the browser. Raises AssertionError if a page complained on the way."""
        self.context.close()
        assert not self.complaints, self.complaints

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def press_on(self, thing: Locator) -> None:
        """Press what leads to another page, and wait for it."""
        before = self.page.url
        with self.page.expect_navigation():
            self.hands.press(thing)
        assert self.page.url or before

    def sees(self, text: str) -> None:
        """The text is on the page, readable."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=EXPECT_MS)

    def amount(self) -> int:
        """The hero of the page, in fen."""
        figure = self.page.locator(".hero-figure, .due-figure").first.inner_text()
        return parse_yuan(figure.replace("元", "").strip())


@dataclass
class Told:
    """What a member was told on the way to submitting."""

    reference: str = ""
    amounts: list[int] = field(default_factory=list)


class MemberHall(Visitor):
    """One member's browser."""

    def __init__(
        self,
        browser: Browser,
        hall: str,
        way: Way,
        *,
        member: policy.DemoMember,
        outside: Outside,
        photo: Path,
        seen: Seen = unseen,
    ) -> None:
        super().__init__(browser, hall, way)
        self.member = member
        self.outside = outside
        self.photo = photo
        self.seen = seen

    def look(self, name: str) -> None:
        """Let whoever watches see this page."""
        self.seen(name, self.page)

    # -- coming and going -----------------------------------------------------------------------

    def sign_in(self) -> None:
        """By ID number and password; without script also by a code."""
        self.go("/h5/" if self.way.channel == "h5" else "/")
        if "sign-in" not in self.page.url:
            self.press_on(self.page.get_by_role("link", name="登录").first)
        page = self.page
        if self.way.mode != "no script":
            expect(page.locator("[data-work-text]")).to_have_text("安全验证已完成", timeout=20_000)
        self.look("sign-in")
        self.hands.write(page.locator("#id_id_number"), self.member.id_number)
        self.hands.write(page.locator("#id_password"), self.member.password)
        known = len(self.outside.texts(self.member.phone))
        self.press_on(page.locator("main form button.btn-primary"))
        if self.way.mode == "no script":
            self.look("sign-in-code")
            self.hands.write(page.locator("#id_code"), self.outside.code(self.member.phone, known))
            self.press_on(page.locator("main form button.btn-primary"))
        assert "sign-in" not in page.url, page.locator("main").inner_text()

    def sign_out(self) -> None:
        """By the button of 我的 on a phone, of the top bar on a desktop."""
        self.go("/me/")
        phone = self.way.size == "phone"
        button = self.page.get_by_role("button", name="退出登录" if phone else "退出", exact=True)
        self.press_on(button)

    # -- applying -------------------------------------------------------------------------------

    def apply(self, title: str) -> Told:
        """From the list of services to 申请已提交; keeps every amount shown on the way."""
        self.go("/services/")
        self.press_on(self.page.locator("main a.cell", has_text=title).first)
        self.look("service")
        self.press_on(self.page.get_by_role("button", name=re.compile("开始办理|继续上次")))
        return self.take_steps()

    def take_steps(self) -> Told:
        """From the page of a step to 申请已提交."""
        told = Told()
        while "/step/" in self.page.url:
            here = self.page.url
            told.reference = here.split("/cases/")[1].split("/")[0]
            self.take_step(told)
            assert self.page.url.partition("#")[0] != here.partition("#")[0], (
                f"{here} came again: {self.page.locator('main').inner_text()[:600]}"
            )
        self.look("done")
        return told

    def take_step(self, told: Told) -> None:
        """What this page asks for: photos, a code, a password; then its button."""
        page = self.page
        number = page.url.rpartition("/step/")[2].split("/")[0]
        self.look(f"step-{number}")
        if page.locator(".hero-figure").count():
            told.amounts.append(self.amount())
        slots = page.locator("[data-slot]")
        for at in range(slots.count()):
            self.give_photo(slots.nth(at))
        if slots.count():
            self.look(f"step-{number}-photos")
        if page.locator("#id_code").count():
            known = len(self.outside.texts(self.member.phone))
            self.press_on(page.locator("button[name=send_code]"))
            self.look(f"step-{number}-sent")
            code = self.outside.code(self.member.phone, known)
            self.hands.write(page.locator("#id_code"), code)
        if page.locator("#id_business_password").count():
            self.hands.write(page.locator("#id_business_password"), self.member.business_password)
        self.press_on(page.locator("main form .actions button.btn-primary"))

    def give_photo(self, slot: Locator) -> None:
        """Give one photo, with script by the album, without by the plain form."""
        if self.way.mode == "no script":
            self.hands.attach(slot.locator("input[name=file]"), self.photo)
            self.press_on(slot.locator("form.slot-take button"))
        else:
            self.hands.attach(slot.locator("input[name=photo]"), self.photo)
        expect(slot.locator(".photos img")).to_have_count(1, timeout=EXPECT_MS)

    # -- afterwards -----------------------------------------------------------------------------

    def state(self, reference: str) -> str:
        """What the case's page says about where it stands."""
        self.go(f"/cases/{reference}/")
        return self.page.locator(".page-head .badge").first.inner_text().strip()

    def wait_for_state(self, reference: str, state: str) -> None:
        """Look again and again until the case stands there."""
        seen: list[str] = [""]

        def look() -> bool:
            seen[0] = self.state(reference)
            return seen[0] == state

        try:
            wait_for(look, state)
        except TimeoutError as problem:
            raise AssertionError(f"{reference} stands at {seen[0]}, not {state}") from problem


class EmployerHall(Visitor):
    """The browser of an employer's agent."""

    def __init__(
        self, browser: Browser, hall: str, way: Way, *, agent: policy.DemoAgent, totp: Totp
    ) -> None:
        super().__init__(browser, hall, way)
        self.agent = agent
        self.totp = totp

    def give_password(self) -> None:
        """The first of the two steps."""
        self.go("/unit/sign-in/")
        page = self.page
        self.hands.write(page.locator("input[name=id_number]"), self.agent.id_number)
        self.hands.write(page.locator("input[name=password]"), self.agent.password)
        expect(page.locator(".work.is-done")).to_be_visible(timeout=EXPECT_MS)
        self.press_on(page.locator("main form button.btn-primary"))

    def give_code(self) -> None:
        """The second step, by the app's code of the moment."""
        assert self.agent.totp_secret is not None
        page = self.page
        self.hands.write(page.locator("input[name=totp]"), self.totp(self.agent.totp_secret))
        self.press_on(page.locator("main form button.btn-primary").first)
        assert "sign-in" not in page.url, page.locator("main").inner_text()


class CounterHall(Visitor):
    """The browser of somebody at the counter."""

    def __init__(
        self, browser: Browser, hall: str, way: Way, *, staff: policy.DemoStaff, totp: Totp
    ) -> None:
        super().__init__(browser, hall, way)
        self.staff = staff
        self.totp = totp

    def sign_in(self) -> None:
        """By name, password and the code of the moment."""
        self.go("/counter/sign-in/")
        page = self.page
        self.hands.write(page.locator("input[name=username]"), self.staff.username)
        self.hands.write(page.locator("input[name=password]"), self.staff.password)
        self.hands.write(page.locator("input[name=totp]"), self.totp(self.staff.totp_secret))
        self.press_on(page.locator("main form button.btn-primary"))
        assert "sign-in" not in page.url, page.locator("main").inner_text()

    def back_at_work(self) -> None:
        """Sit down again; whoever was away for too long has to sign in again."""
        self.go("/counter/work/")
        if "sign-in" in self.page.url:
            self.sign_in()

    def open_case(self, reference: str) -> None:
        """From the worklist to the case."""
        self.go("/counter/work/")
        self.press_on(self.page.get_by_role("link", name=reference, exact=True))

    def decide(self, decision: str, note: str = "") -> None:
        """Open one decision of the case on the screen, give its first reason, press its button."""
        act = self.page.locator(f"#act-{decision}")
        if not act.evaluate("e => e.open"):
            self.hands.press(act.locator("summary"))
        reason = act.locator("select[name=reason_code]")
        first = reason.locator("option:not([value=''])").first.get_attribute("value") or ""
        self.hands.choose(reason, first)
        if note:
            self.hands.write(act.locator("[name=note]"), note)
        self.press_on(act.locator("form button.btn"))
