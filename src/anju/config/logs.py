"""Logs: one JSON object per line, with the request's id and without anybody's data.

Log lines leave the machine and are read by people who may not see members' data, so what looks
like an identity number, a phone or a card is blotted out whatever field it sits in.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# Longest first: an identity number contains runs that look like phones.
_PERSONAL = re.compile(r"(?<!\d)(?:\d{16,19}|\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")
_SECRET_KEYS = frozenset(
    {
        *("password", "business_password", "code", "otp", "token", "secret", "cookie"),
        *("authorization", "name", "phone", "id_number", "card_number", "answers", "body"),
        *("params", "sql", "args"),
    }
)
BLOT = "***"


def blot(value: object) -> object:
    """Replace whatever looks like a person's number inside a string, list or mapping."""
    if isinstance(value, str):
        return _PERSONAL.sub(BLOT, value).replace("\r", "\\r")
    if isinstance(value, Mapping):
        return {
            key: BLOT if str(key).lower() in _SECRET_KEYS else blot(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [blot(inner) for inner in value]
    return value


def without_personal_data(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: blot every field, drop the value of fields that are never logged."""
    for key, value in list(event.items()):
        event[key] = BLOT if key.lower() in _SECRET_KEYS else blot(value)
    return event


def configure(profile: str) -> None:
    """Send structlog and the standard library through one JSON line per event, to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=profile != "test",
    )
    level = "WARNING" if profile == "test" else "INFO"
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["lines"], "level": level},
            "loggers": {
                # The request line below says it with the route instead of the address.
                "django.request": {"level": "ERROR"},
                "django.server": {"level": "ERROR"},
                # Whoever turns debugging on must not get whole pages and rows with it.
                "django.template": {"level": "INFO"},
                "django.db.backends": {"level": "INFO"},
                "httpx": {"level": "WARNING"},
                "procrastinate": {"level": "WARNING"},
            },
        }
    )
