"""A world that turns by hand, and centres that talk to it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask

from anju.simulators.world import create_app

SECRETS = {"yuncheng": "secret-of-yuncheng-" * 3, "xishuangbanna": "secret-of-banna-" * 3}
TITLES = {"yuncheng": "运城演示中心", "xishuangbanna": "西双版纳演示中心"}


class Town:
    """One world, its clock, and the inboxes of the centres."""

    def __init__(self, store: Path) -> None:
        self.at = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
        self.store = store
        self.letters: list[dict] = []
        self.signatures_hold: list[bool] = []
        self.inbox_status = 200
        self.app: Flask = None  # type: ignore[assignment]  # set by open()
        town = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                town.take(dict(self.headers.items()), body)
                self.send_response(town.inbox_status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def open(self, **wishes: float) -> None:
        """Start the world, or start it again on the same store."""
        url = f"http://127.0.0.1:{self.server.server_port}/inbox/bank"
        self.app = create_app(
            self.store,
            lambda: self.at,
            SECRETS,
            dict.fromkeys(SECRETS, url),
            titles=TITLES,
            payment_seconds=wishes.get("payment_seconds", 2),
        )
        self.http = self.app.test_client()

    @property
    def world(self):
        return self.app.extensions["world"]

    def take(self, headers: dict[str, str], body: bytes) -> None:
        message = json.loads(body)
        claimed = headers.pop("X-Anju-Signature")
        self.signatures_hold.append(hmac.compare_digest(claimed, _mac(headers, body)))
        self.letters.append(message)

    def turn(self, seconds: float = 0) -> None:
        """Let `seconds` pass and the world turn once."""
        self.at += timedelta(seconds=seconds)
        self.world.turn()

    def say(self, path: str, *, client: str = "yuncheng", nonce: str = "ab" * 16, **message):
        """A signed question; the answer's status and JSON (None when the line was cut)."""
        body = json.dumps({**message, "client": client}).encode()
        headers = {
            "X-Anju-Client": client,
            "X-Anju-Timestamp": str(int(self.at.timestamp())),
            "X-Anju-Nonce": nonce,
        }
        headers["X-Anju-Signature"] = _mac(headers, body)
        answer = self.http.post(path, data=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True)

    def pay(self, order_no: str = "YC1", *, client: str = "yuncheng", **changes):
        order = {
            "kind": "payment",
            "order_no": order_no,
            "amount_fen": 1000,
            "principal_fen": 990,
            "interest_fen": 10,
            "payee_name": "演示·李华",
            "payee_account": "6217000000000001",
            "payee_bank_code": "CCB",
            "payer_account": f"14050000-{client}",
            "summary": "退休提取",
        }
        return self.say("/bank/v1/payments", client=client, **(order | changes))

    def collect(self, order_no: str = "DS1", **changes):
        order = {
            "kind": "collection",
            "order_no": order_no,
            "amount_fen": 1000,
            "agreement_no": "XY1",
            "payer_name": "演示·单位",
            "payer_account": "888",
            "payer_bank_code": "105",
            "payee_account": "14050000-yuncheng",
            "summary": "汇缴",
        }
        return self.say("/bank/v1/collections", **(order | changes))

    def query(self, order_no: str = "YC1", *, client: str = "yuncheng"):
        return self.say("/bank/v1/payments/query", client=client, kind="query", order_no=order_no)[
            1
        ]

    def fault(self, fault: str, *, room: str = "bank", **wish):
        answer = self.http.post(f"/{room}/api/faults", json={"fault": fault, **wish})
        assert answer.status_code == 200, answer.text

    def totals(self, client: str = "yuncheng") -> dict:
        return self.http.get("/bank/api/totals").get_json()["clients"].get(client, {})

    def outcomes(self) -> list[str]:
        return [letter["outcome"] for letter in self.letters]


def _mac(headers: dict[str, str], body: bytes) -> str:
    text = f"{headers['X-Anju-Timestamp']}\n{headers['X-Anju-Nonce']}\n".encode() + body
    secret = SECRETS[headers["X-Anju-Client"]]
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path / "world.sqlite")
    town.open()
    yield town
    town.world.stop()
    town.server.shutdown()
    town.server.server_close()
