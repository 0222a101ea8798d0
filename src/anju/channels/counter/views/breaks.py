"""Payments that did not come out as ordered."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from anju.business.treasury import facts
from anju.channels.counter.guard import for_roles, staff_only
from anju.channels.counter.shell import MONEY_ROLES, draw


@require_safe
@staff_only
@for_roles(MONEY_ROLES)
def breaks(request: HttpRequest) -> HttpResponse:
    """List what the bank returned, refused or answered differently."""
    lines = facts.breaks(request.user.pk, at=request.at)
    return draw(request, "breaks", here="breaks", lines=lines)
