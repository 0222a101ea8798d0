"""Lists cut into pages: nothing is shown twice, nothing is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.store.paging import cut


@given(count=st.integers(0, 500), size=st.integers(1, 60))
def test_the_pages_together_are_the_list(count, size):
    rows = list(range(count))
    pages = cut(count, size=size, number=1).pages
    told = [rows[cut(count, size=size, number=number).rows] for number in range(1, pages + 1)]
    assert [row for page in told for row in page] == rows
    assert all(len(page) <= size for page in told)
    assert all(told) or count == 0


@pytest.mark.parametrize(("asked", "number"), [(-3, 1), (0, 1), (1, 1), (3, 3), (4, 3), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest(asked, number):
    found = cut(21, size=10, number=asked)
    assert (found.number, found.pages) == (number, 3)
