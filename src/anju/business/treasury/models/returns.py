"""Payments that came back: what one person asks to be paid once more, and another decides."""

from django.db import models

from anju.business.treasury.models.payments import PaymentOrder


class PayAgain(models.Model):
    """A wish to pay once more what an order could not bring; what it says never changes.

    `last` is the newest order for the money when it was asked for, `card_id` the card that it is to
    go to: if the member has another one by then, it is asked for anew.
    """

    class State(models.TextChoices):
        """Where it stands; the order's own state says the rest."""

        SUBMITTED = "submitted"
        ORDERED = "ordered"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    last = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="pay_agains")
    card_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="asked_by"
    )
    note = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    checker = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    maker = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Nobody decides on their own; one is waiting at a time; ordered means an order."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(checker__isnull=True) | ~models.Q(checker=models.F("maker")),
                name="pay_again_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("submitted", "withdrawn"), checker__isnull=True, order__isnull=True
                )
                | models.Q(state="rejected", checker__isnull=False, order__isnull=True)
                | models.Q(state="ordered", checker__isnull=False, order__isnull=False),
                name="pay_again_state",
            ),
            models.UniqueConstraint(
                fields=["last"],
                condition=models.Q(state__in=("submitted", "ordered")),
                name="one_live_pay_again",
            ),
        )
