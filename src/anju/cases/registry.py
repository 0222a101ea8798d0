"""The services that discovery found, by code; filled once at start."""

from typing import Any

from anju.cases.declaration import Service

_services: dict[str, Service[Any]] = {}


def register(service: Service[Any]) -> None:
    """Take a service in; the same code from two places is a mistake of ours.

    Raises:
        ValueError: another service has this code.
    """
    known = _services.get(service.code)
    if known is not None and known is not service:
        raise ValueError(f"two services call themselves {service.code}")
    _services[service.code] = service


def service(code: str) -> Service[Any]:
    """The service of this code.

    Raises:
        KeyError: no folder declares it.
    """
    return _services[code]


def services() -> tuple[Service[Any], ...]:
    """All services, in the order of their codes."""
    return tuple(_services[code] for code in sorted(_services))
