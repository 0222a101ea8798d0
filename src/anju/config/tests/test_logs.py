"""Logs carry ids and codes; what looks like a person's number never leaves."""

import json
import logging

import pytest
import structlog

from anju.config import logs

PERSONAL = (
    "149999196603150137",
    "14999919660315013X",
    "149999660315013",
    "19900000101",
    "6299991050000001014",
)


@pytest.mark.parametrize("number", PERSONAL)
def test_personal_numbers_are_blotted_wherever_they_are(number):
    event = {
        "event": f"sent to {number}.",
        "nested": {"list": [f"<{number}>", 3]},
        "exception": f"ValueError: {number} is no number\n",
    }
    assert number not in json.dumps(logs.without_personal_data(None, "info", event))


@pytest.mark.parametrize("kept", ["TQ202611200007", "2026-11-20", "12329", "104.5", "20221695"])
def test_what_is_nobodys_number_stays(kept):
    assert logs.blot(f"x {kept} y") == f"x {kept} y"


@pytest.mark.parametrize("key", ["password", "Code", "id_number", "cookie", "business_password"])
def test_some_fields_are_never_logged(key):
    assert logs.without_personal_data(None, "info", {key: "abc"})[key] == logs.BLOT
    assert logs.blot({key: "abc"}) == {key: logs.BLOT}


def test_a_line_break_starts_no_new_line():
    assert "\r" not in logs.blot("a\r\nforged")


def test_one_line_of_json_with_the_request_id(capsys):
    logs.configure("demo")
    try:
        structlog.contextvars.bind_contextvars(request_id="abc12345")
        structlog.get_logger("anju.test").info("case.submitted", case="TQ202611200007")
        logging.getLogger("anju.other").warning("phone %s", "19900000101")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        structlog.contextvars.clear_contextvars()
        logs.configure("test")
    assert lines[0]["event"] == "case.submitted"
    assert lines[0]["request_id"] == lines[1]["request_id"] == "abc12345"
    assert lines[1]["event"] == "phone ***"
