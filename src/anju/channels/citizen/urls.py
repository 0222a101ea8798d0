"""Addresses of the citizen hall; `/` and `/h5/` are its two entries to the same pages."""

from __future__ import annotations

from django.urls import path

from anju.channels.citizen.views import (
    account,
    case,
    catalogue,
    certificates,
    evidence,
    me,
    messages,
    sign_in,
)

app_name = "citizen"

urlpatterns = [
    path("", account.home, name="home"),
    path("h5/", account.home, name="h5"),
    path("sign-in/", sign_in.sign_in, {"channel": "web"}, name="sign_in"),
    path("h5/sign-in/", sign_in.sign_in, {"channel": "h5"}, name="h5_sign_in"),
    path("sign-in/challenge/", sign_in.challenge, name="challenge"),
    path("sign-in/code/", sign_in.code, {"channel": "web"}, name="sign_in_code"),
    path("h5/sign-in/code/", sign_in.code, {"channel": "h5"}, name="h5_sign_in_code"),
    path("sign-up/", sign_in.sign_up, name="sign_up"),
    path("forgot/", sign_in.forgot, name="forgot"),
    path("certificate/", certificates.look_up, name="certificate"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/how/<slug:code>/", account.how, name="account_how"),
    path("account/movements/", account.movements, name="movements"),
    path("loan/", account.loan, name="loan"),
    path("services/", catalogue.services, name="services"),
    path("services/<str:code>/", catalogue.service, name="service"),
    path("section/<int:number>/", catalogue.section, name="section"),
    path("tools/", catalogue.tools, name="tools"),
    path("cases/", case.cases, name="cases"),
    path("cases/<str:reference>/", case.progress, name="case"),
    path("cases/<str:reference>/step/<int:number>/", case.step, name="step"),
    path("cases/<str:reference>/step/<int:number>/photo/", evidence.add, name="add_photo"),
    path("cases/<str:reference>/step/<int:number>/remove/", evidence.remove, name="remove_photo"),
    path("cases/<str:reference>/photo/<int:photo>/", evidence.show, name="photo"),
    path("cases/<str:reference>/done/", case.done, name="done"),
    path("cases/<str:reference>/how/", case.how, name="how"),
    path("cases/<str:reference>/cancel/", case.cancel, name="cancel"),
    path("messages/", messages.inbox, name="messages"),
    path("messages/<int:number>/", messages.message, name="message"),
    path("me/", me.me, name="me"),
    path("me/profile/", me.profile, name="profile"),
    path("me/card/", me.card, name="card"),
    path("me/security/", me.security, name="security"),
]
