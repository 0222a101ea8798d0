"""冻结: what authorities forbid a member to take out, paper by paper, and how each of it ended."""

from django.db import models
from django.db.models import Q


class Freeze(models.Model):
    """One authority's freeze of one account; `number` is the case's, "" for one that came along.

    `book_id` is the ledger's row, which keeps the money. `amount` in fen, None for the whole
    account; `until` is the last day with it, None until it is lifted.
    """

    class State(models.TextChoices):
        """Where it stands; it ends once."""

        LIVE = "live", "冻结中"
        LIFTED = "lifted", "已解冻"
        LAPSED = "lapsed", "已期满"

    number = models.CharField(max_length=20, blank=True)
    account_id = models.BigIntegerField()
    book_id = models.BigIntegerField(unique=True)
    authority = models.CharField(max_length=100)
    doc_no = models.CharField(max_length=100)
    amount = models.BigIntegerField(null=True)
    until = models.DateField(null=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.LIVE)
    approved_by = models.ForeignKey(
        "parties.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=20, blank=True)
    lifted_doc_no = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One paper is one freeze; what ended says when, and by what."""

        constraints = (
            models.UniqueConstraint(
                fields=["account_id", "authority", "doc_no"], name="freeze_of_one_paper"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="freeze_of_one_case"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0), name="freeze_of_something"
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_at=None, lifted_by="", lifted_doc_no="")
                | Q(state="lifted", ended_at__isnull=False) & ~Q(lifted_doc_no="")
                | Q(state="lapsed", ended_at__isnull=False, until__isnull=False)
                & Q(lifted_by="", lifted_doc_no=""),
                name="freeze_in_one_state",
            ),
        )
        indexes = (
            models.Index(fields=["account_id"], condition=Q(state="live"), name="freeze_live"),
        )
