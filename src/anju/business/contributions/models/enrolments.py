"""What stands behind an account: who pays in, on what base, and how it came to be sealed."""

from django.db import models


class Enrolment(models.Model):
    """A member's enrolment with an employer; the money itself lives in the ledger.

    `first_month` is the month from which this employer pays for the member (首次汇缴年月), empty
    where another system kept the account before; `carried_from` is the first of the months without
    a gap that the other system booked, empty where only the last one is known. `amounts_from` is
    the month by whose rounding the month's amounts were reckoned. `stop_approved_*` is the branch's
    approval of 停缴: without it a seal does not open a closing withdrawal.
    """

    account_id = models.BigIntegerField(unique=True)
    account_no = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    branch_code = models.CharField(max_length=40)
    base_fen = models.BigIntegerField()
    member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    member_month_fen = models.BigIntegerField()
    employer_month_fen = models.BigIntegerField()
    amounts_from = models.DateField()
    opened_on = models.DateField()
    first_month = models.DateField(null=True)
    carried_from = models.DateField(null=True)
    paid_through = models.DateField(null=True)
    sealed_on = models.DateField(null=True)
    seal_reason = models.CharField(
        max_length=20,
        default="",
        blank=True,
        choices=[("retired", "retired"), ("left", "left"), ("unpaid_leave", "unpaid_leave")],
    )
    stop_approved_on = models.DateField(null=True)
    stop_approved_by = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        """A seal has a reason and a day, an approval needs a seal, a month is its first day."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(sealed_on__isnull=True, seal_reason="")
                | (models.Q(sealed_on__isnull=False) & ~models.Q(seal_reason="")),
                name="sealed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(stop_approved_on__isnull=True)
                | (models.Q(sealed_on__isnull=False) & ~models.Q(stop_approved_by="")),
                name="approval_of_a_seal",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_through__isnull=True) | models.Q(paid_through__day=1),
                name="paid_through_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(amounts_from__day=1), name="amounts_from_is_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(first_month__isnull=True) | models.Q(first_month__day=1),
                name="first_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(carried_from__isnull=True) | models.Q(carried_from__day=1),
                name="carried_from_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    base_fen__gte=0, member_month_fen__gte=0, employer_month_fen__gte=0
                ),
                name="no_negative_contribution",
            ),
        )
        indexes = (models.Index(fields=["person"], name="enrolments_of_person"),)
