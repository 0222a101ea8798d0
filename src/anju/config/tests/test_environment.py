"""Every ANJU_… variable is read once, checked, and named when it makes no sense."""

from pathlib import Path

import pytest

from anju.config import environment
from anju.config.environment import EnvironmentProblem

URL = "postgresql://yuncheng_app:p%40ss%2Fword@db.example.org:6432/anju?sslmode=require"


def test_a_database_url_is_taken_apart_and_put_together():
    address = environment.parse_database_url(URL)
    assert (address.user, address.password) == ("yuncheng_app", "p@ss/word")
    assert (address.host, address.port, address.name) == ("db.example.org", 6432, "anju")
    assert address.options == (("sslmode", "require"),)
    assert address.url == URL


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://a@b", "anju", ""])
def test_a_url_that_is_none_is_refused(url):
    with pytest.raises(EnvironmentProblem, match="ANJU_DATABASE_URL"):
        environment.parse_database_url(url)


def test_hall_hosts():
    hosts = environment.parse_hall_hosts("counter=Staff.example.org, citizen=www.example.org")
    assert hosts == {"staff.example.org": "counter", "www.example.org": "citizen"}
    with pytest.raises(EnvironmentProblem, match="cellar"):
        environment.parse_hall_hosts("cellar=x.example.org")


def test_a_partner_is_an_adapter_and_its_settings():
    read = environment.read(
        {
            "ANJU_CENTER": "yuncheng",
            "ANJU_BANK_ADAPTER": "bank_direct",
            "ANJU_BANK_URL": "https://bank.example.org",
            "ANJU_BANK_READ_SECONDS": "5",
            "ANJU_SMS_URL": "",
        }
    )
    assert read.bank.adapter == "bank_direct"
    assert read.bank.settings == {"url": "https://bank.example.org", "read_seconds": "5"}
    assert read.sms == environment.Partner("sms_http", {})


def test_a_profile_that_is_none_is_refused():
    with pytest.raises(EnvironmentProblem, match="ANJU_PROFILE"):
        environment.read({"ANJU_PROFILE": "staging", "ANJU_CENTER": "yuncheng"})


def test_a_centre_is_always_named():
    with pytest.raises(EnvironmentProblem, match="ANJU_CENTER"):
        environment.read({})


def test_a_demo_has_defaults():
    read = environment.read({"ANJU_PROFILE": "demo", "ANJU_CENTER": "yuncheng"})
    assert read.centers_dir == environment.CHECKOUT / "centers"
    assert read.state == environment.CHECKOUT / ".anju"
    assert not read.production


def test_a_test_may_set_the_clock_file():
    read = environment.read({"ANJU_CENTER": "yuncheng", "ANJU_CLOCK_FILE": "/x/clock.json"})
    assert read.clock_file == Path("/x/clock.json")
