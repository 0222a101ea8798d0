"""Closed months: once every day of a month is sealed, its gains are carried by two people."""

from django.db import models


class PeriodClose(models.Model):
    """A month of the books, 202611, from the first person's word to the second's; then for good.

    `maker` and `checker` are references of members of staff, as the vouchers have them.
    """

    period = models.IntegerField(primary_key=True)
    income_fen = models.BigIntegerField()
    expense_fen = models.BigIntegerField()
    maker = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    checker = models.CharField(max_length=64, default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Two people, and a closed month has both."""

        constraints = (
            models.CheckConstraint(
                condition=~models.Q(maker=models.F("checker")), name="period_close_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | ~models.Q(checker=""),
                name="period_close_checked",
            ),
        )
