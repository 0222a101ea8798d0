"""Addresses within the desk at which a page is drawn."""

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
