"""What every address answers to everybody, for GET and for POST.

A row per route. An answer is a status, or one of two words: `door` leads to a sign-in page, `on`
leads on to another page of the hall. `objects` names the parts that are ids of somebody's.
A route without a row, or a row without a route, fails the tests.
"""

from __future__ import annotations

from typing import Any

from . import money
from .entered import STOPPING, at_the_counter, photo_at_the_counter
from .matrix_desk import DESK_ROWS
from .matrix_employer import EMPLOYER_ROWS
from .rows import BOOKS, DOOR, NEVER, Row, everybody, members, staff
from .world import AT, MEMBERS, SERVICE, STAFF, World, photo, the_account

# -- what is filled in ------------------------------------------------------------------------


def _mine(world: World) -> dict[str, Any]:
    return {"reference": world.references["owner"]}


def _step(world: World) -> dict[str, Any]:
    return {**_mine(world), "number": 3}


def _photo(world: World) -> dict[str, Any]:
    return {**_mine(world), "photo": world.pictures["owner"]}


def _message(world: World) -> dict[str, Any]:
    return {"number": world.messages["owner"]}


def _theirs(world: World) -> dict[str, Any]:
    return {"reference": world.references["applicant"]}


def _manual(world: World) -> dict[str, Any]:
    from anju.business.treasury import manual_vouchers
    from anju.business.treasury.manual_vouchers import LineDraft

    reference = manual_vouchers.submit(
        world.users["accountant"].pk,
        summary="收到存款利息",
        attachments=0,
        lines=(LineDraft("10201", debit=1), LineDraft("40102", credit=1)),
        request_key="matrix",
        at=AT,
    )
    return {"reference": reference}


def _voucher(world: World) -> dict[str, Any]:
    from anju.business.treasury import books

    since, until = books.month_so_far()
    page = books.vouchers(world.users["accountant"].pk, since=since, until=until)
    return {"voucher_id": page.heads[0].voucher_id}


def _interest_year(world: World) -> dict[str, Any]:
    from anju.business.treasury.interest_run import STEPS
    from anju.business.treasury.models import InterestRun, InterestStep

    terms = {"rate": "3/200", "day_base": 360}
    run, new = InterestRun.objects.get_or_create(year=2026, defaults=terms)
    if new:
        InterestStep.objects.bulk_create(InterestStep(run=run, step=step) for step in STEPS)
    return {"year": run.year}


def _interest_deed(world: World) -> dict[str, Any]:
    return {**_interest_year(world), "deed": "sign"}


def _business_day(world: World) -> dict[str, Any]:
    from .world import AT

    return {"day": AT.date().isoformat()}


def _signing(world: World) -> dict[str, Any]:
    return {**_business_day(world), "deed": "sign"}


def _upload(name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, photo(), "image/jpeg")


def _approval(world: World) -> dict[str, Any]:
    from anju.cases import facts

    from .world import AT

    page = facts.review_page(
        world.references["applicant"], staff_id=world.users["reviewer"].pk, at=AT
    )
    return {"reason_code": page.reasons["approve"][0][0], "payload_hash": page.payload_hash}


# -- the table --------------------------------------------------------------------------------

ROWS = (
    Row("healthz", everybody("200"), NEVER),
    Row("readyz", everybody("200"), NEVER),
    # Signed by the bank; without its signature nobody is believed.
    Row("inbound:bank_notice", NEVER, everybody("401")),
    Row("pages:city_css", everybody("200"), NEVER),
    Row("pages:asset", everybody("200"), NEVER, lambda world: {"name": "logo.svg"}),
    Row("pages:large", NEVER, everybody("on")),
    Row("pages:gallery", everybody("200"), everybody("200"), in_production=False),
    # -- the citizen hall: coming in and going out
    Row(
        "citizen:sign_in",
        {**everybody("200"), **dict.fromkeys(MEMBERS, "on")},
        {**everybody("422"), **dict.fromkeys(MEMBERS, "on")},
    ),
    Row(
        "citizen:h5_sign_in",
        {**everybody("200"), **dict.fromkeys(MEMBERS, "on")},
        {**everybody("422"), **dict.fromkeys(MEMBERS, "on")},
    ),
    Row("citizen:challenge", everybody("200"), NEVER),
    Row("citizen:sign_in_code", DOOR, DOOR),
    Row("citizen:h5_sign_in_code", DOOR, DOOR),
    Row("citizen:sign_up", everybody("200"), NEVER),
    Row("citizen:forgot", everybody("200"), NEVER),
    Row("citizen:certificate", everybody("200"), everybody("422")),
    Row("citizen:sign_out", NEVER, DOOR),
    # -- the member's own pages: no id in the address, so there is nothing of anybody else's
    Row("citizen:home", members("200"), NEVER),
    Row("citizen:h5", members("200"), NEVER),
    Row("citizen:account", members("200"), NEVER),
    Row("citizen:movements", members("200"), NEVER),
    Row("citizen:loan", members("200"), NEVER),
    Row("citizen:cases", members("200"), NEVER),
    Row("citizen:messages", members("200"), NEVER),
    Row("citizen:me", members("200"), NEVER),
    Row("citizen:profile", members("200"), NEVER),
    Row("citizen:card", members("200"), NEVER),
    Row("citizen:security", members("200"), NEVER),
    Row("citizen:services", members("200"), NEVER),
    Row("citizen:section", members("200"), NEVER, lambda world: {"number": 1}),
    Row("citizen:tools", members("200"), NEVER),
    Row("citizen:account_how", members("200"), NEVER, lambda world: {"code": "balance"}),
    # Both have a draft already: asking again leads to it.
    Row("citizen:service", members("200"), members("on"), lambda world: {"code": SERVICE}),
    # -- one case: the owner's alone
    Row("citizen:case", members("200", stranger="404"), NEVER, _mine, objects=("reference",)),
    Row("citizen:done", members("200", stranger="404"), NEVER, _mine, objects=("reference",)),
    Row("citizen:how", members("200", stranger="404"), NEVER, _mine, objects=("reference",)),
    Row(
        "citizen:cancel",
        NEVER,
        members("on", stranger="404"),
        _mine,
        objects=("reference",),
    ),
    Row(
        "citizen:step",
        members("200", stranger="404"),
        # Two of three photographs are missing: the page comes again and says so.
        members("422", stranger="404"),
        _step,
        objects=("reference",),
    ),
    Row(
        "citizen:add_photo",
        NEVER,
        members("on", stranger="404"),
        _step,
        lambda world: {"slot": "id_back", "file": _upload("back.jpg")},
        objects=("reference",),
    ),
    Row(
        "citizen:remove_photo",
        NEVER,
        members("on", stranger="404"),
        _step,
        lambda world: {"photo": world.pictures["owner"]},
        objects=("reference",),
    ),
    Row(
        "citizen:photo",
        members("200", stranger="404"),
        NEVER,
        _photo,
        objects=("reference", "photo"),
    ),
    Row("citizen:message", members("200", stranger="404"), NEVER, _message, objects=("number",)),
    *EMPLOYER_ROWS,
    *DESK_ROWS,
    # -- the counter: coming in and going out
    Row(
        "counter:sign_in",
        {**everybody("200"), **dict.fromkeys(STAFF, "on")},
        everybody("422"),
    ),
    Row("counter:sign_out", NEVER, DOOR),
    Row("counter:large", NEVER, everybody("on")),
    # -- what every member of staff may see
    Row("counter:home", staff("on"), NEVER),
    Row("counter:stay", NEVER, staff("204")),
    Row("counter:keys", staff("200"), NEVER),
    # -- lists: of one's own branch, for those whose work it is
    Row("counter:work", staff("200", accountant="403", admin="403"), NEVER),
    Row(
        "counter:search",
        NEVER,
        staff("200", accountant="403", admin="403"),
        sent=lambda world: {"text": "演示·没有这个人"},
    ),
    Row("counter:breaks", staff("200", teller="403"), NEVER),
    # -- the books: the centre's, for those whose work they are
    Row("counter:books_trial", BOOKS, NEVER),
    Row("counter:books_vouchers", BOOKS, NEVER),
    Row("counter:books_subject", BOOKS, NEVER, lambda world: {"code": "101"}),
    Row("counter:books_general", BOOKS, NEVER, lambda world: {"code": "101"}),
    Row("counter:books_employers", BOOKS, NEVER, lambda world: {"code": "201"}),
    Row("counter:books_employer", BOOKS, NEVER, lambda world: {"code": "201", "employer_id": 0}),
    Row("counter:books_voucher", BOOKS, NEVER, _voucher),
    Row("counter:books_daybook", BOOKS, NEVER),
    Row("counter:books_parts", BOOKS, NEVER, _voucher),
    Row("counter:books_case", BOOKS, NEVER, _theirs),
    Row("counter:books_statement", BOOKS, NEVER, lambda world: {"kind": "balance"}),
    Row("counter:receipts", BOOKS, NEVER),
    Row("counter:receipt", BOOKS, NEVER, money.receipt),
    Row(
        "counter:receipt_act",
        NEVER,
        staff("403", accountant="409", admin="409"),
        lambda world: {**money.receipt(world), "deed": "approve"},
    ),
    Row(
        "counter:receipt_reveal",
        NEVER,
        staff("403", accountant="200", admin="200"),
        money.receipt,
        lambda world: {"field": "payer_name", "reason": "核对付款单位"},
    ),
    # -- late employers: of one's own branch, for those whose work cases are
    Row("counter:dunning", staff("200", accountant="403", admin="403"), NEVER),
    Row(
        "counter:dunning_remind",
        NEVER,
        staff("on", elsewhere="404", accountant="403", admin="403"),
        the_account,
        objects=("number",),
    ),
    Row("counter:returns", BOOKS, NEVER),
    Row("counter:return", staff("403", accountant="404", admin="404"), NEVER, money.no_return),
    Row(
        "counter:return_act",
        NEVER,
        staff("403", accountant="404", admin="404"),
        lambda world: {**money.no_return(world), "deed": "approve"},
    ),
    Row("counter:reconciliation", BOOKS, NEVER),
    Row("counter:reconciliation_day", BOOKS, NEVER, money.reconciled),
    Row("counter:reconciliation_breaks", BOOKS, NEVER),
    Row("counter:reconciliation_break", BOOKS, NEVER, money.finding),
    Row(
        "counter:reconciliation_act",
        NEVER,
        staff("403", accountant="409", admin="409"),
        lambda world: {**money.finding(world), "deed": "close"},
    ),
    Row("counter:manual_list", BOOKS, NEVER),
    Row("counter:manual_new", BOOKS, staff("403", accountant="422", admin="422")),
    Row("counter:manual_one", BOOKS, NEVER, _manual),
    Row(
        "counter:manual_decide",
        NEVER,
        staff("403", accountant="409", admin="409"),
        lambda world: {**_manual(world), "decision": "reject"},
    ),
    # -- the settlement of 30 June: theirs too
    Row("counter:interest", BOOKS, NEVER),
    Row("counter:interest_board", BOOKS, NEVER, _interest_year),
    Row("counter:interest_act", NEVER, staff("403", accountant="409", admin="409"), _interest_deed),
    # -- the day end: for those whose work the books are
    Row("counter:day_end", BOOKS, NEVER),
    Row("counter:day_end_board", BOOKS, NEVER, _business_day),
    Row(
        "counter:day_end_period",
        NEVER,
        staff("403", accountant="409", admin="409"),
        lambda world: {"period": 202610, "deed": "close"},
    ),
    Row("counter:day_end_act", NEVER, staff("403", accountant="409", admin="409"), _signing),
    Row(
        "counter:member",
        staff("200", elsewhere="404", accountant="403", admin="403"),
        NEVER,
        lambda world: {"person_id": world.people["applicant"]},
        objects=("person_id",),
    ),
    # -- papers taken in at the counter: a draft is its teller's alone
    Row("counter:entries", staff("200", accountant="403", admin="403"), NEVER),
    Row(
        "counter:enter",
        staff("200", accountant="403", admin="403"),
        staff("200", elsewhere="422", accountant="403", admin="403"),
        lambda world: {"service": STOPPING},
        lambda world: {"find": "1", "who": "80000891"},
    ),
    Row(
        "counter:entry",
        staff("404", teller="200", accountant="403", admin="403"),
        staff("404", teller="422", accountant="403", admin="403"),
        at_the_counter,
        objects=("reference",),
    ),
    Row(
        "counter:entry_photo",
        staff("404", teller="200", accountant="403", admin="403"),
        NEVER,
        photo_at_the_counter,
        objects=("reference", "photo"),
    ),
    Row(
        "counter:entry_act",
        NEVER,
        staff("404", teller="on", accountant="403", admin="403"),
        lambda world: {**at_the_counter(world), "deed": "take-back"},
        objects=("reference",),
    ),
    # -- one case: of one's own branch, for those whose work cases are
    Row(
        "counter:case",
        staff("200", elsewhere="404", accountant="404", admin="404"),
        NEVER,
        _theirs,
        objects=("reference",),
    ),
    Row(
        "counter:reveal",
        NEVER,
        staff("200", elsewhere="404", accountant="404", admin="404"),
        _theirs,
        lambda world: {"field": "id_number", "reason": "核对身份证原件"},
        objects=("reference",),
    ),
    Row(
        "counter:first_check",
        NEVER,
        staff("409", elsewhere="404", accountant="404", admin="404"),
        _theirs,
        lambda world: {"payload_hash": "0" * 64},
        objects=("reference",),
    ),
    Row(
        "counter:replace",
        NEVER,
        staff("on", elsewhere="404", accountant="404", admin="404"),
        lambda world: {**_theirs(world), "slot": "id_front"},
        lambda world: {"file": _upload("front.jpg")},
        objects=("reference",),
    ),
    Row(
        "counter:decide",
        NEVER,
        staff("on", elsewhere="404", teller="409", accountant="404", admin="404"),
        lambda world: {**_theirs(world), "decision": "approve"},
        _approval,
        objects=("reference",),
    ),
    Row(
        "counter:picture",
        staff("200", elsewhere="404", accountant="404", admin="404"),
        NEVER,
        lambda world: {"evidence_id": world.pictures["applicant"]},
        objects=("evidence_id",),
    ),
)
