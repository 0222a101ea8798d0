"""Be the simulated outside world (bank, texts, enterprises) for a demo, until stopped.

Reads its centres, their shared secrets and addresses as one JSON object from the file --config:
{"secrets": {centre: secret}, "notify_urls": {centre: url}, "titles": {centre: name}}; with
"accounts": {centre: [[number, bank code], ...]} the centres' own are open from the start, the one
that pays first; "enterprises" are registered at the platform from the start; with
"settlement": {"port": number, "nodes": {node number: centre}} the settlement system's door opens.
"""

import argparse
import json
from pathlib import Path

NAME = "world"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens, what it remembers in, which clock it lives by."""
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True, help="its own small database")
    parser.add_argument("--clock", type=Path, required=True, help="the demo's clock file")
    parser.add_argument("--config", type=Path, required=True)


def run(args: argparse.Namespace) -> int:
    """Serve."""
    from anju.config.clock import FileClock
    from anju.simulators.world import Settlement, serve

    config = json.loads(args.config.read_text(encoding="utf-8"))
    serve(
        args.port,
        store_path=args.store,
        clock=FileClock(args.clock).now,
        secrets=config["secrets"],
        notify_urls=config["notify_urls"],
        titles=config["titles"],
        accounts=config.get("accounts"),
        enterprises=config.get("enterprises", ()),
        settlement=Settlement(**config["settlement"]) if "settlement" in config else None,
    )
    return 0
