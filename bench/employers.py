"""Pages of an employer with thousands of people against one of the same server that only draws.

Every page that is opened from the menu, without the number of something that was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyotp

from anju import policy
from anju.config.clock import FileClock
from anju.config.demo.browsing import Browser
from anju.config.demo.smoke import proof_of_work
from bench import http
from bench.halls import THREADS, WORKERS, open_hall
from bench.rosters import roster
from bench.rounds import Ratio, compare, take_turns
from bench.sizes import Size
from bench.stage import CENTER, Stage

GOAL = 0.25
PEOPLE = 5_000
# What only somebody who is signed in reads, on every page.
_SIGNED_IN = "切换单位"
_PAGES = {
    "one person taken on": "people/enrol/",
    "people sealed": "people/seals/",
    "people who move": "people/moves/",
    "files of people": "people/rosters/",
    "the account": "account/",
    "its certificate": "account/certificate/",
    "lists that were booked": "account/history/",
    "new bases": "adjustments/base/",
    "new ratios": "adjustments/ratio/",
    "months that were missed": "back-payments/",
    "agents": "agents/",
    "security": "security/",
}


def pages(stage: Stage, size: Size) -> Iterator[Ratio]:
    """Each page against the sign-in page with nobody signed in."""
    count = min(PEOPLE, size.members)
    path = stage.layout.state / "people.xlsx"
    path.write_bytes(roster(count))
    stage.client("bench.enrolling_client", str(path))
    with open_hall(stage) as hall:
        cookie = _sign_in(f"http://127.0.0.1:{hall.port}", stage)
        said = f"{count:,}".encode()
        wanted = {
            "sign-in": ("/unit/sign-in/", b"id_number", ""),
            "employer's home": ("/unit/", "汇缴".encode(), cookie),
            f"list of {count:,} people": ("/unit/people/members/", said, cookie),
            "  sorted by base": ("/unit/people/members/?sort=-base", said, cookie),
            "what is due this month": ("/unit/remittances/", "汇缴".encode(), cookie),
            **{
                name: (f"/unit/{path}", _SIGNED_IN.encode(), cookie)
                for name, path in _PAGES.items()
            },
        }  # fmt: skip
        sides = {
            name: partial(
                http.load, hall.port, path, says=says, cookie=own,
                seconds=size.page_seconds, lines=WORKERS * THREADS,
            )
            for name, (path, says, own) in wanted.items()
        }  # fmt: skip
        for side in sides.values():
            side()
        found = take_turns(sides, size.page_rounds)
    trivial = found.pop("sign-in")
    for name, runs in found.items():
        yield compare(
            name, runs, against=trivial, baseline="sign-in page, nobody signed in", goal=GOAL
        )


def _sign_in(address: str, stage: Stage) -> str:
    """The cookies of that employer's administrator, by password and the code of an app."""
    people = policy.load(CENTER, stage.layout.centers_dir).demo
    assert people is not None
    agent = next(each for each in people.agents if each.totp_secret)
    assert agent.totp_secret is not None
    browser = Browser(address)
    page = browser.get("/unit/sign-in/")
    solved = proof_of_work(browser, "/unit/sign-in/challenge/")
    given = {"id_number": agent.id_number, "password": agent.password, "captcha": solved}
    page = browser.submit(page, page.form("id_number", "password"), given)
    code = pyotp.TOTP(agent.totp_secret).at(FileClock(stage.layout.clock).now())
    page = browser.submit(page, page.form("totp"), {"totp": code})
    page.must_say(agent.name[:1])
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    browser.close()
    return cookie
