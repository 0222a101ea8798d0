"""Addresses: the probes here, and every hall found by its `urls.py`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from anju.config import probes

handler400 = "anju.config.errors.bad_request"
handler403 = "anju.config.errors.permission_denied"
handler404 = "anju.config.errors.page_not_found"
handler500 = "anju.config.errors.server_error"

# The citizen hall is the root of the site, so it comes last.
HALLS = {"pages": "", "counter": "counter/", "citizen": ""}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
]
for _hall, _prefix in HALLS.items():
    if find_spec(f"anju.channels.{_hall}.urls"):
        urlpatterns.append(path(_prefix, include(import_module(f"anju.channels.{_hall}.urls"))))
