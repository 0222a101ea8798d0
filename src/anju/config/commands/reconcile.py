"""Reconcile the centre's bank account for a day: its sheet (余额调节表) and its breaks.

Every day in turn, after its end; a day that is done is shown as it was. Exits 1 when something
does not fit, 2 when the day cannot be reconciled yet or the bank gives no answer.
"""

import argparse
import sys
from datetime import date, timedelta

NAME = "reconcile"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which day."""
    parser.add_argument("--on", type=date.fromisoformat, help="the day (default: the last closed)")


def run(args: argparse.Namespace) -> int:
    """Reconcile and print."""
    from anju import ledger, ports
    from anju.business.treasury.reconciliation import NotYet, reconcile
    from anju.domain.money import yuan
    from anju.ports.bank import BankUnreachable

    on = args.on or ledger.business_date() - timedelta(days=1)
    try:
        done = reconcile(on, at=ports.clock().now())
    except (NotYet, BankUnreachable) as problem:
        print(problem, file=sys.stderr)
        return 2
    sheet = done.sheet
    for label, fen in (
        ("企业银行存款账面余额", sheet.books_fen),
        ("加：银行已收、企业未收", sheet.theirs_in_fen),
        ("减：银行已付、企业未付", sheet.theirs_out_fen),
        ("调节后余额", sheet.adjusted_books_fen),
        ("银行对账单余额", sheet.bank_fen),
        ("加：企业已收、银行未收", sheet.ours_in_fen),
        ("减：企业已付、银行未付", sheet.ours_out_fen),
        ("调节后余额", sheet.adjusted_bank_fen),
    ):
        print(f"{label}\t{yuan(fen)}")
    print(f"{on}: {done.matched} matched, {len(done.breaks)} breaks", file=sys.stderr)
    for kind in sorted(set(done.breaks)):
        print(f"{kind}\t{done.breaks.count(kind)}")
    return 1 if done.breaks else 0
