"""What employers are expected to pay in: lists whose numbers they write into their transfers."""

from anju.business.contributions.models import Remittance
from anju.business.treasury import facts as treasury
from anju.business.treasury.orders import Came, Expectation, Source, expects
from anju.domain.contribution import month_span
from anju.domain.vouchers import GlLine, SuspenseLine
from anju.ledger import UNALLOCATED
from anju.store import outbox

REMITTANCE = "remittance"


def register() -> None:
    """Make the source known to the treasury."""
    expects(
        Source(
            REMITTANCE,
            "单位汇缴款",
            find=_find,
            hint="汇缴清册编号",
            by_number=_by_number,
            met=_met,
        )
    )


def _by_number(came: Came) -> tuple[Expectation, ...]:
    # What the bank fetched carries the number of its order instead of the list's.
    fetched = treasury.matters_of(came.marks).values()
    lists = Remittance.objects.filter(number__in={*came.marks, *fetched})
    return tuple(_expectation(each, came) for each in lists.select_related("account__employer"))


def _find(came: Came, number: str) -> Expectation | None:
    lists = Remittance.objects.filter(number=number.strip().upper())
    found = lists.select_related("account__employer").first()
    return None if found is None else _expectation(found, came)


def _expectation(each: Remittance, came: Came) -> Expectation:
    """Whatever the amount: it is the employer's, and the list is paid once it suffices.

    So what is too little waits to be topped up, what is too much stays, and what comes a second
    time, or for a void list, is not lost.
    """
    amount, employer = came.amount_fen, each.account.employer
    return Expectation(
        REMITTANCE,
        each.number,
        f"{employer.name} {month_span(each.from_month, each.month)} {each.get_kind_display()}"
        f" {each.number}",
        gl=(GlLine(UNALLOCATED, -amount, employer_id=employer.pk),),
        suspense=(SuspenseLine(UNALLOCATED, "employer", str(employer.pk), amount, "received"),),
        is_once=False,
    )


def _met(number: str) -> None:
    outbox.defer("contributions.allocate", number=number)
