"""What only a browser shows: keys, the evidence viewer, the idle notice, and no page scroll."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import date
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.views import serve
from django.core.wsgi import get_wsgi_application

from anju import ledger
from anju.business.treasury import interest_run
from anju.cases.models import Case, CaseDecision
from anju.channels.counter.tests import cast
from anju.ledger.tests.books import account
from anju.parties.tests import cast as people

pytestmark = pytest.mark.journey


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


class _Static(StaticFilesHandler):
    def serve(self, request):
        """A file straight from its app, as `runserver --insecure` does."""
        return serve(request, self.file_path(request.path), insecure=True)


@pytest.fixture
def site(open_office):
    """The address of this process's own site."""
    # Django closes a request's connection when the server closes its answer.
    application = _Static(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def _desk(chromium, site, user, *, arrives):
    """A page in which somebody has signed in by hand; any script error fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site)
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    opened.goto("/counter/")
    opened.fill("#id_username", user.username)
    opened.fill("#id_password", cast.PASSWORD)
    opened.fill("#id_totp", pyotp.TOTP(cast.TOTP_SECRET).at(cast.AT))
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"**/counter/{arrives}/")
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def page(chromium, site):
    """A reviewer's page."""
    user = cast.staff("reviewer.one", "reviewer")
    with _desk(chromium, site, user, arrives="work") as opened:
        yield opened


def _focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_day_without_a_mouse(page):
    first, second = cast.applied(cast.member(1)), cast.applied(cast.member(2))
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}/")
    page.keyboard.press("j")
    page.wait_for_url(f"**/{second}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{first}/")

    for key, form in (("x", "reject"), ("r", "return_for_correction"), ("a", "approve")):
        page.keyboard.press(key)
        assert _focused(page) == f"{form}-reason_code"
        page.keyboard.press("Escape")
        assert not page.locator(".act[open]").count()
    assert not CaseDecision.objects.exists(), "a key opens a form and never decides"

    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("a r x / ?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{second}/")
    assert "付款中" in page.inner_text(".flash")
    assert CaseDecision.objects.get().note == "a r x / ?"

    page.keyboard.press("/")
    page.keyboard.type(first.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}/")
    page.keyboard.press("Escape")
    page.wait_for_url("**/counter/work/*")


def test_the_keys_can_be_read_and_switched_off(page):
    reference = cast.applied(cast.member(1))
    page.goto(f"/counter/cases/{reference}/")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    page.locator("#keys").wait_for(state="hidden")
    page.keyboard.press("a")
    assert not page.locator(".act[open]").count()
    page.keyboard.press("Escape")
    page.wait_for_url("**/counter/work/*")


def test_evidence_is_leafed_zoomed_and_turned_without_fetching_more_than_is_shown(page, city):
    city("xishuangbanna")
    reference = cast.applied(cast.member(1))
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"/counter/cases/{reference}/")
    picture, stage = page.locator("[data-viewer-picture]"), page.locator("[data-viewer-stage]")
    page.locator("[data-viewer-picture][style*=width]").wait_for()
    whole = picture.bounding_box()
    assert whole["width"] <= stage.bounding_box()["width"]
    page.keyboard.press("+")
    assert picture.bounding_box()["width"] > whole["width"]
    page.keyboard.press("0")
    page.keyboard.press("o")
    turned = picture.bounding_box()
    assert turned["height"] > turned["width"]
    page.keyboard.press("]")
    assert page.inner_text("[data-viewer-name]") == "身份证正面"
    page.wait_for_load_state("networkidle")
    assert len([url for url in fetched if "/counter/evidence/" in url]) == 2


def test_the_case_fits_one_screen(page):
    reference = cast.applied(cast.member(1))
    page.goto(f"/counter/cases/{reference}/")
    page.keyboard.press("r")
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    assert page.evaluate("document.querySelector('main').scrollHeight <= innerHeight")
    for width in (1440, 1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_in_light_dark_and_large(page, city):
    city("xishuangbanna")
    reference = cast.applied(cast.member(1))
    places = ["/counter/work/", "/counter/work/?show=paying", "/counter/breaks/", "/counter/keys/"]
    for mode in ("light", "dark", "large"):
        page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
        if mode == "large":
            page.click("text=大字")
            page.locator("html[data-large]").wait_for(state="attached")
        for place in [*places, f"/counter/cases/{reference}/"]:
            page.goto(place)
            for summary in page.locator("main details > summary").all():
                summary.click()
            found = [one["id"] for one in Axe().run(page).response["violations"]]
            assert found == [], (mode, place)


def test_axe_finds_nothing_on_the_board_of_a_year(chromium, site):
    for order in (1, 2):
        account(balance=1_000_000 * order, person=people.person(order + 40).pk)
    ledger.flip_day(date(2027, 7, 5))
    user = cast.staff("books.one", "accountant")
    interest_run.begin(2027, staff_id=user.pk, at=cast.AT)
    interest_run.run(lambda: cast.AT)
    with _desk(chromium, site, user, arrives="breaks") as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto("/counter/interest/2027/")
            for summary in page.locator("main details > summary").all():
                summary.click()
            assert [one["id"] for one in Axe().run(page).response["violations"]] == [], scheme


def test_a_masked_value_is_shown_in_its_place(page):
    reference = cast.applied(cast.member(1))
    page.goto(f"/counter/cases/{reference}/")
    page.click("#reveal > summary")
    page.fill("#reveal-reason", "核对身份证原件")
    page.keyboard.press("Enter")
    page.locator("[data-revealed]").filter(has_text=cast.id_number(1)).wait_for()
    assert page.url.endswith(f"/{reference}/")


def test_two_minutes_before_the_end_the_page_says_so_and_then_leaves(page):
    reference = cast.applied(cast.member(1))
    page.clock.install()
    page.goto(f"/counter/cases/{reference}/")
    page.clock.run_for(7 * 60 * 1000)
    assert not page.locator(".idle").is_visible()
    page.clock.run_for(90 * 1000)
    assert "2 分钟内将自动退出" in page.inner_text(".idle")
    page.clock.run_for(2 * 60 * 1000)
    page.wait_for_url("**/counter/sign-in/?ended=idle")
    assert Case.objects.get().state == "in_review"


def test_without_script_the_day_is_the_same(chromium, site):
    reference = cast.applied(cast.member(1))
    cast.staff("reviewer.one", "reviewer")
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto(f"/counter/cases/{reference}/")
    page.fill("#id_username", "reviewer.one")
    page.fill("#id_password", cast.PASSWORD)
    page.fill("#id_totp", pyotp.TOTP(cast.TOTP_SECRET).at(cast.AT))
    page.click("main button[type=submit]")
    assert page.url.endswith(f"/{reference}/")
    page.click("#reveal > summary")
    page.fill("#reveal-reason", "核对身份证原件")
    page.click("#reveal button")
    assert page.inner_text("#revealed") == cast.id_number(1)
    page.click("a.back")
    page.click("#act-approve > summary")
    page.select_option("#approve-reason_code", "consistent")
    page.click("#act-approve button")
    assert "已全部处理完" in page.inner_text(".flash")
    context.close()
