"""What arrived on the centre's bank accounts, as the bank told it."""

from django.db import models

from anju.store.fields import SealedTextField


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
