"""Addresses within the desk at which a page is drawn; what was typed, by whom it is about."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def at(context: template.Context, page: str, *parts: Any) -> str:
    """The address of a page of the desk, in the hall in which this page is drawn."""
    found: str = context["request"].desk.address(page, *parts)
    return found


@register.simple_tag(takes_context=True)
def entering(context: template.Context, service: str, account_no: str) -> str:
    """Where the hall in which this page is drawn enters a case about one of the people."""
    found: str = context["request"].desk.entering(service, account_no)
    return found


@register.filter
def of(by_key: Mapping[str, str], key: str) -> str:
    """What stands under a key, "" where nothing does."""
    return by_key.get(key, "")
