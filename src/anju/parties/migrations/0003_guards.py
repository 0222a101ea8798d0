"""What the database holds of appointments beyond constraints, from sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "guards.sql"


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("parties", "0002_appointments")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
