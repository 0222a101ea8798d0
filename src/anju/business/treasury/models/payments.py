"""Payment orders as they were written, what became of them, and what a person must look at."""

from django.db import models

from anju.domain.payment import PaymentStatus
from anju.store.fields import SealedTextField


class PaymentOrder(models.Model):
    """What the bank is asked to pay: written before the bank is called, never changed.

    `mac` covers every field, the sealed payee included: the worker refuses an order whose mac
    does not fit. A trigger refuses every UPDATE and DELETE. An order that gives money back to
    who paid it in has no case and no person of ours.
    """

    order_no = models.CharField(max_length=32, primary_key=True)
    case_reference = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(
        "parties.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    value_date = models.DateField()
    payer_account = models.CharField(max_length=30)
    payee_name = SealedTextField(lasting=True)
    payee_account = SealedTextField(lasting=True)
    payee_bank_code = models.CharField(max_length=12)
    summary = models.CharField(max_length=60)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    written_at = models.DateTimeField()
    mac = models.CharField(max_length=160)

    class Meta:
        """An order pays something, and exactly principal and interest."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_fen=models.F("principal_fen") + models.F("interest_fen")),
                name="order_amount_is_its_parts",
            ),
            models.CheckConstraint(
                condition=models.Q(principal_fen__gte=0, interest_fen__gte=0, amount_fen__gt=0),
                name="order_pays_something",
            ),
        )


class Payment(models.Model):
    """What we know of an order; moved by the pure machine only."""

    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, primary_key=True, related_name="payment"
    )
    status = models.CharField(max_length=12, choices=[(s.value, s.value) for s in PaymentStatus])
    sent_at = models.DateTimeField(null=True)
    not_found = models.PositiveSmallIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)
    bank_serial = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """The sweeper looks for what is due."""

        indexes = (
            models.Index(
                fields=["next_look_at"],
                condition=models.Q(next_look_at__isnull=False),
                name="payments_to_look_at",
            ),
            models.Index(
                fields=["order"],
                condition=models.Q(status="returned"),
                name="payments_that_came_back",
            ),
        )


class PaymentEvent(models.Model):
    """One thing we did or the bank said, in the order we learnt it; never changed."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    said = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField(null=True)
    bank_serial = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    status_after = models.CharField(max_length=12)


BREAK_CATEGORIES = (
    ("timing", "时间差"),
    ("bank", "银行原因"),
    ("ours", "本方记账"),
    ("payee", "收付款人原因"),
    ("other", "其他"),
)
"""What may have been behind a break."""


class Break(models.Model):
    """Something between the bank and us that a person must look at; one open row per kind.

    `account` is the bank account in whose lines it was found, empty for what a notice or a reply
    showed.

    One person says what it is and what was done (`category`, `resolution`), and another one closes
    it. What ended by itself has no `closed_by`. A trigger keeps what is closed.
    """

    kind = models.CharField(max_length=30)
    order_no = models.CharField(max_length=40)
    account = models.CharField(max_length=40, default="", blank=True)
    case_reference = models.CharField(max_length=20, default="", blank=True)
    branch_code = models.CharField(max_length=40, default="", blank=True)
    amount_fen = models.BigIntegerField()
    note = models.TextField()
    found_at = models.DateTimeField()
    category = models.CharField(max_length=8, choices=BREAK_CATEGORIES, default="", blank=True)
    resolution = models.CharField(max_length=500, default="", blank=True)
    sent_back = models.CharField(max_length=200, default="", blank=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """The same finding is not listed twice while it is open; two people close one."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind", "order_no", "account"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_break",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_by__isnull=True)
                | (
                    models.Q(closed_at__isnull=False, resolved_by__isnull=False)
                    & ~models.Q(closed_by=models.F("resolved_by"))
                ),
                name="break_closed_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | (
                    models.Q(resolved_by__isnull=False, resolved_at__isnull=False)
                    & ~models.Q(category="")
                    & ~models.Q(resolution="")
                ),
                name="break_resolved_in_words",
            ),
        )
