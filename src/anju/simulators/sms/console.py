"""The phones, for people."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from anju.simulators.line import world
from anju.simulators.sms.gateway import BOARD, inbox
from anju.simulators.switches import offer_switch_page

console = Blueprint("sms", __name__)
offer_switch_page(console, BOARD)


@console.get("/")
def phones() -> ResponseReturnValue:
    """Every phone with its number of messages, and the messages of one or of all."""
    phone = request.args.get("phone", "")
    return render_template(
        "sms_inbox.html",
        room="sms",
        phone=phone,
        messages=inbox(phone, everything=True),
        phones=world().store.rows(
            "SELECT phone, count(*) AS messages FROM sms_message WHERE state = 'arrived'"
            " GROUP BY phone ORDER BY max(id) DESC LIMIT 50"
        ),
    )
