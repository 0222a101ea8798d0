"""The fault switches of a room: as JSON for tests, as a page for people."""

from itertools import groupby
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from anju.simulators.faults import FaultBoard, UnknownFault
from anju.simulators.line import world


def offer_switches(api: Blueprint, board: FaultBoard) -> None:
    """Add GET and POST `/faults` to a room's JSON interface."""

    @api.get("/faults")
    def list_faults() -> Response:
        """The switches that are on, and the faults there are."""
        known = {kind.code: kind.says for kind in board.kinds.values()}
        return jsonify(active=active(board), known=known)

    @api.post("/faults")
    def set_fault() -> Response:
        """`{"fault", "client"?, "times"?, …parameters}` switches on and answers `{"id"}`;
        `{"off": id}` or `{"off": "all"}` switches off.
        """
        wish = dict(request.get_json())
        if "off" in wish:
            switch_off(board, str(wish["off"]))
            return jsonify(off=wish["off"])
        try:
            switch = switch_on(board, wish)
        except UnknownFault as problem:
            return make_response(jsonify(error=str(problem)), 400)
        return jsonify(id=switch)


def offer_switch_page(console: Blueprint, board: FaultBoard) -> None:
    """Add the page `/faults` to a room's console."""

    @console.get("/faults")
    def faults() -> ResponseReturnValue:
        """Every fault with what it does, and those that are on."""
        return render_template(
            "faults.html",
            groups=[
                (name, list(kinds))
                for name, kinds in groupby(board.kinds.values(), key=lambda kind: kind.group)
            ],
            by_code=board.kinds,
            active=active(board),
            room=board.room,
        )

    @console.post("/faults")
    def change_faults() -> ResponseReturnValue:
        """Switch on or off from the page."""
        form = {name: value for name, value in request.form.items() if value != ""}
        if "off" in form:
            switch_off(board, form["off"])
            return redirect(url_for(f"{console.name}.faults"), 303)
        try:
            switch_on(board, form)
        except UnknownFault as problem:
            return make_response(str(problem), 400)
        return redirect(url_for(f"{console.name}.faults"), 303)


def active(board: FaultBoard) -> list[dict[str, Any]]:
    """The switches of a room that are on."""
    with world().store.writing() as connection:
        return board.active(connection)


def switch_on(board: FaultBoard, wish: dict[str, Any]) -> int:
    """Switch on what `wish` says. Raises UnknownFault."""
    rest = dict(wish)
    times = rest.pop("times", None)
    if times is not None and not str(times).isdigit():
        raise UnknownFault("times is not a whole number")
    with world().store.writing() as connection:
        return board.switch_on(
            connection,
            kind=str(rest.pop("fault", "")),
            client=str(rest.pop("client", None) or ""),
            times=None if times is None else int(times),
            params=rest,
        )


def switch_off(board: FaultBoard, which: str) -> None:
    """Switch one off by its id, or `all`."""
    with world().store.writing() as connection:
        board.switch_off(connection, int(which) if which.isdigit() else None)
