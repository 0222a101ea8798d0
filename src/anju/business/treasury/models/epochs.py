"""The lives of this database: which server wrote it, and what a restore has lost of the bank's."""

from django.db import models


class EpochState(models.TextChoices):
    """Whether payments may leave in this life."""

    CHECKING = "checking", "核对中"
    OPEN = "open", "可付款"


class Epoch(models.Model):
    """One life of the database, from a restore (or its making) to the next; its number is in every
    order's.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    system_identifier = models.CharField(max_length=20)
    timeline = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=EpochState.choices)
    began_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)


class LostPayment(models.Model):
    """A payment that the bank made and the restored database does not know.

    `payee_mac` knows the payee's account again without keeping it. An order of the same amount to
    the same account is this payment, and is not sent; another amount is for a person to judge.
    """

    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="lost")
    order_no = models.CharField(max_length=32, unique=True)
    serial = models.CharField(max_length=64)
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()
    payee_mac = models.CharField(max_length=160)
    found_at = models.DateTimeField()
    answers = models.OneToOneField(
        "PaymentOrder", on_delete=models.PROTECT, null=True, related_name="paid_before_restore"
    )
    let_go_at = models.DateTimeField(null=True)
    let_go_because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        """What still waits for its order."""

        indexes = (
            models.Index(
                fields=["booked_on"],
                condition=models.Q(answers__isnull=True, let_go_at__isnull=True),
                name="lost_payments_waiting",
            ),
        )
