"""No city can choose a colour that cannot be read."""

import re
from pathlib import Path

import pytest

from anju.channels.pages import palette as p

CSS = Path(__file__).parent.parent / "static/pages/css"
HUES = ["#b3191f", "#0d6a6e", "#ffcc00", "#7fff00", "#101010", "#f5f5f5", "#8888ff"]
DARKS = ["#ff8a80", "#5fc2c4", "#333333"]
GROUNDS = ["#f6f3f0", "#eef3f3"]

# ink, paper: every pair of hue-dependent tokens that the styles put together
PAIRS = [
    ("primary", "surface"),
    ("primary", "ground"),
    ("primary", "tint"),
    ("primary", "sunken"),
    ("on_fill", "fill"),
    ("on_fill", "fill_press"),
    ("on_hero", "hero_a"),
    ("on_hero", "hero_b"),
    ("on_hero_quiet", "hero_a"),
    ("on_hero_quiet", "hero_b"),
]
# ink, paper: semantic tokens of tokens.css on the city's grounds
SEMANTIC = [
    ("text", "surface"),
    ("text", "ground"),
    ("text", "sunken"),
    ("quiet", "surface"),
    ("quiet", "ground"),
    ("quiet", "sunken"),
    ("ok", "surface"),
    ("ok", "ok-tint"),
    ("warn", "warn-tint"),
    ("danger", "surface"),
    ("danger", "danger-tint"),
    ("info", "info-tint"),
    ("text", "info-tint"),
    ("text", "ok-tint"),
    ("text", "warn-tint"),
    ("text", "danger-tint"),
]


def fixed_tokens() -> tuple[dict[str, str], dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text().split("prefers-color-scheme: dark", 1)
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return found[0], found[1]


@pytest.mark.parametrize("light", HUES)
@pytest.mark.parametrize("dark", DARKS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_pair_reads_in_both_modes(light, dark, ground):
    made = p.palette(light=light, dark=dark, ground=ground)
    for mode in (made.light, made.dark):
        for ink, paper in PAIRS:
            ratio = p.contrast(p.parse(getattr(mode, ink)), p.parse(getattr(mode, paper)))
            assert ratio >= 4.5, (ink, paper, mode)


@pytest.mark.parametrize("ground", GROUNDS)
def test_semantic_colours_read_on_the_citys_grounds(ground):
    made = p.palette(light="#b3191f", dark="#ff8a80", ground=ground)
    for mode, fixed in zip((made.light, made.dark), fixed_tokens(), strict=True):
        colours = fixed | {name.replace("_", "-"): getattr(mode, name) for name in mode.__slots__}
        for ink, paper in SEMANTIC:
            ratio = p.contrast(p.parse(colours[ink]), p.parse(colours[paper]))
            assert ratio >= 4.5, (ink, paper, ratio, mode)


def test_edges_of_inputs_are_seen():
    """WCAG 1.4.11 asks 3:1 for what shows where a field is."""
    for fixed in fixed_tokens():
        assert p.contrast(p.parse(fixed["border"]), p.parse(fixed["surface"])) >= 3


def test_contrast_is_the_standards():
    assert p.contrast(p.WHITE, p.BLACK) == pytest.approx(21)
    assert p.contrast(p.parse("#767676"), p.WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "", "#1234567"])
def test_only_six_digits_are_a_colour(text):
    with pytest.raises(ValueError):
        p.parse(text)


def test_a_good_hue_is_left_alone():
    made = p.palette(light="#0d6a6e", dark="#5fc2c4", ground="#eef3f3")
    assert made.light.primary == "#0d6a6e"
    assert made.dark.primary == "#5fc2c4"
    assert made.css().count("{") == made.css().count("}") == 3


def test_styles_stay_within_old_webviews():
    """No nesting, layers, :has or newer colour functions; every colour from a token but print."""
    for sheet in CSS.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        for banned in ("@layer", ":has(", "oklch", "color-mix", "@container", "&"):
            assert banned not in text, (sheet.name, banned)
        if sheet.name not in ("tokens.css", "print.css"):
            assert not re.search(r"#[0-9a-fA-F]{3,6}\b", text), sheet.name
