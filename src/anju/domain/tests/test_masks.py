"""A mask shows what the table says and tells nothing of what it hides."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain import masks
from anju.domain.tests.worked import table

DIGITS = st.text("0123456789X", max_size=24)
# name of mask, characters kept in front and behind, lengths at which anything is kept
KEPT = [
    ("id_number", 6, 4, range(18, 19)),
    ("phone", 3, 4, range(11, 12)),
    ("card", 0, 4, range(8, 100)),
    ("account", 2, 2, range(6, 100)),
    ("organisation", 2, 2, range(6, 100)),
    ("uscc", 2, 4, range(18, 19)),
]


def mask(name: str) -> Callable[[str], str]:
    found: Callable[[str], str] = getattr(masks, f"mask_{name}")
    return found


@pytest.mark.parametrize(("name", "value", "shown"), table("identifiers.md", "masks"))
def test_masks_of_the_table(name: str, value: str, shown: str) -> None:
    assert mask(name)(value) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("id_number", "142700910101000", "*" * 15),
        ("phone", "03592059100"[:10], "*" * 10),
        ("card", "1234567", "····"),
        ("card", "12345678", "····5678"),
        ("account", "12345", "*****"),
        ("account", "123456", "12**56"),
        ("organisation", "盐湖演示第一中学", "盐湖****中学"),
        ("organisation", "演示茶社", "****"),
        ("uscc", "91350100M000100Y43", "91************0Y43"),
        ("uscc", "91350100", "********"),
        ("name", "", ""),
        ("phone", "", ""),
    ],
)
def test_values_of_unexpected_length_are_hidden_whole(name: str, value: str, shown: str) -> None:
    assert mask(name)(value) == shown


@pytest.mark.parametrize(("name", "first", "last", "lengths"), KEPT)
@given(value=DIGITS, other=DIGITS)
def test_what_is_hidden_does_not_change_the_mask(
    name: str, first: int, last: int, lengths: range, value: str, other: str
) -> None:
    size = len(value)
    filler = (other + "0" * size)[:size]
    if size in lengths:
        twin = value[:first] + filler[first : size - last] + value[size - last :]
    else:
        twin = filler
    assert mask(name)(value) == mask(name)(twin)


@given(st.text(min_size=1, max_size=30), st.text(min_size=30, max_size=30))
def test_a_masked_name_tells_its_ends_only(name: str, other: str) -> None:
    keeps_last = len(name) > 2
    twin = name[:1] + other[1 : len(name) - keeps_last] + (name[-1:] if keeps_last else "")
    if len(name) == 1:
        twin = other[:1]
    assert masks.mask_name(name) == masks.mask_name(twin)
    assert len(masks.mask_name(name)) == len(name)
