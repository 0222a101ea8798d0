"""The list of keys, as a page for those who have no script."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from anju.channels.counter.guard import staff_only
from anju.channels.counter.shell import draw


@require_safe
@staff_only
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key and what it does."""
    return draw(request, "keys")
