"""Changing keys while the halls stay open: a few rows at a time, each batch resumable.

A new key takes over by editing the ring (add the key, name it active); these functions then bring
old rows after it. See docs/decisions/0003-personal-fields.md for the order of steps.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from django.db import models, transaction
from django.db.models import Func, Value

from anju.store import index, keyring, sealing
from anju.store.fields import place_of, sealed_columns
from anju.store.secrets import Sealed

_TEXT = models.TextField()


def reseal(model: type[models.Model], *, limit: int = 1000, after: int = 0) -> int | None:
    """Seal up to `limit` rows after key `after` anew with the key at work.

    Gives the last key seen, to be passed in again, or None when the table is done.
    """
    columns = sealed_columns(model, changing=True)
    live = keyring.current().at_work("field").kid
    with transaction.atomic():
        rows = list(_locked(model, after, limit))
        for row in rows:
            changed = {c: t for c in columns if (t := _resealed(row, c, live)) is not None}
            if changed:
                model._default_manager.filter(pk=row.pk).update(**changed)
    return rows[-1].pk if rows else None


def reseal_all(model: type[models.Model], *, batch: int = 1000) -> None:
    """Seal the whole table anew, `batch` rows in one transaction; one whose rows last stays."""
    after: int | None = 0 if sealed_columns(model, changing=True) else None
    while after is not None:
        after = reseal(model, limit=batch, after=after)


def keys_named(model: type[models.Model]) -> dict[str, int]:
    """How many sealed values name each key: none of these may leave the ring."""
    named: Counter[str] = Counter()
    for column in sealed_columns(model):
        rows = (
            model._default_manager.exclude(**{column: None})
            .annotate(kid=Func(column, Value("$"), 2, function="split_part", output_field=_TEXT))
            .values_list("kid")
            .annotate(count=models.Count("pk"))
            .order_by("kid")
        )
        named.update(dict(rows))
    return dict(sorted(named.items()))


def _resealed(row: models.Model, column: str, live: str) -> Sealed | None:
    """The column's value under the key at work, or None when it is already."""
    old = getattr(row, column)
    if old is None or sealing.key_of(old.token) == live:
        return None
    place = place_of(row, column)
    return Sealed(sealing.seal_text(sealing.open_text(old.token, place=place), place=place))


def reindex(
    model: type[models.Model],
    *,
    prefix: str,
    purpose: str,
    column: Literal["a", "b"],
    plain_of: Callable[[Any], str | None],
    limit: int = 1000,
    after: int = 0,
) -> int | None:
    """Compute one blind-index column of up to `limit` rows anew; the other is left alone.

    `column` must not be the live one, or look-ups would miss rows that are not done yet. Gives the
    last key seen or None, as `reseal`. Raises ValueError.
    """
    if keyring.current().live_index == column:
        raise ValueError(f"column {column} is live; rebuild the other one and then change over")
    name = f"{prefix}_{column}"
    with transaction.atomic():
        rows = list(_locked(model, after, limit))
        for row in rows:
            plain = plain_of(row)
            if plain is not None:
                digest = index.blind_index(purpose, plain)[0 if column == "a" else 1]
                model._default_manager.filter(pk=row.pk).update(**{name: digest})
    return rows[-1].pk if rows else None


def _locked(model: type[models.Model], after: int, limit: int) -> models.QuerySet[Any]:
    rows = model._default_manager.select_for_update(no_key=True)
    return rows.filter(pk__gt=after).order_by("pk")[:limit]
