"""Many people at once, found by their numbers; nothing of theirs is opened to find them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from anju.parties import indexes
from anju.parties.models import Person
from anju.store import index, keyring

# The digests go as one value: an array of a hundred thousand would be quoted one by one.
_FIND = (
    "SELECT asked.n, person.id, person.name_{live}"
    " FROM (SELECT n, substring(all_of_them FROM n * 32 + 1 FOR 32) AS number"
    "       FROM (SELECT %s::bytea AS all_of_them OFFSET 0) AS given,"
    "            generate_series(0, %s - 1) AS n) AS asked"
    ' JOIN "{table}" AS person ON person.id_type = %s AND person.id_number_{live} = asked.number'
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody we know by this number; `same_name` says whether by this name too."""

    person_id: int
    same_name: bool


def known_people(people: Sequence[tuple[str, str]]) -> dict[int, Known]:
    """Whom we know of these (name, ID number), by their places in `people`.

    Both as normalised for storing (`rules.normalise_name`, `identifiers.normalise_id_number`).
    """
    if not people:
        return {}
    live = keyring.current().live_index
    numbers = index.live_digests(indexes.ID_NUMBER, (number for _, number in people))
    find = _FIND.format(live=live, table=Person._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(find, [b"".join(numbers), len(numbers), Person.IdType.RESIDENT])
        found = [(n, person_id, bytes(name)) for n, person_id, name in cursor.fetchall()]
    names = index.live_digests(indexes.NAME, (people[n][0] for n, _, _ in found))
    return {
        n: Known(person_id, name == asked)
        for (n, person_id, name), asked in zip(found, names, strict=True)
    }
