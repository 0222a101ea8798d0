"""The signed line a centre speaks over, shared by the rooms."""

import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import Response, current_app, jsonify, make_response, request

from anju.simulators import signing

if TYPE_CHECKING:
    from anju.simulators.world import World


def world() -> "World":
    """The world this process simulates."""
    found: World = current_app.extensions["world"]
    return found


def asked() -> signing.Question | Response:
    """The proved question of a centre, or the answer that refuses it (unsigned, 401)."""
    try:
        return signing.read(
            dict(request.headers),
            body=request.get_data(),
            secrets=world().secrets,
            at=world().now(),
        )
    except signing.Refused as problem:
        return make_response(jsonify(error=str(problem)), 401)


def answer(
    question: signing.Question, message: Mapping[str, object], *, status: int = 200
) -> Response:
    """A signed answer to `question`."""
    here = world()
    body, headers = signing.seal(
        question.client,
        secret=here.secrets[question.client],
        message={**message, "in_reply_to": question.nonce},
        at=here.now(),
    )
    return Response(body, status=status, headers=headers)


def hang_up() -> Response:
    """Cut the connection without an answer, as a broken network does."""
    line = request.environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        line.shutdown(socket.SHUT_RDWR)
    # Only a test client without a socket ever sees this.
    return make_response("", 504)


def guarded(view: Callable[[signing.Question], Response]) -> Callable[[], Response]:
    """A view that is only called with a proved question."""

    def checked() -> Response:
        question = asked()
        return question if isinstance(question, Response) else view(question)

    checked.__name__ = view.__name__
    checked.__doc__ = view.__doc__
    return checked
