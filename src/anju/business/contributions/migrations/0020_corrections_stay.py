"""Corrections are kept as they were made, by sql/corrections.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "corrections.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0019_lists_by_their_key'),
    ]

    operations = [
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
