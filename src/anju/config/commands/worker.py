"""Work this centre's jobs until stopped: what follows from commits, and what is due."""

import argparse
import sys

NAME = "worker"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at once; --once works what waits and ends."""
    parser.add_argument("--concurrency", type=int, default=2, help="jobs at once (default 2)")
    parser.add_argument("--once", action="store_true", help="end when nothing waits any more")


def run(args: argparse.Namespace) -> int:
    """Run procrastinate's worker on a connection of its own; 3 after a restore, until checked."""
    import structlog
    from procrastinate.contrib.django import app

    from anju import ports
    from anju.business.treasury import bank_accounts, epochs

    log = structlog.get_logger("anju.worker")
    if epochs.payments_wait():
        log.error("worker.refused", reason="restored", next="anju restore-check")
        print("数据库经过恢复或迁移，须先核对银行：python -m anju restore-check", file=sys.stderr)
        return 3
    # An account that policy names since the last start means what it means from now on.
    bank_accounts.keep(ports.clock().now())
    log.info("worker.started", tasks=len(app.tasks))
    # Django's own connector cannot wait for jobs; it knows the one that can.
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # DjangoConnector
    with app.replace_connector(connector) as working:
        working.run_worker(
            concurrency=args.concurrency,
            wait=not args.once,
            # A hall's click should not wait for a poll when LISTEN was lost.
            fetch_job_polling_interval=2.0,
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
        )
    log.info("worker.stopped")
    return 0
