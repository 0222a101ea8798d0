"""The enterprise platform: who is told what, every fault, and the page."""

import pytest

ONE = {
    "uscc": "91149999DEM000010R",
    "name": "运城演示<b>新材料</b>有限公司",
    "address": "运城市盐湖区演示路 1 号",
    "founded_on": "2026-09-18",
    "legal_representative": "演示·薛明",
    "division": "140802",
    "password": "Kaiban-2026",
}


def register(town, **changes):
    return town.http.post("/enterprises/api/enterprises", json=ONE | changes)


def ask(town, *, uscc: str = ONE["uscc"], password: object = "Kaiban-2026"):
    return town.say(
        "/enterprises/v1/enterprises/query",
        kind="enterprise_query",
        uscc=uscc,
        password=password,
    )


def test_only_the_password_opens_the_register(town) -> None:
    register(town)
    status, told = ask(town)
    assert status == 200
    assert {name: told[name] for name in ONE if name != "password"} == {
        name: text for name, text in ONE.items() if name != "password"
    }
    assert "password" not in told
    assert ask(town, password="x")[1]["outcome"] == "wrong_password"
    assert "name" not in ask(town, password="x")[1]
    assert ask(town, uscc="91149999DEM000011W")[1]["outcome"] == "unknown"
    assert ask(town, password=7)[0] == 400


def test_a_revoked_one_lives_again(town) -> None:
    register(town)
    url = f"/enterprises/api/enterprises/{ONE['uscc']}/state"
    assert town.http.post(url, json={"state": "revoked"}).get_json()["changed"]
    assert ask(town)[1]["outcome"] == "revoked"
    assert not town.http.post(url, json={"state": "rich"}).get_json()["changed"]
    town.http.post(url, json={"state": "open"})
    assert ask(town)[1]["outcome"] == "found"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"uscc": "91149999DEM000010A"}, "校验"),
        ({"name": ""}, "各项都要填写"),
        ({"address": "长" * 101}, "不超过 100 字"),
        ({"division": "1408"}, "6 位数字"),
        ({"founded_on": "2026-13-01"}, "成立日期"),
    ],
)
def test_nobody_is_registered_with_nonsense(town, changes, says) -> None:
    answer = register(town, **changes)
    assert answer.status_code == 400
    assert says in answer.get_json()["error"]
    page = town.http.post("/enterprises/", data=ONE | changes, follow_redirects=True).text
    assert says in page
    assert town.http.get("/enterprises/api/enterprises").get_json()["enterprises"] == []


def test_faults_and_reset(town) -> None:
    register(town)
    for fault, status in (("down", 504), ("slow", 200), ("another", 200), ("garbled", 200)):
        town.world.stopping.set()  # waits end at once
        town.fault(fault, room="enterprises", times=1)
        assert ask(town)[0] == status
    town.fault("another", room="enterprises")
    assert ask(town)[1]["uscc"] != ONE["uscc"]
    town.http.post("/enterprises/api/reset")
    assert ask(town)[1]["outcome"] == "unknown"


def test_who_is_there_from_the_start_survives_a_reset(town) -> None:
    town.world.enterprises = (ONE,)
    town.http.post("/enterprises/api/reset")
    assert ask(town)[1]["outcome"] == "found"
    register(town, name="演示改名公司")
    assert ask(town)[1]["name"] == "演示改名公司"


def test_the_page_registers_and_revokes(town) -> None:
    page = town.http.post("/enterprises/", data=ONE, follow_redirects=True).text
    assert "运城演示&lt;b&gt;新材料" in page
    assert "存续" in page
    url = f"/enterprises/{ONE['uscc']}"
    assert "已吊销" in town.http.post(url, data={"state": "revoked"}, follow_redirects=True).text
