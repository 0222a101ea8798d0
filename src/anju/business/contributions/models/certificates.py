"""单位缴存证明: what was certified, and by what it is looked up (证明查验)."""

from django.db import models
from django.db.models import Q

from anju.business.contributions.models.employer_accounts import EmployerAccount


class Certificate(models.Model):
    """A certificate as it was issued; never changed afterwards.

    `uscc`, `name`, `people` and `paid_through` are those of that day. The code that is printed on
    it is kept nowhere: `code_digest` is the SHA-256 of number and code. `issued_by` names who took
    it, as "agent:7".
    """

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    code_digest = models.BinaryField(max_length=32)
    name = models.CharField(max_length=100)
    uscc = models.CharField(max_length=18)
    paid_through = models.DateField()
    people = models.PositiveIntegerField()
    on = models.DateField()
    at = models.DateTimeField()
    issued_by = models.CharField(max_length=30)

    class Meta:
        """Of a month that is one."""

        constraints = (
            models.CheckConstraint(
                condition=Q(paid_through__day=1), name="certificate_month_is_a_month"
            ),
        )
