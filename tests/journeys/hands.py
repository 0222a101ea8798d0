"""How somebody works a page: with finger or mouse, or with the keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, TimeoutError

FAR = 80
PRESSES, CHOOSER_MS = 3, 5_000


class Hands(Protocol):
    """What a person does to the things on a page."""

    def press(self, thing: Locator) -> None:
        """Work a link, a button, a disclosure."""

    def write(self, field: Locator, text: str) -> None:
        """Fill in a field."""

    def choose(self, field: Locator, value: str) -> None:
        """Choose in a list."""

    def attach(self, field: Locator, path: Path) -> None:
        """Give a file."""


class Pointer:
    """Finger or mouse."""

    def press(self, thing: Locator) -> None:
        """Click it."""
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        """Replace what stands in it."""
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        """Choose by the option's value."""
        field.select_option(value)

    def attach(self, field: Locator, path: Path) -> None:
        """Choose the file."""
        field.set_input_files(path)


class Keyboard:
    """Tab, Enter, letters and arrows; what has no visible focus on the way is a fault."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        """Reach it and press Enter."""
        self._reach(thing)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Reach it, mark what stands in it, type over it."""
        self._reach(field)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        """Reach it and go down until it shows the value."""
        self._reach(field)
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def attach(self, field: Locator, path: Path) -> None:
        """Reach it, open the chooser with the space bar, choose."""
        self._reach(field)
        for _ in range(PRESSES):
            try:
                with self.page.expect_file_chooser(timeout=CHOOSER_MS) as opened:
                    self.page.keyboard.press("Space")
            except TimeoutError:
                # A browser that is still busy closing the last chooser opens no second one.
                continue
            opened.value.set_files(path)
            return
        raise AssertionError(f"{PRESSES} presses open no file chooser at {field}")

    def _reach(self, thing: Locator) -> None:
        thing.wait_for(state="attached")
        for _ in range(FAR):
            if thing.evaluate("e => e === document.activeElement"):
                shown = thing.evaluate(_SHOWS_FOCUS)
                assert shown, f"no visible focus on {thing.evaluate('e => e.outerHTML')[:200]}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{FAR} presses of Tab do not reach {thing}")


# The ring is drawn on the element or, for hidden file fields, on the label around them.
_SHOWS_FOCUS = """e => [e, e.closest('label')].some(it => {
  if (!it) { return false; }
  const style = getComputedStyle(it);
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== 'none';
})"""
