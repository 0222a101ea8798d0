"""Many rows at once, as PostgreSQL likes them best."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg import sql

M = TypeVar("M", bound=models.Model)


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append rows to a model's table by COPY, as the table's columns take them; how many.

    For large texts: an INSERT would quote each of them once more. The keys are drawn before
    (`fields.next_pks`); sealed columns take the token.
    """
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    # Django puts its own errors around what a cursor executes, and none around a copy.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(into) as copy,
    ):
        written = 0
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def copy_new(model: type[M], instances: Iterable[M]) -> int:
    """Insert new instances of a model by COPY; how many. Inside atomic().

    A part of what `bulk_create` costs: nothing is quoted or planned. Either all have drawn their
    keys or none has; a key that the table gives is not told. Whatever makes the instances cannot
    ask the database between them. Raises IntegrityError.
    """
    coming = iter(instances)
    first = next(coming, None)
    if first is None:
        return 0
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not (field.primary_key and first.pk is None)
    ]
    # The very connection: the one that stands for it looks for the thread's own at every question.
    own = connections[DEFAULT_DB_ALIAS]

    def rows() -> Iterable[list[Any]]:
        for each in chain((first,), coming):
            yield [field.get_db_prep_save(getattr(each, field.attname), own) for field in fields]

    return copy_rows(model, [field.column for field in fields], rows())


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
