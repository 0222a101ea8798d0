"""Addresses of the employer hall, under /unit/."""

from __future__ import annotations

from django.urls import path

from anju.channels.employer.views import (
    account,
    adjustments,
    agents,
    back_payments,
    home,
    members,
    opening,
    people,
    registering,
    remittances,
    rosters,
    security,
    sign_in,
)
from anju.channels.pages.views import large

app_name = "employer"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/challenge/", sign_in.challenge, name="challenge"),
    path("sign-in/code/", sign_in.second_factor, name="second_factor"),
    path("sign-up/", registering.sign_up, name="sign_up"),
    path("forgot/", registering.forgot, name="forgot"),
    path("open/", opening.door, name="opening"),
    path("open/details/", opening.details, name="opening_details"),
    path("open/done/", opening.done, name="opening_done"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    # The shared switch under this hall's own address, where this hall's session is.
    path("large/", large, name="large"),
    path("choose/", home.choose, name="choose"),
    path("choose/accept/", home.accept, name="accept"),
    path("menu/", home.menu, name="menu"),
    path("menu/<int:number>/", home.section, name="section"),
    path("agents/", agents.agents, name="agents"),
    path("agents/invite/", agents.invite, name="invite"),
    path("agents/<int:number>/", agents.agent, name="agent"),
    path("agents/<int:number>/<slug:deed>/", agents.act, name="agent_act"),
    path("people/members/", members.members, name="members"),
    path("people/members/file/<slug:kind>/", members.members_file, name="members_file"),
    path("people/members/<slug:number>/", members.member, name="member"),
    path("people/enrol/", people.enrol, name="enrol"),
    path("people/seals/", people.seals, name="seals"),
    path("people/rosters/", rosters.rosters, name="rosters"),
    path("people/rosters/template/<slug:kind>/", rosters.template, name="roster_template"),
    path("people/rosters/<slug:reference>/", rosters.roster, name="roster"),
    path("people/rosters/<slug:reference>/rows/<int:number>/", rosters.row, name="roster_row"),
    path("people/rosters/<slug:reference>/<slug:deed>/", rosters.act, name="roster_act"),
    path("account/", account.account, name="account"),
    path("account/certificate/", account.certificate, name="certificate"),
    path("account/receipts/<slug:number>/", account.receipt, name="receipt"),
    path("remittances/", remittances.remittances, name="remittances"),
    path("remittances/confirm/", remittances.confirm, name="remittance_confirm"),
    path("remittances/<slug:number>/", remittances.one, name="remittance"),
    path("remittances/<slug:number>/void/", remittances.void, name="remittance_void"),
    path("remittances/<slug:number>/pay/", remittances.pay, name="remittance_pay"),
    path("adjustments/base/", adjustments.base_adjustment, name="base_adjustment"),
    path(
        "adjustments/base/template/<slug:kind>/",
        adjustments.template,
        name="base_adjustment_template",
    ),
    path("adjustments/base/<slug:deed>/", adjustments.act, name="base_adjustment_act"),
    path("adjustments/ratio/", adjustments.ratio_change, name="ratio_change"),
    path("back-payments/", back_payments.back_payments, name="back_payments"),
    path("back-payments/confirm/", back_payments.confirm, name="back_payment_confirm"),
    path("security/", security.security, name="security"),
    path("security/password/", security.password, name="password"),
    path("security/phone/", security.phone, name="phone"),
    path("security/totp/", security.totp, name="totp"),
    path("security/end-others/", security.end_others, name="end_others"),
]
