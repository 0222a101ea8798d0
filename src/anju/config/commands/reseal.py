"""Seal every personal column anew with the key at work, and say which keys are still named.

May be stopped at any moment and run again; the halls stay open.
"""

import argparse

NAME = "reseal"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much at a time."""
    parser.description = __doc__
    parser.add_argument("--batch", type=int, default=1000, help="rows in one transaction")


def run(args: argparse.Namespace) -> int:
    """Reseal all tables; 0."""
    from django.apps import apps

    from anju.store import rotation
    from anju.store.fields import sealed_columns

    for model in apps.get_models():
        if not sealed_columns(model):
            continue
        rotation.reseal_all(model, batch=args.batch)
        named = ", ".join(f"{kid} {count}" for kid, count in rotation.keys_named(model).items())
        print(f"{model._meta.db_table}: {named or 'empty'}")
    return 0
