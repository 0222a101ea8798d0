"""Collect styles, scripts and pictures for production, compressed and named by their content.

They go to ANJU_STATE/static, from where `anju web` serves them. Run once per release and centre.
"""

import argparse

NAME = "assets"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:
    """Collect."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.STATIC_ROOT is None:
        print("only production collects its assets; here they are served from where they lie")
        return 0
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    print(f"assets collected in {settings.STATIC_ROOT}")
    return 0
