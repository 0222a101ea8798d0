"""How one payment or collection is taken from its message, and when its money can move."""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from anju.simulators.bank import banks, desk
from anju.simulators.bdc.amounts import taking
from anju.simulators.bdc.wire import Paper

if TYPE_CHECKING:
    from anju.simulators.world import World


def place(
    here: "World", client: str, paper: Paper, *, read: Callable[[Paper], dict[str, Any]], bank: str
) -> sqlite3.Row:
    """Take the order that `read` finds in the message; `bank` names the field with the other
    side's bank. Raises No and desk.LineCut.
    """
    with taking("业务流水号"):
        order = read(paper)
        wait = banks.wait_seconds(
            paper.body["SettleType"], paper.body[bank], at=here.now(), usual=here.payment_seconds
        )
        return desk.take_order(here, client, order=order, payment_seconds=wait)
