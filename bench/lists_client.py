"""Run by bench.lists in a process of its own, as a worker is: one month of one employer.

The list is confirmed, paid into what waits for the employer and given out; "reversed" takes it
back afterwards. Prints one JSON line: people, seconds of each step, peak MB.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime, time
from functools import partial

import django

django.setup()

from django.db import transaction  # noqa: E402

from anju import ledger  # noqa: E402
from anju.business.contributions import remitting  # noqa: E402
from anju.business.contributions.models import EmployerAccount  # noqa: E402
from anju.business.contributions.reversing import actions as reversing  # noqa: E402
from anju.cases.declaration import CaseRef  # noqa: E402
from anju.config.clock import SHANGHAI  # noqa: E402
from anju.domain.vouchers import GlLine, SuspenseLine, Voucher  # noqa: E402
from anju.ledger import UNALLOCATED  # noqa: E402
from anju.parties.models import Appointment  # noqa: E402
from anju.store.audit import Actor  # noqa: E402
from bench.costs import seconds_of  # noqa: E402


def main(employer_id: int, *, reverses: bool) -> dict[str, object]:
    """The month whose turn it is."""
    day = ledger.business_date()
    at = datetime.combine(day, time(10), SHANGHAI)
    account = EmployerAccount.objects.live_of(employer_id).get()
    agent = Actor.agent(Appointment.objects.filter(employer_id=employer_id).first().user_id)
    owed = remitting.due(account.pk)
    made: list[remitting.Confirmed] = []
    taken: dict[str, object] = {"people": owed.headcount}
    taken["confirm"] = seconds_of(
        lambda: made.append(
            remitting.confirm(
                account.pk, month=owed.month, seen_headcount=owed.headcount,
                seen_total_fen=owed.total_fen, key=f"bench-{day}", actor=agent, at=at,
            )
        )
    )  # fmt: skip
    assert isinstance(made[0], remitting.Confirmed), made
    number = made[0].number
    _paid(employer_id, owed.total_fen, number, at)
    posting: list[float] = []
    post_batch = ledger.post_batch
    # The posting is a part of giving out; it is timed where it happens.
    ledger.post_batch = lambda batch: posting.append(seconds_of(partial(post_batch, batch)))
    taken["allocate"] = seconds_of(partial(remitting.allocate, number, at=at))
    taken["post"] = posting[0]
    if reverses:
        taken["reverse"] = seconds_of(partial(_reversed, employer_id, account, number, at))
    taken["mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return taken


def _paid(employer_id: int, fen: int, number: str, at: datetime) -> None:
    """The money of a list has come and waits for the employer."""
    voucher = Voucher(
        "receipt.arrived", source_type="bench", source_id=number, occurred_at=at,
        gl=(GlLine("101", fen, bank_account_id=10101), GlLine(UNALLOCATED, -fen, employer_id)),
        suspense=(SuspenseLine(UNALLOCATED, "employer", str(employer_id), fen, "arrived"),),
    )  # fmt: skip
    ledger.post([voucher], key=number, scope="bench")


def _reversed(employer_id: int, account: EmployerAccount, number: str, at: datetime) -> None:
    """What the approval of a reversal does."""
    answers = {"list": number, "reason": "other"}
    case = CaseRef(1, "BENCH", "contributions.reversing", None, employer_id, account.pk, "",
                   answers, None, None, None)  # fmt: skip
    with transaction.atomic():
        reversing.lock(employer_id)
        reversing.finish(case, at)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), reverses=sys.argv[2] == "reversed")))
