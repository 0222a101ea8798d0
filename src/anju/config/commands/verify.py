"""Recompute a centre's books from their lines: `verify` prints each break and exits 1 if any."""

import argparse
import sys
from datetime import date
from fractions import Fraction

NAME = "verify"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether the books are also replayed from the first voucher."""
    parser.description = __doc__
    parser.add_argument(
        "--replay",
        action="store_true",
        help="also derive everything once more from the first voucher, by code of its own",
    )


def run(args: argparse.Namespace) -> int:
    """Verify; 0 when every proof holds, else 1."""
    from django.conf import settings

    from anju.business.contributions import (
        correction_proofs,
        freeze_proofs,
        remittance_proofs,
    )
    from anju.business.treasury import (
        bank_account_proofs,
        collection_proofs,
        employer_refund_proofs,
        epoch_proofs,
        receipt_proofs,
        reconciliation_proofs,
    )
    from anju.ledger.verify import verify

    ours = (
        receipt_proofs,
        remittance_proofs,
        correction_proofs,
        freeze_proofs,
        employer_refund_proofs,
        collection_proofs,
        epoch_proofs,
        bank_account_proofs,
        reconciliation_proofs,
    )
    breaks = [*verify(), *(each for proofs in ours for each in proofs.breaks())]
    for each in breaks:
        print(f"{each.kind}: {each.what}: {each.detail}")
    found = len(breaks) + (_replay() if args.replay else 0)
    center = settings.ENVIRONMENT.center
    print(f"{center}: {found} breaks" if found else f"{center}: the books hold", file=sys.stderr)
    return 1 if found else 0


def _replay() -> int:
    """Print every deviation of a replay and what was replayed; how many there are."""
    from anju.ledger.replay import Replayed, replay, streaming

    seen, found = Replayed(), 0
    with streaming() as stream:
        for each in replay(stream, terms=_terms, seen=seen):
            print(f"{each.kind}: {each.what}: stored {each.stored}, derived {each.derived}")
            found += 1
    print(seen.says(), file=sys.stderr)
    return found


def _terms(day: date) -> tuple[Fraction, int] | None:
    """The deposit rate and day base of a day by policy; None in years of two rates."""
    from anju import policy
    from anju.domain.dated import NotInForce

    now = policy.current()
    try:
        carried, current = (
            each.on(day).value for each in (now.rates.deposit_carried, now.rates.deposit)
        )
        day_base = now.params.interest_day_base.on(day).value
    except NotInForce:
        return None
    return (Fraction(current), day_base) if carried == current else None
