"""Addresses of the counter, all under /counter/; none of them carries personal data."""

from django.urls import path

from anju.channels.counter.views import (
    books,
    breaks,
    cases,
    day_end,
    evidence,
    interest,
    keys,
    manual_vouchers,
    receipts,
    reconciliation,
    returns,
    sign_in,
    vouchers,
    work,
)
from anju.channels.pages.views import large

app_name = "counter"

urlpatterns = [
    path("", work.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("stay/", sign_in.stay, name="stay"),
    # The shared switch under this hall's own address, where this hall's session is.
    path("large/", large, name="large"),
    path("work/", work.worklist, name="work"),
    path("search/", work.search, name="search"),
    path("breaks/", breaks.breaks, name="breaks"),
    path("receipts/", receipts.listed, name="receipts"),
    path("receipts/<str:reference>/", receipts.one, name="receipt"),
    path("receipts/<str:reference>/reveal/", receipts.reveal, name="receipt_reveal"),
    path("receipts/<str:reference>/<str:deed>/", receipts.act, name="receipt_act"),
    path("returns/", returns.listed, name="returns"),
    path("returns/<str:order_no>/", returns.one, name="return"),
    path("returns/<str:order_no>/<str:deed>/", returns.act, name="return_act"),
    path("reconciliation/", reconciliation.days, name="reconciliation"),
    path("reconciliation/breaks/", reconciliation.breaks, name="reconciliation_breaks"),
    path(
        "reconciliation/breaks/<int:break_id>/",
        reconciliation.one_break,
        name="reconciliation_break",
    ),
    path(
        "reconciliation/breaks/<int:break_id>/<str:deed>/",
        reconciliation.act,
        name="reconciliation_act",
    ),
    path("reconciliation/<str:account>/<str:day>/", reconciliation.day, name="reconciliation_day"),
    path("books/", books.trial, name="books_trial"),
    path("books/subjects/<str:code>/", books.subject, name="books_subject"),
    path("books/subjects/<str:code>/general/", books.general, name="books_general"),
    path("books/subjects/<str:code>/employers/", books.employers, name="books_employers"),
    path(
        "books/subjects/<str:code>/employers/<int:employer_id>/",
        books.subject,
        name="books_employer",
    ),
    path("books/vouchers/", vouchers.listed, name="books_vouchers"),
    path("books/vouchers/<int:voucher_id>/", vouchers.one, name="books_voucher"),
    path("books/cases/<str:reference>/", vouchers.case, name="books_case"),
    path("books/statements/<str:kind>/", books.statement, name="books_statement"),
    path("books/manual/", manual_vouchers.listed, name="manual_list"),
    path("books/manual/new/", manual_vouchers.new, name="manual_new"),
    path("books/manual/<str:reference>/", manual_vouchers.one, name="manual_one"),
    path(
        "books/manual/<str:reference>/<str:decision>/",
        manual_vouchers.decide,
        name="manual_decide",
    ),
    path("interest/", interest.years, name="interest"),
    path("interest/<int:year>/", interest.board, name="interest_board"),
    path("interest/<int:year>/<str:deed>/", interest.act, name="interest_act"),
    path("day-end/", day_end.days, name="day_end"),
    path("day-end/periods/<int:period>/<str:deed>/", day_end.period, name="day_end_period"),
    path("day-end/<str:day>/", day_end.board, name="day_end_board"),
    path("day-end/<str:day>/<str:deed>/", day_end.act, name="day_end_act"),
    path("keys/", keys.keys, name="keys"),
    path("cases/<str:reference>/", cases.case, name="case"),
    path("cases/<str:reference>/reveal/", cases.reveal, name="reveal"),
    path("cases/<str:reference>/evidence/<str:slot>/", evidence.replace, name="replace"),
    path("cases/<str:reference>/<str:decision>/", cases.decide, name="decide"),
    path("evidence/<int:evidence_id>/", evidence.picture, name="picture"),
]
