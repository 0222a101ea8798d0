"""灵活就业缴存协议: somebody without an employer pays for himself, by a plan and from his card."""

from django.db import models
from django.db.models import Q

from anju.domain.flexible import LAST_DEBIT_DAY, PLAN_WORDS, Plan
from anju.store.fields import SealedTextField


class FlexibleAgreement(models.Model):
    """An agreement as it was approved; its number is the case's. Terms never change: other terms
    are another agreement.

    `ratio` is that of member and employer in one. `agreement_no` is the bank's number of the
    standing order over the card. `paid_through` is the last month that was paid under it;
    `next_on` the day on which it is looked at next, None while nothing is due any more.
    """

    class State(models.TextChoices):
        """Where it stands."""

        LIVE = "live", "缴存中"
        HALTED = "halted", "扣款已暂停"
        ENDED = "ended", "已终止"

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    base_fen = models.BigIntegerField()
    ratio = models.DecimalField(max_digits=5, decimal_places=4)
    plan = models.CharField(max_length=7, choices=[(one.value, PLAN_WORDS[one]) for one in Plan])
    months = models.PositiveSmallIntegerField(default=0)
    first_month = models.DateField()
    debit_day = models.PositiveSmallIntegerField()
    bank_code = models.CharField(max_length=12)
    agreement_no = models.CharField(max_length=40)
    payer_account = SealedTextField(lasting=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.LIVE)
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField()
    paid_through = models.DateField(null=True)
    next_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        """One at a time for a person; what has ended asks for nothing."""

        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state="ended"), name="one_flexible_agreement"
            ),
            models.CheckConstraint(
                condition=Q(base_fen__gt=0, ratio__gt=0, ratio__lt=1, first_month__day=1)
                & Q(debit_day__range=(1, LAST_DEBIT_DAY))
                & (Q(paid_through=None) | Q(paid_through__day=1)),
                name="flexible_terms_are_terms",
            ),
            models.CheckConstraint(
                condition=Q(plan="once", months__gt=0) | ~Q(plan="once") & Q(months=0),
                name="flexible_plan_has_months",
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_on=None)
                | Q(state="halted", ended_on=None, next_on=None)
                | Q(state="ended", ended_on__isnull=False, next_on=None),
                name="flexible_in_one_state",
            ),
        )
        indexes = (
            models.Index(fields=["next_on"], condition=Q(state="live"), name="flexible_due"),
        )
