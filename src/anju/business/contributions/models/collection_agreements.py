"""委托收款协议: an employer lets the centre fetch what its lists come to."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.store.fields import SealedTextField


class CollectionAgreement(models.Model):
    """An agreement as it was approved; its number is the case's. Only its end is ever added.

    `agreement_no` is the bank's number of it; the account that is charged is the employer's own
    and bears its name. `valid_until` is the last day, None while it has none.
    """

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    agreement_no = models.CharField(max_length=40)
    payer_account = SealedTextField(lasting=True)
    bank_code = models.CharField(max_length=12)
    signed_on = models.DateField()
    valid_until = models.DateField(null=True)
    approved_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        """One at a time, and none that ends before it begins."""

        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_on=None), name="one_agreement_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("signed_on")),
                name="agreement_ends_after_it_begins",
            ),
        )
