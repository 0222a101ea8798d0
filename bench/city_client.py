"""Run by bench.city in a process of its own, as the halls are: stages and posts a city's month.

Then the peer: the same vouchers by plain ORM habits, rows locked, lines and balances in bulk.
Prints one JSON line.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from functools import partial

import django

django.setup()

from django.db import models, transaction  # noqa: E402

from anju import ledger  # noqa: E402
from anju.config.clock import DEMO_START  # noqa: E402
from anju.domain.vouchers import GlLine, MemberLine, Voucher  # noqa: E402
from anju.ledger import Announced, StagedVoucher  # noqa: E402
from bench.costs import seconds_of  # noqa: E402

FEN = 100_000


class Account(models.Model):
    """A balance."""

    balance = models.BigIntegerField()

    class Meta:
        app_label, db_table = "bench", "peer_account"


class Header(models.Model):
    """A voucher."""

    day = models.DateField()

    class Meta:
        app_label, db_table = "bench", "peer_voucher"


class Line(models.Model):
    """A movement."""

    voucher = models.ForeignKey(Header, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    amount = models.BigIntegerField()

    class Meta:
        app_label, db_table = "bench", "peer_line"


def _month(first: int, count: int, staff: int) -> Iterator[StagedVoucher]:
    day = ledger.business_date()
    for number in range(count // staff):
        accounts = range(first + number * staff, first + (number + 1) * staff)
        yield StagedVoucher(
            "remittance", source_type="client", source_id=str(number), employer_id=number + 1,
            members=[(each, FEN, day) for each in accounts], bank_account_id=10101,
            summary="", occurred_at=DEMO_START,
        )  # fmt: skip


def _batch(first: int, count: int, staff: int) -> None:
    announced = Announced(count // staff, count, count * FEN)
    batch = ledger.open_batch(announced, key="client", scope="bench")
    ledger.stage(batch, _month(first, count, staff))
    ledger.post_batch(batch)


def _post(first: int, staff: int, vouchers: int) -> None:
    day = ledger.business_date()
    for number in range(vouchers):
        accounts = range(first + number * staff, first + (number + 1) * staff)
        voucher = Voucher(
            "remittance", source_type="single", source_id=number, occurred_at=DEMO_START,
            gl=(GlLine("101", staff * FEN, bank_account_id=10101),
                GlLine("201", -staff * FEN, employer_id=1)),
            members=tuple(MemberLine(each, FEN, "remittance", day) for each in accounts),
        )  # fmt: skip
        ledger.post([voucher], key=str(number), scope="bench")


def _orm(first: int, staff: int, vouchers: int) -> None:
    for number in range(vouchers):
        ids = range(first + number * staff, first + (number + 1) * staff)
        with transaction.atomic():
            found = list(Account.objects.select_for_update().filter(id__in=ids).order_by("id"))
            header = Header.objects.create(day=DEMO_START.date())
            for each in found:
                each.balance += FEN
            Line.objects.bulk_create(
                Line(voucher=header, account=each, amount=FEN) for each in found
            )
            Account.objects.bulk_update(found, ["balance"])


def main() -> None:
    """Work what the one argument says."""
    spec = json.loads(sys.argv[1])
    first, count, staff, peers = (spec[name] for name in ("first", "count", "staff", "peers"))
    found = {"batch": seconds_of(partial(_batch, first, count, staff))}
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    found["post"] = seconds_of(partial(_post, first, staff, peers))
    found["orm"] = seconds_of(partial(_orm, first, staff, peers))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
