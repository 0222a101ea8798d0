"""A city that names what no folder has does not start, and is told where the mistake stands."""

import shutil

import pytest
from django.conf import settings

from anju import policy
from anju.config import discovery

SERVICE = "services/withdrawals.retirement.yaml"


@pytest.fixture
def root(tmp_path):
    copy = tmp_path / "centers"
    shutil.copytree(settings.ENVIRONMENT.centers_dir, copy)
    return copy


@pytest.mark.parametrize(
    ("file", "before", "after", "reason"),
    [
        (SERVICE, "retirement.account_frozen", "retirement.acount_frozen", "has no rule"),
        (SERVICE, "[retirement.card_too_young]", "[retirement.card_too_old]", "has no rule"),
        (SERVICE, "code: card_holder", "code: card_owner", "there is no field card_owner"),
        ("center.yaml", "code: paid_through", "code: paid_until", "there is no field paid_until"),
    ],
)
def test_a_misspelt_name_stops_the_start_at_its_line(root, file, before, after, reason):
    path = root / "yuncheng" / file
    text = path.read_text()
    assert before in text
    line = text[: text.index(before)].count("\n") + 1
    path.write_text(text.replace(before, after))
    with pytest.raises(policy.PolicyError) as refused:
        discovery.check_policy(policy.load("yuncheng", root))
    assert reason in refused.value.reason
    assert refused.value.file.endswith(file)
    assert refused.value.line == line


def test_a_service_that_no_folder_declares_stops_the_start(root):
    known = root / "yuncheng" / SERVICE
    known.with_name("withdrawals.lantern.yaml").write_text(known.read_text())
    with pytest.raises(policy.PolicyError) as refused:
        discovery.check_policy(policy.load("yuncheng", root))
    assert "withdrawals.lantern" in refused.value.reason


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_both_cities_start(center):
    discovery.check_policy(policy.load(center, settings.ENVIRONMENT.centers_dir))
