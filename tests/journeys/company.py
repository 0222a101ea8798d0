"""Who walks: members and staff of both cities, each in a browser of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from anju import policy
from anju.config.environment import CHECKOUT

from ..conftest import RunningDemo
from .cast import Cast
from .client import photo
from .halls import CounterHall, MemberHall, Seen, Way, unseen
from .outside import Books, Outside

DESK = Way("desktop")
BACKSTAGE = Path(__file__).with_name("backstage.py")


class Company:
    """Opens halls for people; keeps staff at their desks from one journey to the next."""

    def __init__(self, demo: RunningDemo, cast: Cast, browser: Any, photo_path: Path) -> None:
        self.demo = demo
        self.cast = cast
        self.browser = browser
        self.photo = photo_path
        self.photo.write_bytes(photo())
        self._desks: dict[tuple[str, str], CounterHall] = {}

    def outside(self, center: str) -> Outside:
        """The bank and the phones of a city."""
        return Outside(self.demo.world, center)

    def books(self, center: str) -> Books:
        """The rows of a city."""
        return Books(self.demo.addresses["read"][center])

    def title(self, center: str, service: str) -> str:
        """What the city calls a service."""
        return self.cast.city(center).services[service].title

    def member(
        self, center: str, who: policy.DemoMember | str, way: Way, seen: Seen = unseen
    ) -> MemberHall:
        """A member's browser, at the door; for a code, somebody whom no journey has met."""
        member = self.cast.double(center, who) if isinstance(who, str) else who
        return MemberHall(
            self.browser,
            self.demo.hall(center),
            way,
            member=member,
            outside=self.outside(center),
            photo=self.photo,
            seen=seen,
        )

    def desk(self, center: str, role: str) -> CounterHall:
        """Somebody of this role at the counter, signed in; a code of the moment works once."""
        key = (center, role)
        if key not in self._desks:
            staff = self.cast.staff(center, role)
            desk = CounterHall(
                self.browser, self.demo.hall(center), DESK, staff=staff, totp=self.demo.totp
            )
            desk.sign_in()
            self._desks[key] = desk
        self._desks[key].back_at_work()
        return self._desks[key]

    def wait_a_minute(self) -> None:
        """As long as it takes until another code may be asked for; the demo's clock jumps."""
        self.demo.clock.set(self.demo.clock.now() + timedelta(seconds=61))

    def pay_in(self, center: str, account_no: str, times: int) -> None:
        """An employer pays somebody in, that many times today."""
        self._run(center, str(BACKSTAGE), "pay-in", account_no, str(times))

    def open_logins(self, center: str, password: str) -> None:
        """Everybody who has an account and no login gets one, with this password."""
        self._run(center, str(BACKSTAGE), "open-logins", password)

    def verify(self, center: str) -> str:
        """What `anju verify` says of the city's books. Raises AssertionError unless they hold."""
        return self._run(center, "-m", "anju", "verify")

    def _run(self, center: str, *told: str) -> str:
        environment = {**os.environ, **self.demo.addresses["settings"][center]}
        environment |= {
            "PYTHONPATH": str(CHECKOUT / "src"),
            "DJANGO_SETTINGS_MODULE": "anju.config.settings",
        }
        ran = subprocess.run(
            [sys.executable, *told],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def go_home(self) -> None:
        """Close the desks."""
        for desk in self._desks.values():
            desk.close()
