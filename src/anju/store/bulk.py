"""Many rows at once, as PostgreSQL likes them best."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a model's table by COPY, as the table's columns take them.

    For large texts: an INSERT would quote each of them once more. The keys are drawn before
    (`fields.next_pks`); sealed columns take the token.
    """
    into = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
