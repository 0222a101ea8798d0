"""On what an enrolment is reckoned from a month on: base, the account's ratios, both parts."""

from datetime import date

from anju.business.contributions import orders
from anju.business.contributions.models import EmployerAccount, Enrolment

COLUMNS = (
    "base_fen", "member_ratio", "employer_ratio", "member_month_fen", "employer_month_fen",
    "amounts_from", "first_month", "sealed_on", "seal_reason", "stop_approved_on",
    "stop_approved_by",
)  # fmt: skip
"""What `take_terms` sets."""


def take_terms(
    enrolment: Enrolment, account: EmployerAccount, *, base_fen: int, first_month: date, month: date
) -> None:
    """Contributions go on under an employer's account, in memory: no seal, no mark is left.

    `base_fen` lies within the limits of `first_month`, the first that is paid; parts are rounded as
    in `month`, the present one.
    """
    enrolment.base_fen = base_fen
    enrolment.member_ratio = account.member_ratio
    enrolment.employer_ratio = account.employer_ratio
    enrolment.member_month_fen = orders.month_amount(base_fen, account.member_ratio, month=month)
    enrolment.employer_month_fen = orders.month_amount(
        base_fen, account.employer_ratio, month=month
    )
    enrolment.amounts_from = month
    enrolment.first_month = first_month
    enrolment.sealed_on, enrolment.seal_reason = None, ""
    enrolment.stop_approved_on, enrolment.stop_approved_by = None, ""
