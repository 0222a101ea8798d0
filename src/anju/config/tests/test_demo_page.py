"""The demo page: everybody and every door is on it, and it is a page like any other."""

import httpx
import pytest

from anju.config.clock import DEMO_START
from anju.config.demo.layout import Layout
from anju.config.demo.page import DemoPage
from anju.config.demo.supervisor import Supervisor


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page alone: what it shows does not need the halls to run."""
    layout = Layout(tmp_path_factory.mktemp("demo"), free_ports=True)
    layout.choose_ports()
    supervisor = Supervisor(layout, print)
    supervisor.clock.set(DEMO_START)
    page = DemoPage(supervisor)
    page.start()
    yield page
    page.stop()
    layout.release_ports()


def test_everybody_and_every_door_is_there(page):
    layout = page.supervisor.layout
    text = httpx.get(layout.page).text
    assert "2026年11月20日 星期五 10:0" in text
    for center, city in page.policies.items():
        assert city.identity.name in text
        for door in ("/h5/", "/", "/counter/"):
            assert f'href="{layout.address(center)}{door}"' in text
        for member in city.demo.members:
            assert member.id_number in text
            assert member.shows in text
        for staff in city.demo.staff:
            assert staff.username in text
    for console in ("bank/", "sms/"):
        assert f"{layout.world}{console}" in text
    for button in ("hour", "day", "working-day", "reset"):
        assert f'value="{button}"' in text


def test_codes_of_staff_are_live(page):
    live = httpx.get(f"{page.supervisor.layout.page}live.json").json()
    city = page.policies["yuncheng"]
    assert len(live["codes"][f"yuncheng.{city.demo.staff[0].username}"]) == 6


def test_the_next_working_day_is_one_in_every_city(page):
    clock = page.supervisor.clock
    clock.set(DEMO_START)
    page.act("working-day")
    assert clock.now().strftime("%Y-%m-%d %H:%M") == "2026-11-23 10:00"
    page.act("hour")
    assert clock.now().strftime("%H:%M") == "11:00"
    page.act("no such button")
    clock.set(DEMO_START)


def test_nothing_else_is_served(page):
    for path in ("..%2fpage.py", "words.py", "assets/demo.css", "live.json/x"):
        assert httpx.get(f"{page.supervisor.layout.page}{path}").status_code == 404


@pytest.mark.journey
@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_a_page_like_any_other(page, chromium, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    shown, said = context.new_page(), []
    shown.on("console", lambda message: said.append(message.text))
    shown.goto(page.supervisor.layout.page)
    assert Axe().run(shown).response["violations"] == []
    assert not shown.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert said == []
    context.close()
