"""Addresses: the probes here, and every hall found by its `urls.py`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver, include, path

from anju import channels
from anju.config import probes
from anju.config.halls import PREFIXES

handler400 = "anju.config.errors.bad_request"
handler403 = "anju.config.errors.permission_denied"
handler404 = "anju.config.errors.page_not_found"
handler500 = "anju.config.errors.server_error"

# Every channel with a `urls.py` is there. Halls other than the citizens' stand under a path of
# their own, which says which hall it is; the citizen hall is the root of the site and comes last.

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
]
_found = sorted(
    (info.name for info in iter_modules(channels.__path__) if info.ispkg),
    key=lambda name: (name == "citizen", name),
)
for _channel in _found:
    _module = f"anju.channels.{_channel}.urls"
    if find_spec(_module):
        urlpatterns.append(path(PREFIXES.get(_channel, ""), include(import_module(_module))))
