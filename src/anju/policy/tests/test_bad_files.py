"""Every kind of mistake in a centre's folder is refused, with the file, the line and the reason."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from anju.policy import PolicyError, load

Change = Callable[[str, str, str], Path]


class Plant(NamedTuple):
    """A mistake: what is written instead of what, the line it is on, and what must be said."""

    file: str
    old: str
    new: str
    marker: str
    says: str


CENTER = "yuncheng/center.yaml"
RATES = "national/rates.yaml"
SERVICE = "yuncheng/services/withdrawals.retirement.yaml"
PARAMS = "national/params.yaml"
DEMO = "yuncheng/demo.yaml"
EXAMPLES = "yuncheng/examples.yaml"
BANKS = "yuncheng/banks.yaml"

PLANTS = {
    "unknown name": Plant(
        CENTER, '  hotline: "12329"', '  hotlien: "12329"', "hotlien", "not a name that is known"
    ),
    "missing name": Plant(CENTER, '  hotline: "12329"\n', "", "identity:", "hotline is missing"),
    "name twice": Plant(
        CENTER,
        "  logo: logo.svg",
        "  logo: logo.svg\n  logo: other.svg",
        "other.svg",
        "'logo' stands here a second time",
    ),
    "broken yaml": Plant(CENTER, "menu:", "menu: [", "- title: 公积金", "expected"),
    "unquoted decimal": Plant(
        RATES, '"0.0150"', "0.0150", "value: 0.0150", "not in quotation marks"
    ),
    "unquoted time": Plant(CENTER, '"17:30"', "17:30", "closes: 17:30", "not in quotation marks"),
    "unquoted code": Plant(
        "yuncheng/banks.yaml", '  - code: "105"', "  - code: 105", "- code: 105", "valid string"
    ),
    "two accounts that pay": Plant(
        BANKS, "use: collects", "use: pays", "accounts:", "exactly one account pays"
    ),
    "an account's number twice": Plant(
        BANKS, "14050200000000000002", '14050100000000000001"  # again', "# again", "stands twice"
    ),
    "an account at a branch we do not have": Plant(
        BANKS, 'branch: "10201"', 'branch: "10299"', 'branch: "10299"', "no bank branch"
    ),
    "gains among the deposits": Plant(
        BANKS, "use: gains", "use: collects", 'code: "10201"', "gains are kept under 102"
    ),
    "anchor": Plant(
        SERVICE,
        "channels: [h5, web]",
        "channels: &both [h5, web]\nextra: *both",
        "channels: &both",
        "anchors and aliases",
    ),
    "tag": Plant(
        CENTER, 'opens: "08:30"', "opens: !!python/name:os.system x", "python/name", "the tag"
    ),
    "no such day": Plant(
        RATES,
        "reviewed_on: 2026-11-01",
        "reviewed_on: 2026-02-30",
        "2026-02-30",
        "not a day of the calendar",
    ),
    "no review day": Plant(
        RATES,
        "  reviewed_on: 2026-11-01\n",
        "",
        "deposit:",
        "deposit.reviewed_on is missing",
    ),
    "day of value misspelt": Plant(
        RATES, "2016-02-21:", "2016-2-21:", "2016-2-21:", "not a day written as"
    ),
    "days out of order": Plant(
        RATES,
        "  values:\n",
        '  values:\n    2020-01-01: {value: "0.01", basis: x}\n',
        "1993-01-01:",
        "stands after a later day",
    ),
    "percentage for a share": Plant(RATES, '"0.0150"', '"1.50"', 'value: "1.50"', "more than 1"),
    "not a number": Plant(PARAMS, 'value: "72"', 'value: "72h"', '"72h"', "not a whole number"),
    "out of bounds": Plant(PARAMS, 'value: "72"', 'value: "9000"', '"9000"', "outside"),
    "unknown unit": Plant(PARAMS, "unit: hours", "unit: weeks", "unit: weeks", "none of"),
    "neither basis nor assumed": Plant(
        RATES,
        "      basis: 银发",
        "      # basis: 银发",
        "2016-02-21:",
        "exactly one of both",
    ),
    "both basis and assumed": Plant(
        RATES,
        "      basis: 银发",
        "      assumed: 也许\n      basis: 银发",
        "2016-02-21:",
        "exactly one of both",
    ),
    "assumed names nothing": Plant(
        CENTER,
        "    movements: 取自",
        "    movement: 取自",
        "labels:",
        "'movement', which this block does not hold",
    ),
    "colour that cannot be read": Plant(
        CENTER, '"#b3261e"', '"#ffb3ad"', "hue:", "contrast 1.71, at least 4.5"
    ),
    "hours that never open": Plant(
        CENTER, 'closes: "17:30"', 'closes: "08:00"', 'closes: "08:00"', "not after they open"
    ),
    "logo missing": Plant(CENTER, "logo: logo.svg", "logo: seal.svg", "seal.svg", "no picture"),
    "menu opens nothing we have": Plant(
        CENTER,
        "service: withdrawals.retirement",
        "service: withdrawals.rent",
        "withdrawals.rent",
        "no services/withdrawals.rent.yaml",
    ),
    "unknown kind of page": Plant(
        SERVICE, "page: record", "page: form", "page: form", "steps.0.page"
    ),
    "sms without its words": Plant(
        SERVICE,
        "    code_hint: 请输入验证码\n",
        "",
        "page: record",
        "an SMS code needs code_label, code_hint and code_button",
    ),
    "evidence nobody asks for": Plant(
        SERVICE,
        "decision_working_days: 3",
        "slots:\n  - {code: id_front, label: 身份证, required: true, pages_max: 1, "
        "example: pictures/id_front.svg, hint: 清楚}\ndecision_working_days: 3",
        "title: 退休提取",
        "the service has ['id_front']",
    ),
    "checks without review": Plant(
        SERVICE, "when: not_green", "when: never", "review:", "of no use with when: never"
    ),
    "not green without checks": Plant(
        SERVICE,
        "  checks: [retirement.card_too_young]\n",
        "",
        "review:",
        "needs checks that can be green",
    ),
    "sampled without a share": Plant(
        SERVICE,
        "when: not_green\n  checks: [retirement.card_too_young]",
        "when: sampled",
        "review:",
        "sample_per_mille belongs to when: sampled",
    ),
    "unknown life event": Plant(
        SERVICE, "life_event: retirement", "life_event: ageing", "life_event", "life events"
    ),
    "slower than the law": Plant(
        SERVICE,
        "decision_working_days: 3",
        "decision_working_days: 5",
        "decision_working_days: 5",
        "staff may take 3 working days",
    ),
    "code of a rule misspelt": Plant(
        SERVICE,
        "- retirement.account_frozen",
        "- account frozen",
        "- account frozen",
        "conditions.3",
    ),
    "two branches of one code": Plant(
        "yuncheng/branches.yaml",
        "code: hejin\n",
        "code: yanhu # again\n",
        "# again",
        "stands twice",
    ),
    "holiday in another year": Plant(
        "national/calendar.yaml",
        "[2026-01-01, 2026-01-03]",
        "[2025-12-31, 2026-01-03]",
        '"2026":',
        "2025-12-31 does not lie in 2026",
    ),
    "holiday that is worked": Plant(
        "national/calendar.yaml",
        "workdays: [2026-01-04,",
        "workdays: [2026-01-03, 2026-01-04,",
        '"2026":',
        "2026-01-03 is listed as holiday and as working day",
    ),
    "working day on a weekday": Plant(
        "national/calendar.yaml",
        "workdays: [2026-01-04,",
        "workdays: [2026-01-05,",
        '"2026":',
        "2026-01-05 is no weekend day",
    ),
    "demo person with a wrong check digit": Plant(
        DEMO, '"1499991966031501', '"1499991966031502', '"1499991966031502', "id_number"
    ),
    "demo person at no employer": Plant(
        DEMO, "      employer: school", "      employer: academy", "academy", "no demo employer"
    ),
    "demo card at a bank we do not have": Plant(
        DEMO, '      bank: "105"', '      bank: "999"', "bank_branch", "no bank of this centre"
    ),
    "amount that is no whole number": Plant(
        EXAMPLES, "opening_fen: 1000000", 'opening_fen: "1"', 'opening_fen: "1"', "integer"
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_a_mistake_is_told_with_file_line_and_reason(plant: Plant, change: Change) -> None:
    root = change(plant.file, plant.old, plant.new)
    with pytest.raises(PolicyError) as caught:
        load("yuncheng", root)
    error = caught.value
    lines = (root / plant.file).read_text("utf-8").splitlines()
    expected = next(at for at, line in enumerate(lines, 1) if plant.marker in line)
    assert (error.file, error.line) == (f"{root}/{plant.file}", expected), str(error)
    assert plant.says in error.reason
    assert str(error) == f"{error.file}:{error.line}: {error.reason}"


def spoil(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("file", "content", "line", "says"),
    [
        ("yuncheng/centre.yaml", b"identity: x\n", 1, "nobody reads a file of this name"),
        ("yuncheng/services/retirement.yaml", b"title: x\n", 1, "nobody reads"),
        ("national/center.yaml", b"identity: x\n", 1, "nobody reads"),
        ("yuncheng/notes.txt", b"remember\n", 1, "nobody reads"),
        ("yuncheng/words.yaml", b"", 1, "the file is empty"),
        ("yuncheng/words.yaml", b"- a\n- b\n", 1, "must be a mapping"),
        ("yuncheng/words.yaml", b"a: b\nc: \xff\xfe\n", 2, "not UTF-8"),
        ("yuncheng/words.yaml", b"a: " + b"x" * 1_000_001, 1, "larger than"),
        ("yuncheng/words.yaml", b"a: " + b"[" * 40 + b"]" * 40, 1, "nested too deeply"),
        ("yuncheng/words.yaml", b"a: b\nc: " + b"[" * 900_000, 2, "nested too deeply"),
        ("yuncheng/words.yaml", b"a: b\nc:\n" + b"- " * 400_000, 3, "nested too deeply"),
        ("yuncheng/words.yaml", b"account_states:\n  open: 1\n", 2, "valid string"),
        ("yuncheng/words.yaml", b"\naccount_stats:\n  open: x\n", 2, "account_stats"),
        ("yuncheng/words.yaml", b"account_states: x\n", 1, "must be a mapping of codes"),
        ("yuncheng/words.yaml", b"account_states:\n  opened: x\n", 2, "not declared in the"),
        ("yuncheng/reasons.yaml", b"reject:\n  bored: {label: a, tells: b}\n", 2, "not declared"),
        ("yuncheng/logo.svg", b"<svg><script>1</script></svg>", 1, "may not hold '<script'"),
        ("yuncheng/logo.svg", b'<svg\n onload="x"></svg>', 2, "may not hold 'onload='"),
        ("yuncheng/logo.svg", b'<svg><a href="//x"/></svg>', 1, "may not hold 'href='"),
        ("yuncheng/logo.svg", b"<svg>" + b" " * 150_000, 1, "150000 bytes at most"),
        ("yuncheng/map.png", b"GIF89a", 1, "not what .png promises"),
    ],
)
def test_a_file_that_cannot_be_taken(
    file: str, content: bytes, line: int, says: str, centers: Path
) -> None:
    spoil(centers / file, content)
    with pytest.raises(PolicyError) as caught:
        load("yuncheng", centers)
    assert (caught.value.file, caught.value.line) == (f"{centers}/{file}", line)
    assert says in caught.value.reason


@pytest.mark.parametrize("name", ["center.yaml", "banks.yaml", "branches.yaml", "examples.yaml"])
def test_a_file_that_is_missing(name: str, centers: Path) -> None:
    (centers / "yuncheng" / name).unlink()
    with pytest.raises(PolicyError, match=f"yuncheng/{name}:1: the file is missing"):
        load("yuncheng", centers)


@pytest.mark.parametrize("name", ["national", "Yuncheng", "..", "a", "nowhere", "x/y"])
def test_a_centre_that_is_none(name: str, centers: Path) -> None:
    with pytest.raises(PolicyError):
        load(name, centers)


def test_the_national_folder_must_be_there(centers: Path) -> None:
    shutil.rmtree(centers / "national")
    with pytest.raises(PolicyError, match="no such folder"):
        load("yuncheng", centers)
