"""The demo page: every hall, everybody one can be, the outside world, the clock, and a reset."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import traceback
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyotp

from anju import policy
from anju.config.clock import SHANGHAI
from anju.config.demo import words
from anju.config.demo.supervisor import Supervisor

_ASSETS = {
    "/demo.css": ("demo.css", "text/css; charset=utf-8"),
    "/demo.js": ("demo.js", "text/javascript; charset=utf-8"),
    "/demo.svg": ("demo.svg", "image/svg+xml"),
}


class DemoPage:
    """A small server of its own, so that it answers while the halls are being reset."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.token = secrets.token_urlsafe(24)
        layout = supervisor.layout
        self.policies = {
            center: policy.load(center, layout.centers_dir) for center in layout.centers
        }
        page = self

        class Handler(_Handler):
            demo = page

        self._server = ThreadingHTTPServer(("127.0.0.1", layout.page_port), Handler)
        self._server.daemon_threads = True

    def start(self) -> None:
        """Answer from a thread of its own."""
        threading.Thread(target=self._server.serve_forever, name="demo-page", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    # -- what it shows --------------------------------------------------------------------------

    def html(self) -> str:
        """The whole page."""
        layout, now = self.supervisor.layout, self.supervisor.clock.now()
        halls = "".join(
            words.center_section(
                found, layout.address(center), self._staff(found), self._agents(found)
            )
            for center, found in self.policies.items()
        )
        return words.page(
            halls=halls,
            world=layout.world,
            now=now,
            token=self.token,
            working_day=all(p.calendar.is_working_day(now.date()) for p in self.policies.values()),
        )

    def _staff(self, found: policy.Policy) -> list[tuple[Any, str]]:
        if found.demo is None:
            return []
        return [(staff, self._code(staff.totp_secret)) for staff in found.demo.staff]

    def _agents(self, found: policy.Policy) -> list[tuple[Any, str]]:
        if found.demo is None:
            return []
        return [
            (agent, self._code(agent.totp_secret) if agent.totp_secret else "")
            for agent in found.demo.agents
        ]

    def _code(self, secret: str) -> str:
        return str(pyotp.TOTP(secret).at(self.supervisor.clock.now()))

    def live(self) -> dict[str, Any]:
        """What changes by itself: the clock, and the codes of staff and agents."""
        now = self.supervisor.clock.now()
        codes = {
            f"{center}.{staff.username}": self._code(staff.totp_secret)
            for center, found in self.policies.items()
            if found.demo
            for staff in found.demo.staff
        } | {
            f"{center}.{agent.id_number}": self._code(agent.totp_secret)
            for center, found in self.policies.items()
            if found.demo
            for agent in found.demo.agents
            if agent.totp_secret
        }
        return {"now": words.clock_text(now), "codes": codes, "left": 30 - now.second % 30}

    # -- what it does ---------------------------------------------------------------------------

    def act(self, action: str) -> None:
        """Carry out one button. Unknown ones do nothing."""
        clock = self.supervisor.clock
        actions: dict[str, Callable[[], None]] = {
            "hour": lambda: clock.set(clock.now() + timedelta(hours=1)),
            "day": lambda: clock.set(clock.now() + timedelta(days=1)),
            "working-day": lambda: clock.set(self._next_working_day(clock.now())),
            "reset": self.supervisor.reset,
        }
        if action in actions:
            actions[action]()

    def _next_working_day(self, now: datetime) -> datetime:
        """Ten o'clock on the next day that is a working day in every centre."""
        day: date = now.date() + timedelta(days=1)
        while not all(p.calendar.is_working_day(day) for p in self.policies.values()):
            day += timedelta(days=1)
        return datetime.combine(day, time(10), SHANGHAI)

    def asked_by_this_page(self, host: str, origin: str, form: dict[str, list[str]]) -> bool:
        """A page of another site must not press our buttons."""
        port = self.supervisor.layout.page_port
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        given = (form.get("token") or [""])[0]
        return (
            host in hosts
            and (not origin or origin.removeprefix("http://") in hosts)
            and hmac.compare_digest(given, self.token)
        )


class _Handler(BaseHTTPRequestHandler):
    """GET the page and its parts, POST a button."""

    demo: DemoPage
    server_version = "anju-demo"
    sys_version = ""

    def do_GET(self) -> None:
        """The page, its style and script, and what changes by itself."""
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(self.demo.html().encode(), "text/html; charset=utf-8")
        elif path == "/live.json":
            self._answer(json.dumps(self.demo.live()).encode(), "application/json")
        elif path in _ASSETS:
            name, kind = _ASSETS[path]
            self._answer((Path(__file__).parent / "assets" / name).read_bytes(), kind)
        else:
            self._answer("没有这个页面".encode(), "text/plain; charset=utf-8", 404)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """One button."""
        length = min(int(self.headers.get("Content-Length") or 0), 10_000)
        form = parse_qs(self.rfile.read(length).decode(errors="replace"))
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin", "")
        if not self.demo.asked_by_this_page(host, origin, form):
            self._answer("请从演示页面操作".encode(), "text/plain; charset=utf-8", 403)
            return
        try:
            self.demo.act((form.get("do") or [""])[0])
        except Exception as problem:  # noqa: BLE001 - told to whoever pressed, and logged
            # Whoever pressed must not be left with a broken connection and no reason.
            traceback.print_exc()
            self._answer(f"没有做成：{problem}".encode(), "text/plain; charset=utf-8", 500)
            return
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """No line per request."""
