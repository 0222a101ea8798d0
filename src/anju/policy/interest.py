"""What a centre's dated values say about interest, as the interest engine takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anju.domain.interest_terms import Terms

if TYPE_CHECKING:
    from anju.policy.current import Policy


def interest_terms(policy: Policy) -> Terms:
    """Rates of carried and current money, day base, application and rounding, by day."""
    rates, params = policy.rates, policy.params
    return Terms(
        carried=rates.deposit_carried,
        current=rates.deposit,
        day_base=params.interest_day_base,
        application=params.interest_rate_application,
        rounding=params.interest_rounding,
    )
