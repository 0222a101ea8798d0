"""What every page must be, whatever is on it: readable, reachable, whole, and quiet."""

from __future__ import annotations

from enum import Flag, auto
from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
PHONE_WIDTHS = (390, 320)

# Every rule once; on the same page in other colours, or larger, what those can break.
_BY_COLOUR = ["color-contrast", "link-in-text-block"]
_BY_SIZE = ["scrollable-region-focusable"]

_AXE_SAYS = """async (rules) => {
  const found = await axe.run(document, {
    resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {}),
  });
  return found.violations.map(v => v.id + ': ' + v.nodes.map(
    n => n.target.join(' ') + ' (' + [...n.any, ...n.all, ...n.none].map(c => c.message).join('; ')
      + ')').join(' | '));
}"""

_MARKUP_SAYS = """() => {
  const found = [];
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
    found.push('the id ' + id + ' is given twice');
  }
  // Styles in attributes are the console's to tell: the policy of the page forbids them.
  for (const e of document.querySelectorAll('script:not([src]), style')) {
    found.push('inline ' + e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
      if (a.name.startsWith('on')) { found.push('inline ' + a.name + '=' + a.value); }
    }
  }
  if (!document.title.split('·')[0].trim()) { found.push('no title: ' + document.title); }
  if (document.querySelectorAll('h1').length !== 1) {
    found.push(document.querySelectorAll('h1').length + ' h1');
  }
  if (/None|\\{\\{|\\{%|undefined|NaN/.test(document.body.innerText)) {
    found.push('a hole: ' + document.body.innerText.match(/.{0,30}(None|\\{\\{|\\{%|undefined|NaN).{0,30}/)[0]);
  }
  return found;
}"""  # noqa: E501

# What sticks out to the side, by its outermost element.
_WIDTH_SAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) { return []; }
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > room + 0.5;
  });
  return ['page is ' + document.documentElement.scrollWidth + ' wide in ' + room + ': ' +
    out.slice(0, 3).map(e => e.tagName + '.' + e.className).join(', ')];
}"""

# Words of a paragraph that are a link are as tall as the line; everything else is a target.
_TARGETS_SAY = """() => {
  const found = [];
  const inText = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && e.parentElement.closest('p, dd, li, span') && !e.closest('nav, form .actions');
  const targets = 'a[href], button, summary, select, textarea, ' +
    'input:not([type=hidden]):not([type=radio]):not([type=checkbox])';
  for (const e of document.querySelectorAll(targets)) {
    const box = (e.type === 'file' && e.closest('label') || e).getBoundingClientRect();
    const seen = e.checkVisibility({visibilityProperty: true, opacityProperty: true});
    if (!seen || box.width < 2 || inText(e) || e.closest('.seen-by-readers')) { continue; }
    if (e.matches('.skip') || e.disabled) { continue; }
    if (box.height < 43.5 || box.width < 43.5) {
      found.push(Math.round(box.width) + 'x' + Math.round(box.height) + ' target ' +
        e.tagName + '.' + e.className + ' "' + (e.innerText || e.name || '').trim().slice(0, 20)
        + '"');
    }
  }
  return found;
}"""


class Part(Flag):
    """What may be judged of a page that stands there."""

    LIGHT = auto()
    """Every rule, in light."""
    DARK = auto()
    """Every rule, in the dark."""
    TARGETS = auto()
    """Big enough for a finger."""
    WIDTHS = auto()
    """Nothing sticks out on a phone, in usual and in large text."""


WHOLE = ~Part(0)


def faults(page: Page, parts: Part = WHOLE) -> list[str]:
    """What is wrong with the page as it stands, in these parts; its markup is always looked at."""
    found = [*page.evaluate(_MARKUP_SAYS)]
    page.evaluate(AXE)
    if Part.LIGHT in parts:
        found += [f"axe, light: {one}" for one in page.evaluate(_AXE_SAYS)]
    if Part.DARK in parts:
        # After a whole look in light only the colours are new.
        rules = _BY_COLOUR if Part.LIGHT in parts else None
        page.emulate_media(color_scheme="dark")
        found += [f"axe, dark: {one}" for one in page.evaluate(_AXE_SAYS, rules)]
        page.emulate_media(color_scheme="light")
    if Part.TARGETS in parts:
        found += page.evaluate(_TARGETS_SAY)
    if Part.WIDTHS in parts:
        found += [f"large: {one}" for one in _large(page)]
        found += [f"phone: {one}" for one in _widths(page)]
    return found


def _large(page: Page) -> list[str]:
    root = "document.documentElement"
    page.evaluate(f"{root}.setAttribute('data-large', '')")
    found = [f"axe: {one}" for one in page.evaluate(_AXE_SAYS, _BY_SIZE)] + _widths(page)
    page.evaluate(f"{root}.removeAttribute('data-large')")
    return found


def _widths(page: Page) -> list[str]:
    usual = page.viewport_size
    assert usual is not None
    found = []
    for width in PHONE_WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += page.evaluate(_WIDTH_SAYS)
    page.set_viewport_size(usual)
    return found
