"""Every page of all halls in every state worth seeing, with real people and real cases.

Whoever goes along is shown each page once: `seen(name, page)`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time as time_of_day
from typing import Any

from playwright.sync_api import Page, expect

from . import tour_employer, tour_unit
from .company import Company
from .halls import SERVICE, CounterHall, MemberHall, Seen, Way
from .outside import wait_for

JAVASCRIPT = "text/javascript"
# Pages that only show something, for somebody who has an account and nothing going on.
STILL = {
    "home": "/",
    "account": "/account/",
    "account-how": "/account/how/balance/",
    "account-how-month": "/account/how/monthly_amount/",
    "movements": "/account/movements/",
    "movements-2024": "/account/movements/?year=2024",
    "loan-none": "/loan/",
    "services": "/services/",
    "services-not-found": "/services/?q=%E6%B2%A1%E6%9C%89",
    "service-not-open": f"/services/{SERVICE}/",
    "section": "/section/1/",
    "tools": "/tools/",
    "cases-none": "/cases/",
    "messages-none": "/messages/",
    "me": "/me/",
    "profile": "/me/profile/",
    "card": "/me/card/",
    "security": "/me/security/",
    "not-found": "/nowhere/",
}


def go(company: Company, center: str, way: Way, seen: Seen) -> None:
    """Through the halls of a city."""
    contributes = tour_employer.go(company, center, way, seen)
    Tour(company, center, way, seen, contributes).go()


class Tour:
    """One walk through a city's halls."""

    def __init__(
        self, company: Company, center: str, way: Way, seen: Seen, contributes: str
    ) -> None:
        self.company = company
        self.center = center
        self.way = way
        self.seen = seen
        self.contributes = contributes
        self.title = company.title(center, SERVICE)

    def go(self) -> None:
        """Doors, pages that stand still, an application with all its turns, the counter."""
        self.doors()
        self.still_pages()
        self.other_people()
        self.application()
        self.closed_for_the_day()
        self.last_counter_pages()

    def member(self, who: Any) -> MemberHall:
        """A member who is seen at every step."""
        return self.company.member(
            self.center, who, self.way, lambda name, page: self.seen(f"member/{name}", page)
        )

    def look(self, hall: MemberHall, name: str, path: str = "") -> None:
        """Go there and let it be seen."""
        if path:
            hall.go(path)
        hall.look(name)

    # -- the member's hall ----------------------------------------------------------------------

    def doors(self) -> None:
        """What is open to everybody."""
        member = self.member(self.company.cast.member(self.center, "active"))
        self.look(member, "sign-up", "/sign-up/")
        self.look(member, "forgot", "/forgot/")
        self.look(member, "certificate", "/certificate/")
        member.press_on(member.page.locator("main form button.btn-primary"))
        self.look(member, "certificate-empty")
        member.go("/sign-in/")
        member.press_on(member.page.locator("main form button.btn-primary"))
        self.look(member, "sign-in-empty")
        member.close()
        self.door_without_script()

    def door_without_script(self) -> None:
        """The code that stands in for the script's work; shown with script, so it can be judged."""
        plain = self.company.member(
            self.center,
            self.company.cast.member(self.center, "active"),
            replace(self.way, mode="no script"),
            self._with_script,
        )
        plain.sign_in()
        plain.close()

    def _with_script(self, name: str, page: Page) -> None:
        if name != "sign-in-code":
            return
        context = self.way.context(self.company.browser, self.company.demo.hall(self.center))
        context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # what it gave
        beside = context.new_page()
        beside.goto(page.url)
        self.seen(f"member/{name}", beside)
        context.close()

    def still_pages(self) -> None:
        """Somebody who still contributes looks around."""
        member = self.member(self.company.cast.member(self.center, "active"))
        member.sign_in()
        for name, path in STILL.items():
            self.look(member, name, path)
        if self.way.channel == "h5":
            self.look(member, "home-h5", "/h5/")
        member.sign_out()
        self.look(member, "signed-out")
        member.close()

    def other_people(self) -> None:
        """What looks different for others."""
        for code, pages in {
            "closed": {"home-closed": "/", "account-closed": "/account/"},
            "no_card": {"card-none": "/me/card/", "service-no-card": f"/services/{SERVICE}/"},
            "loan": {"loan": "/loan/"},
        }.items():
            member = self.member(self.company.cast.member(self.center, code))
            member.seen = lambda name, page: None
            member.sign_in()
            member.seen = lambda name, page: self.seen(f"member/{name}", page)
            for name, path in pages.items():
                self.look(member, name, path)
            member.close()

    def application(self) -> None:
        """A case that is drafted, mistaken, submitted, returned, mended, approved and paid."""
        member = self.member("card_new")
        member.sign_in()
        self.look(member, "service-open", f"/services/{SERVICE}/")
        member.press_on(member.page.get_by_role("button", name="开始办理"))
        self.mistakes(member)
        self.look(member, "cases-draft", "/cases/")
        told = member.apply(self.title)
        self.look(member, "case-in-review", f"/cases/{told.reference}/")
        self.look(member, "how", f"/cases/{told.reference}/how/")
        self.counter(told.reference)
        self.look(member, "case-returned", f"/cases/{told.reference}/")
        self.company.wait_a_minute()
        member.press_on(member.page.get_by_role("link", name="去补正"))
        self.look(member, "step-returned")
        seen, member.seen = member.seen, lambda name, page: None
        member.take_steps()
        member.seen = seen
        self.approve(told.reference)
        member.wait_for_state(told.reference, "已办结")
        self.look(member, "case-done")
        self.look(member, "home-afterwards", "/")
        self.look(member, "messages", "/messages/")
        member.press_on(member.page.locator("main a.cell").first)
        self.look(member, "message")
        member.close()

    def mistakes(self, member: MemberHall) -> None:
        """Press the button of the first page that asks for something, without giving it."""
        while not member.page.locator("#id_code, #id_business_password").count():
            member.press_on(member.page.locator("main form .actions button.btn-primary"))
        member.press_on(member.page.locator("main form .actions button.btn-primary"))
        self.look(member, "step-mistake")

    def closed_for_the_day(self) -> None:
        """Where a city keeps hours, a page that was open cannot be gone on with in the evening."""
        city = self.company.cast.city(self.center)
        if not any("outside_service_hours" in rule for rule in city.services[SERVICE].conditions):
            return
        member = self.member("green")
        member.seen = lambda name, page: None
        clock = self.company.demo.clock
        now = clock.now()
        try:
            member.sign_in()
            member.go(f"/services/{SERVICE}/")
            member.press_on(member.page.get_by_role("button", name="开始办理"))
            step = member.page.url
            member.go("/me/")
            member.page.context.clear_cookies()
            clock.set(clock.now().replace(hour=city.hours.closes.hour, minute=30))
            assert time_of_day(now.hour) < city.hours.closes
            member.sign_in()
            member.go(step)
            member.press_on(member.page.locator("main form .actions button.btn-primary"))
            self.seen("member/not-open", member.page)
            member.close()
        finally:
            clock.set(now)

    # -- the counter ----------------------------------------------------------------------------

    def show(self, desk: CounterHall, name: str, path: str = "") -> None:
        """Go there and let it be seen."""
        if path:
            desk.go(path)
        self.seen(f"counter/{name}", desk.page)

    def counter(self, reference: str) -> None:
        """A reviewer finds the case, looks at everything, and returns it."""
        desk = self.company.desk(self.center, "reviewer")
        self.show(desk, "dunning", "/counter/dunning/")
        self.show(desk, "work", "/counter/work/")
        self.show(desk, "work-none", "/counter/work/?show=paying")
        desk.open_case(reference)
        self.show(desk, "case")
        self.show(desk, "keys", "/counter/keys/")
        desk.go("/counter/work/")
        self.search(desk, "没有这个人")
        self.show(desk, "search-none")
        self.search(desk, reference)
        self.show(desk, "search")
        desk.go(f"/counter/cases/{reference}/")
        self.reveal(desk)
        desk.go(f"/counter/cases/{reference}/")
        act = desk.page.locator("#act-return_for_correction")
        desk.hands.press(act.locator("summary"))
        self.show(desk, "case-deciding")
        desk.decide("return_for_correction", "照片不清楚，请在光线好的地方重新拍摄。")
        self.show(desk, "work-decided")
        self.papers(desk)
        tour_unit.go(desk, lambda name, path="": self.show(desk, f"unit-{name}", path))

    def papers(self, desk: CounterHall) -> None:
        """Papers are taken in for somebody: found, entered without them, taken back."""
        page = desk.page
        self.show(desk, "entry-newcomer", "/counter/entries/new/contributions.counter_opening/")
        desk.go("/counter/entries/")
        desk.press_on(page.get_by_role("link", name="停缴", exact=True))
        desk.press_on(page.get_by_role("button", name="查找职工"))
        self.show(desk, "entry-nobody")
        desk.hands.write(page.locator("[name=who]"), self.contributes)
        desk.press_on(page.get_by_role("button", name="查找职工"))
        desk.press_on(page.get_by_role("button", name="录入并提交审核"))
        self.show(desk, "entry-mistakes")
        desk.hands.choose(page.locator("[name=reason]"), "left")
        desk.hands.write(page.locator("[name=last_month]"), "2026-01")
        desk.press_on(page.get_by_role("button", name="录入并提交审核"))
        self.show(desk, "entry-kept")
        self.show(desk, "entries", "/counter/entries/")
        desk.press_on(page.locator("a.line-link").first)
        desk.press_on(page.get_by_role("button", name="撤回这笔业务"))

    def search(self, desk: CounterHall, text: str) -> None:
        """By the field on top."""
        desk.hands.write(desk.page.locator("#top-text"), text)
        with desk.page.expect_navigation():
            desk.page.keyboard.press("Enter")

    def reveal(self, desk: CounterHall) -> None:
        """Look at a masked value, with a reason: in place, and without the script on a page."""
        self.ask_to_reveal(desk)
        desk.page.locator("#reveal form button").click()
        expect(desk.page.locator("[data-revealed]")).not_to_be_empty()
        self.show(desk, "case-revealed")
        script = "**/reveal*.js"
        desk.page.route(script, lambda route: route.fulfill(content_type=JAVASCRIPT, body=""))
        desk.page.reload()
        self.ask_to_reveal(desk)
        desk.press_on(desk.page.locator("#reveal form button"))
        self.show(desk, "reveal")
        desk.page.unroute(script)
        desk.go(desk.page.url.partition("reveal/")[0])
        desk.press_on(desk.page.get_by_role("link", name="职工档案"))
        self.show(desk, "member")

    def ask_to_reveal(self, desk: CounterHall) -> None:
        """Say which value, and why."""
        form = desk.page.locator("#reveal")
        desk.hands.press(form.locator("summary"))
        desk.hands.choose(form.locator("select"), "id_number")
        desk.hands.write(form.locator("[name=reason]"), "核对申请人身份")

    def approve(self, reference: str) -> None:
        """Somebody else approves the mended case."""
        desk = self.company.desk(self.center, "approver")
        desk.open_case(reference)
        desk.decide("approve")

    def last_counter_pages(self) -> None:
        """The door, its refusal, the accountant's list."""
        desk = CounterHall(
            self.company.browser,
            self.company.demo.hall(self.center),
            self.way,
            staff=self.company.cast.staff(self.center, "accountant"),
            totp=self.company.demo.totp,
        )
        self.show(desk, "sign-in", "/counter/sign-in/")
        desk.press_on(desk.page.locator("main form button.btn-primary"))
        self.show(desk, "sign-in-empty")
        desk.sign_in()
        self.show(desk, "breaks", "/counter/breaks/")
        self.receipts(desk)
        self.books(desk)
        self.show(desk, "interest", "/counter/interest/")
        self.day_end(desk)
        self.reconciliation(desk)
        desk.close()

    def receipts(self, desk: CounterHall) -> None:
        """Money that nobody expected: listed, looked at, asked to be given back."""
        self.show(desk, "returns", "/counter/returns/?state=done")
        self.show(desk, "returns-reinstated", "/counter/returns/?state=reinstated")
        self.show(desk, "receipts-none", "/counter/receipts/?state=reversed")
        account = self.company.demo.policy(self.center).payer_account
        self.company.outside(self.center).pays_in(account, amount_fen=123_400, remark="演示")
        waits = desk.page.locator("a.line-link").first
        wait_for(lambda: desk.go("/counter/receipts/") or waits.count(), "a receipt in the list")
        self.show(desk, "receipts")
        desk.press_on(waits)
        self.show(desk, "receipt")
        form = desk.page.locator("form[action$='refund/']")
        desk.press_on(form.get_by_role("button"))
        self.show(desk, "receipt-mistakes")
        desk.hands.choose(form.locator("[name=bank_code]"), "105")
        desk.hands.write(form.locator("[name=reason]"), "付款人汇错账户")
        desk.press_on(form.get_by_role("button"))
        self.show(desk, "receipt-waits")

    def reconciliation(self, desk: CounterHall) -> None:
        """The days that were compared with the bank, and the findings."""
        self.show(desk, "reconciliation", "/counter/reconciliation/")
        self.show(desk, "findings-closed", "/counter/reconciliation/breaks/?state=closed")
        self.show(desk, "findings", "/counter/reconciliation/breaks/")

    def day_end(self, desk: CounterHall) -> None:
        """The list of days, and the board of one that is sealed."""
        self.show(desk, "day-end", "/counter/day-end/")
        desk.press_on(desk.page.locator("a.line-link").nth(1))
        self.show(desk, "day-end-board")

    def books(self, desk: CounterHall) -> None:
        """From a balance to the lines behind it and the voucher behind those."""
        self.show(desk, "books-trial", "/counter/books/?since=2026-01-01")
        self.show(desk, "books-mistake", "/counter/books/?since=2027-01-01")
        desk.go("/counter/books/?since=2026-01-01")
        desk.press_on(desk.page.get_by_role("link", name="101", exact=True))
        self.show(desk, "books-subject")
        self.show(desk, "books-general", "/counter/books/subjects/101/general/")
        self.show(desk, "books-employers", "/counter/books/subjects/201/employers/")
        self.show(desk, "books-employers-none", "/counter/books/subjects/201/employers/?text=0")
        desk.go("/counter/books/subjects/201/employers/")
        desk.press_on(desk.page.locator("a.line-link").first)
        self.show(desk, "books-employer")
        for kind in ("balance", "gains", "distribution"):
            self.show(desk, f"books-{kind}", f"/counter/books/statements/{kind}/")
        self.show(desk, "books-daybook", "/counter/books/daybook/")
        self.show(desk, "books-vouchers", "/counter/books/vouchers/")
        self.show(desk, "books-vouchers-none", "/counter/books/vouchers/?source=TQ0")
        self.show(desk, "books-vouchers-mistake", "/counter/books/vouchers/?number=7&least=x")
        desk.go("/counter/books/vouchers/")
        desk.press_on(desk.page.locator("a.line-link").first)
        self.show(desk, "books-voucher")
        desk.go("/counter/books/vouchers/?kind=case&since=2026-01-01")
        desk.press_on(desk.page.locator("a.line-link").first)
        desk.press_on(desk.page.get_by_role("link", name="明细（个人"))
        self.show(desk, "books-parts")
        desk.press_on(desk.page.locator(".back"))
        desk.press_on(desk.page.locator(".voucher-foot a").first)
        self.show(desk, "books-case")
        self.manual(desk)

    def manual(self, desk: CounterHall) -> None:
        """A voucher written by hand, with a mistake first, up to where another must review it."""
        self.show(desk, "manual-none", "/counter/books/manual/?state=rejected")
        self.show(desk, "manual-new", "/counter/books/manual/new/")
        page = desk.page
        for row, code in ((1, "41102"), (2, "21904")):
            desk.hands.choose(page.locator(f"[name=subject-{row}]"), code)
        desk.hands.write(page.locator("[name=debit-1]"), "12.00")
        desk.hands.write(page.locator("[name=credit-2]"), "十二元")
        desk.press_on(page.get_by_role("button", name="提交复核"))
        self.show(desk, "manual-mistakes")
        desk.hands.write(page.locator("[name=summary]"), "计提归集手续费")
        desk.hands.write(page.locator("[name=credit-2]"), "12.00")
        desk.hands.write(page.locator("[name=counterparty-2]"), "演示银行城区支行")
        desk.press_on(page.get_by_role("button", name="提交复核"))
        self.show(desk, "manual-waits")
        self.show(desk, "manual-list", "/counter/books/manual/")
