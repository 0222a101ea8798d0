"""Serve this centre's halls with gunicorn until stopped."""

import argparse
import os
import sys

NAME = "web"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen and with how many hands."""
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address:port")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads each (default 4)")


def run(args: argparse.Namespace) -> int:
    """Become gunicorn: signals and exit status are its own from here on."""
    # One connection per thread, and one to spare for the probe.
    os.environ.setdefault("ANJU_POOL_SIZE", str(args.threads + 1))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")
    os.execv(  # noqa: S606 - no shell, our own arguments
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "anju.config.wsgi:application"),
            *("--bind", args.bind, "--worker-class", "gthread"),
            *("--workers", str(args.workers), "--threads", str(args.threads)),
            *("--timeout", "60", "--graceful-timeout", "15", "--max-requests", "10000"),
            *("--max-requests-jitter", "1000", "--no-control-socket", "--log-level", "warning"),
            *("--limit-request-line", "4094", "--limit-request-fields", "60"),
            *("--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"),  # noqa: S108
            *("--name", f"anju-{os.environ.get('ANJU_CENTER', '')}"),
        ],
    )
