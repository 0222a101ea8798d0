"""Personal columns of a model: sealed, and bound to the row's own key.

    person = Person(pk=next_pk(Person))
    seal(person, "name", "演示·李华")
    person.save(force_insert=True)
    unseal(person, "name").expose()

The key is drawn from the table's sequence before the row is written, because the place that the
ciphertext is bound to (`table.column.key`) holds it.
"""

from typing import Any

from django.db import connection, models

from anju.store import sealing
from anju.store.secrets import Sealed, Secret


class SealedTextField(models.TextField):
    """A column that holds `Sealed` values and refuses plain text.

    `lasting` is for tables whose rows never change: they keep the key they were sealed with.
    """

    description = "sealed personal text"

    def __init__(self, *args: Any, lasting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lasting = lasting

    def from_db_value(self, value: str | None, *_: object) -> Sealed | None:
        """Ciphertext stays ciphertext until `unseal` is called for the row."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """Sealed as it is; text only from a fixture or a form, where we have neither."""
        return value

    def get_prep_value(self, value: Any) -> str | None:
        """The token to store. Raises TypeError for anything that was not sealed."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} takes a sealed value; call seal(instance, column, text)")
        return value.token

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps: the ciphertext."""
        value = self.value_from_object(obj)
        return "" if value is None else value.token


def next_pk(model: type[models.Model]) -> int:
    """Draw the next key of `model`'s table, before its row exists."""
    return next_pks(model, 1)[0]


def next_pks(model: type[models.Model], count: int) -> tuple[int, ...]:
    """Draw the next `count` keys, ascending."""
    meta = model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{meta.db_table}"', meta.pk.column, count],
        )
        return tuple(int(key) for (key,) in cursor.fetchall())


def place_of(instance: models.Model, column: str) -> str:
    """`table.column.key`: what a ciphertext of this row and column is bound to."""
    if instance.pk is None:
        raise ValueError("draw the key first: Model(pk=next_pk(Model))")
    return f"{instance._meta.db_table}.{column}.{instance.pk}"


def seal(instance: models.Model, column: str, plain: str) -> None:
    """Put `plain`, sealed for this row, into the row's `column` (in memory; the caller saves)."""
    token = sealing.seal_text(plain, place=place_of(instance, column))
    setattr(instance, column, Sealed(token))


def unseal(instance: models.Model, column: str) -> Secret:
    """Open the row's `column`. Raises SealBroken when it was changed or moved.

    An empty column gives an empty Secret, which is false.
    """
    value = getattr(instance, column)
    if value is None:
        return Secret("")
    return Secret(sealing.open_text(value.token, place=place_of(instance, column)))


def sealed_columns(model: type[models.Model], *, changing: bool = False) -> tuple[str, ...]:
    """The names of `model`'s sealed columns; `changing` leaves out those that last."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, SealedTextField) and not (changing and field.lasting)
    )
