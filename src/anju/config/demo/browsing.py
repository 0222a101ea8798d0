"""A browser without script: it keeps cookies, follows redirects, fills in forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

Files = dict[str, tuple[str, bytes, str]]


class NotAsExpected(AssertionError):
    """A page that is not what the walk needs; says which page and what was wrong."""


@dataclass
class Form:
    """One form of a page: where it goes and what it would send."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Every field a person could fill in."""
        return set(self.values) | set(self.files)


class _Reader(HTMLParser):
    """Collects a page's forms, links and text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._quiet += 1
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        kind = given.get("type", "")
        if tag == "option" and self._select:
            form.choices[self._select].append(given.get("value", ""))
            if "selected" in given:
                form.values[self._select] = given.get("value", "")
        elif not name:
            return
        elif tag == "select":
            self._select = name
            form.choices[name] = []
            form.values.setdefault(name, "")
        elif tag == "button" or kind == "submit":
            form.buttons[name] = given.get("value", "")
        elif kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.values[name] = given.get("value", "on")
        else:
            form.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._quiet -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.text.append(data)


@dataclass
class Page:
    """An answer, read."""

    url: str
    status: int
    forms: list[Form]
    links: list[str]
    text: str

    @property
    def path(self) -> str:
        """The address without host, query and fragment."""
        return httpx.URL(self.url).path

    def form(self, *names: str, action: str = "") -> Form:
        """The form that has these fields (and goes there). Raises NotAsExpected."""
        for form in self.forms:
            if set(names) <= form.names and re.search(action, form.action):
                return form
        raise NotAsExpected(f"{self.path} has no form with {names} to {action!r}: {self.excerpt}")

    def must_say(self, *texts: str) -> None:
        """Raises NotAsExpected unless every text stands on the page."""
        for text in texts:
            if text not in self.text:
                raise NotAsExpected(f"{self.path} does not say {text!r}: {self.excerpt}")

    @property
    def excerpt(self) -> str:
        """The beginning of its text, for a message."""
        return self.text[:400]


class Browser:
    """One person's browser."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)

    def close(self) -> None:
        """Let go of the connection."""
        self.client.close()

    def get(self, path: str, expect: int = 200) -> Page:
        """Go somewhere."""
        return self._read(self.client.get(path), expect)

    def json(self, path: str) -> dict[str, Any]:
        """Ask for data, as a page's script would."""
        answer: dict[str, Any] = self.client.get(path).raise_for_status().json()
        return answer

    def submit(
        self,
        page: Page,
        form: Form,
        values: dict[str, str] | None = None,
        *,
        button: str = "",
        files: Files | None = None,
        expect: int = 200,
    ) -> Page:
        """Send a form with these values, by one of its buttons if it matters which."""
        data = {**form.values, **(values or {})}
        if button:
            data[button] = form.buttons[button]
        url = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self._read(self.client.get(url, params=data), expect)
        return self._read(
            self.client.post(url, data=data, files=files, headers={"Referer": page.url}), expect
        )

    def _read(self, response: httpx.Response, expect: int) -> Page:
        reader = _Reader()
        reader.feed(response.text)
        text = re.sub(r"\s+", " ", "".join(reader.text)).strip()
        page = Page(str(response.url), response.status_code, reader.forms, reader.links, text)
        if response.status_code != expect:
            raise NotAsExpected(
                f"{page.path} answered {response.status_code} instead of {expect}: {page.excerpt}"
            )
        return page
