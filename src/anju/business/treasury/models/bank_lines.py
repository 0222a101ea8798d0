"""The lines of both books of a bank account, each day's sheet, and money that arrives.

Of a statement the names and accounts of the other side are not kept: it can be asked again.
"""

from django.db import models

from anju.store.fields import SealedTextField


class LineState(models.TextChoices):
    """Where a line stands between the two books."""

    OPEN = "open", "未达"
    MATCHED = "matched", "已勾对"
    BROKEN = "broken", "待查"


class BankLine(models.Model):
    """A movement as the bank's statement told it; its state alone ever changes."""

    account = models.CharField(max_length=40)
    serial = models.CharField(max_length=64)
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    reversal = models.BooleanField()
    occurred_at = models.DateTimeField()
    mark = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.OPEN)

    class Meta:
        """What tells one line from every other; and where the next day begins to look."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "serial", "booked_on", "amount_fen", "reversal"],
                name="bank_line_once",
            ),
        )
        indexes = (
            models.Index(fields=["account", "booked_on"], name="bank_lines_of_a_day"),
            models.Index(
                fields=["account"],
                condition=~models.Q(state="matched"),
                name="bank_lines_unmatched",
            ),
        )


class BooksLine(models.Model):
    """A line of ours on the bank's subject, as reconciliation has seen it."""

    account = models.CharField(max_length=40)
    accounting_date = models.DateField()
    voucher_id = models.BigIntegerField()
    line_no = models.IntegerField()
    amount_fen = models.BigIntegerField()
    mark = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.OPEN)
    bank_line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, null=True, related_name="books_line"
    )

    class Meta:
        """A line of a voucher is seen once; a matched one has its other half."""

        constraints = (
            models.UniqueConstraint(fields=["voucher_id", "line_no"], name="books_line_once"),
            models.CheckConstraint(
                condition=models.Q(state="matched", bank_line__isnull=False)
                | (~models.Q(state="matched") & models.Q(bank_line__isnull=True)),
                name="matched_with_a_bank_line",
            ),
        )
        indexes = (
            models.Index(
                fields=["account"],
                condition=~models.Q(state="matched"),
                name="books_lines_unmatched",
            ),
            models.Index(fields=["mark"], name="books_lines_by_mark"),
        )


class ReconciledDay(models.Model):
    """银行存款余额调节表 of one account and day, as it stood when the day was reconciled."""

    account = models.CharField(max_length=40)
    on = models.DateField()
    books_fen = models.BigIntegerField()
    bank_fen = models.BigIntegerField()
    theirs_in_fen = models.BigIntegerField()
    theirs_out_fen = models.BigIntegerField()
    ours_in_fen = models.BigIntegerField()
    ours_out_fen = models.BigIntegerField()
    reconciled_at = models.DateTimeField()

    class Meta:
        """A day is reconciled once."""

        constraints = (models.UniqueConstraint(fields=["account", "on"], name="day_reconciled"),)


class Arrival(models.Model):
    """到账: somebody paid in; a reversal takes an earlier one back. Never changed."""

    notice_id = models.CharField(max_length=120, unique=True)
    account = models.CharField(max_length=40)
    serial = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    reversal = models.BooleanField()
    payer_name = SealedTextField()
    payer_account = SealedTextField()
    remark = SealedTextField()
    booked_on = models.DateField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        """What comes in is above zero, what is taken back below."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, reversal=False)
                | models.Q(amount_fen__lt=0, reversal=True),
                name="arrival_comes_in_or_is_taken_back",
            ),
        )
