"""What each dated value about contributions changes: another value for it, and where to look."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from anju import policy
from anju.business.contributions import consecutive, orders, telling
from anju.business.contributions.accounts import certificates
from anju.business.contributions.adjusting import bases
from anju.business.contributions.adjusting import rules as adjusting
from anju.business.contributions.collecting import rules as collecting
from anju.business.contributions.correcting import actions as corrections
from anju.business.contributions.correcting import rules as correcting
from anju.business.contributions.dunning import facts as dunning
from anju.business.contributions.flexible import terms as flexible
from anju.business.contributions.lowering import actions as lowerings
from anju.business.contributions.lowering import rules as lowering
from anju.business.contributions.models import Lowering
from anju.business.contributions.reversing import rules as reversing
from anju.business.contributions.rosters import actions as rosters
from anju.business.contributions.rosters import reading
from anju.domain.calendar import SHANGHAI
from anju.domain.contribution import ContributionRefused, contribution
from anju.domain.contribution_terms import ContributionTerms

MONTH = date(2026, 7, 1)
NOON = datetime(2026, 7, 1, 12, tzinfo=SHANGHAI)


def terms() -> ContributionTerms:
    return policy.contribution_terms(policy.current())


def month(base_fen: int, *, member: str = "0.12", employer: str = "0.12") -> Callable[[], Any]:
    """What a member's month comes to, or why it does not."""

    def look() -> Any:
        try:
            return contribution(
                base_fen, member_ratio=Fraction(member), employer_ratio=Fraction(employer),
                month=MONTH, terms=terms(),
            )  # fmt: skip
        except ContributionRefused as refused:
            return str(refused)

    return look


def rounded() -> Any:
    """A part whose second half of a yuan is to be rounded."""
    return orders.month_amount(650412, Decimal("0.12"), month=MONTH)


def dunned_by_itself() -> Any:
    """When a late employer is reminded without anybody's doing."""
    return str(dunning.never_reminded(date(2026, 11, 20)).query)


TABLE: dict[str, tuple[str, Callable[[], Any]]] = {
    "contribution_base_floor": ("2500.00", month(100)),
    "contribution_average_wage": ("9000.00", month(99_999_999)),
    "contribution_cap_multiple": ("2", month(99_999_999)),
    "contribution_cap_published": ("25000.00", month(99_999_999)),
    "member_ratio_min": ("0.06", month(650000, member="0.05")),
    "member_ratio_max": ("0.10", month(650000)),
    "employer_ratio_min": ("0.06", month(650000, employer="0.05")),
    "employer_ratio_max": ("0.10", month(650000)),
    "contribution_rounding_unit": ("jiao", rounded),
    "contribution_rounding_mode": ("ceiling", rounded),
    "contribution_year_month": ("1", month(650000)),
    "remittance_due_days": ("10", lambda: terms().due_on(MONTH, payday=10)),
    "remittance_months_ahead": ("2", lambda: terms().last_payable(MONTH)),
    "remittance_sms": ("nobody", lambda: telling.by_sms(MONTH)),
    "dunning_grace_days": ("20", dunned_by_itself),
    "certificate_looks_per_ip_hour": ("2", lambda: certificates.looks_allowed(MONTH)),
    "roster_file_bytes_max": ("1048576", lambda: reading.limits(MONTH)),
    "roster_rows_max": ("1000", lambda: reading.limits(MONTH)),
    "roster_kept_days": ("7", lambda: rosters.kept_since(NOON)),
    "base_adjustment_window_months": (
        "3",
        lambda: adjusting.window_ends(MONTH, policy.current()),
    ),
    "base_adjustment_outside_limits": ("refuse", lambda: bases.judge_of(MONTH).outside),
    "base_adjustment_outlier_percent": ("10", lambda: bases.judge_of(MONTH).outlier_percent),
    "ratio_changes_per_year": ("2", lambda: adjusting.changes_allowed(MONTH, policy.current())),
    "correction_months_max": ("3", lambda: correcting.months_allowed(MONTH, policy.current())),
    "correction_interest": ("as_if_never_paid", lambda: corrections.as_if_never_paid(MONTH)),
    "lowering_months_max": ("6", lambda: lowering.longest(MONTH, policy.current())),
    "lowering_end": ("keep", lambda: lowerings.returns(Lowering(to_month=MONTH))),
    "collection_tries_max": ("2", lambda: collecting.tries_allowed(MONTH, policy.current())),
    "flexible_ratio_min": ("0.12", lambda: flexible.ratios(MONTH, policy.current())),
    "flexible_ratio_max": ("0.20", lambda: flexible.ratios(MONTH, policy.current())),
    "reversal_people_max": ("3", lambda: reversing.people_allowed(MONTH, policy.current())),
    "consecutive_back_payments": (
        "all",
        lambda: consecutive.counts(MONTH, kind="back", reason="arrears"),
    ),
    "deferral_months_max": ("6", lambda: terms().deferral_end(MONTH)),
}
