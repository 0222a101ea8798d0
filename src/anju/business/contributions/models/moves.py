"""内部转移: one employer offers somebody it has sealed, another takes the person over."""

from django.db import models
from django.db.models import F, Q


class Move(models.Model):
    """One person on the way from an employer to another; both sides are written down.

    `*_by` name agents, as "agent:7". What was offered changes once, to its end (sql/moves.sql).
    """

    class State(models.TextChoices):
        """Where it stands; all but the first are final."""

        OFFERED = "offered", "待接收"
        TAKEN = "taken", "已转入"
        DECLINED = "declined", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    number = models.CharField(max_length=20, unique=True)
    account_id = models.BigIntegerField()
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    offered_by = models.CharField(max_length=30)
    offered_at = models.DateTimeField()
    ended_by = models.CharField(max_length=30, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is offered twice at a time, nor to the employer that has him."""

        constraints = (
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(state="offered"), name="one_move_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="move_goes_elsewhere"),
            models.CheckConstraint(
                condition=Q(state="offered", ended_at=None, ended_by="")
                | (~Q(state="offered") & Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="move_ended_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["source", "-id"], name="moves_from"),
            models.Index(fields=["target", "-id"], name="moves_to"),
        )
