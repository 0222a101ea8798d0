"""未分摊退款: what an employer has back of its unallocated money, and what became of it."""

from django.db import models

from anju.business.treasury.models.payments import PaymentOrder
from anju.business.treasury.models.receipts import Receipt


class EmployerRefund(models.Model):
    """Money on its way back to an employer, under the number of the case that approved it.

    It goes to who paid in `receipt`. While the bank has not answered it is set aside, so that no
    list can be paid of it.
    """

    class State(models.TextChoices):
        """Where it stands; an order that failed or came back gives the money to the employer."""

        PAYING = "paying"
        DONE = "done"
        FAILED = "failed"
        RETURNED = "returned"

    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, primary_key=True, related_name="employer_refund"
    )
    reference = models.CharField(max_length=20, unique=True)
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="employer_refunds")
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PAYING)
    note = models.CharField(max_length=200, default="", blank=True)
