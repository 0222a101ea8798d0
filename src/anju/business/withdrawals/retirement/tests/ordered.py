"""An order that was written and not yet sent, and what may have become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from anju import ledger
from anju.business.treasury import actions as treasury
from anju.business.treasury import facts as payments
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import Worker
from anju.cases.models import Message

TOTAL = cast.BALANCE + cast.INTEREST
MINUTE = timedelta(minutes=1)


@dataclass
class Ordered:
    """An order that was written and not yet sent."""

    who: cast.Member
    reference: str
    order_no: str

    @property
    def status(self) -> str:
        return payments.payment(self.order_no).status

    @property
    def case_state(self) -> str:
        return cast.case(self.reference).state


def sweep(worker: Worker, at) -> list[str]:
    treasury.sweep(at=at)
    return worker.work(at)


def is_settled(ordered: Ordered) -> None:
    """Paid, booked and closed, exactly once."""
    assert ordered.status == "paid"
    assert ordered.case_state == "completed"
    assert ordered.who.account.state == "closed"
    assert ledger.control_total("41101") == cast.INTEREST
    assert ledger.control_total("201") == 0
    assert ledger.control_total("") == 0
    done = Message.objects.filter(reference=ordered.reference, title__endswith="已办结")
    assert done.count() == 1


def is_untouched(ordered: Ordered) -> None:
    """Nothing is booked and nothing is given back: the order still stands."""
    assert ordered.case_state == "paying"
    assert ordered.who.account.state == "closing"
    assert ordered.who.account.held == cast.BALANCE
    assert ledger.control_total("41101") == 0


def job_ids() -> list[int]:
    """Every job there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs")
        return [row[0] for row in cursor.fetchall()]
