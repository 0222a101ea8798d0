"""When a request fails: what happened, what is safe, what to do, and the reference to quote."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape


@dataclass(frozen=True)
class ErrorWords:
    """The sentences of one error page."""

    happened: str
    safe: str
    todo: str


WORDS = {
    400: ErrorWords(
        "这次请求的内容不完整，无法处理。",
        "您的账户和已提交的申请没有变化。",
        "请返回上一页重新操作。",
    ),
    403: ErrorWords(
        "页面停留较久或您没有此项权限，这次操作没有执行。",
        "您的账户和已提交的申请没有变化。",
        "请返回上一页刷新后重试；仍不行请重新登录。",
    ),
    404: ErrorWords(
        "没有找到这个页面，地址可能已经变更。",
        "您的账户和已提交的申请没有变化。",
        "请从首页重新进入。",
    ),
    500: ErrorWords(
        "这次操作没有完成，原因在我们这里。",
        "没有记录成功的操作不会动用您的资金；已有编号的申请仍在办理。",
        "请稍后再试，或拨打服务热线并告知下面的编号。",
    ),
    503: ErrorWords(
        "现在办理的人较多或系统正在维护，暂时不能处理。",
        "您的账户和已提交的申请没有变化。",
        "请过几分钟再试。",
    ),
}


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """Draw the page for `status`; falls back to plain text when drawing is what failed."""
    words = WORDS[status]
    reference = getattr(request, "request_id", "")
    try:
        body = render_to_string(
            "pages/error.html",
            {"status": status, "words": words, "reference": reference},
            request=request,
        )
    except (TemplateDoesNotExist, OperationalError):
        body = (
            "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>安居</title>"
            f"<h1>{escape(words.happened)}</h1><p>{escape(words.safe)}</p>"
            f"<p>{escape(words.todo)}</p><p>编号 {escape(reference)}</p></html>"
        )
    response = HttpResponse(body, status=status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler for 400."""
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler for 403."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler for 404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler for 500."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not ours, or that waited too long."""
    return error_page(request, 403)
