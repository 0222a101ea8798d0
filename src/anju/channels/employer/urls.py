"""Addresses of the employer hall, under /unit/."""

from __future__ import annotations

from django.urls import path

from anju.channels.desk.addresses import addresses
from anju.channels.employer.hall import agents_only, in_charge_only
from anju.channels.employer.views import (
    agents,
    entries,
    home,
    notices,
    opening,
    registering,
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
    path("notices/", notices.listed, name="notices"),
    path("menu/", home.menu, name="menu"),
    path("menu/<int:number>/", home.section, name="section"),
    path("agents/", agents.agents, name="agents"),
    path("agents/invite/", agents.invite, name="invite"),
    path("agents/<int:number>/", agents.agent, name="agent"),
    path("agents/<int:number>/<slug:deed>/", agents.act, name="agent_act"),
    path("applications/<str:service>/", entries.listed, name="entries"),
    path("applications/<str:service>/new/", entries.enter, name="entry_new"),
    path("applications/<str:service>/<slug:reference>/", entries.one, name="entry"),
    path(
        "applications/<str:service>/<slug:reference>/photos/",
        entries.add_photo,
        name="entry_add_photo",
    ),
    path(
        "applications/<str:service>/<slug:reference>/photos/remove/",
        entries.remove_photo,
        name="entry_remove_photo",
    ),
    path(
        "applications/<str:service>/<slug:reference>/photos/<int:photo>/",
        entries.photo,
        name="entry_photo",
    ),
    path("applications/<str:service>/<slug:reference>/<slug:deed>/", entries.act, name="entry_act"),
    path("security/", security.security, name="security"),
    path("security/password/", security.password, name="password"),
    path("security/phone/", security.phone, name="phone"),
    path("security/totp/", security.totp, name="totp"),
    path("security/end-others/", security.end_others, name="end_others"),
    *addresses(agents_only, responsible=in_charge_only),
]
