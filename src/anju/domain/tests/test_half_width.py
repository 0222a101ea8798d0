"""Only what a Chinese keyboard widens is narrowed."""

import pytest

from anju.domain.half_width import half_width


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("Ａｂ１２，．－", "Ab12,.-"), (" 1\u3000 2\t", "12"), ("²①½", "²①½"), ("汉字", "汉字")],
)
def test_half_width(typed: str, plain: str) -> None:
    assert half_width(typed) == plain
