"""The bank's pages for people."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from anju.domain.money import parse_yuan
from anju.simulators.bank import accounts as center_accounts
from anju.simulators.bank import orders, reversals
from anju.simulators.bank.api import count, perform
from anju.simulators.bank.faults import PAYMENT_REASONS
from anju.simulators.line import world
from anju.simulators.switches import active, offer_switch_page

console = Blueprint("bank", __name__)
offer_switch_page(console, orders.BOARD)

STATES = {"accepted": "已受理", "paid": "已付款", "failed": "已拒绝", "returned": "已退票"}
MOVEMENTS = {
    "payment": "付出",
    "return": "退回",
    "arrival": "汇入",
    "collection": "收款",
    "debit": "扣款",
    "split": "分解",
    "taken_back": "冲正",
}
NOTICE_STATES = {
    "waiting": "待送达",
    "delivered": "已送达",
    "lost": "未发出",
    "given_up": "已放弃",
}
NATURES = {"genuine": "", "forged": "伪造", "mistaken": "误报"}


@console.get("/")
def overview() -> ResponseReturnValue:
    """Totals per centre, and the latest orders with their buttons."""
    client = request.args.get("client", "")
    rows = world().store.rows(
        "SELECT * FROM bank_order WHERE ? = '' OR client = ?"
        " ORDER BY received_at DESC, order_no DESC LIMIT 200",
        (client, client),
    )
    waiting = world().store.rows(
        "SELECT client, count(*) AS orders FROM bank_order WHERE state = 'accepted' GROUP BY client"
    )
    return render_template(
        "bank_orders.html",
        room="bank",
        orders=rows,
        totals=count(),
        faults=sorted({orders.BOARD.kinds[one["fault"]].title for one in active(orders.BOARD)}),
        waiting={row["client"]: row["orders"] for row in waiting},
        client=client,
        states=STATES,
        said=request.args.get("said", ""),
    )


@console.get("/orders/<client>/<order_no>")
def order(client: str, order_no: str) -> ResponseReturnValue:
    """One order with everything that happened to it, and everything that can be done."""
    store = world().store
    key = (client, order_no)
    found = store.rows("SELECT * FROM bank_order WHERE client = ? AND order_no = ?", key)
    if not found:
        abort(404)
    return render_template(
        "bank_order.html",
        room="bank",
        order=found[0],
        movements=store.rows(
            "SELECT * FROM bank_movement WHERE client = ? AND order_no = ? ORDER BY serial", key
        ),
        notices=store.rows(
            "SELECT *, json_extract(message, '$.outcome') AS outcome FROM bank_notice"
            " WHERE client = ? AND order_no = ? ORDER BY id",
            key,
        ),
        states=STATES,
        notice_states=NOTICE_STATES,
        natures=NATURES,
        reasons=PAYMENT_REASONS,
        said=request.args.get("said", ""),
    )


@console.post("/orders/<client>/<order_no>/<act>")
def act_on_order(client: str, order_no: str, act: str) -> ResponseReturnValue:
    """Do what a button says, and go back to where it was pressed."""
    wish: dict[str, object] = {"reason_code": request.form.get("reason_code", "")}
    said = ""
    try:
        if request.form.get("amount"):
            wish["amount_fen"] = parse_yuan(request.form["amount"])
        perform(act, client=client, order_no=order_no, wish=wish)
    except (orders.NotPossible, ValueError) as problem:
        said = str(problem)
    if request.form.get("from") == "list":
        return redirect(url_for("bank.overview", said=said or None), 303)
    here = url_for("bank.order", client=client, order_no=order_no, said=said or None)
    return redirect(here, 303)


@console.get("/accounts")
def accounts() -> ResponseReturnValue:
    """Every account the bank has met."""
    rows = world().store.rows("SELECT * FROM bank_account ORDER BY holder, client, number")
    return render_template("bank_accounts.html", room="bank", accounts=rows)


@console.post("/accounts/<number>")
def change_account(number: str) -> ResponseReturnValue:
    """Open, close or freeze an account."""
    state = request.form.get("state", "")
    if state not in ("open", "closed", "frozen"):
        abort(400)
    with world().store.writing() as connection:
        connection.execute("UPDATE bank_account SET state = ? WHERE number = ?", (state, number))
    return redirect(url_for("bank.accounts"), 303)


@console.get("/movements")
def movements() -> ResponseReturnValue:
    """Money that really moved, newest first."""
    rows = world().store.rows("SELECT * FROM bank_movement ORDER BY serial DESC LIMIT 500")
    undone = {row["serial"].rpartition("#")[2] for row in rows if row["kind"] == "taken_back"}
    return render_template(
        "bank_movements.html",
        room="bank",
        movements=rows,
        kinds=MOVEMENTS,
        undone=undone,
        centers=[
            (row["client"], row["number"])
            for row in world().store.rows(
                "SELECT client, number FROM bank_account WHERE holder = 'center'"
                " ORDER BY client, number"
            )
        ],
        said=request.args.get("said", ""),
    )


@console.post("/arrivals")
def pay_in() -> ResponseReturnValue:
    """Somebody pays into a centre's account, from the form."""
    here, said = world(), ""
    typed = {name: text.strip() for name, text in request.form.items()}
    client, _, account = typed.get("into", "").partition("/")
    try:
        amount = parse_yuan(typed.get("amount", ""))
        if amount <= 0:
            raise ValueError("金额要大于零")
        with here.store.writing() as connection:
            center_accounts.arrive(
                connection,
                client,
                account=account,
                payer_account=typed.get("payer_account", ""),
                payer_name=typed.get("payer_name", ""),
                amount_fen=amount,
                remark=typed.get("remark", ""),
                moment=here.moment(),
            )
    except center_accounts.NotYours:
        said = "收款账户不是这个中心的"
    except ValueError as problem:
        said = str(problem)
    return redirect(url_for("bank.movements", said=said or None), 303)


@console.post("/movements/<serial>/take-back")
def take_back(serial: str) -> ResponseReturnValue:
    """Undo an entry that brought money to a centre's account."""
    here, said = world(), ""
    try:
        with here.store.writing() as connection:
            reversals.take_back(connection, serial, moment=here.moment())
    except orders.NotPossible as problem:
        said = str(problem)
    return redirect(url_for("bank.movements", said=said or None), 303)
