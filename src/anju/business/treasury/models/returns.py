"""Payments that came back: what one person asks to be done with the money, and another decides."""

from django.db import models

from anju.business.treasury.models.payments import PaymentOrder

LIVE = ("submitted", "ordered", "reinstated")
"""States that bar another wish about the same order."""


class ReturnWish(models.Model):
    """What is to be done with money that an order could not bring; what it says never changes.

    `last` is the newest order for the money when it was asked for. To be paid again it goes to
    `card_id`: if the member has another card by then, it is asked for anew. Once reinstated, it
    was `voucher_id` that put it on the account it was taken from.
    """

    class Deed(models.TextChoices):
        """What is asked for."""

        PAY_AGAIN = "pay_again"
        REINSTATE = "reinstate"

    class State(models.TextChoices):
        """Where it stands; of an order, the order's own state says the rest."""

        SUBMITTED = "submitted"
        ORDERED = "ordered"
        REINSTATED = "reinstated"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    last = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="wishes")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    card_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="asked_by"
    )
    voucher_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    checker = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    maker = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Nobody decides on their own; one is live at a time; agreed to means that it was done."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(checker__isnull=True) | ~models.Q(checker=models.F("maker")),
                name="return_wish_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(deed="pay_again", card_id__isnull=False)
                | models.Q(deed="reinstate", card_id__isnull=True),
                name="return_wish_card",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("submitted", "withdrawn"),
                    checker__isnull=True,
                    order__isnull=True,
                    voucher_id__isnull=True,
                )
                | models.Q(
                    state="rejected",
                    checker__isnull=False,
                    order__isnull=True,
                    voucher_id__isnull=True,
                )
                | models.Q(
                    state="ordered",
                    deed="pay_again",
                    checker__isnull=False,
                    order__isnull=False,
                    voucher_id__isnull=True,
                )
                | models.Q(
                    state="reinstated",
                    deed="reinstate",
                    checker__isnull=False,
                    order__isnull=True,
                    voucher_id__isnull=False,
                ),
                name="return_wish_state",
            ),
            models.UniqueConstraint(
                fields=["last"],
                condition=models.Q(state__in=LIVE),
                name="one_live_return_wish",
            ),
        )
