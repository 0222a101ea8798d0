"""调整表: a file of new bases that an employer sent for a base adjustment."""

from django.db import models

from anju.business.contributions.models.adjustments import BaseAdjustment


class AdjustmentFile(models.Model):
    """One file, from its upload until its bases stand in the draft.

    The file itself lies sealed in the evidence store under `file_key`, "" once it is gone. `done`
    of `total` people are filled in, as heard of at `touched_at`. `says` tells why the file was
    refused. `problems` are rows that nobody could be found for, or that were wrong, as
    [row, text].
    """

    class State(models.TextChoices):
        """Where it stands; all but the first are final."""

        READING = "reading", "正在读取"
        TAKEN = "taken", "已填写"
        REFUSED = "refused", "不能读取"
        LEFT = "left", "未采用"

    adjustment = models.ForeignKey(BaseAdjustment, on_delete=models.PROTECT, related_name="files")
    file_key = models.CharField(max_length=80)
    file_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=30)
    touched_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.READING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    says = models.TextField(blank=True)
    problems = models.JSONField(default=list)

    class Meta:
        """One file of an adjustment is read at a time; a refusal says why."""

        constraints = (
            models.UniqueConstraint(
                fields=["adjustment"],
                condition=models.Q(state="reading"),
                name="one_adjustment_file_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(says=""),
                name="refused_adjustment_file_says_why",
            ),
        )
