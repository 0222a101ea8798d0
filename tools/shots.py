"""`./dev shots`: every page in every state, size and mode, both cities, into shots/.

The journeys' own tour walks the halls; here a camera goes along. `./dev shots phone-light 320-dark`
takes only those ways. shots/index.html shows all of them side by side.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "src"), str(CHECKOUT / "tools")]
SHOTS = CHECKOUT / "shots"
SIZES = {"phone": (390, 844), "320": (320, 568), "desktop": (1440, 900)}
MODES = ("light", "dark", "large")
WAYS = [f"{size}-{mode}" for size in SIZES for mode in MODES]
# Taller than any page: what is fixed to the foot stands at the end, not across the middle.
TALL = 4000

Shots = dict[tuple[str, str], dict[str, str]]


def main() -> int:
    """Start a demo, walk it once per city, photograph what is seen."""
    wanted = sys.argv[1:] or WAYS
    if unknown := set(wanted) - set(WAYS):
        print(f"shots: no {', '.join(sorted(unknown))}; there are {', '.join(WAYS)}")
        return 2
    from playwright.sync_api import sync_playwright
    from run_tests import chromium

    from anju.config.testing import CHROMIUM_FLAGS

    browser_path = chromium()
    if not browser_path:
        print("shots: there is no Chromium on this machine", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")
    shutil.rmtree(SHOTS, ignore_errors=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        shots = _walk(browser, wanted)
        browser.close()
    (SHOTS / "index.html").write_text(_index(shots, wanted), encoding="utf-8")
    print(f"{sum(map(len, shots.values()))} shots; open {SHOTS / 'index.html'}")
    return 0


def _walk(browser: Any, ways: list[str]) -> Shots:
    """Every city once; each page is photographed in all ways before the walk goes on."""
    from tests.journeys import tour
    from tests.journeys.cast import Cast, write_centers
    from tests.journeys.company import Company
    from tests.journeys.conftest import running
    from tests.journeys.halls import Way

    shots: Shots = defaultdict(dict)
    with tempfile.TemporaryDirectory(prefix="anju-shots-") as folder:
        centers = Path(folder) / "centers"
        write_centers(CHECKOUT / "centers", centers)
        with running(centers) as demo:
            company = Company(demo, Cast(centers), browser, Path(folder) / "photo.jpg")
            for center in sorted(demo.addresses["halls"]):
                started, camera = time.time(), _Camera(center, ways, shots)
                tour.go(company, center, Way("desktop"), camera.take)
                print(f"{center}: {time.time() - started:.0f} s", flush=True)
            company.go_home()
    return shots


class _Camera:
    """Photographs each page it is shown."""

    def __init__(self, center: str, ways: list[str], shots: Shots) -> None:
        self.center = center
        self.ways = ways
        self.shots = shots
        self.numbers = count(1)

    def take(self, name: str, page: Any) -> None:
        """All ways of one page; leaves the page as it was."""
        usual = page.viewport_size
        label = f"{next(self.numbers):02} {name}"
        for way in self.ways:
            size, mode = way.split("-")
            width, height = SIZES[size]
            _dress(page, mode)
            page.set_viewport_size({"width": width, "height": height})
            whole = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(height, whole), TALL)})
            path = SHOTS / self.center / way / f"{label.replace('/', '-').replace(' ', '-')}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path)
            self.shots[self.center, label][way] = str(path.relative_to(SHOTS))
        _dress(page, "light")
        page.set_viewport_size(usual)


def _dress(page: Any, mode: str) -> None:
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    page.evaluate(f"document.documentElement.toggleAttribute('data-large', {int(mode == 'large')})")


def _index(shots: Shots, ways: list[str]) -> str:
    """One page with all pictures: a row per page, a column per way."""
    rows, before = [], ""
    for (center, label), pictures in shots.items():
        if center != before:
            before = center
            head = "".join(f"<th scope='col'>{escape(way)}</th>" for way in ways)
            rows.append(f"<tr><th scope='col'>{escape(center)}</th>{head}</tr>")
        cells = "".join(
            f"<td><a href='{escape(path)}'><img loading='lazy' src='{escape(path)}'"
            f" alt='{escape(label)}, {escape(way)}'></a></td>"
            for way, path in pictures.items()
        )
        rows.append(f"<tr><th scope='row'>{escape(label)}</th>{cells}</tr>")
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Anju, every page</title>"
        "<style>body{font:14px sans-serif}td,th{vertical-align:top;text-align:left;padding:4px}"
        "img{width:200px;border:1px solid #ccc}tr>th:first-child{position:sticky;left:0;"
        f"background:#fff}}</style><table>{''.join(rows)}</table></html>"
    )


if __name__ == "__main__":
    sys.exit(main())
