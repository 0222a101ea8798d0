"""Amounts in capitals agree with the table, and with an independent writer and reader."""

import cn2an
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anju.domain.money import FEN_MAX, parse_yuan, yuan
from anju.domain.tests.worked import table
from anju.domain.words import rmb_in_words


@pytest.mark.parametrize(("amount", "words"), table("amount_in_words.md", "words"))
def test_amounts_of_the_table(amount: str, words: str) -> None:
    assert rmb_in_words(parse_yuan(amount, allow_negative=True)) == words


# Zeros are where writers differ, so half of the amounts are sparse.
SPARSE = st.lists(st.sampled_from("00000000012589"), min_size=1, max_size=14).map(
    lambda digits: int("".join(digits))
)


@example(9_000_000_000_000)
@example(10_000_100_000)
@given(st.integers(0, FEN_MAX) | st.integers(0, 10**6) | SPARSE)
def test_an_independent_writer_agrees(fen: int) -> None:
    expected = cn2an.an2cn(yuan(fen).replace(",", ""), "rmb")
    # Where accounting practice asks for more than that writer gives: 整 after 角, and 零 for a
    # whole group of zeros before thousands.
    if expected.endswith("角"):
        expected += "整"
    if fen // 100 // 10**8 and fen // 100 // 10**4 % 10**4 == 0 and fen // 100 % 10**4 >= 1000:
        expected = expected.replace("亿", "亿零")
    assert rmb_in_words(fen) == expected


@given(st.integers(100, FEN_MAX) | SPARSE.filter(lambda fen: fen >= 100))
def test_an_independent_reader_reads_it_back(fen: int) -> None:
    whole, _, rest = rmb_in_words(fen).partition("元")
    assert cn2an.cn2an(whole, "strict") == fen // 100
    jiao, _, single = rest.partition("角") if "角" in rest else ("", "", rest)
    digits = "零壹贰叁肆伍陆柒捌玖"
    number = lambda text: digits.index(text) if text in digits and text else 0  # noqa: E731
    assert number(jiao) * 10 + number(single.strip("零整分")) == fen % 100


@given(st.integers(1, FEN_MAX))
def test_red_entries_say_so(fen: int) -> None:
    assert rmb_in_words(-fen) == "负" + rmb_in_words(fen)


@pytest.mark.parametrize("fen", [FEN_MAX + 1, -FEN_MAX - 1])
def test_beyond_the_largest_amount_nothing_is_written(fen: int) -> None:
    with pytest.raises(ValueError, match="超出"):
        rmb_in_words(fen)
