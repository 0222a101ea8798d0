"""错缴更正: what was paid wrongly for one person, by month, and given back to the employer."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.business.contributions.models.enrolments import Enrolment


class Correction(models.Model):
    """A wrong contribution as it was put right; its number is the case's. Sums in fen.

    `from_month` through `month` are the months it took back, wholly or in part; `paid_through` is
    what the person is paid through since.
    """

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    from_month = models.DateField()
    month = models.DateField()
    paid_through = models.DateField(null=True)
    member_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    corrected_on = models.DateField()

    class Meta:
        """Something is given back, for months that are months."""

        constraints = (
            models.CheckConstraint(
                condition=Q(from_month__day=1, month__day=1, from_month__lte=F("month")),
                name="corrected_months_are_months",
            ),
            models.CheckConstraint(
                condition=Q(member_fen__gte=0, employer_fen__gte=0)
                & (Q(member_fen__gt=0) | Q(employer_fen__gt=0)),
                name="correction_gives_something",
            ),
        )


class CorrectionLine(models.Model):
    """What was taken back of one month; fen."""

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="lines")
    account_id = models.BigIntegerField()
    month = models.DateField()
    member_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()

    class Meta:
        """A month stands in it once."""

        constraints = (
            models.UniqueConstraint(fields=["correction", "month"], name="corrected_month_once"),
            models.CheckConstraint(
                condition=Q(month__day=1, member_fen__gte=0, employer_fen__gte=0),
                name="corrected_line_is_whole",
            ),
        )
        indexes = (models.Index(fields=["account_id", "month"], name="corrections_of_account"),)
