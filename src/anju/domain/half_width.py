"""Text as keyboards really send it: full-width characters and stray spaces made plain."""

_FULL_WIDTH_OFFSET = 0xFEE0
# Only the printable ASCII block is folded. Unicode's own folding (NFKC) would also turn "²" and
# "①" into digits, and a number must never grow a digit nobody typed.
_TO_HALF_WIDTH = {code: code - _FULL_WIDTH_OFFSET for code in range(0xFF01, 0xFF5F)}


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs made half width, all spaces removed.

    Spaces inside go too: people type bank cards in groups of four and amounts with gaps.
    """
    return "".join(text.translate(_TO_HALF_WIDTH).split())
