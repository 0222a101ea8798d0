"""The process that is the outside world: `create_app` for a server, `serve` to be one."""

import contextlib
import logging
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from anju.domain.money import yuan
from anju.simulators.bank import collections, desk, orders, splits
from anju.simulators.bank.api import api as bank_api
from anju.simulators.bank.batch_wire import batch_wire
from anju.simulators.bank.collection_api import collection_api
from anju.simulators.bank.collection_console import collection_console
from anju.simulators.bank.collection_wire import collection_wire
from anju.simulators.bank.console import console as bank_console
from anju.simulators.bank.notices import Courier
from anju.simulators.bank.wire import wire as bank_wire
from anju.simulators.bdc.door import Door, open_door
from anju.simulators.bdc.letters import Post
from anju.simulators.enterprises.console import console as enterprises_console
from anju.simulators.enterprises.register import api as enterprises_api
from anju.simulators.enterprises.register import register
from anju.simulators.enterprises.register import wire as enterprises_wire
from anju.simulators.line import world
from anju.simulators.sms.console import console as sms_console
from anju.simulators.sms.gateway import api as sms_api
from anju.simulators.sms.gateway import wire as sms_wire
from anju.simulators.store import Store

PULSE_SECONDS = 0.2
PAYMENT_SECONDS = 2.0

log = logging.getLogger(__name__)


Accounts = Mapping[str, Sequence[tuple[str, str]]]
"""Per centre its own accounts, number and bank code, the one it pays from first."""

Enterprises = Sequence[Mapping[str, str]]
"""Who is registered from the start, as `simulators.enterprises.register` takes them."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The settlement system's door: its TCP port, and whose each node number is."""

    port: int
    nodes: Mapping[str, str]


class World:
    """One simulated outside world. `turn()` lets everything happen whose time has come."""

    def __init__(
        self,
        store_path: Path,
        *,
        clock: Callable[[], datetime],
        secrets: Mapping[str, str],
        notify_urls: Mapping[str, str],
        titles: Mapping[str, str] | None = None,
        payment_seconds: float = PAYMENT_SECONDS,
        nodes: Mapping[str, str] | None = None,
        accounts: Accounts | None = None,
        enterprises: Enterprises = (),
    ) -> None:
        """`secrets` and `notify_urls` are per centre (client id); `titles` names the centres on
        the consoles; `payment_seconds` is how long, by `clock`, an order takes to be paid;
        `nodes` tells whose a node number of the settlement system is; `accounts` are a centre's
        own, number and bank code, the one it pays from first; `enterprises` are registered from
        the start.
        """
        self.store = Store(store_path)
        self.now = clock
        self.secrets = dict(secrets)
        self.titles = {client: client for client in secrets} | dict(titles or {})
        self.payment_seconds = payment_seconds
        self.nodes = dict(nodes or {})
        self.accounts = dict(accounts or {})
        self.enterprises = tuple(enterprises)
        with self.store.writing() as connection:
            self.open_accounts(connection)
            self.register_enterprises(connection)
        post = Post(nodes=self.nodes, secrets=self.secrets)
        self.courier = Courier(
            self.store,
            secrets=self.secrets,
            notify_urls=dict(notify_urls),
            carriers={"bdc": post.carry},
        )
        self.stopping = threading.Event()
        self._pulse: threading.Thread | None = None

    def open_accounts(self, connection: sqlite3.Connection) -> None:
        """Open the centres' own accounts; those that are open stay as they are."""
        for client, own in self.accounts.items():
            for number, bank_code in own:
                orders.open_center_account(connection, client, number=number, bank_code=bank_code)

    def register_enterprises(self, connection: sqlite3.Connection) -> None:
        """Register whoever is there from the start. Raises NotRegistrable."""
        for each in self.enterprises:
            register(connection, each)

    def moment(self) -> orders.Moment:
        """The present moment at the bank."""
        return orders.Moment(self.now(), payment_seconds=self.payment_seconds)

    def turn(self) -> None:
        """Let late requests arrive, orders be executed or returned, and notices go out."""
        with self.store.writing() as connection:
            moment = self.moment()
            desk.arrive_late(connection, moment=moment)
            orders.run_due(connection, moment=moment)
            collections.run_due(connection, moment=moment)
            splits.run_due(connection, moment=moment)
            down = any(
                fault["fault"] == "bank_down" and fault["client"] == ""
                for fault in orders.BOARD.active(connection)
            )
        if not down:
            self.courier.deliver_due(self.now())

    def start(self) -> None:
        """Turn by itself, five times a second, until `stop`."""
        self._pulse = threading.Thread(target=self._keep_turning, name="world", daemon=True)
        self._pulse.start()

    def stop(self) -> None:
        """Stop turning and let go of everything."""
        self.stopping.set()
        if self._pulse is not None:
            self._pulse.join()
        self.courier.close()

    def _keep_turning(self) -> None:
        while not self.stopping.wait(PULSE_SECONDS):
            try:
                self.turn()
            except Exception:
                # The world goes on; what failed is still due at the next turn.
                log.exception("a turn of the simulated world failed")


def create_app(
    store_path: Path,
    clock: Callable[[], datetime],
    secrets: Mapping[str, str],
    notify_urls: Mapping[str, str],
    *,
    titles: Mapping[str, str] | None = None,
    payment_seconds: float = PAYMENT_SECONDS,
    nodes: Mapping[str, str] | None = None,
    accounts: Accounts | None = None,
    enterprises: Enterprises = (),
) -> Flask:
    """The WSGI application. Its World (`app.extensions["world"]`) stands still until `start()`."""
    app = Flask(__name__)
    app.extensions["world"] = World(
        store_path,
        clock=clock,
        secrets=secrets,
        notify_urls=notify_urls,
        titles=titles,
        payment_seconds=payment_seconds,
        nodes=nodes,
        accounts=accounts,
        enterprises=enterprises,
    )
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.register_blueprint(bank_wire, url_prefix="/bank")
    app.register_blueprint(batch_wire, url_prefix="/bank")
    app.register_blueprint(collection_wire, url_prefix="/bank")
    app.register_blueprint(bank_api, url_prefix="/bank/api")
    app.register_blueprint(collection_api, url_prefix="/bank/api")
    app.register_blueprint(bank_console, url_prefix="/bank")
    app.register_blueprint(collection_console, url_prefix="/bank")
    app.register_blueprint(enterprises_wire, url_prefix="/enterprises")
    app.register_blueprint(enterprises_api, url_prefix="/enterprises/api")
    app.register_blueprint(enterprises_console, url_prefix="/enterprises")
    app.register_blueprint(sms_wire, url_prefix="/sms")
    app.register_blueprint(sms_api, url_prefix="/sms/api")
    app.register_blueprint(sms_console, url_prefix="/sms")
    app.add_template_filter(yuan)
    app.add_template_filter(_clock_time, "clock_time")
    app.context_processor(lambda: {"world": world(), "now": world().now()})
    app.before_request(_own_pages_only)
    app.after_request(_guard_page)
    app.add_url_rule("/", view_func=_front_page)
    app.add_url_rule("/healthz", view_func=_healthz)
    return app


@contextmanager
def running(
    store_path: Path,
    *,
    clock: Callable[[], datetime],
    secrets: Mapping[str, str],
    notify_urls: Mapping[str, str],
    port: int = 0,
    host: str = "127.0.0.1",
    titles: Mapping[str, str] | None = None,
    payment_seconds: float = PAYMENT_SECONDS,
    settlement: Settlement | None = None,
    accounts: Accounts | None = None,
    enterprises: Enterprises = (),
) -> Iterator[str]:
    """A world on threads of this process, for as long as the block lasts; gives its address.

    `settlement` opens the settlement system's TCP door besides.

    Raises OSError when a port is taken.
    """
    app = create_app(
        store_path,
        clock,
        secrets,
        notify_urls,
        titles=titles,
        payment_seconds=payment_seconds,
        nodes=settlement.nodes if settlement else None,
        accounts=accounts,
        enterprises=enterprises,
    )
    # Bound here because the server's own way to meet a taken port is to end the process.
    with socket.create_server((host, port), backlog=128) as listening:
        server = make_server(
            host,
            port,
            app,
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
    # A reply that is being slow must not keep the process from ending.
    server.daemon_threads = True  # type: ignore[attr-defined]  # ThreadedWSGIServer has it
    here: World = app.extensions["world"]
    here.start()
    thread = threading.Thread(
        target=server.serve_forever, args=(0.05,), name="world-http", daemon=True
    )
    thread.start()
    with contextlib.ExitStack() as doors:
        doors.callback(_close, server, thread)
        doors.callback(here.stop)
        if settlement is not None:
            door = Door(here, settlement.nodes)
            doors.enter_context(open_door(door, bind=(host, settlement.port)))
        yield f"http://{host}:{server.port}"


def serve(
    port: int,
    *,
    store_path: Path,
    clock: Callable[[], datetime],
    secrets: Mapping[str, str],
    notify_urls: Mapping[str, str],
    host: str = "127.0.0.1",
    titles: Mapping[str, str] | None = None,
    payment_seconds: float = PAYMENT_SECONDS,
    settlement: Settlement | None = None,
    accounts: Accounts | None = None,
    enterprises: Enterprises = (),
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Be the outside world until SIGINT or SIGTERM. `ready` is told the address once it listens.

    Must be called in the main thread. Raises OSError when the port is taken.
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with running(
        store_path,
        clock=clock,
        secrets=secrets,
        notify_urls=notify_urls,
        port=port,
        host=host,
        titles=titles,
        payment_seconds=payment_seconds,
        settlement=settlement,
        accounts=accounts,
        enterprises=enterprises,
    ) as address:
        ready(address)
        ended.wait()


class _QuietHandler(WSGIRequestHandler):
    """Speaks HTTP and keeps silent about it."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line per request: the consoles poll."""


def _close(server: BaseWSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join()
    server.server_close()


def _front_page() -> ResponseReturnValue:
    return render_template("front.html", room="front")


def _healthz() -> ResponseReturnValue:
    world().store.rows("SELECT 1")
    return "ok\n"


def _own_pages_only() -> None:
    """Another site open in the same browser must not press this world's buttons."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _guard_page(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "no-store"
    return make_response(response)


def _clock_time(text: str) -> str:
    """`11月20日 10:00:05` out of an ISO instant."""
    at = datetime.fromisoformat(text)
    return f"{at.month}月{at.day}日 {at:%H:%M:%S}"
