"""The register of enterprises, for people: look, register one, revoke one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from anju.simulators.enterprises.register import (
    BOARD,
    STATES,
    NotRegistrable,
    change_state,
    register,
    registered,
)
from anju.simulators.line import world
from anju.simulators.switches import offer_switch_page

console = Blueprint("enterprises", __name__)
offer_switch_page(console, BOARD)


@console.get("/")
def overview() -> ResponseReturnValue:
    """Every enterprise with its password, and a form for one more."""
    return render_template(
        "enterprises.html",
        room="enterprises",
        enterprises=registered(),
        states=STATES,
        said=request.args.get("said", ""),
    )


@console.post("/")
def enter() -> ResponseReturnValue:
    """Register an enterprise from the page."""
    said = ""
    try:
        with world().store.writing() as connection:
            register(connection, request.form)
    except NotRegistrable as problem:
        said = str(problem)
    return redirect(url_for("enterprises.overview", said=said or None), 303)


@console.post("/<uscc>")
def change(uscc: str) -> ResponseReturnValue:
    """Revoke an enterprise, or let it live again."""
    change_state(uscc, request.form.get("state", ""))
    return redirect(url_for("enterprises.overview"), 303)
