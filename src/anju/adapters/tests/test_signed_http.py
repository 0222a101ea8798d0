"""Whatever a partner does, there is a proved answer in time or none at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from anju.adapters import bank_http, signing
from anju.adapters.signed_http import NoTrustedAnswer, SignedHttp, partner
from anju.ports.bank import BankUnreachable, NoticeForged

AT = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=8)))
SECRET = "0123456789abcdef0123456789abcdef"
REPLY = {
    "kind": "reply",
    "order_no": "YC1",
    "outcome": "paid",
    "amount_fen": 100,
    "bank_serial": "1",
    "reason_code": "",
    "reason": "",
    "occurred_at": "2026-11-20T10:00:00+08:00",
}

Answering = Callable[[BaseHTTPRequestHandler, str], None]


class Partner:
    """A partner that does whatever a test wants."""

    def __init__(self) -> None:
        self.does: Answering = sends(REPLY)
        self.asked: list[str] = []
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                here.asked.append(self.path)
                here.does(self, self.headers["X-Anju-Nonce"])

            def do_GET(self) -> None:
                here.asked.append(f"GET {self.path}")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def line(self, **settings: str) -> SignedHttp:
        url = f"http://127.0.0.1:{self.server.server_port}"
        wanted = {"url": url, "client": "yuncheng", "secret": SECRET, "read_seconds": "1"}
        return SignedHttp(partner(wanted | settings), clock=lambda: AT)


def sends(
    message: dict[str, object], *, status: int = 200, at: datetime = AT, nonce: str = "", **spoilt
) -> Answering:
    """Answer with `message`, signed properly except for what is spoilt."""

    def answer(handler: BaseHTTPRequestHandler, asked: str) -> None:
        body = json.dumps({**message, "in_reply_to": nonce or asked}).encode()
        headers = signing.signed_headers(
            "yuncheng", secret=SECRET.encode(), at=at, nonce="ab" * 16, body=body
        )
        headers |= spoilt.get("headers", {})
        write(handler, status, headers, spoilt.get("body", body))

    return answer


def write(handler: BaseHTTPRequestHandler, status: int, headers: dict, body: bytes) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def trickle(handler: BaseHTTPRequestHandler, asked: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


@pytest.fixture
def bank() -> Iterator[Partner]:
    running = Partner()
    yield running
    running.server.shutdown()
    running.server.server_close()


def ask(bank: Partner) -> object:
    return bank_http.HttpBank(bank.line()).query("YC1")


def test_a_proper_answer_is_believed(bank: Partner) -> None:
    assert ask(bank).amount_fen == 100


@pytest.mark.parametrize(
    "does",
    [
        sends(REPLY, headers={"X-Anju-Signature": "0" * 64}),
        sends(REPLY, headers={"X-Anju-Client": "xishuangbanna"}),
        sends(REPLY, body=b'{"outcome":"failed"}'),
        sends(REPLY, nonce="cd" * 16),
        sends(REPLY, at=AT - timedelta(minutes=6)),
        sends(REPLY, status=500),
        sends(REPLY, status=201),
        sends({**REPLY, "order_no": "YC2"}),
        sends({**REPLY, "kind": "payment"}),
        sends({**REPLY, "outcome": "probably"}),
        sends({**REPLY, "amount_fen": 100.0}),
        sends({**REPLY, "amount_fen": True}),
        sends({**REPLY, "occurred_at": "2026-11-20T10:00:00"}),
        sends({name: value for name, value in REPLY.items() if name != "bank_serial"}),
        lambda handler, asked: write(handler, 200, {}, b"<html>maintenance</html>"),
        lambda handler, asked: write(handler, 200, {}, b"x" * 200_000),
        lambda handler, asked: write(handler, 302, {"Location": "/elsewhere"}, b""),
        lambda handler, asked: handler.wfile.write(b"not http at all\r\n\r\n"),
        lambda handler, asked: None,
        trickle,
    ],
)
def test_any_other_answer_leaves_the_outcome_unknown(bank: Partner, does: Answering) -> None:
    bank.does = does
    began = time.monotonic()
    with pytest.raises(BankUnreachable):
        ask(bank)
    # 1 s to read, 3 s to connect: never longer than both, even from a partner that trickles.
    assert time.monotonic() - began < 5
    assert bank.asked == ["/v1/payments/query"]


def test_nobody_listening_is_unknown() -> None:
    line = SignedHttp(
        partner({"url": "http://127.0.0.1:1", "client": "yuncheng", "secret": SECRET}),
        clock=lambda: AT,
    )
    with pytest.raises(NoTrustedAnswer):
        line.ask("/v1/payments", message={})


def test_our_own_request_sent_back_is_no_notice(bank: Partner) -> None:
    request = json.dumps({"kind": "payment", "client": "yuncheng", "order_no": "YC1"}).encode()
    headers = signing.signed_headers(
        "yuncheng", secret=SECRET.encode(), at=AT, nonce="ab" * 16, body=request
    )
    with pytest.raises(NoticeForged):
        bank_http.HttpBank(bank.line()).read_notice(headers, body=request, at=AT)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "reply"},
        {"outcome": "accepted"},
        {"outcome": "not_found"},
        {"notice_id": ""},
        {"client": "xishuangbanna"},
        {"account": None},
        {"amount_fen": "100"},
    ],
)
def test_a_signed_notice_in_another_form_is_not_believed(bank: Partner, spoilt: dict) -> None:
    whole = {**REPLY, "kind": "notice", "client": "yuncheng", "notice_id": "N1", "account": "1"}

    def read(message: dict) -> object:
        body = json.dumps(message).encode()
        headers = signing.signed_headers(
            "yuncheng", secret=SECRET.encode(), at=AT, nonce="ab" * 16, body=body
        )
        return bank_http.HttpBank(bank.line()).read_notice(headers, body=body, at=AT)

    assert read(whole).notice_id == "N1"
    with pytest.raises(NoticeForged):
        read(whole | spoilt)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": ""}, "url"),
        ({"secret": "short"}, "32"),
        ({"colour": "red"}, "colour"),
        ({"url": "http://bank.example"}, "https"),
        ({"url": "ftp://127.0.0.1"}, "https"),
        ({"read_seconds": "0"}, "read_seconds"),
        ({"connect_seconds": "nan"}, "connect_seconds"),
        ({"read_seconds": "soon"}, "soon"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(changed: dict[str, str], said: str) -> None:
    good = {"url": "https://bank.example/", "client": "yuncheng", "secret": SECRET}
    assert partner(good).url == "https://bank.example"
    assert (partner(good).connect_seconds, partner(good).read_seconds) == (3, 15)
    with pytest.raises(ValueError, match=said):
        partner(good | changed)
