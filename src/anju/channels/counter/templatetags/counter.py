"""Words and tones that only the counter's dense pages need."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template

from anju.business.treasury.books import SOURCES
from anju.business.treasury.employer_books import by_employer
from anju.channels.pages.templatetags.pages import count
from anju.domain.case import CaseState

register = template.Library()
register.filter("by_employer", by_employer)
register.filter("count", count)
SHANGHAI = ZoneInfo("Asia/Shanghai")

_TONES: dict[str, str] = {
    CaseState.IN_REVIEW: "info",
    CaseState.RETURNED: "warn",
    CaseState.PAYING: "info",
    CaseState.COMPLETED: "ok",
    CaseState.REJECTED: "danger",
    CaseState.FAILED: "danger",
    CaseState.PAYMENT_RETURNED: "danger",
    CaseState.REINSTATED: "info",
}


@register.filter
def age(since: datetime | None, at: datetime) -> str:
    """How long something has waited: `25 分钟`, `3 小时`, `2 天 4 小时`; a dash for nothing."""
    if since is None:
        return "—"
    minutes = max(0, int((at - since).total_seconds()) // 60)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} 天 {hours % 24} 小时"
    return f"{hours} 小时 {minutes % 60} 分" if hours else f"{minutes} 分钟"


@register.filter
def lasting(seconds: int) -> str:
    """How long something will take: `40 秒`, `5 分 20 秒`, `1 小时 30 分`."""
    minutes, rest = divmod(seconds, 60)
    hours, within = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {within} 分"
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


@register.filter
def tone(state: str) -> str:
    """The tone of a state's badge; the words beside it carry the meaning."""
    return _TONES.get(state, "quiet")


@register.filter
def source_text(source_type: str) -> str:
    """What causes vouchers of this source; its bare name where nobody has named it."""
    return SOURCES.get(source_type, source_type)


@register.filter
def short(value: date | datetime | None) -> str:
    """A day, or an instant to the minute, as a dense table prints it: `11-20 09:12`."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%m-%d %H:%M}"
    return f"{value:%m-%d}"
