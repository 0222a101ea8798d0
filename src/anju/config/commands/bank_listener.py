"""Take the settlement system's notices (SBDC100) over TCP, until stopped.

Only for a centre whose bank adapter is bank_bdc: its node pushes to the address that it was given
for this centre. Every record goes into the same inbox as the notices of other banks, once.
"""

import argparse
import signal
import threading
from collections.abc import Mapping

NAME = "bank-listener"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens (default: ANJU_BANK_LISTEN)."""
    parser.add_argument("--bind", help="host:port")


def run(args: argparse.Namespace) -> int:
    """Listen until SIGTERM or SIGINT; 0 then, 2 when this centre's bank does not push so."""
    import structlog
    from django.conf import settings

    from anju import ports
    from anju.adapters.bank_bdc import node
    from anju.adapters.bank_bdc.listener import listening
    from anju.config.environment import EnvironmentProblem

    log = structlog.get_logger("anju.bank_listener")
    bank = settings.ENVIRONMENT.bank
    if bank.adapter != "bank_bdc":
        raise EnvironmentProblem("ANJU_BANK_ADAPTER is not bank_bdc: no bank pushes over TCP here")
    host, _, port = (args.bind or bank.settings.get("listen", "")).rpartition(":")
    if not host or not port.isdigit():
        raise EnvironmentProblem("ANJU_BANK_LISTEN or --bind must look like 10.1.2.3:9100")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    clock = ports.clock().now
    with listening(node(bank.settings), bind=(host, int(port)), take=take, clock=clock) as where:
        log.info("bank_listener.started", address=f"{where[0]}:{where[1]}")
        ended.wait()
    log.info("bank_listener.stopped")
    return 0


def take(headers: Mapping[str, str], body: bytes) -> None:
    """Lay one record into the inbox; whatever goes wrong makes the node send it again."""
    from django.db import connection

    from anju import ports
    from anju.business.treasury import actions

    try:
        actions.receive_notice(headers, body, at=ports.clock().now())
    finally:
        # Each caller is a thread of its own; its connection goes back with it.
        connection.close()
