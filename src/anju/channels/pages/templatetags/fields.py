"""Form components as template tags: `{% load fields %}`. See `pages` for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anju.channels.pages.templatetags.pages import draw

register = template.Library()


@register.simple_tag
def error_summary(problems: Iterable[Any], *, reference: str = "") -> SafeString | str:
    """Everything that is wrong, first on the page, each linked to its field: `shapes.Problem`."""
    shown = list(problems)
    return draw("error_summary", problems=shown, reference=reference) if shown else ""


@register.simple_tag
def button(
    label: str,
    *,
    kind: str = "primary",
    name: str = "",
    value: str = "",
    href: str = "",
    type: str = "submit",
    small: bool = False,
    disabled: bool = False,
    novalidate: bool = False,
    attrs: Mapping[str, Any] | None = None,
) -> SafeString:
    """A button, or a link that looks like one when it only leads somewhere."""
    classes = f"btn btn-{kind}{' btn-small' if small else ''}"
    extra = flatatt(dict(attrs or {}))
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, extra, label)
    own: dict[str, Any] = {"type": type, "class": classes}
    if name:
        own |= {"name": name, "value": value or "1"}
    own |= {"disabled": disabled, "formnovalidate": novalidate}
    return format_html("<button{}{}>{}</button>", flatatt(own), extra, label)


def _widget(field: BoundField, classes: str, **attrs: Any) -> SafeString:
    """The field's own widget with our look, its hint and error tied to it."""
    described = [f"{field.auto_id}-hint"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}-error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    known = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {classes} {known}".strip(), **attrs})


@register.simple_tag
def field(field: BoundField, *, classes: str = "", star: bool = False) -> SafeString:
    """A text, number, choice or long-text field with its label, hint and error."""
    return draw("field", field=field, widget=_widget(field, classes), star=star)


@register.simple_tag
def password_field(field: BoundField) -> SafeString:
    """A password with a button to look at it (where there is script)."""
    return draw("password_field", field=field, widget=_widget(field, ""))


@register.simple_tag
def code_field(
    field: BoundField,
    *,
    send_name: str = "send_code",
    send_label: str = "获取验证码",
    wait_seconds: int = 0,
) -> SafeString:
    """A one-time code with its send button; the button counts down where there is script.

    Without script the button stays pressable and the server says how long to wait.
    """
    widget = _widget(field, "input-code")
    return draw(
        "code_field",
        field=field,
        widget=widget,
        send_name=send_name,
        send_label=send_label,
        wait_seconds=max(0, wait_seconds),
    )


@register.simple_tag(takes_context=True)
def evidence_slot(context: Any, slot: Any, *, action: str, remove_action: str = "") -> SafeString:
    """One kind of evidence: example, star, camera or album, what is there, retake, page n of m.

    `action` takes the upload (fields `slot` and `photo`); `remove_action` takes `photo` keys.
    """
    return draw(
        "evidence_slot",
        slot=slot,
        action=action,
        remove_action=remove_action,
        csrf_token=context.get("csrf_token"),
    )
