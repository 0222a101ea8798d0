"""The door for bank notices: signature first, inbox second, no work here."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anju.business.treasury import actions
from anju.ports.bank import NoticeForged

NOTICE_BYTES_MAX = 64 * 1024


@csrf_exempt  # signed by the bank; carries no session
@require_POST
def bank_notice(request: HttpRequest) -> HttpResponse:
    """Take one signed notice; 200 means that it is safe with us."""
    if int(request.headers.get("Content-Length") or 0) > NOTICE_BYTES_MAX:
        return JsonResponse({"accepted": False, "reason": "too large"}, status=413)
    try:
        actions.receive_notice(request.headers, request.body, at=request.at)
    except NoticeForged:
        return JsonResponse({"accepted": False, "reason": "signature"}, status=401)
    return JsonResponse({"accepted": True})
