"""Addresses that every hall shares."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from anju.channels.pages import gallery, views

app_name = "pages"

urlpatterns = [
    path("city/style.css", views.city_css, name="city_css"),
    path("city/<path:name>", views.asset, name="asset"),
    path("pages/large/", views.large, name="large"),
]
if not settings.PRODUCTION:
    # Every component with made-up values, for eyes and for the accessibility checks.
    urlpatterns.append(path("pages/gallery/", gallery.components, name="gallery"))
