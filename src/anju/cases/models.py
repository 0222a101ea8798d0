"""What is stored of an application; the database holds what must never happen."""

from django.db import models

from anju.domain.case import LIVE, CaseState
from anju.store.fields import SealedTextField

MEMBER, AGENT, STAFF = APPLICANTS = ("member", "agent", "staff")
"""Who applies: a member for himself, an agent for an employer, staff for whoever is there."""


class Case(models.Model):
    """One application from draft to end.

    `person` is the member it is about, `employer` the employer concerned: whose agent entered it
    or for whom staff did; a member's own application has none. `answers` is what was entered, as
    sealed JSON. `first_checked_*` is 初审, where policy asks for it, of the present round.
    """

    reference = models.CharField(max_length=20, unique=True)
    service_code = models.CharField(max_length=60)
    channel = models.CharField(max_length=12)
    applicant_kind = models.CharField(
        max_length=6, default=MEMBER, choices=[(kind, kind) for kind in APPLICANTS]
    )
    applicant = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        "parties.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    employer = models.ForeignKey(
        "parties.Employer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    branch_code = models.CharField(max_length=30)
    exclusion_group = models.CharField(max_length=30)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in CaseState])
    step = models.PositiveSmallIntegerField(default=1)
    answers = SealedTextField(null=True)
    answers_version = models.PositiveSmallIntegerField(default=1)
    policy_version = models.CharField(max_length=64)
    quote = models.JSONField(null=True)
    hold_id = models.BigIntegerField(null=True)
    order_no = models.CharField(max_length=32, null=True, unique=True)  # noqa: DJ001
    payload_hash = models.CharField(max_length=64, default="", blank=True)
    why_review = models.TextField(default="", blank=True)
    decided_reason = models.CharField(max_length=60, default="", blank=True)
    decided_note = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_checked_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_checked_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One live case per subject and exclusion group; one draft of each applicant."""

        constraints = (
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "exclusion_group"],
                condition=models.Q(state__in=sorted(LIVE)),
                name="one_live_case",
            ),
            models.UniqueConstraint(
                fields=["person", "service_code"],
                condition=models.Q(state="draft", applicant_kind=MEMBER),
                name="one_draft",
            ),
            models.UniqueConstraint(
                fields=["applicant", "service_code", "subject_kind", "subject_id"],
                condition=models.Q(state="draft") & ~models.Q(applicant_kind=MEMBER),
                name="one_draft_entered",
            ),
            models.CheckConstraint(
                condition=models.Q(applicant_kind=MEMBER, person__isnull=False, employer=None)
                | models.Q(applicant_kind=AGENT, applicant__isnull=False, employer__isnull=False)
                | models.Q(applicant_kind=STAFF, applicant__isnull=False),
                name="applicant_is_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(first_checked_by=None, first_checked_at=None)
                | models.Q(first_checked_by__isnull=False, first_checked_at__isnull=False),
                name="first_check_is_somebodys",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "cancelled"])
                | models.Q(submitted_at__isnull=False),
                name="submitted_has_its_time",
            ),
        )
        indexes = (
            models.Index(fields=["branch_code", "state", "waiting_since"], name="worklist"),
            models.Index(fields=["person", "-id"], name="cases_of_person"),
            models.Index(
                fields=["employer", "service_code", "-id"],
                condition=models.Q(employer__isnull=False),
                name="cases_of_employer",
            ),
        )


class CaseEvent(models.Model):
    """One thing that happened to a case, as people read it; never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=120)
    note = models.TextField(default="", blank=True)


class Evidence(models.Model):
    """One picture in its slot: the row knows the hash, the store only an opaque blob."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    slot = models.CharField(max_length=40)
    page_no = models.PositiveSmallIntegerField()
    store_key = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A page number is used once among the pictures that are there."""

        constraints = (
            models.UniqueConstraint(
                fields=["case", "slot", "page_no"],
                condition=models.Q(removed_at__isnull=True),
                name="one_picture_per_page",
            ),
        )


class CaseProof(models.Model):
    """That the applicant proved it was them, for exactly this content."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proofs")
    step = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    request_hash = models.CharField(max_length=64)
    at = models.DateTimeField()


class CaseMaker(models.Model):
    """Who entered, checked first or edited a fact, evidence or amount of this case.

    `staff` is the user, also where it is an employer's agent.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="makers")
    staff = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once a maker, always a maker of this case."""

        constraints = (models.UniqueConstraint(fields=["case", "staff"], name="maker_once"),)


class CaseDecision(models.Model):
    """One decision of one round; a trigger refuses a decision by a maker, and any change."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    staff = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=24)
    reason_code = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)
    payload_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """One decision per round, whoever is quicker."""

        constraints = (models.UniqueConstraint(fields=["case", "round"], name="decided_once"),)


class Message(models.Model):
    """What the centre told a member, in the hall's inbox."""

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    title = models.CharField(max_length=80)
    body = models.TextField()
    reference = models.CharField(max_length=20, default="", blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Read newest first."""

        indexes = (models.Index(fields=["person", "-id"], name="messages_of_person"),)
