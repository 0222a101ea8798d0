"""Components as template tags: `{% load pages %}`.

Each tag draws one component from plain values or from the records of `pages.shapes`, so that all
halls look and behave alike. Block tags take content; the others only values. No tag queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from anju import policy
from anju.channels.pages import notices
from anju.domain.money import yuan as yuan_text
from anju.domain.trace import Trace

register = template.Library()
SHANGHAI = ZoneInfo("Asia/Shanghai")


def draw(name: str, **context: Any) -> SafeString:
    """Draw one component's template."""
    return render_to_string(f"pages/components/{name}.html", context)


def _inner(content: str) -> str:
    """A block tag's content, which the engine has escaped already; nothing when it is blank."""
    return content if content.strip() else ""


# ---- plain values -------------------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """Whole fen as `20,216.21`, without a unit; empty for nothing."""
    return "" if fen is None or fen == "" else yuan_text(int(fen))


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2026年11月21日, with two figures for month and day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI)
    return f"{value:%Y年%m月%d日}"


@register.filter
def month(value: date | None) -> str:
    """A month as 2026年11月."""
    return "" if value is None else f"{value:%Y年%m月}"


@register.filter
def moment(value: datetime | None) -> str:
    """An instant to the minute, in the city's time."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{day(local)} {local:%H:%M}"


@register.filter
def count(number: int) -> str:
    """How many, its thousands set apart."""
    return f"{number:,}"


@register.filter
def second(value: datetime | None) -> str:
    """An instant to the second, as a query time is printed."""
    return "" if value is None else f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


@register.simple_tag
def money(fen: int | str | None, *, sign: bool = False, unit: bool = True) -> SafeString | str:
    """An amount with even figures and a smaller 元; `sign` shows + for what came in.

    Takes whole fen, or a text that is already formatted.
    """
    if fen is None or fen == "":
        return "—"
    text = yuan_text(fen) if isinstance(fen, int) else fen
    if sign and isinstance(fen, int) and fen > 0:
        text = f"+{text}"
    text = text.replace("-", "\u2212")
    if unit:
        return format_html('<span class="money">{}<small>元</small></span>', text)
    return format_html('<span class="money">{}</span>', text)


@register.simple_tag
def icon(name: str, *, small: bool = False) -> SafeString:
    """A line icon from the sprite; always decoration, words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        " icon-small" if small else "",
        static("pages/icons.svg"),
        name,
    )


STYLES = ("base", "layout", "cells", "amount", "forms", "evidence", "states", "tables", "print")


@register.simple_tag
def styles() -> SafeString:
    """The stylesheets in their order: tokens, the city's colours over them, then the rest."""
    own = [static(f"pages/css/{name}.css") for name in STYLES]
    colours = f"{reverse('pages:city_css')}?v={_policy_version()}"
    sheets = [static("pages/css/tokens.css"), colours, *own]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((s,) for s in sheets))


@register.simple_tag
def city_picture(name: str) -> str:
    """The address of a picture of the centre's folder, renewed with every policy."""
    return f"{reverse('pages:asset', args=[name])}?v={_policy_version()}"


def _policy_version() -> str:
    """Enough of the policy's version to tell two apart; nothing when none is in force."""
    try:
        return policy.current().version[:8]
    except RuntimeError:
        return ""


@register.simple_tag(takes_context=True)
def left_notices(context: Any) -> SafeString:
    """What the page before left to say (see `pages.notices`), once."""
    request = context.get("request")
    taken = notices.take(request) if request is not None else ()
    return format_html_join(
        "", "{}", ((notice(_paragraph(n.text), tone=n.tone, role="status"),) for n in taken)
    )


def _paragraph(text: str) -> SafeString:
    return format_html("<p>{}</p>", text)


# ---- amounts ------------------------------------------------------------------------------


@register.simple_block_tag
def hero(
    content: str,
    *,
    label: str,
    fen: int | None,
    note: str = "",
    state: str = "",
    trace: Trace | None = None,
    trace_url: str = "",
    level: int = 2,
) -> SafeString:
    """The amount a page is about: label, one figure, its day, and 怎么算的.

    `trace` opens in place; `trace_url` leads to the page that explains. The block may hold
    `<dl class="hero-rows">` with the parts.
    """
    return draw(
        "hero",
        content=_inner(content),
        label=label,
        fen=fen,
        note=note,
        state=state,
        trace=trace,
        trace_url=trace_url,
        level=level,
    )


@register.simple_tag
def trace_table(trace: Trace) -> SafeString:
    """The steps to an amount, to be followed with a pocket calculator."""
    ends_in_total = bool(trace.rows) and trace.rows[-1].fen == trace.total_fen
    return draw("trace", trace=trace, ends_in_total=ends_in_total)


@register.simple_tag
def how(trace: Trace | None, *, label: str = "怎么算的") -> SafeString | str:
    """A disclosure that opens a trace in place; nothing without a trace."""
    return draw("how", trace=trace, label=label) if trace else ""


# ---- records and lists --------------------------------------------------------------------


@register.simple_tag
def record(rows: Iterable[Any], *, wide: bool = False, dense: bool = False) -> SafeString:
    """A definition list of `shapes.Row` (or anything with label, value or text, and kind)."""
    return draw("record", rows=[_RowView(row) for row in rows], wide=wide, dense=dense)


class _RowView:
    """What the record template reads, whichever record the value came in."""

    def __init__(self, row: Any) -> None:
        self.label = row.label
        self.note = getattr(row, "note", "")
        self.href = getattr(row, "href", "")
        self.action = getattr(row, "action", "")
        self.anchor = getattr(row, "anchor", "")
        kind = getattr(row, "kind", "text")
        self.strong = getattr(row, "strong", False) or kind == "total"
        value = row.value if hasattr(row, "value") else row.text
        self.missing = value is None or value == ""
        self.html = _value_html(value, kind)


def _value_html(value: Any, kind: str) -> str:
    if value is None or value == "":
        return "—"
    if kind in ("money", "total"):
        return money(value)
    if kind == "number":
        return format_html('<span class="numbers">{}</span>', value)
    formats = {"day": day, "month": month, "moment": moment}
    if kind in formats and not isinstance(value, str):
        return formats[kind](value)
    return conditional_escape(str(value))


@register.simple_block_tag
def cells(content: str, *, title: str = "", foot: str = "", level: int = 2) -> SafeString:
    """A group of cells, white on grey; hold `{% cell %}` inside."""
    return draw("cells", content=_inner(content), title=title, foot=foot, level=level)


@register.simple_tag
def cell(
    label: str,
    *,
    href: str = "",
    value: str = "",
    note: str = "",
    icon: str = "",
    badge: str = "",
    tone: str = "quiet",
    grey: bool = False,
    unread: bool = False,
    current: bool = False,
) -> SafeString:
    """One cell: a link when `href` is given; `grey` for what is not open."""
    return draw(
        "cell",
        label=label,
        href=href,
        value=value,
        note=note,
        icon=icon,
        badge=badge,
        tone=tone,
        grey=grey,
        unread=unread,
        current=current,
    )


@register.simple_tag
def tiles(items: Iterable[Any]) -> SafeString:
    """Services as a grid of icons: `shapes.ServiceTile`."""
    return draw("tiles", items=list(items))


@register.simple_block_tag
def data_table(
    content: str,
    *,
    caption: str,
    dense: bool = False,
    tall: bool = False,
    show_caption: bool = False,
) -> SafeString:
    """A table that scrolls by itself and keeps its head: write thead, tbody and tfoot inside."""
    return draw(
        "table",
        content=_inner(content),
        caption=caption,
        dense=dense,
        tall=tall,
        show_caption=show_caption,
    )


@register.simple_tag
def chips(items: Iterable[Any], *, label: str) -> SafeString:
    """Filters as links: `shapes.Chip`."""
    return draw("chips", items=list(items), label=label)


@register.simple_tag
def more(href: str, *, label: str = "查看更多", target: str = "") -> SafeString:
    """The way to the next part of a list: loads by itself when seen, is a link without script.

    The answer to `href` must hold the element with the id `target`; its children are put in the
    place of this link.
    """
    return draw("more", href=href, label=label, target=target)


# ---- states -------------------------------------------------------------------------------


@register.simple_tag
def badge(text: str, *, tone: str = "quiet") -> SafeString:
    """A short state in words, with a tone that is never the only sign."""
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


_NOTICE_ICONS = {"info": "info", "ok": "check", "warn": "alert", "danger": "alert", "quiet": "info"}


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "", role: str = "") -> SafeString:
    """Something the person should know before going on, or that just happened (`role=status`)."""
    return draw(
        "notice",
        content=_inner(content),
        tone=tone,
        title=title,
        role=role,
        icon_name=_NOTICE_ICONS.get(tone, "info"),
    )


@register.simple_tag
def conditions(findings: Iterable[Any], *, brief: bool = False) -> SafeString:
    """Every condition of a service: met, not met, unknown; what we saw, from where, who mends it.

    Takes `domain.rules.Finding`s; what is not met comes first, in the city's order. `brief` leaves
    out the legal basis of what is met.
    """
    order = {"unmet": 0, "unknown": 1, "met": 2}
    shown = sorted(findings, key=lambda finding: order[str(finding.outcome)])
    return draw("conditions", findings=shown, brief=brief)


@register.simple_tag
def stepper(steps: Iterable[Any], *, label: str = "办理步骤") -> SafeString:
    """Where one is in a flow: `shapes.Step`."""
    shown = list(steps)
    number = next((n for n, step in enumerate(shown, 1) if step.state == "now"), len(shown))
    return draw("stepper", steps=shown, label=label, number=number, count=len(shown))


@register.simple_tag
def timeline(events: Iterable[Any]) -> SafeString:
    """What happened and what comes: `shapes.Event` (or anything with title, at, who, note)."""
    return draw("timeline", events=list(events))


@register.simple_block_tag
def empty(content: str, *, title: str, text: str = "", icon: str = "empty") -> SafeString:
    """A list with nothing in it: says so, and holds the next step."""
    return draw("empty", content=_inner(content), title=title, text=text, icon=icon)


@register.simple_block_tag
def done(
    content: str, *, title: str, number: str = "", number_label: str = "业务编号"
) -> SafeString:
    """The end of an act: what was done and its number; the block says what comes next."""
    return draw(
        "done", content=_inner(content), title=title, number=number, number_label=number_label
    )
