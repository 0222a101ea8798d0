"""A file of people that an employer sent: where it stands, and its rows until they are written."""

from django.db import models

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.store.fields import SealedTextField


class RosterImport(models.Model):
    """人员名册导入: one file, from its upload to the accounts it opened.

    The file itself lies sealed in the evidence store under `file_key`. `done` of `total` rows are
    through the present phase, which began at `since` and was last heard of at `touched_at`.
    `problem` and `says` tell why a file was refused, or why a confirmed roster went back to its
    preview.
    """

    class State(models.TextChoices):
        """Where the import stands."""

        READING = "reading", "正在读取"
        PREVIEW = "preview", "待确认"
        REFUSED = "refused", "不能读取"
        WRITING = "writing", "正在写入"
        DONE = "done", "已完成"
        DISCARDED = "discarded", "已放弃"

    class Mode(models.TextChoices):
        """What is written of a roster in which some rows have problems."""

        ALL = "all", "全部无误才写入"
        GOOD = "good", "只写入无误的"

    reference = models.CharField(max_length=20, unique=True)
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    file_key = models.CharField(max_length=80)
    file_sha256 = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=30)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READING)
    problem = models.CharField(max_length=40, blank=True)
    says = models.TextField(blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    since = models.DateTimeField()
    touched_at = models.DateTimeField()
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    mode = models.CharField(max_length=4, choices=Mode.choices, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=30, blank=True)
    written = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A refusal says why, a confirmation says who, when and how."""

        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(problem=""),
                name="refused_roster_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["writing", "done"])
                | (~models.Q(mode="") & models.Q(confirmed_at__isnull=False)),
                name="written_roster_was_confirmed",
            ),
        )
        indexes = (models.Index(fields=["employer", "-id"], name="rosters_of_employer"),)


class RosterBlock(models.Model):
    """Some hundreds of a roster's rows, sealed as one: nothing of them is searched or sorted."""

    id = models.BigAutoField(primary_key=True)
    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="blocks")
    number = models.IntegerField()
    rows = SealedTextField()
    good = models.IntegerField()
    bad = models.IntegerField()
    written = models.BooleanField(default=False)

    class Meta:
        """A block is there once."""

        constraints = (
            models.UniqueConstraint(fields=["roster", "number"], name="roster_block_once"),
        )
