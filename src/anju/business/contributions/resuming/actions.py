"""What an early return to paying brings about: the months from then on are due in their turn."""

from datetime import datetime

from anju import ledger
from anju.business.contributions import deferrals, standing
from anju.business.contributions.deferring import actions as deferring
from anju.business.contributions.models import Deferral
from anju.cases.declaration import CaseRef
from anju.domain.calendar import add_months
from anju.domain.contribution import parse_month


def finish(case: CaseRef, at: datetime) -> None:
    """Cut the deferral short; it ends at once where its last month has passed now."""
    on = ledger.business_date()
    account = standing.locked(case.subject_id)
    made = Deferral.objects.exclude(state=Deferral.State.ENDED).get(account=account)
    last = add_months(parse_month(case.answers["from_month"]), -1)
    made.last_month = last if last >= made.from_month else None
    # Where nothing was deferred, what an earlier deferral skipped is all that is skipped.
    before = [each.last for each in deferrals.spans(account.pk) if each.is_over]
    account.skipped_through = made.last_month or max(before, default=None)
    account.save(update_fields=["skipped_through"])
    made.resumed_by = case.reference
    if made.last_month is None or made.last_month < on.replace(day=1):
        deferring.end(made, account, at)
    else:
        made.save(update_fields=["last_month", "resumed_by"])
