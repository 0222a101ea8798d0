"""What Django cannot say: the reference sequence, and the audit table that never changes."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION store_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are append-only: % refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER store_audit_rows_stay
  BEFORE UPDATE OR DELETE ON store_auditrow
  FOR EACH ROW EXECUTE FUNCTION store_audit_is_append_only();

CREATE TRIGGER store_audit_table_stays
  BEFORE TRUNCATE ON store_auditrow
  FOR EACH STATEMENT EXECUTE FUNCTION store_audit_is_append_only();
"""

ALLOW = """
DROP TRIGGER store_audit_table_stays ON store_auditrow;
DROP TRIGGER store_audit_rows_stay ON store_auditrow;
DROP FUNCTION store_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE store_reference_number",
            "DROP SEQUENCE store_reference_number",
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
