"""Receipts: what became of each arrival, and what people ask to be done about one that waits."""

from django.db import models

from anju.business.treasury.models.bank_lines import Arrival
from anju.business.treasury.models.payments import PaymentOrder

LIVE = ("submitted", "paying")
"""Proposals of which there is one at a time."""


class Receipt(models.Model):
    """An arrival as the books have it; every arrival has one, held by a trigger at the commit.

    `kind` and `number` say what it was matched with, `claims` both of them where that can be met
    once. `voucher_id` booked the money's coming in, `settled_voucher_id` took it out of suspense.
    `order_no` is an order of ours whose return it may be.
    """

    class State(models.TextChoices):
        """Each arrival is in exactly one of these."""

        MATCHED = "matched"
        SUSPENSE = "suspense"
        REVERSED = "reversed"

    reference = models.CharField(max_length=20, unique=True)
    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="receipt")
    state = models.CharField(max_length=8, choices=State.choices)
    kind = models.CharField(max_length=20, default="", blank=True)
    number = models.CharField(max_length=40, default="", blank=True)
    claims = models.CharField(max_length=64, default="", blank=True)
    order_no = models.CharField(max_length=32, default="", blank=True)
    voucher_id = models.BigIntegerField(null=True)
    settled_voucher_id = models.BigIntegerField(null=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    changed_at = models.DateTimeField()

    class Meta:
        """One of three states, each with what belongs to it."""

        constraints = (
            models.CheckConstraint(
                condition=(
                    models.Q(
                        state="suspense",
                        kind="",
                        claims="",
                        voucher_id__isnull=False,
                        settled_voucher_id__isnull=True,
                        reverses__isnull=True,
                    )
                    | (
                        models.Q(state="matched", voucher_id__isnull=False, reverses__isnull=True)
                        & ~models.Q(kind="")
                    )
                    | models.Q(state="reversed", claims="")
                ),
                name="receipt_in_one_state",
            ),
            models.UniqueConstraint(
                fields=["claims"], condition=~models.Q(claims=""), name="expected_met_once"
            ),
        )
        indexes = (models.Index(fields=["state", "-id"], name="receipts_by_state"),)


class ReceiptProposal(models.Model):
    """What one person asks to be done with money in suspense, and another one decides."""

    class Deed(models.TextChoices):
        """What is asked for."""

        ALLOCATE = "allocate"
        REFUND = "refund"

    class State(models.TextChoices):
        """Where it stands; a refund is paying until the bank has answered."""

        SUBMITTED = "submitted"
        PAYING = "paying"
        DONE = "done"
        FAILED = "failed"
        RETURNED = "returned"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="proposals")
    request_key = models.CharField(max_length=40, unique=True)
    deed = models.CharField(max_length=8, choices=Deed.choices)
    kind = models.CharField(max_length=20, default="", blank=True)
    number = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=160)
    bank_code = models.CharField(max_length=12, default="", blank=True)
    reason = models.CharField(max_length=200)
    note = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    maker = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    checker = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="refund"
    )

    class Meta:
        """Nobody decides on their own; one is live at a time; a refund has its order."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(checker__isnull=True) | ~models.Q(checker=models.F("maker")),
                name="receipt_proposal_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("submitted", "withdrawn"), checker__isnull=True, order__isnull=True
                )
                | models.Q(state="rejected", checker__isnull=False, order__isnull=True)
                | models.Q(state="done", deed="allocate", checker__isnull=False, order__isnull=True)
                | models.Q(
                    state__in=("paying", "done", "failed", "returned"),
                    deed="refund",
                    checker__isnull=False,
                    order__isnull=False,
                ),
                name="receipt_proposal_state",
            ),
            models.UniqueConstraint(
                fields=["receipt"],
                condition=models.Q(state__in=LIVE),
                name="one_live_receipt_proposal",
            ),
        )
