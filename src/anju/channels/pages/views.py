"""What all halls share by address: the city's colours and pictures, and the large-text switch."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from anju import policy
from anju.channels.pages.palette import palette

# In production a cookie holds for this host alone, over HTTPS, by its very name.
LARGE_COOKIE = "__Host-anju_large" if settings.PRODUCTION else "anju_large"
_A_DAY = 86400
_A_YEAR = 365 * _A_DAY
_PICTURES = {
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}


@require_GET
def city_css(request: HttpRequest) -> HttpResponse:
    """The centre's palette as custom properties, computed from its hue."""
    hue = policy.current().identity.hue
    css = palette(light=hue.light, dark=hue.dark, ground=hue.ground).css()
    return _public(HttpResponse(css, content_type="text/css; charset=utf-8"))


@require_GET
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A picture of the centre's folder: its logo, an example of a photo."""
    content = policy.current().assets.get(name)
    kind = _PICTURES.get(name.rpartition(".")[2])
    if content is None or kind is None:
        raise Http404
    return _public(HttpResponse(content, content_type=kind))


def _public(response: HttpResponse) -> HttpResponse:
    """The same for everyone and changed only by a new policy, whose version is in the address."""
    response.headers["Cache-Control"] = f"public, max-age={_A_DAY}"
    return response


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Switch large text on or off for this device and go back to where the person was."""
    back = request.POST.get("next", "/")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(
        LARGE_COOKIE,
        wanted,
        max_age=_A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response
