"""A case may be entered by an employer's agent or by staff, and be about an employer alone."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import anju.store.fields

SQL = Path(__file__).parent.parent / "sql" / "applicants.sql"
PROTECT = django.db.models.deletion.PROTECT


def _somebody() -> models.ForeignKey:
    return models.ForeignKey(
        null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    """Columns, constraints, and the guard that also looks at who entered the case."""

    dependencies = [
        ("cases", "0003_reinstated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveField("case", "answers"),
        migrations.AddField("case", "answers", anju.store.fields.SealedTextField(null=True)),
        migrations.AddField(
            "case",
            "applicant_kind",
            models.CharField(
                choices=[("member", "member"), ("agent", "agent"), ("staff", "staff")],
                default="member",
                max_length=6,
            ),
        ),
        migrations.AddField("case", "applicant", _somebody()),
        migrations.AlterField(
            "case",
            "person",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="+", to="parties.person"
            ),
        ),
        migrations.AddField(
            "case",
            "employer",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="+", to="parties.employer"
            ),
        ),
        migrations.AddField("case", "decided_by", _somebody()),
        migrations.AddField("case", "first_checked_by", _somebody()),
        migrations.AddField("case", "first_checked_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("case", "one_draft"),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(
                fields=["person", "service_code"],
                condition=models.Q(state="draft", applicant_kind="member"),
                name="one_draft",
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(
                fields=["applicant", "service_code", "subject_kind", "subject_id"],
                condition=models.Q(state="draft") & ~models.Q(applicant_kind="member"),
                name="one_draft_entered",
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=models.Q(applicant_kind="member", person__isnull=False, employer=None)
                | models.Q(
                    applicant_kind="agent", applicant__isnull=False, employer__isnull=False
                )
                | models.Q(applicant_kind="staff", applicant__isnull=False),
                name="applicant_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=models.Q(first_checked_by=None, first_checked_at=None)
                | models.Q(first_checked_by__isnull=False, first_checked_at__isnull=False),
                name="first_check_is_somebodys",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["employer", "service_code", "-id"],
                condition=models.Q(employer__isnull=False),
                name="cases_of_employer",
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
