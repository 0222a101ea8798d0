"""A city lies over the national folder by name, and only where it may."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from anju.policy import PolicyError, load

DAY = date(2026, 11, 20)


def write(centers: Path, file: str, text: str) -> Path:
    (centers / file).write_text(text, "utf-8")
    return centers


def own(name: str, value: str, *, extra: str = "") -> str:
    return (
        f"{name}:\n  reviewed_on: 2026-11-02\n{extra}  values:\n"
        f'    2026-10-01: {{value: "{value}", basis: 本市规定}}\n'
    )


def test_a_citys_value_stands_in_place_of_the_national_one(centers: Path) -> None:
    write(centers, "yuncheng/params.yaml", own("card_age_hours_min", "24"))
    in_city = load("yuncheng", centers).params
    assert in_city.card_age_hours_min.on(DAY).value == 24
    assert in_city.card_age_hours_min.on(DAY).basis == "本市规定"
    assert in_city["card_age_hours_min"].file == f"{centers}/yuncheng/params.yaml"
    assert (
        in_city["card_age_hours_min"].says == "收款卡绑定满多少小时才算稳定；未满的申请转人工复核"
    )
    elsewhere = load("xishuangbanna", centers).params
    assert elsewhere.card_age_hours_min.on(DAY).value == 72


def test_what_is_fixed_stays(centers: Path) -> None:
    write(centers, "yuncheng/params.yaml", "\n" + own("decision_working_days_max", "30"))
    with pytest.raises(PolicyError) as caught:
        load("yuncheng", centers)
    assert caught.value.file == f"{centers}/yuncheng/params.yaml"
    assert caught.value.line == 2
    assert caught.value.reason == "decision_working_days_max is fixed: no city may change it"


def test_no_city_sets_its_own_interest_rate(centers: Path) -> None:
    write(centers, "yuncheng/rates.yaml", own("deposit", "0.03"))
    with pytest.raises(PolicyError, match="deposit is fixed"):
        load("yuncheng", centers)


def test_a_name_that_the_national_file_does_not_declare(centers: Path) -> None:
    write(centers, "yuncheng/params.yaml", own("card_age_hour_min", "24"))
    with pytest.raises(PolicyError, match=r"params\.yaml:1: card_age_hour_min is not declared"):
        load("yuncheng", centers)


@pytest.mark.parametrize("restated", ["fixed: true", "unit: days", "says: 别的", 'at_most: "9"'])
def test_a_city_gives_values_and_cannot_restate_their_meaning(centers: Path, restated: str) -> None:
    text = own("card_age_hours_min", "24", extra=f"  {restated}\n")
    write(centers, "yuncheng/params.yaml", text)
    with pytest.raises(PolicyError, match=r"params\.yaml:3: .* is not a name that is known here"):
        load("yuncheng", centers)


def test_national_bounds_hold_for_cities(centers: Path) -> None:
    write(centers, "yuncheng/params.yaml", own("sms_code_tries", "500"))
    with pytest.raises(PolicyError, match="500 is outside 1 to 5"):
        load("yuncheng", centers)


def test_words_and_reasons_of_a_city(centers: Path) -> None:
    write(centers, "yuncheng/words.yaml", "account_states:\n  open: 正常缴存\n")
    write(
        centers,
        "yuncheng/reasons.yaml",
        "reject:\n  not_the_member: {label: 非本人, tells: 请本人办理。}\n",
    )
    policy = load("yuncheng", centers)
    assert policy.words.account_states["open"] == "正常缴存"
    assert policy.words.account_states["sealed"] == "封存"
    assert policy.reasons.reject["not_the_member"].label == "非本人"
    assert set(policy.reasons.reject) == set(load("xishuangbanna", centers).reasons.reject)


def test_a_local_holiday_is_added(centers: Path) -> None:
    songkran = date(2026, 4, 14)
    assert not load("xishuangbanna", centers).calendar.is_working_day(songkran)
    assert load("yuncheng", centers).calendar.is_working_day(songkran)


def test_a_local_holiday_on_a_day_the_nation_works(centers: Path) -> None:
    write(
        centers,
        "yuncheng/calendar.yaml",
        'years:\n  "2026":\n    basis: 本市\n    holidays: [[2026-10-10, 2026-10-10]]\n',
    )
    with pytest.raises(PolicyError, match=r"calendar\.yaml:2: 2026-10-10 is listed as holiday"):
        load("yuncheng", centers)


def test_assumed_values_are_listed_with_their_place(centers: Path) -> None:
    assumed = {entry.name: entry for entry in load("xishuangbanna", centers).assumed()}
    card = assumed["card_age_hours_min 2016-02-21"]
    lines = (centers / "national/params.yaml").read_text("utf-8").splitlines()
    assert lines[card.line - 4] == "card_age_hours_min:" or "2016-02-21" in lines[card.line - 1]
    assert card.reason
    assert assumed["hours.opens"].file == f"{centers}/xishuangbanna/center.yaml"
    assert "holidays of 2027" in assumed
    assert "branches.0.phone" in assumed


def test_an_assumption_that_a_city_replaced_is_no_longer_one(centers: Path) -> None:
    names = {entry.name for entry in load("xishuangbanna", centers).assumed()}
    assert "password_length_max 2016-02-21" not in names
    names = {entry.name for entry in load("yuncheng", centers).assumed()}
    assert "password_length_max 2016-02-21" in names


def test_every_unit_gives_its_own_type(centers: Path) -> None:
    (centers / "national/params.yaml").open("a", encoding="utf-8").write(
        "".join(
            f"\nmade_up_{unit}:\n  says: 试\n  unit: {unit}\n  reviewed_on: 2026-11-01\n{extra}"
            f'  values:\n    2026-01-01: {{value: "{value}", basis: 试}}\n'
            for unit, value, extra in (
                ("per_year", "0.0285", ""),
                ("ratio", "0.70", ""),
                ("yuan", "1560.50", ""),
                ("fen", "156050", ""),
                ("flag", "yes", ""),
                ("time_of_day", "08:30", ""),
                ("choice", "days_360", "  choices: [days_360, days_365]\n"),
            )
        )
    )
    params = load("yuncheng", centers).params
    values = {name: params[name].dated.on(DAY).value for name in params if "made_up" in name}
    assert values["made_up_per_year"] == Fraction(57, 2000)
    assert values["made_up_ratio"] == Fraction(7, 10)
    assert values["made_up_yuan"] == values["made_up_fen"] == 156050
    assert values["made_up_flag"] is True
    assert str(values["made_up_time_of_day"]) == "08:30:00"
    assert values["made_up_choice"] == "days_360"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("contribution_base_floor", "99999.00", r"contribution_base_floor: above its upper end"),
        ("member_ratio_max", "0.05", None),
        ("member_ratio_min", "0.08", None),
        ("member_ratio_min", "0.04", r"member_ratio_min: 0.04 is outside 0.05 to 0.12"),
        ("employer_ratio_max", "0.13", r"employer_ratio_max: 0.13 is outside 0.05 to 0.12"),
        ("contribution_cap_multiple", "4", r"contribution_cap_multiple: 4 is outside 2 to 3"),
        ("remittance_due_days", "9", r"remittance_due_days is fixed"),
    ],
)
def test_the_limits_of_contributions_do_not_contradict_each_other(
    centers: Path, name: str, value: str, line: str | None
) -> None:
    text = own(name, value).replace("2026-10-01", "2002-03-24")
    write(centers, "yuncheng/params.yaml", text)
    if line is None:
        assert load("yuncheng", centers).params[name].file.endswith("yuncheng/params.yaml")
    else:
        with pytest.raises(PolicyError, match=line):
            load("yuncheng", centers)


def test_a_least_ratio_above_the_most_is_refused(centers: Path) -> None:
    both = own("employer_ratio_min", "0.10") + own("employer_ratio_max", "0.08")
    write(centers, "yuncheng/params.yaml", both.replace("2026-10-01", "2002-03-24"))
    with pytest.raises(PolicyError, match=r"params\.yaml:1: employer_ratio_min: above its upper"):
        load("yuncheng", centers)
