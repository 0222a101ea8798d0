"""The ledger's tables as Django reads them; SQL files make them, and only SQL writes them."""

from django.db import models


class _Table(models.Model):
    class Meta:
        abstract = True
        managed = False


class Subject(_Table):
    """科目: one row of the chart of accounts."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    side = models.TextField()

    class Meta(_Table.Meta):
        db_table = "ledger_subject"


class Account(_Table):
    """A member's account; balances in fen, v and N in fen × days."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    employer_id = models.BigIntegerField(null=True)
    state = models.TextField()
    opened_on = models.DateField()
    balance = models.BigIntegerField()
    carried = models.BigIntegerField()
    held = models.BigIntegerField()
    v = models.BigIntegerField()
    v_carried = models.BigIntegerField()
    interest_from = models.DateField()
    n_prev = models.BigIntegerField(null=True)
    n_prev_carried = models.BigIntegerField(null=True)
    last_voucher = models.BigIntegerField(null=True)
    freezes = models.IntegerField()
    restate_from = models.DateField(null=True)

    class Meta(_Table.Meta):
        db_table = "ledger_account"


class AccountMerge(_Table):
    """合户: the account `source` went into `target`."""

    source = models.BigIntegerField(primary_key=True)
    target = models.BigIntegerField()
    merged_on = models.DateField()
    voucher_id = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "ledger_account_merge"


class PostingKey(_Table):
    """The first answer to each posting, for ever."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.TextField()
    key = models.TextField()
    payload_hash = models.BinaryField()
    result = models.JSONField()

    class Meta(_Table.Meta):
        db_table = "ledger_posting_key"


class BusinessDay(_Table):
    """A day of the books and whether it is open, closing or sealed."""

    pk = models.CompositePrimaryKey("day", "segment")
    day = models.DateField()
    segment = models.TextField()
    state = models.TextField()
    chain_no = models.BigIntegerField(null=True)
    root = models.BinaryField(null=True)
    prev_root = models.BinaryField(null=True)
    signature = models.TextField(null=True)  # noqa: DJ001 (not sealed)
    signer1 = models.TextField(null=True)  # noqa: DJ001 (nobody has signed)
    signer2 = models.TextField(null=True)  # noqa: DJ001 (nobody has signed)

    class Meta(_Table.Meta):
        db_table = "ledger_business_day"


class Voucher(_Table):
    """记账凭证: the header that promises its lines."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    accounting_date = models.DateField()
    segment = models.TextField()
    source_type = models.TextField()
    source_id = models.TextField()
    seq = models.IntegerField()
    gl_lines = models.IntegerField()
    member_lines = models.IntegerField()
    loan_lines = models.IntegerField()
    suspense_lines = models.IntegerField()
    debit_total = models.BigIntegerField()
    credit_total = models.BigIntegerField()
    member_total = models.BigIntegerField()
    loan_total = models.BigIntegerField()
    suspense_total = models.BigIntegerField()
    reverses = models.BigIntegerField(null=True)
    summary = models.TextField()
    maker = models.TextField(null=True)  # noqa: DJ001 (NULL is the system)
    checker = models.TextField(null=True)  # noqa: DJ001 (NULL is nobody)
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField()

    class Meta(_Table.Meta):
        db_table = "ledger_voucher"


class GlLine(_Table):
    """总账分录: signed, debit above zero."""

    pk = models.CompositePrimaryKey("accounting_date", "voucher_id", "line_no")
    accounting_date = models.DateField()
    voucher_id = models.BigIntegerField()
    line_no = models.IntegerField()
    subject = models.TextField()
    employer_id = models.BigIntegerField(null=True)
    bank_account_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_gl_line"


class MemberLine(_Table):
    """个人明细账: one movement of a member's account."""

    pk = models.CompositePrimaryKey("account_id", "accounting_date", "voucher_id", "line_no")
    account_id = models.BigIntegerField()
    accounting_date = models.DateField()
    voucher_id = models.BigIntegerField()
    line_no = models.IntegerField()
    kind = models.TextField()
    amount = models.BigIntegerField()
    carried_delta = models.BigIntegerField()
    value_date = models.DateField()
    balance_after = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_member_line"


class Loan(_Table):
    """A fund loan's principal outstanding."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    contract_no = models.TextField(unique=True)
    opened_on = models.DateField()
    balance = models.BigIntegerField()
    last_voucher = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "ledger_loan"


class LoanLine(_Table):
    """贷款明细账: one movement of a loan."""

    pk = models.CompositePrimaryKey("loan_id", "accounting_date", "voucher_id", "line_no")
    loan_id = models.BigIntegerField()
    accounting_date = models.DateField()
    voucher_id = models.BigIntegerField()
    line_no = models.IntegerField()
    kind = models.TextField()
    amount = models.BigIntegerField()
    value_date = models.DateField()
    balance_after = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_loan_line"


class Suspense(_Table):
    """暂收 or 应收 of one source: an order, an employer, a member."""

    id = models.BigAutoField(primary_key=True)
    subject = models.TextField()
    source_type = models.TextField()
    source_id = models.TextField()
    balance = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_suspense"


class SuspenseLine(_Table):
    """One movement of a suspense account: credit above zero."""

    pk = models.CompositePrimaryKey("suspense_id", "accounting_date", "voucher_id", "line_no")
    suspense_id = models.BigIntegerField()
    accounting_date = models.DateField()
    voucher_id = models.BigIntegerField()
    line_no = models.IntegerField()
    kind = models.TextField()
    amount = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    balance_after = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_suspense_line"


class Hold(_Table):
    """Money of an account set aside for one case."""

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField()
    case_id = models.BigIntegerField(unique=True)
    purpose = models.TextField()
    state = models.TextField()
    amount = models.BigIntegerField()
    interest = models.BigIntegerField(null=True)
    interest_until = models.DateField(null=True)
    n = models.BigIntegerField(null=True)
    rate = models.TextField(null=True)  # noqa: DJ001 (not ordered yet)
    day_base = models.IntegerField(null=True)
    order_no = models.TextField(null=True, unique=True)  # noqa: DJ001 (not ordered yet)
    account_state = models.TextField(null=True)  # noqa: DJ001 (not ordered yet)
    voucher_id = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "ledger_hold"


class Freeze(_Table):
    """冻结: what an authority forbids to take out."""

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField()
    authority = models.TextField()
    doc_no = models.TextField()
    rank = models.IntegerField()
    amount = models.BigIntegerField(null=True)
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    state = models.TextField()
    lifted_doc_no = models.TextField(null=True)  # noqa: DJ001 (not lifted)

    class Meta(_Table.Meta):
        db_table = "ledger_freeze"


class InterestSettlement(_Table):
    """结息: one account's interest year, as settled or revised; by itself or in a sheet."""

    pk = models.CompositePrimaryKey("account_id", "year", "revision")
    account_id = models.BigIntegerField()
    year = models.IntegerField()
    revision = models.IntegerField()
    n = models.BigIntegerField()
    rate = models.TextField(null=True)  # noqa: DJ001 (not given with the order)
    day_base = models.IntegerField(null=True)
    interest = models.BigIntegerField()
    rolled = models.BigIntegerField()
    state = models.TextField()
    voucher_id = models.BigIntegerField(null=True)
    employer_id = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(null=True)
    terms = models.JSONField(null=True)

    class Meta(_Table.Meta):
        db_table = "ledger_interest_settlement"


class VoucherLeaf(_Table):
    """The hash of one voucher of a sealed day."""

    pk = models.CompositePrimaryKey("day", "segment", "voucher_id")
    day = models.DateField()
    segment = models.TextField()
    voucher_id = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta(_Table.Meta):
        db_table = "ledger_voucher_leaf"


class VoucherNumber(_Table):
    """凭证号: a voucher's number in its month of the books."""

    pk = models.CompositePrimaryKey("period", "no")
    period = models.IntegerField()
    no = models.IntegerField()
    voucher_id = models.BigIntegerField(unique=True)

    class Meta(_Table.Meta):
        db_table = "ledger_voucher_number"


class ControlBalance(_Table):
    """What was booked on a subject up to and on a sealed day, in fen."""

    pk = models.CompositePrimaryKey("day", "subject", "bank_account_id")
    day = models.DateField()
    subject = models.TextField()
    bank_account_id = models.BigIntegerField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "ledger_control_balance"
