"""What the city's dated policy says of an interest year, and of money that was away."""

from datetime import date

from anju import policy
from anju.ledger import EndedYear, HoldRow, YearTerms


def ended_year(year: int) -> EndedYear:
    """Rate and day base of the 30 June that ends it; its terms when it had several rates."""
    terms = policy.interest_terms(policy.current())
    eve = date(year, 6, 30)
    rates = terms.rates(eve)
    stretches = terms.stretches(date(year - 1, 7, 1), date(year, 7, 1), settled_on=eve)
    several = None
    if rates.carried != rates.current or len(stretches) > 1:
        several = YearTerms(stretches, terms.rounding.on(eve).value)
    return EndedYear(year, rates.current, terms.day_base.on(eve).value, several)


def earns_again(hold: HoldRow, *, came_back: date, on: date) -> date:
    """From which day a payout's money earns again: it came back, and is mirrored `on` this day."""
    assert hold.interest_until is not None
    days = {"as_if_never_paid": hold.interest_until, "from_return": came_back, "none": on}
    return days[policy.current().params.returned_payout_interest.on(on).value]
