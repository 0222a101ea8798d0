"""`anju check-policy` says OK, or where to look."""

import argparse
import shutil
from pathlib import Path

import pytest

from anju.config.commands import check_policy
from anju.config.environment import CHECKOUT, EnvironmentProblem


def check(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, list[str]]:
    parser = argparse.ArgumentParser()
    check_policy.add_arguments(parser)
    status = check_policy.run(parser.parse_args(words))
    return status, capfdbinary.readouterr().out.decode().splitlines()


@pytest.fixture
def centers(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "centers", tmp_path / "centers"))


def test_the_shipped_centres_are_in_order(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    status, lines = check(capfdbinary)
    assert status == 0
    assert [line.split(":")[0] for line in lines if ": OK, version " in line] == [
        "xishuangbanna",
        "yuncheng",
    ]
    assert any("card_age_hours_min" in line and "national/params.yaml:" in line for line in lines)
    assert len(check(capfdbinary, "--quiet")[1]) == 2


def test_a_bad_file_is_named_and_the_other_centre_still_checked(
    centers: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (centers / "xishuangbanna/banks.yaml").write_text("banks: none\n")
    status, lines = check(capfdbinary, "--centers", str(centers), "--quiet")
    assert status == 1
    assert lines[0].startswith(f"xishuangbanna: {centers}/xishuangbanna/banks.yaml:1: banks: ")
    assert lines[1].startswith("yuncheng: OK")
    assert check(capfdbinary, "--centers", str(centers), "--quiet", "yuncheng")[0] == 0


def test_a_worked_example_that_fails_is_told(
    centers: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = centers / "yuncheng/examples.yaml"
    file.write_text(file.read_text("utf-8").replace("18092", "18093"), "utf-8")
    status, lines = check(capfdbinary, "--centers", str(centers), "--quiet", "yuncheng")
    assert status == 1
    assert "yuncheng/examples.yaml" in lines[0]
    assert "18092" in lines[0]


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_no_folder_no_answer(
    folder: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EnvironmentProblem):
        check(capfdbinary, "--centers", str(tmp_path / folder))
