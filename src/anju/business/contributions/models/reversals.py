"""清册冲正: which list was taken back, and by which voucher."""

from django.db import models

from anju.business.contributions.models.remittances import Remittance


class Reversal(models.Model):
    """A booked list as it was taken back; its number is the case's. It never changes.

    `voucher_id` took it back in red letters.
    """

    number = models.CharField(max_length=20, unique=True)
    remittance = models.OneToOneField(Remittance, on_delete=models.PROTECT, related_name="reversal")
    reason = models.CharField(max_length=20)
    voucher_id = models.BigIntegerField(unique=True)
    reversed_on = models.DateField()
