"""A voucher says by itself whether it adds up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from anju.domain.vouchers import GlLine, LoanLine, MemberLine, SuspenseLine, Voucher

DAY = date(2026, 11, 20)
CLOSING = Voucher(
    "withdrawal.closing",
    source_type="order",
    source_id="YC0120261120000001",
    gl=(GlLine("201", 100_000), GlLine("41101", 80), GlLine("101", -100_080)),
    members=(MemberLine(1, -100_000, "withdrawal", DAY),),
    occurred_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
)


def test_totals() -> None:
    assert CLOSING.problem() is None
    assert (CLOSING.debit_total, CLOSING.member_total) == (100_080, -100_000)


def test_every_sub_ledger_is_found_in_the_general_lines() -> None:
    whole = replace(
        CLOSING,
        gl=(
            GlLine("12101", 900),
            GlLine("12201", 100),
            GlLine("21901", -400),
            GlLine("11901", 50),
            GlLine("101", -650),
        ),
        members=(),
        loans=(LoanLine(1, 1_000, "disbursement", DAY),),
        suspense=(
            SuspenseLine("21901", "employer", "7", 400, "received"),
            SuspenseLine("11901", "account", "1", -50, "claim"),
        ),
    )
    assert whole.problem() is None
    assert replace(whole, loans=()).problem()
    assert replace(whole, suspense=whole.suspense[:1]).problem()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"gl": CLOSING.gl[:1]}, "two general lines"),
        ({"gl": (*CLOSING.gl, GlLine("101", 0))}, "none of them zero"),
        ({"gl": (*CLOSING.gl, GlLine("101", 1))}, "debits and credits differ"),
        ({"maker": "staff:1", "checker": "staff:1"}, "one person"),
        ({"members": ()}, "on 201"),
    ],
)
def test_what_does_not_add_up_is_named(changed: dict[str, object], says: str) -> None:
    problem = replace(CLOSING, **changed).problem()  # type: ignore[arg-type] # a table of cases
    assert problem is not None
    assert says in problem


def test_two_people_and_the_system_may_make_and_check() -> None:
    assert replace(CLOSING, maker="staff:1", checker="staff:2").problem() is None
    assert replace(CLOSING, maker=None, checker=None).problem() is None
