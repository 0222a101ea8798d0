"""How money moves when the fund lends."""

from datetime import date, datetime

from anju.domain.vouchers import GlLine, LoanLine, Voucher


def opening(
    *,
    loan_id: int,
    source_id: str,
    principal: int,
    bank_account_id: int,
    value_date: date,
    at: datetime,
) -> Voucher:
    """期初建账 of a loan granted before: Dr 12101 Cr 101 (domain paper 6.3, template 012).

    `bank_account_id` is the centre's account from which it was paid out.
    """
    return Voucher(
        kind="loan_opening",
        source_type="loan_opening",
        source_id=source_id,
        gl=(
            GlLine("12101", principal),
            GlLine("101", -principal, bank_account_id=bank_account_id),
        ),
        loans=(LoanLine(loan_id, principal, "opening", value_date),),
        summary="贷款期初余额",
        occurred_at=at,
    )
