"""Many rows at once, as PostgreSQL likes them best."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


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


def insert_from(
    rows: "models.QuerySet[Any, Any]", *, into: type[models.Model], fields: Sequence[str]
) -> int:
    """Insert what `rows` selects; how many rows.

    `rows` is a `values_list` whose columns are `fields` of `into`, in their order. What `into`
    would give a field by default is not given.
    """
    meta = into._meta
    query, given = rows.query.sql_with_params()
    statement = sql.SQL("INSERT INTO {} ({}) {}").format(
        sql.Identifier(meta.db_table),
        sql.SQL(", ").join(sql.Identifier(meta.get_field(name).column) for name in fields),
        sql.SQL(query),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)
