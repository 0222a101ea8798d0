"""Following every link and every form's address from a hall's first page, as one visitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

PAGES_MAX = 150


@dataclass
class Page(HTMLParser):
    """One answer, and what its HTML holds."""

    address: str
    answer: Any
    links: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    posts: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.tokens = 0
        if self.is_html:
            self.feed(self.text)

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people."""
        return str(self.answer.get("Content-Type", "")).startswith("text/html")

    @property
    def text(self) -> str:
        """The body; empty for pictures, papers and spreadsheets."""
        kind = str(self.answer.get("Content-Type", ""))
        is_paper = kind.startswith(("image/", "application/pdf"))
        if is_paper or getattr(self.answer, "streaming", False):
            return ""
        return str(self.answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, addresses, forms, and whatever stands inline."""
        values = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "action", "hx-get", "hx-post", "data-src", "formaction"):
            if name in values:
                self.addresses.append(values[name])
                if name in ("href", "hx-get", "data-src", "src"):
                    self.links.append(values[name])
        self.inline += [
            f"{tag} {name}" for name in values if name == "style" or name.startswith("on")
        ]
        if tag in ("style", "iframe", "object", "embed", "base"):
            self.inline.append(tag)
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.inline.append(tag)
        if tag == "form":
            self.posts.append(values.get("method", "get").lower() == "post")
        self.tokens += values.get("name") == "csrfmiddlewaretoken"


def crawl(browser: Any, *starts: str) -> Iterator[Page]:
    """Every page this visitor can get to, each address once."""
    waiting, seen = list(starts), set(starts)
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.pop(0)
        page = Page(address, browser.get(address))
        yield page
        found = [*page.links, page.answer.get("Location", "")]
        for link in found:
            target = urldefrag(urljoin(address, link))[0]
            parts = urlsplit(target)
            if not parts.scheme and not parts.netloc and target not in seen:
                seen.add(target)
                waiting.append(target)
