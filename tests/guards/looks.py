"""What the guards look at: a picture with detail, a year of two interest rates."""

import io
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image

from anju import ledger, policy
from anju.business.treasury import orders, period_close, reinstating
from anju.business.treasury.models import Payment, PaymentOrder
from anju.business.treasury.tests.test_day_end import seal_by_hand, staff
from anju.domain.calendar import SHANGHAI
from anju.domain.interest import history
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger import books
from anju.parties.models import User


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
    lines = (GlLine("101", 500, bank_account_id=10101), GlLine("40101", -500))
    earned = Voucher("test", source_type="test", source_id="1", gl=lines, occurred_at=at)
    ledger.post([earned], key="1", scope="test")
    ledger.flip_day(after)
    seal_by_hand(first)
    maker, checker = (staff(name, "accountant") for name in ("accountant.one", "accountant.two"))
    assert period_close.propose(202606, staff_id=maker, at=at) is None
    assert period_close.close(202606, staff_id=checker, at=at) is None
    return books.subject_balance("311", since=after, until=after).closing


def earns_again(member: User, on: date) -> Any:
    """From which day a payout earns again that came back at once and is reinstated later."""
    at = datetime(on.year, on.month, on.day, 10, tzinfo=SHANGHAI)
    account = ledger.account_of_person(member.person_id)
    assert account is not None
    fen = account.balance
    hold = ledger.place_hold(account.id, case_id=1, purpose=ledger.CLOSING, amount=fen)
    order = {"principal": fen, "interest": 0}
    ledger.order_hold(hold, order_no="ZF1", interest_until=on, **order)
    orders.write_order(
        "ZF1", case_reference="TQ1", person_id=member.person_id, principal_fen=fen, interest_fen=0,
        value_date=on, summary="销户", at=at,
    )  # fmt: skip
    paid = Voucher(
        "test", source_type="test", source_id="1",
        gl=(GlLine("201", fen), GlLine("101", -fen, bank_account_id=10101)),
        members=(MemberLine(account.id, -fen, "withdrawal", on),), occurred_at=at,
    )  # fmt: skip
    ledger.settle_closing(hold, [paid], key="1")
    orders.book_return("ZF1", amount=fen, account_id=account.id, at=at)
    Payment.objects.update(status="returned")
    ledger.flip_day(on + timedelta(days=3))
    return reinstating.consequence(PaymentOrder.objects.get()).since


def picture(width: int, height: int, *, quality: int = 80) -> bytes:
    """A picture with a lot of detail, so that its bytes follow its size."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
