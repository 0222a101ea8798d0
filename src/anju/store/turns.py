"""Acts of one kind that wait for one another, where no row is there yet that could be locked."""

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until nobody else of this centre is at `what`; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext(%s))", [what]
        )
