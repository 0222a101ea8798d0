"""Money that the bank is asked to fetch: each order as it was written, and what became of it."""

from django.db import models
from django.db.models import Q

from anju.domain.payment import UNSETTLED, PaymentStatus
from anju.store.fields import SealedTextField

STATUS_TEXT = {
    PaymentStatus.WRITTEN: "待发送",
    PaymentStatus.SENT: "已发送",
    PaymentStatus.UNKNOWN: "等待银行答复",
    PaymentStatus.PAID: "已扣款",
    PaymentStatus.FAILED: "未成功",
}
"""What screens say of where it stands."""


class CollectionOrder(models.Model):
    """收款指令: one sum to be fetched from one payer, written before the bank is called.

    Its number never changes and is never used for another. `mac` covers what the bank is asked;
    a trigger lets only what was learnt move (sql/collections.sql). `number` is what it is for: a
    list. What is fetched is booked when its arrival is told, like any money that comes in.
    """

    order_no = models.CharField(max_length=32, primary_key=True)
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()
    agreement_no = models.CharField(max_length=40)
    payer_name = SealedTextField(lasting=True)
    payer_account = SealedTextField(lasting=True)
    payer_class = models.CharField(max_length=7, default="company")
    payer_bank_code = models.CharField(max_length=12)
    payee_account = models.CharField(max_length=40)
    summary = models.CharField(max_length=60)
    written_by = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    mac = models.CharField(max_length=160)
    status = models.CharField(
        max_length=8, choices=[(one.value, text) for one, text in STATUS_TEXT.items()]
    )
    not_found = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    bank_serial = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        """Something is fetched, for each matter by one order at a time."""

        constraints = (
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & ~Q(agreement_no=""), name="collection_is_whole"
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(status__in=[one.value for one in UNSETTLED]),
                name="one_collection_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("paid", "failed"), settled_at__isnull=False)
                | Q(status__in=[one.value for one in UNSETTLED], settled_at=None),
                name="collection_settled_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_look_at"],
                condition=Q(next_look_at__isnull=False),
                name="collections_to_look_at",
            ),
            models.Index(fields=["number"], name="collections_of_matter"),
        )


class CollectionEvent(models.Model):
    """One thing we did or the bank said of a collection, in the order we learnt it."""

    order = models.ForeignKey(CollectionOrder, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    said = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    status_after = models.CharField(max_length=8)
