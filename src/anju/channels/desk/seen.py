"""What a page showed when it was confirmed, as it comes back; and why it was not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest

from anju.channels.pages.shapes import Problem
from anju.domain.rules import Finding


class SeenForm(forms.Form):
    """A list as the page showed it; nobody types it."""

    headcount = forms.IntegerField(min_value=0, max_value=10_000_000)
    total_fen = forms.IntegerField(min_value=0, max_value=10**15)
    request_key = forms.RegexField(r"^[0-9a-f]{32}$")

    def seen(self, request: HttpRequest) -> dict[str, Any]:
        """What was seen, by whom and when, for whoever confirms."""
        return {
            "seen_headcount": self.cleaned_data["headcount"],
            "seen_total_fen": self.cleaned_data["total_fen"],
            "key": self.cleaned_data["request_key"],
            "actor": request.desk.actor,
            "at": request.at,
        }


def told(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """Findings that stand in the way, for the summary of a page."""
    return tuple(Problem(f"{one.says}（{one.saw}）。{one.mended_by}。") for one in findings)
