"""The gateway: every id once, every fault as its sentence says."""


def send(town, message_id="DX1", text="验证码 204830", client="yuncheng"):
    return town.say(
        "/sms/v1/messages",
        client=client,
        kind="message",
        message_id=message_id,
        phone="15000000000",
        text=text,
    )


def inbox(town, **narrowed) -> list[str]:
    query = {"phone": "15000000000", **narrowed}
    answer = town.http.get("/sms/api/messages", query_string=query).get_json()
    return [message["text"] for message in answer["messages"]]


def test_newest_first_and_each_once(town) -> None:
    for message_id, text in (("1", "甲"), ("2", "乙"), ("1", "甲")):
        status, reply = send(town, message_id, text)
        assert (status, reply["outcome"], reply["message_id"]) == (200, "accepted", message_id)
    assert inbox(town) == ["乙", "甲"]
    assert inbox(town, phone="13900000000") == []


def test_two_centers_may_use_one_id(town) -> None:
    send(town, text="甲")
    send(town, text="乙", client="xishuangbanna")
    assert inbox(town) == ["乙", "甲"]
    assert inbox(town, client="yuncheng") == ["甲"]


def test_down_and_lost_replies(town) -> None:
    town.fault("down", room="sms", times=1)
    assert send(town)[0] == 504
    assert inbox(town) == []
    town.fault("lose_reply", room="sms", times=1)
    assert send(town)[0] == 504
    assert send(town)[0] == 200
    assert inbox(town) == ["验证码 204830"]


def test_slow(town) -> None:
    town.world.stopping.set()  # waits end at once
    town.fault("slow", room="sms", seconds=600, times=1)
    assert send(town)[0] == 200
    assert town.http.get("/sms/api/faults").get_json()["active"] == []


def test_accepted_and_never_delivered(town) -> None:
    town.fault("swallow", room="sms", times=1)
    assert send(town)[1]["outcome"] == "accepted"
    assert send(town)[1]["outcome"] == "accepted"
    assert inbox(town) == []
    assert inbox(town, all="1") == ["验证码 204830"]


def test_refused(town) -> None:
    town.fault("refuse", room="sms", times=1)
    assert send(town)[1]["outcome"] == "refused"
    assert send(town)[1]["outcome"] == "refused"
    assert inbox(town) == []


def test_duplicate_and_page(town) -> None:
    town.fault("duplicate", room="sms", times=1)
    send(town)
    assert town.http.get("/sms/?phone=15000000000").text.count("<p>验证码 204830</p>") == 2


def test_a_message_without_text_is_not_taken(town) -> None:
    assert send(town, text="")[0] == 400


def test_reset(town) -> None:
    send(town)
    town.fault("down", room="sms")
    town.http.post("/sms/api/reset")
    assert inbox(town) == []
    assert send(town)[0] == 200
