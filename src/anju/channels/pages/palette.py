"""From the hue of a city to a readable palette, light and dark.

A centre's folder names its colour on light, on dark, and its ground. Everything that depends on
them is computed here, so that no city can choose an unreadable button: each colour is moved until
its contrast holds on every ground it may stand on.
Contrast is WCAG 2.2's (relative luminance, 1.4.3); the tests measure every pair that is used.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache

Colour = tuple[float, float, float]

WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
READABLE = 5.0  # a little above the 4.5 the standard asks, so that rounding never falls below
GROUND_CONTRAST = 1.1  # the least at which white groups are seen on the page's own ground
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def parse(hex_text: str) -> Colour:
    """Read `#rrggbb` into three parts from 0 to 1; ValueError for anything else."""
    if not _HEX.fullmatch(hex_text):
        raise ValueError(f"not a #rrggbb colour: {hex_text!r}")
    red, green, blue = (int(hex_text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def hex_of(colour: Colour) -> str:
    """Write a colour as `#rrggbb`."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """Blend `share` (0 to 1) of `other` into `colour`."""
    red, green, blue = (a * (1 - share) + b * share for a, b in zip(colour, other, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Relative luminance from 0 to 1, as WCAG 2.2 defines it."""
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio from 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _until_readable(colour: Colour, against: tuple[Colour, ...], towards: Colour) -> Colour:
    """Move a colour towards black or white until it reads on every given ground."""
    for step in range(51):
        moved = mix(colour, towards, step / 50)
        if min(contrast(moved, ground) for ground in against) >= READABLE:
            return moved
    return towards


@dataclass(frozen=True, slots=True)
class Mode:
    """The hue-dependent tokens of one mode, as `#rrggbb`, in the order they are printed."""

    ground: str
    surface: str
    sunken: str
    line: str
    primary: str
    fill: str
    fill_press: str
    on_fill: str
    tint: str
    hero_a: str
    hero_b: str
    on_hero: str
    on_hero_quiet: str

    def css(self) -> str:
        """Return the declarations, one custom property a line."""
        return "\n".join(
            f"  --{name.replace('_', '-')}: {getattr(self, name)};" for name in self.__slots__
        )


@dataclass(frozen=True, slots=True)
class Palette:
    """What a city's hue becomes in light and in dark."""

    light: Mode
    dark: Mode

    def css(self) -> str:
        """Return the centre's stylesheet: custom properties and nothing else."""
        dark = self.dark.css().replace("\n", "\n  ")
        return (
            f":root {{\n{self.light.css()}\n}}\n"
            f"@media (prefers-color-scheme: dark) {{\n  :root {{\n  {dark}\n  }}\n}}\n"
        )


def _neutral(hue: float, lightness: float, saturation: float) -> Colour:
    """A grey with a breath of the city's hue: warm for reds and yellows, else its own."""
    warm = hue < 0.2 or hue > 0.88
    return colorsys.hls_to_rgb(0.09 if warm else hue, lightness, saturation)


def _set_apart(ground: Colour) -> Colour:
    """Deepen a ground until white cards stand out on it, whatever shade the city named."""
    for step in range(21):
        deeper = mix(ground, BLACK, step / 200)
        if contrast(WHITE, deeper) >= GROUND_CONTRAST:
            return deeper
    return ground


def _light(colour: Colour, ground: Colour) -> Mode:
    tint = mix(colour, WHITE, 0.92)
    ground = _set_apart(ground)
    primary = _until_readable(colour, (WHITE, tint, ground), BLACK)
    hero_b = mix(primary, BLACK, 0.28)
    return Mode(
        ground=hex_of(ground),
        surface="#ffffff",
        sunken=hex_of(mix(ground, WHITE, 0.45)),
        line=hex_of(mix(ground, BLACK, 0.1)),
        primary=hex_of(primary),
        fill=hex_of(primary),
        fill_press=hex_of(mix(primary, BLACK, 0.18)),
        on_fill="#ffffff",
        tint=hex_of(tint),
        hero_a=hex_of(primary),
        hero_b=hex_of(hero_b),
        on_hero="#ffffff",
        on_hero_quiet=hex_of(_until_readable(mix(WHITE, primary, 0.2), (primary, hero_b), WHITE)),
    )


def _dark(colour: Colour, on_dark: Colour) -> Mode:
    hue = colorsys.rgb_to_hls(*colour)[0]
    surface = _neutral(hue, 0.125, 0.07)
    tint = mix(colour, surface, 0.8)
    sunken = _neutral(hue, 0.16, 0.07)
    primary = _until_readable(on_dark, (surface, tint, sunken), WHITE)
    fill = _until_readable(colour, (WHITE,), BLACK)
    hero_a, hero_b = mix(fill, BLACK, 0.18), mix(fill, BLACK, 0.5)
    return Mode(
        ground=hex_of(_neutral(hue, 0.07, 0.09)),
        surface=hex_of(surface),
        sunken=hex_of(sunken),
        line=hex_of(_neutral(hue, 0.25, 0.06)),
        primary=hex_of(primary),
        fill=hex_of(fill),
        fill_press=hex_of(mix(fill, BLACK, 0.18)),
        on_fill="#ffffff",
        tint=hex_of(tint),
        hero_a=hex_of(hero_a),
        hero_b=hex_of(hero_b),
        on_hero="#ffffff",
        on_hero_quiet=hex_of(_until_readable(mix(WHITE, hero_a, 0.2), (hero_a, hero_b), WHITE)),
    )


@lru_cache(maxsize=32)
def palette(*, light: str, dark: str, ground: str) -> Palette:
    """Compute a centre's palette from the colours of its folder, each `#rrggbb`.

    `light` marks buttons and links on light pages, `dark` links on dark ones, `ground` is the
    page's own light background. Raises ValueError when a text is not such a colour.
    """
    colour = parse(light)
    return Palette(light=_light(colour, parse(ground)), dark=_dark(colour, parse(dark)))
