"""What a centre's dated values say about contributions, and that none contradicts another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anju.domain.contribution_terms import ContributionTerms
from anju.policy.problems import PolicyError

if TYPE_CHECKING:
    from anju.policy.current import Policy


def contribution_terms(policy: Policy) -> ContributionTerms:
    """Limits, lawful ratios, rounding and terms of time, by day."""
    params = policy.params
    return ContributionTerms(
        floor=params.contribution_base_floor,
        average_wage=params.contribution_average_wage,
        cap_multiple=params.contribution_cap_multiple,
        cap_published=params.contribution_cap_published,
        member_ratio_min=params.member_ratio_min,
        member_ratio_max=params.member_ratio_max,
        employer_ratio_min=params.employer_ratio_min,
        employer_ratio_max=params.employer_ratio_max,
        rounding_unit=params.contribution_rounding_unit,
        rounding_mode=params.contribution_rounding_mode,
        year_month=params.contribution_year_month,
        due_days=params.remittance_due_days,
        months_ahead=params.remittance_months_ahead,
        deferral_months=params.deferral_months_max,
    )


def check_contribution(policy: Policy) -> None:
    """Look at every day on which something changes.

    Raises:
        PolicyError: on a day the floor lies above the cap, or the least ratio above the most.
    """
    terms = contribution_terms(policy)
    for day in terms.changes:
        limits = terms.limits(day)
        ratios = {"member": terms.member_ratios(day), "employer": terms.employer_ratios(day)}
        wrong = [f"{who}_ratio_min" for who, each in ratios.items() if each.least > each.most]
        if limits.floor_fen > limits.cap_fen:
            wrong.append("contribution_base_floor")
        if wrong:
            where = policy.params[wrong[0]]
            raise PolicyError(where.file, where.line, f"{wrong[0]}: above its upper end on {day}")
