"""Identifiers: tidied, checked by their standards, and explained in Chinese when wrong."""

from datetime import date, timedelta

import pytest
import stdnum.cn.ric
import stdnum.cn.uscc
import stdnum.luhn
from hypothesis import assume, given
from hypothesis import strategies as st

from anju.domain.identifiers import (
    birth_date,
    card_number_problem,
    id_check_digit,
    id_number_problem,
    normalise_card_number,
    normalise_id_number,
    normalise_phone,
    normalise_uscc,
    phone_problem,
    uscc_check_character,
    uscc_problem,
)
from anju.domain.tests.worked import table

TODAY = date(2026, 11, 20)
VALID = "142700199101010008"
USCC = "91350100M000100Y43"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PLACES = st.sampled_from(["149999", "539999", "110101", "650000", "710000", "810000", "830000"])
FIRST17 = st.builds(
    lambda place, born, order: f"{place}{born:%Y%m%d}{order:03d}",
    PLACES,
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)
ID_NUMBERS = FIRST17.map(lambda first17: first17 + id_check_digit(first17))


def with_check(first17: str) -> str:
    return first17 + id_check_digit(first17)


@pytest.mark.parametrize(("first17", "check"), table("identifiers.md", "id"))
def test_check_digits_of_the_table(first17: str, check: str) -> None:
    assert id_check_digit(first17) == check
    assert id_number_problem(first17 + check, TODAY) is None


@pytest.mark.parametrize(("old", "new"), table("identifiers.md", "id15"))
def test_old_numbers_become_the_new_ones(old: str, new: str) -> None:
    assert normalise_id_number(old) == new
    assert id_number_problem(old, TODAY) is None
    assert birth_date(old) == birth_date(new)


@pytest.mark.parametrize(
    "typed",
    [
        "142700 19910101 0008",
        "１４２７００１９９１０１０１０００８",
        "142700-19910101-0008",
        "142700—19910101–0008",
        "\u3000142700199101010008\n",
    ],
)
def test_numbers_are_tidied(typed: str) -> None:
    assert normalise_id_number(typed) == VALID
    assert id_number_problem(typed, TODAY) is None


def test_a_small_x_is_the_large_one() -> None:
    first17 = next(row[0] for row in table("identifiers.md", "id") if row[1] == "X")
    assert normalise_id_number(first17 + "x") == first17 + "X"
    assert normalise_id_number(first17 + "ｘ") == first17 + "X"


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("", "请填写身份证号码"),
        ("  ", "请填写身份证号码"),
        ("14270019910101000", "现为 17 位"),
        ("1427001991010100081", "现为 19 位"),
        ("14270019910101000A", "只能是数字"),
        ("X42700199101010008", "只能是数字"),
        ("١٤٢٧٠٠١٩٩١٠١٠١٠٠٠٨", "只能是数字"),
        (with_check("99999919910101000"), "前两位"),
        (with_check("16999919910101000"), "前两位"),
        (with_check("84999919910101000"), "前两位"),
        (with_check("14999919900230000"), "出生日期不存在"),
        (with_check("14999900000101000"), "出生日期不存在"),
        (with_check("14999919901301000"), "出生日期不存在"),
        (with_check("14999920261121000"), "晚于今天"),
        (with_check("14999918991231000"), "早于 1900 年"),
        ("142700199101010001", "校验不通过"),
    ],
)
def test_wrong_numbers_are_explained(number: str, part: str) -> None:
    problem = id_number_problem(number, TODAY)
    assert problem is not None
    assert part in problem
    assert problem.endswith("。")


def test_a_child_born_today_has_a_number() -> None:
    born_today = with_check("14999920261120000")
    assert id_number_problem(born_today, TODAY) is None
    assert id_number_problem(born_today, TODAY - timedelta(1)) is not None


@given(FIRST17)
def test_an_independent_check_digit_agrees(first17: str) -> None:
    assert id_check_digit(first17) == stdnum.cn.ric.calc_check_digit(first17 + "0")
    assert id_number_problem(with_check(first17), TODAY) is None


@given(ID_NUMBERS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    assert id_number_problem(number[:place] + digit + number[place + 1 :], TODAY) is not None


@given(ID_NUMBERS, st.integers(0, 16))
def test_two_digits_swapped_are_always_seen(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert id_number_problem(swapped, TODAY) is not None


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    for normalise in (normalise_id_number, normalise_uscc, normalise_card_number):
        assert normalise(normalise(text)) == normalise(text)


@given(st.text(min_size=1, max_size=20) | st.text("0123456789X", min_size=15, max_size=19))
def test_problems_never_print_the_number(text: str) -> None:
    told = [id_number_problem(text, TODAY), uscc_problem(text), card_number_problem(text)]
    assume(len(text.strip()) > 4)
    assert all(text.strip() not in problem for problem in told if problem)


@pytest.mark.parametrize("first17", ["", "1427001991010100", "1427001991010100X", "1" * 18])
def test_a_check_digit_needs_seventeen_digits(first17: str) -> None:
    with pytest.raises(ValueError, match="17"):
        id_check_digit(first17)


@pytest.mark.parametrize("number", ["", "123", "142700ABCDEFGH0008", "142700199013010008"])
def test_no_birth_date_without_one(number: str) -> None:
    with pytest.raises(ValueError):
        birth_date(number)


def test_the_birth_date() -> None:
    assert birth_date(VALID) == date(1991, 1, 1)


@pytest.mark.parametrize(("first17", "check"), table("identifiers.md", "uscc"))
def test_credit_codes_of_the_table(first17: str, check: str) -> None:
    assert uscc_check_character(first17) == check
    assert uscc_problem(first17 + check) is None


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("", "请填写统一社会信用代码"),
        (USCC[:17], "现为 17 位"),
        ("YCSZFGJJGLZX000000", "不含 I、O、S、V、Z"),
        ("9135010AM000100Y43", "第 3 至 8 位"),
        (USCC[:17] + "4", "校验不通过"),
    ],
)
def test_wrong_credit_codes_are_explained(code: str, part: str) -> None:
    problem = uscc_problem(code)
    assert problem is not None
    assert part in problem


@given(st.from_regex(r"[159Y][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}", fullmatch=True))
def test_an_independent_credit_code_check_agrees(first17: str) -> None:
    check = uscc_check_character(first17)
    assert check == stdnum.cn.uscc.calc_check_digit(first17)
    assert uscc_problem(f" {first17.lower()}-{check} ") is None
    for other in USCC_ALPHABET.replace(check, ""):
        assert uscc_problem(first17 + other) is not None


@pytest.mark.parametrize("first17", ["", "I" * 17, "1" * 18])
def test_a_credit_code_check_needs_its_alphabet(first17: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        uscc_check_character(first17)


@given(st.text("0123456789", min_size=15, max_size=18))
def test_an_independent_luhn_agrees(digits: str) -> None:
    right = stdnum.luhn.calc_check_digit(digits)
    for check in "0123456789":
        problem = card_number_problem(f"{digits[:6]} {digits[6:]}-{check}")
        assert (problem is None) is (check == right)


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("", "请填写银行卡号"),
        ("62100000000000000", "校验不通过"),
        ("6210000000000", "现为 13 位"),
        ("62100000000000000000", "现为 20 位"),
        ("621000000000000000O", "只能是数字"),
    ],
)
def test_wrong_cards_are_explained(number: str, part: str) -> None:
    problem = card_number_problem(number)
    assert problem is not None
    assert part in problem


@pytest.mark.parametrize(
    "typed",
    ["15000000000", "150 0000 0000", "+86 150-0000-0000", "008615000000000", "８６15000000000"],
)
def test_phones_are_tidied(typed: str) -> None:
    assert normalise_phone(typed) == "15000000000"
    assert phone_problem(typed) is None


@pytest.mark.parametrize(
    "typed", ["", "12000000000", "1500000000", "150000000000", "03592059100", "1５a00000000"]
)
def test_wrong_phones_are_explained(typed: str) -> None:
    problem = phone_problem(typed)
    assert problem is not None
    assert "手机号码" in problem
