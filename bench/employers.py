"""Pages of an employer with thousands of people against one of the same server that only draws."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import altcha
import pyotp

from anju import policy
from anju.config.clock import DEMO_START
from anju.config.demo.browsing import Browser
from anju.config.environment import CHECKOUT
from bench import http
from bench.halls import THREADS, WORKERS, open_hall
from bench.rosters import roster
from bench.rounds import Ratio, compare, take_turns
from bench.sizes import Size
from bench.stage import CENTER, Stage

GOAL = 0.25
PEOPLE = 5_000


def pages(stage: Stage, size: Size) -> Iterator[Ratio]:
    """Home, the list of people, what is due, against the sign-in page with nobody signed in."""
    count = min(PEOPLE, size.members)
    _enrol(stage, count)
    with open_hall(stage) as hall:
        cookie = _sign_in(f"http://127.0.0.1:{hall.port}", stage)
        said = f"{count:,}".encode()
        wanted = {
            "sign-in": ("/unit/sign-in/", b"id_number", ""),
            "employer's home": ("/unit/", "汇缴".encode(), cookie),
            f"list of {count:,} people": ("/unit/people/members/", said, cookie),
            "  sorted by base": ("/unit/people/members/?sort=-base", said, cookie),
            "what is due this month": ("/unit/remittances/", "汇缴".encode(), cookie),
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


def _enrol(stage: Stage, count: int) -> None:
    """The first employer takes so many people on, from a file."""
    layout = stage.layout
    path = layout.state / "people.xlsx"
    path.write_bytes(roster(count))
    environment = layout.environment(layout.settings(CENTER))
    environment["PYTHONPATH"] = f"{CHECKOUT}:{environment['PYTHONPATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "bench.employers_client", str(path)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])


def _sign_in(address: str, stage: Stage) -> str:
    """The cookies of that employer's administrator, by password and the code of an app."""
    people = policy.load(CENTER, stage.layout.centers_dir).demo
    assert people is not None
    agent = next(each for each in people.agents if each.totp_secret)
    assert agent.totp_secret is not None
    browser = Browser(address)
    page = browser.get("/unit/sign-in/")
    given = altcha.Challenge.from_dict(browser.json("/unit/sign-in/challenge/"))
    solution = altcha.solve_challenge(given)
    assert solution is not None
    page = browser.submit(
        page,
        page.form("id_number", "password"),
        {
            "id_number": agent.id_number,
            "password": agent.password,
            "captcha": altcha.Payload(given, solution).to_base64(),
        },
    )
    code = pyotp.TOTP(agent.totp_secret).at(DEMO_START)
    page = browser.submit(page, page.form("totp"), {"totp": code})
    page.must_say(agent.name[:1])
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    browser.close()
    return cookie
