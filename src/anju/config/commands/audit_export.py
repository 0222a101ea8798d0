"""Write the books of some days for an auditor: CSV files, a signed manifest, a checking program.

The folder is new, whole, and checks itself: `python verify.py` in it, with nothing installed. What
left, for whom and why is kept in the audit trail. Persons are told by account key alone.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

NAME = "audit-export"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which days, where to, and why."""
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--reason", required=True, help="for whom and why; kept with the export")


def run(args: argparse.Namespace) -> int:
    """Export; 0 when the folder stands, 2 when it cannot be written."""
    from django.conf import settings

    from anju import ports
    from anju.ledger.audit_export import Exported, export_for_audit
    from anju.store import audit
    from anju.store.folders import FolderTaken
    from anju.store.keyring import KeyringError

    at, center = ports.clock().now(), settings.ENVIRONMENT.center

    def keep(exported: Exported) -> None:
        audit.write(
            "books.exported",
            at=at,
            actor=audit.Actor.system(),
            subject=audit.Subject("books", center),
            reason=args.reason,
            details={"first": str(args.first), "last": str(args.last),
                     "manifest_sha256": exported.sha256, "rows": exported.rows},
        )  # fmt: skip

    about = {"center": center, "reason": args.reason, "at": at.isoformat()}
    try:
        exported = export_for_audit(
            args.out, first=args.first, last=args.last, about=about, before_it_stands=keep
        )
    except (FolderTaken, ValueError, KeyringError, OSError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    for name, count in exported.rows.items():
        print(f"{name}\t{count}")
    for kid, key in exported.keys.items():
        print(f"public key {kid}: {key}", file=sys.stderr)
    print(f"manifest {exported.sha256}", file=sys.stderr)
    return 0
