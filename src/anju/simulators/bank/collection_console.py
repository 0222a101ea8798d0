"""The page for people who want to see whom the bank charges for a centre, and under what."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from anju.domain.money import parse_yuan
from anju.simulators.bank import orders
from anju.simulators.bank.collection_api import AGREEMENT_STATES, agree, charged, perform
from anju.simulators.line import world

collection_console = Blueprint("bank_fetching", __name__)

_STATES = {"accepted": "已受理", "collected": "已扣款", "refused": "已拒绝"}
_KINDS = {"single": "单笔收款", "batch": "批量收款", "debit": "贷款扣款"}


@collection_console.get("/collections")
def overview() -> ResponseReturnValue:
    """The agreements with their payers, a form for one more, and what was fetched under them."""
    store = world().store
    return render_template(
        "bank_collections.html",
        room="bank",
        agreements=store.rows(
            "SELECT g.client, g.agreement_no, g.payer_account, g.state, a.name, a.balance_fen,"
            " a.state AS account_state FROM bank_agreement g"
            " JOIN bank_account a ON a.number = g.payer_account"
            " ORDER BY g.client, g.agreement_no"
        ),
        fetched=store.rows(
            "SELECT * FROM bank_collection ORDER BY received_at DESC, order_no DESC LIMIT 200"
        ),
        totals=charged(),
        states=_STATES,
        kinds=_KINDS,
        agreement_states=AGREEMENT_STATES,
        said=request.args.get("said", ""),
    )


@collection_console.post("/agreements")
def enter_agreement() -> ResponseReturnValue:
    """Enter an agreement, or change one, from the page."""
    said = ""
    try:
        agree(
            client=request.form.get("client", ""),
            agreement_no=request.form.get("agreement_no", "").strip(),
            payer_account=request.form.get("payer_account", "").strip(),
            payer_name=request.form.get("payer_name", "").strip(),
            bank_code=request.form.get("bank_code", "").strip(),
            balance_fen=parse_yuan(request.form.get("balance", "0")),
            account_state="open",
            state=request.form.get("state", "active"),
        )
    except ValueError as problem:
        said = str(problem)
    return redirect(url_for("bank_fetching.overview", said=said or None), 303)


@collection_console.post("/agreements/<client>/<agreement_no>")
def change_agreement(client: str, agreement_no: str) -> ResponseReturnValue:
    """End an agreement, or let it live again."""
    state = "ended" if request.form.get("state") == "ended" else "active"
    with world().store.writing() as connection:
        connection.execute(
            "UPDATE bank_agreement SET state = ? WHERE client = ? AND agreement_no = ?",
            (state, client, agreement_no),
        )
    return redirect(url_for("bank_fetching.overview"), 303)


@collection_console.post("/collections/<client>/<path:order_no>/<act>")
def act_on_collection(client: str, order_no: str, act: str) -> ResponseReturnValue:
    """Do what a button says, and go back to where it was pressed."""
    said = ""
    try:
        perform(act, client=client, order_no=order_no, reason="INSUFFICIENT")
    except orders.NotPossible as problem:
        said = str(problem)
    return redirect(url_for("bank_fetching.overview", said=said or None), 303)
