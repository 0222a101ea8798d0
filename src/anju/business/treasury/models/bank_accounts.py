"""The centre's own accounts at banks, as the books know them."""

from django.db import models


class BankAccount(models.Model):
    """An account that policy named once: what the ledger's number of it means, for ever.

    A trigger lets a row neither change nor go: an account that policy names no more keeps its
    lines, its orders and its name.
    """

    ledger_id = models.IntegerField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    bank_code = models.CharField(max_length=12)
    bank_name = models.CharField(max_length=60)
    kept_at = models.DateTimeField()
