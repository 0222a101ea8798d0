"""Pages of a signed-in member against trivial ones of the same running server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import http
from bench.halls import THREADS, WORKERS, open_hall
from bench.rounds import Ratio, compare, take_turns
from bench.sizes import Size
from bench.stage import Stage

GOAL = 0.25


def halls(stage: Stage, size: Size) -> Iterator[Ratio]:
    """The account page and the list of services, each against the probe and against a bare form."""
    with open_hall(stage) as hall:
        # What each page must say, so that a page of an ended session is not counted as fast.
        wanted = {
            "probe": ("/healthz", b"ok", ""),
            "sign-in": ("/sign-in/", b"id_number", ""),
            "account page": ("/account/", hall.account_no.encode(), hall.cookie),
            "service list": ("/services/", "退休提取".encode(), hall.cookie),
            "overview": ("/", "公积金账户".encode(), hall.cookie),
        }
        lines = WORKERS * THREADS
        sides = {
            name: partial(
                http.load, hall.port, path, says=says, cookie=cookie,
                seconds=size.page_seconds, lines=lines,
            )
            for name, (path, says, cookie) in wanted.items()
        }  # fmt: skip
        for side in sides.values():
            side()
        found = take_turns(sides, size.page_rounds)
    for name in ("account page", "service list", "overview"):
        goal = GOAL if name != "overview" else None
        yield compare(name, found[name], against=found["probe"], baseline="/healthz", goal=goal)
    for name in ("account page", "service list"):
        yield compare(
            f"  {name}, against a template", found[name], against=found["sign-in"],
            baseline="sign-in page, nobody signed in", goal=GOAL,
        )  # fmt: skip
