"""What the ground remembers: audit rows, references, limits, the inbox."""

from django.db import models

from anju.store.fields import SealedTextField


class AuditRow(models.Model):
    """Who did what to whom, when and why. Append-only: the database refuses any change.

    Holds ids and codes, never personal data; `subject_*` leads to whose data it was.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    case_ref = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["actor_kind", "actor_id", "-at"], name="audit_actor"),
        )
        constraints = (
            models.CheckConstraint(
                name="audit_actor_is_someone",
                condition=models.Q(actor_kind="system", actor_id__isnull=True)
                | models.Q(actor_kind__in=("member", "agent", "staff"), actor_id__isnull=False),
            ),
        )


class ReferenceDay(models.Model):
    """Where the shared sequence stood when a kind of reference was first given on a day.

    A reference's number is the sequence's next value less this base, so no row is locked while a
    case is being written. Gaps are normal: other kinds draw from the same sequence.
    """

    pk = models.CompositePrimaryKey("kind", "day")
    kind = models.CharField(max_length=4)
    day = models.DateField()
    base = models.BigIntegerField()


class LimitCounter(models.Model):
    """How often a subject has used up a limit in the window that is running."""

    pk = models.CompositePrimaryKey("bucket", "subject")
    bucket = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=32)
    taken = models.IntegerField()
    until = models.DateTimeField(db_index=True)


class InboxMessage(models.Model):
    """A message from outside, kept as it came and worked at our own pace.

    The body is sealed: notices carry names and card numbers.
    """

    class State(models.TextChoices):
        """Where the message stands."""

        WAITING = "waiting", "待处理"
        WORKED = "worked", "已处理"
        FAILED = "failed", "需人工"

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=40)
    message_id = models.CharField(max_length=120)
    headers = models.JSONField(default=dict)
    body = SealedTextField()
    body_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    worked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "message_id"], name="inbox_once"),)
        indexes = (
            models.Index(
                fields=["source", "id"],
                condition=models.Q(state="waiting"),
                name="inbox_waiting",
            ),
        )
