"""Reconcile the centre's bank accounts for a day: their sheets (余额调节表) and their breaks.

Every account that is in use, every day up to this one in turn, after its end; a day that is done
is shown as it was. Exits 1 when something does not fit, 2 when the day cannot be reconciled yet or
the bank gives no answer.
"""

import argparse
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anju.business.treasury.reconciliation import Reconciled

NAME = "reconcile"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which day."""
    parser.add_argument("--on", type=date.fromisoformat, help="the day (default: the last closed)")


def run(args: argparse.Namespace) -> int:
    """Reconcile and print."""
    from anju import ledger, ports
    from anju.business.treasury.every_account import NoStatement, catch_up
    from anju.business.treasury.reconciliation import NotYet

    on = args.on or ledger.business_date() - timedelta(days=1)
    try:
        done = catch_up(on, at=ports.clock().now())
    except (NotYet, NoStatement) as problem:
        print(problem, file=sys.stderr)
        return 2
    if not done:
        print(f"对账在 {on} 之后才开始", file=sys.stderr)
        return 2
    for each in done:
        _print(on, each)
    return 1 if any(each.breaks for each in done) else 0


def _print(on: date, done: "Reconciled") -> None:
    from anju.domain.money import yuan

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
        print(f"{done.account}\t{label}\t{yuan(fen)}")
    told = f"{on} {done.account}: {done.matched} matched, {len(done.breaks)} breaks"
    print(told, file=sys.stderr)
    for kind in sorted(set(done.breaks)):
        print(f"{done.account}\t{kind}\t{done.breaks.count(kind)}")
