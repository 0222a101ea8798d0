"""What the guards look at: a picture with detail, a year of two interest rates."""

import io
from datetime import date, datetime
from typing import Any

from PIL import Image

from anju import ledger, policy
from anju.business.treasury import period_close
from anju.business.treasury.tests.test_day_end import seal_by_hand, staff
from anju.domain.calendar import SHANGHAI
from anju.domain.interest import history
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger import books


def a_year_of_two_rates() -> Any:
    """What 30 June 2015 brought to an account of carried and current money."""
    terms, came = policy.interest_terms(policy.current()), [(date(2014, 10, 1), 456704)]
    july, after = date(2014, 7, 1), date(2015, 7, 1)
    told = history(1234500, opening_on=july, entries=came, until=after, terms=terms)
    return told.settlements[0].interest_fen


def gains_after_a_month() -> Any:
    """What stands on 311 when a month with an income has been closed."""
    first, after = date(2026, 6, 30), date(2026, 7, 1)
    at = datetime(2026, 7, 1, 10, tzinfo=SHANGHAI)
    ledger.open_day(first)
    lines = (GlLine("101", 500), GlLine("40101", -500))
    earned = Voucher("test", source_type="test", source_id="1", gl=lines, occurred_at=at)
    ledger.post([earned], key="1", scope="test")
    ledger.flip_day(after)
    seal_by_hand(first)
    maker, checker = (staff(name, "accountant") for name in ("accountant.one", "accountant.two"))
    assert period_close.propose(202606, staff_id=maker, at=at) is None
    assert period_close.close(202606, staff_id=checker, at=at) is None
    return books.subject_balance("311", since=after, until=after).closing


def picture(width: int, height: int, *, quality: int = 80) -> bytes:
    """A picture with a lot of detail, so that its bytes follow its size."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
