"""The judge of pages is awake: what is wrong with a page is seen, and a good page has nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from . import judge

pytestmark = [pytest.mark.journey, pytest.mark.mutants]

HEAD = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>公积金 · 演示</title>'
GOOD = f"""{HEAD}<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>我的账户</h1><p>余额</p>
<p><button type="button">提取公积金，转到我的银行卡</button></p></main></body></html>"""
SPOILED = {
    "inline script": ("</main>", "<script>1</script></main>"),
    "a listener inline": ("<button ", '<button onclick="1" '),
    "one id twice": ("<p>余额</p>", '<p id="a">余</p><p id="a">额</p>'),
    "no title": ("<title>公积金 · 演示</title>", "<title> · 演示</title>"),
    "two headings": ("<p>余额</p>", "<h1>余额</h1>"),
    "a hole": ("<p>余额</p>", "<p>余额 None 元</p>"),
    "a tag not drawn": ("<p>余额</p>", "<p>{% amount %}</p>"),
    "too wide": ("<p>余额</p>", '<p><img alt="" width="2000" height="9"></p>'),
    "a small target": ("提取公积金，转到我的银行卡", "取"),
    "a field without a name": ("<p>余额</p>", '<p><input type="text" size="40"></p>'),
    "a picture without words": ("<p>余额</p>", '<p><img src="a.png"></p>'),
    "no language": (' lang="zh-CN"', ""),
}
STYLE = "button { min-height: 48px; } p { margin: 1em 0; }"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone's page that belongs to nobody."""
    opened = chromium.new_page(viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


def seen(page: Page, html: str) -> list[str]:
    """What the judge says of this page; its style stands where a style may stand."""
    page.set_content(html)
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css);"
        " document.adoptedStyleSheets = [s]; }",
        STYLE,
    )
    return judge.faults(page)


def test_a_good_page_has_no_faults(page: Page) -> None:
    assert seen(page, GOOD) == []


@pytest.mark.parametrize("name", SPOILED)
def test_a_fault_of_a_page_is_seen(page: Page, name: str) -> None:
    right, wrong = SPOILED[name]
    assert right in GOOD
    assert seen(page, GOOD.replace(right, wrong, 1))


def test_what_cannot_be_read_in_the_dark_is_seen(page: Page) -> None:
    page.set_content(GOOD)
    page.evaluate(
        "() => { const s = new CSSStyleSheet(); document.adoptedStyleSheets = [s];"
        " s.replaceSync('button { min-height: 48px; }"
        " @media (prefers-color-scheme: dark) { p { color: #999; background: #aaa; } }'); }"
    )
    said = judge.faults(page)
    assert said
    assert all("dark" in one for one in said)
