"""Services are found by their place: a folder in an area with a `service.py`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from anju import business


def service_modules() -> Iterator[str]:
    """Dotted names of every `service.py` two folders below `anju.business`, in order."""
    for root in map(Path, business.__path__):
        for found in sorted(root.glob("*/*/service.py")):
            area, service = found.parent.parent.name, found.parent.name
            yield f"anju.business.{area}.{service}.service"


def service_of(module: ModuleType) -> object:
    """The `Service` record a service module declares. Raises LookupError if it has none."""
    try:
        return module.SERVICE
    except AttributeError:
        raise LookupError(f"{module.__name__} declares no SERVICE") from None


def discover() -> None:
    """Import every service and hand its record to `cases`."""
    names = list(service_modules())
    if not names:
        return
    from anju import cases

    for name in names:
        cases.register(service_of(import_module(name)))
