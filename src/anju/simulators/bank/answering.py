"""How the plain interface answers: with what is told, or with what a refusal stands for."""

from collections.abc import Callable
from typing import Any

from flask import Response

from anju.simulators.bank import accounts, desk, orders
from anju.simulators.line import answer, hang_up
from anju.simulators.signing import Question


def answered(question: Question, told: Callable[[], dict[str, Any]]) -> Response:
    """The answer of `told`, or the one that its refusal stands for; none when the line is cut."""
    try:
        return answer(question, told())
    except orders.NumberReused as reused:
        message = {"kind": "order_number_reused", "order_no": str(reused)}
        return answer(question, message, status=409)
    except accounts.NotYours:
        return answer(question, {"kind": "account_not_yours"}, status=403)
    except (KeyError, TypeError, ValueError) as problem:
        return answer(question, {"kind": "malformed", "reason": str(problem)}, status=400)
    except desk.LineCut:
        return hang_up()
