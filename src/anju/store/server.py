"""Which PostgreSQL server this database is on, as it tells itself."""

from django.db import connection

# The segment being written, not the last checkpoint: a timeline is new before its first one.
_IDENTITY = """
    SELECT (pg_control_system()).system_identifier::text,
           left(pg_walfile_name(pg_current_wal_lsn()), 8)
"""


def identity() -> tuple[str, str]:
    """The server's system identifier, and its timeline in eight hex digits.

    A restore or a promoted standby has another timeline, a rebuilt cluster another identifier.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        system_identifier, timeline = cursor.fetchone()
    return system_identifier, timeline
