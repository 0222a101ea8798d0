"""`./dev shots`: every page in every state, both cities, several sizes and modes, into shots/.

The journeys' own tour walks the halls; here a camera goes along. `./dev shots desktop-light` takes
only one way. shots/index.html shows all of them side by side.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from html import escape
from itertools import count
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "src"), str(CHECKOUT / "tools")]
SHOTS = CHECKOUT / "shots"
WAYS = (
    ("phone", "light"),
    ("phone", "dark"),
    ("phone", "large"),
    ("desktop", "light"),
    ("desktop", "dark"),
)


def main() -> int:
    """Start a demo, walk it once per city and way, photograph what is seen."""
    wanted = set(sys.argv[1:])
    ways = [way for way in WAYS if not wanted or "-".join(way) in wanted]
    from playwright.sync_api import sync_playwright
    from run_tests import chromium

    from anju.config.testing import CHROMIUM_FLAGS
    from tests.journeys.cast import Cast, write_centers
    from tests.journeys.company import Company
    from tests.journeys.conftest import running

    browser_path = chromium()
    if not browser_path:
        print("shots: there is no Chromium on this machine", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")
    shutil.rmtree(SHOTS, ignore_errors=True)
    taken: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="anju-shots-") as folder:
        centers = Path(folder) / "centers"
        write_centers(CHECKOUT / "centers", centers)
        cast = Cast(centers)
        with running(centers) as demo, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
            company = Company(demo, cast, browser, Path(folder) / "photo.jpg")
            for center in sorted(demo.addresses["halls"]):
                for size, mode in ways:
                    _walk(company, center, size, mode, taken)
            company.go_home()
            browser.close()
    _write_index(taken)
    print(f"{len(taken)} shots; open {SHOTS / 'index.html'}")
    return 0


def _walk(company, center, size, mode, taken) -> None:  # type: ignore[no-untyped-def]  # tests' types
    from tests.journeys import tour
    from tests.journeys.halls import Way

    started, numbers = time.time(), count(1)

    def seen(name, page) -> None:  # type: ignore[no-untyped-def]  # a Playwright page
        path = (
            SHOTS / center / f"{size}-{mode}" / f"{next(numbers):02}-{name.replace('/', '-')}.png"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        taken.append((center, f"{size}-{mode}", str(path.relative_to(SHOTS))))

    tour.go(company, center, Way(size, mode), seen)
    print(f"{center} {size} {mode}: {time.time() - started:.0f} s", flush=True)


def _write_index(taken: list[tuple[str, str, str]]) -> None:
    """One page with all pictures, by city and way."""
    parts = ["<!doctype html><meta charset='utf-8'><title>Anju</title><style>"]
    parts.append(
        "body{font:16px sans-serif;margin:2rem}figure{display:inline-block;margin:.5rem;"
        "vertical-align:top;width:240px}img{width:240px;border:1px solid #ccc}"
        "figcaption{font-size:.8rem}</style>"
    )
    group = ("", "")
    for center, way, path in taken:
        if (center, way) != group:
            group = (center, way)
            parts.append(f"<h2>{escape(center)} · {escape(way)}</h2>")
        link = escape(path)
        parts.append(
            f"<figure><a href='{link}'><img loading='lazy' src='{link}' alt=''></a>"
            f"<figcaption>{escape(Path(path).stem)}</figcaption></figure>"
        )
    (SHOTS / "index.html").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
