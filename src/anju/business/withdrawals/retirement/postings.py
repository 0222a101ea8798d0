"""How money moves when a retired member is paid and the account is closed."""

from datetime import date, datetime

from anju.domain.vouchers import GlLine, MemberLine, Voucher


def payout(
    *,
    account_id: int,
    employer_id: int,
    reference: str,
    principal: int,
    interest: int,
    interest_until: date,
    bank_account_id: int,
    at: datetime,
) -> Voucher:
    """Dr 201 principal, Dr 41101 interest, Cr 101 what the bank paid (template 008, AC3).

    Args:
        account_id: the account that closes; the ledger splits carried and current.
        employer_id: the employer under whose sub-subject the account stands.
        reference: the case.
        principal: the whole balance, in fen.
        interest: the closing interest fixed in the order, in fen.
        interest_until: the value date: interest stopped the day before.
        bank_account_id: the centre's account from which the bank paid.
        at: when the bank's success was learnt.
    """
    gl = [GlLine("201", principal, employer_id=employer_id)]
    if interest:
        gl.append(GlLine("41101", interest))
    gl.append(GlLine("101", -(principal + interest), bank_account_id=bank_account_id))
    return Voucher(
        kind="withdrawal_closing",
        source_type="case",
        source_id=reference,
        gl=tuple(gl),
        members=(MemberLine(account_id, -principal, "withdrawal", interest_until),),
        summary="退休提取销户",
        occurred_at=at,
    )
