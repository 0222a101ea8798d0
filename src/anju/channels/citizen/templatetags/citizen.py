"""Words and tones that only the citizen hall uses: `{% load citizen %}`."""

from __future__ import annotations

from django import template

register = template.Library()

_TONES = {
    "draft": "quiet",
    "in_review": "info",
    "paying": "info",
    "returned": "warn",
    "completed": "ok",
    "rejected": "danger",
    "failed": "danger",
    "payment_returned": "warn",
    "reinstated": "info",
    "cancelled": "quiet",
}


@register.filter
def case_tone(state: str) -> str:
    """The badge's tone for a state of a case; its words stand beside it."""
    return _TONES.get(state, "quiet")
