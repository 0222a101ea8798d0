"""Vouchers that an accountant writes: what was asked for, and what another person made of it."""

from django.db import models


class ManualVoucher(models.Model):
    """A voucher as its maker submitted it; what it says never changes, only its state does.

    A trigger lets the state move once, and never to a checker who is the maker.
    """

    class State(models.TextChoices):
        """Where it stands; all but the first are final."""

        SUBMITTED = "submitted"
        POSTED = "posted"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    reference = models.CharField(max_length=20, unique=True)
    request_key = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    summary = models.CharField(max_length=100)
    attachments = models.PositiveSmallIntegerField()
    maker = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    checker = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="", blank=True)
    voucher_id = models.BigIntegerField(null=True, unique=True)

    class Meta:
        """Posted means a voucher and a checker; nobody checks their own."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(checker__isnull=True) | ~models.Q(checker=models.F("maker")),
                name="manual_voucher_two_people",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state="posted", voucher_id__isnull=False, checker__isnull=False)
                    | models.Q(state="rejected", voucher_id__isnull=True, checker__isnull=False)
                    | models.Q(
                        state__in=("submitted", "withdrawn"),
                        voucher_id__isnull=True,
                        checker__isnull=True,
                    )
                ),
                name="manual_voucher_state",
            ),
        )
        indexes = (models.Index(fields=["state", "-id"], name="manual_vouchers_by_state"),)


class ManualLine(models.Model):
    """One line, debit above zero and credit below; never changed."""

    voucher = models.ForeignKey(ManualVoucher, on_delete=models.PROTECT, related_name="lines")
    line_no = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=19)
    counterparty = models.CharField(max_length=80, default="", blank=True)
    amount_fen = models.BigIntegerField()

    class Meta:
        """A line has an amount, and its own number."""

        constraints = (
            models.UniqueConstraint(fields=["voucher", "line_no"], name="manual_line_no"),
            models.CheckConstraint(condition=~models.Q(amount_fen=0), name="manual_line_amount"),
        )

    @property
    def credit_fen(self) -> int:
        """The amount as the credit side shows it."""
        return -self.amount_fen
