"""People, employers, users, bank cards, and what was sent to a phone.

Personal columns are sealed and found again by blind indexes in two columns each; see
docs/decisions/0003-personal-fields.md.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anju.store.fields import SealedTextField
from anju.store.index import index_columns

ROLES = ("teller", "reviewer", "approver", "accountant", "admin")


class Person(models.Model):
    """A natural person, once per centre and ID number, whatever roles the person has."""

    class IdType(models.TextChoices):
        """Kinds of identity document, codes of JGJ/T 320."""

        RESIDENT = "01", "居民身份证"

    id = models.BigAutoField(primary_key=True)
    name = SealedTextField()
    name_a, name_b = index_columns(db_index=True)
    id_type = models.CharField(max_length=2, choices=IdType.choices, default=IdType.RESIDENT)
    id_number = SealedTextField()
    id_number_a, id_number_b = index_columns()
    phone = SealedTextField(null=True)
    phone_a, phone_b = index_columns(db_index=True, null=True)
    phone_since = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["id_type", "id_number_a"], name="person_once_a"),
            models.UniqueConstraint(fields=["id_type", "id_number_b"], name="person_once_b"),
        )


class FormerIdentity(models.Model):
    """Under which name and number a person was registered, until when, and by which case."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former")
    name = SealedTextField()
    id_number = SealedTextField()
    case_ref = models.CharField(max_length=20)
    until = models.DateTimeField()


class Employer(models.Model):
    """An employer by its unified social credit code; nothing of it is personal."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120, db_index=True)
    uscc = models.CharField(max_length=18, unique=True)
    branch_code = models.CharField(max_length=20)
    registered_at = models.DateTimeField()


class UserManager(BaseUserManager):
    """What Django's authentication asks of a user model's manager."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """A member of staff by user name; members are found by `sign_in` alone."""
        user: User = self.get(username=username)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in: a member, an employer's agent, or a member of staff.

    One person may be two users (a clerk is a member too); the kinds never share a session.
    """

    class Kind(models.TextChoices):
        """What somebody signs in as."""

        MEMBER = "member", "职工"
        AGENT = "agent", "单位经办人"
        STAFF = "staff", "工作人员"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    login_a, login_b = index_columns()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="users")
    username = models.CharField(max_length=30, unique=True, null=True)  # noqa: DJ001 - none, not ""
    display_name = models.CharField(max_length=40, blank=True)
    branch_code = models.CharField(max_length=20, blank=True)
    roles = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    business_password = models.CharField(max_length=160, blank=True)
    totp_secret = SealedTextField(null=True)
    totp_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    password_since = models.DateTimeField(null=True)

    # Django would stamp it from the machine's clock; the audit row of each sign-in tells it.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("kind",)
    objects = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "login_a"], name="user_once_a"),
            models.UniqueConstraint(fields=["kind", "login_b"], name="user_once_b"),
            models.CheckConstraint(
                name="user_member_is_a_person",
                condition=~Q(kind="member") | Q(person__isnull=False, username__isnull=True),
            ),
            models.CheckConstraint(
                name="user_staff_has_name_and_branch",
                condition=~Q(kind="staff")
                | (Q(username__isnull=False) & ~Q(branch_code="") & ~Q(display_name="")),
            ),
            models.CheckConstraint(
                name="user_agent_is_no_person_of_the_fund",
                condition=~Q(kind="agent") | Q(person__isnull=True, username__isnull=True),
            ),
            models.CheckConstraint(
                name="user_roles_are_known", condition=Q(roles__contained_by=list(ROLES))
            ),
            models.CheckConstraint(
                name="user_roles_are_for_staff", condition=Q(kind="staff") | Q(roles=[])
            ),
        )


class Agent(models.Model):
    """Who an agent said to be when registering, and the phone that proved it.

    Not a `Person` of the fund: nobody has compared it with a document. An agent who is a member
    too has the member's own phone elsewhere, and neither login can reach the other's.
    """

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="agent"
    )
    name = SealedTextField()
    id_number = SealedTextField()
    phone = SealedTextField()
    phone_a, phone_b = index_columns(db_index=True)
    totp_pending = SealedTextField(null=True)


class Appointment(models.Model):
    """Who may act for an employer, and as what: invited by name and phone, begun, ended.

    Without a user it is an invitation. A row is never taken away: its end says by whom and when.
    Of an employer for whom anybody acts at least one is an administrator; the database holds that
    too (sql/guards.sql). `invited_by` is empty when nobody signed in invited: the employer opened
    its account with the enterprise platform's word, and named its first agent there.
    """

    class Role(models.TextChoices):
        """What an agent may do for the employer."""

        ADMIN = "admin", "单位管理员"
        CLERK = "clerk", "经办员"

    class End(models.TextChoices):
        """Why an appointment is over."""

        WITHDRAWN = "withdrawn", "邀请已撤回"
        REPLACED = "replaced", "重新邀请"
        REMOVED = "removed", "已移除"
        LEFT = "left", "本人退出"
        CLOSED = "closed", "单位销户"

    id = models.BigAutoField(primary_key=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="appointments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="appointments")
    role = models.CharField(max_length=8, choices=Role.choices)
    name = SealedTextField()
    phone = SealedTextField()
    phone_a, phone_b = index_columns(db_index=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=10, choices=End.choices, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["employer", "user"],
                condition=Q(ended_at__isnull=True, user__isnull=False),
                name="appointment_one_per_user",
            ),
            models.UniqueConstraint(
                fields=["employer", "phone_a"],
                condition=Q(ended_at__isnull=True, user__isnull=True),
                name="appointment_one_invitation_a",
            ),
            models.UniqueConstraint(
                fields=["employer", "phone_b"],
                condition=Q(ended_at__isnull=True, user__isnull=True),
                name="appointment_one_invitation_b",
            ),
            models.CheckConstraint(
                name="appointment_role_is_known", condition=Q(role__in=["admin", "clerk"])
            ),
            models.CheckConstraint(
                name="appointment_begun_is_somebodys",
                condition=Q(user__isnull=True, begun_at__isnull=True)
                | Q(user__isnull=False, begun_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_end_is_somebodys",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_why__gt="")
                # Nobody signed in invited, and nobody signed in invites again.
                | Q(ended_at__isnull=False, invited_by__isnull=True, ended_why="replaced"),
            ),
            models.CheckConstraint(
                name="appointment_expires_after_invited",
                condition=Q(expires_at__gt=models.F("invited_at")),
            ),
        )


class AgentSession(models.Model):
    """One sign-in of an agent: from which device, for which employer, until when.

    The session itself holds a random mark; here is its digest. Ending the row ends the session.
    """

    class End(models.TextChoices):
        """Why a sign-in is over."""

        SIGNED_OUT = "out", "已退出"
        OTHERS = "others", "在其他设备上结束"
        PASSWORD = "password", "密码已修改"
        APPOINTMENT = "removed", "任命已结束"

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agent_sessions")
    mark_sha256 = models.CharField(max_length=64, unique=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="sessions"
    )
    device = models.CharField(max_length=60)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=8, choices=End.choices, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="agent_session_end_has_a_reason",
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
            ),
        )
        indexes = (
            models.Index(
                fields=["user", "-seen_at"],
                condition=Q(ended_at__isnull=True),
                name="agent_session_live",
            ),
        )


class BankCard(models.Model):
    """A card to which a person is paid. A change of card is a new row; a row is never edited but
    for its end, so an order can always say which card it meant."""

    class State(models.TextChoices):
        """Whether money may go there."""

        BOUND = "bound", "已绑定"
        REPLACED = "replaced", "已更换"
        UNBOUND = "unbound", "已解绑"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    number = SealedTextField()
    number_a, number_b = index_columns()
    last4 = models.CharField(max_length=4)
    bank_code = models.CharField(max_length=20)
    branch_code = models.CharField(max_length=20, blank=True)
    holder_name = SealedTextField()
    same_name_verified = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOUND)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="bound"), name="card_one_per_person"
            ),
            models.UniqueConstraint(
                fields=["number_a"], condition=Q(state="bound"), name="card_one_holder_a"
            ),
            models.UniqueConstraint(
                fields=["number_b"], condition=Q(state="bound"), name="card_one_holder_b"
            ),
            models.CheckConstraint(
                name="card_end_is_dated",
                condition=Q(state="bound", ended_at__isnull=True)
                | (~Q(state="bound") & Q(ended_at__isnull=False)),
            ),
        )


class EmployerNotice(models.Model):
    """What the centre told an employer: its agents read it in their hall.

    `about` is the code of the service it speaks of, or "". Neither people's names nor amounts.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True)
    text = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["employer", "-id"], name="notices_of_employer"),)


class SmsMessage(models.Model):
    """One text message: written with what it tells of, carried afterwards.

    `number` is the name by which the gateway knows it, the same over all attempts. `VOID` is the
    message to nobody that makes an unknown person cost exactly what a known one costs.
    """

    class State(models.TextChoices):
        """Where the message stands."""

        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        REFUSED = "refused", "被网关拒绝"
        GIVEN_UP = "given_up", "多次未送达"
        EXPIRED = "expired", "已过时不发"
        VOID = "void", "无收件人"

    id = models.BigAutoField(primary_key=True)
    number = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    phone = SealedTextField()
    text = SealedTextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    send_before = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["queued_at"], condition=Q(state="queued"), name="sms_queued"),
        )


class SmsCode(models.Model):
    """A code sent to a phone to prove one act: this purpose, this amount, this case.

    Only a keyed digest of the code is kept. `user` is set for a sign-in, `person` for a proof
    inside a hall; both are empty for the code that nobody was sent.
    """

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=32)
    binding = models.CharField(max_length=64)
    ticket_sha256 = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=96)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["subject", "purpose", "-id"], name="sms_code_latest"),)


class SpentChallenge(models.Model):
    """A captcha challenge that was solved and used; kept until it would have expired anyway."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
