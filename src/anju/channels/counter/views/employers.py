"""单位: the employers of one's branch, found; each leads to its desk."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from anju.business.contributions.accounts import finding
from anju.cases.facts import CASE_ROLES
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import draw
from anju.channels.pages.row_keys import row_key


@require_safe
@staff_only
@for_roles(CASE_ROLES)
def listed(request: HttpRequest) -> HttpResponse:
    """By name, code or account number; nothing of an employer's is personal."""
    like = request.GET.get("like", "").strip()[:64]
    number = row_key(request.GET.get("page", "")) or 1
    page = finding.employers(request.user.pk, like=like, number=number)
    more = urlencode({"like": like, "page": page.number + 1}) if page.number < page.pages else ""
    return draw(request, "employers", here="employers", page=page, like=like, more=more)
