"""Fictional agents and their browsers, made by the rooms' own actions."""

from __future__ import annotations

import re
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from anju.channels.employer.hall import APPOINTMENT
from anju.parties import agent_facts, agent_sessions, sessions
from anju.parties.models import SmsMessage, User
from anju.parties.tests import cast as parties
from anju.store.fields import unseal

AT, PASSWORD, TOTP_SECRET = parties.AT, parties.PASSWORD, parties.TOTP_SECRET
COOKIE = "anju_yuncheng_employer"
agent, employer, applicant = parties.agent, parties.employer, parties.applicant
id_number, phone, uscc = parties.id_number, parties.phone, parties.uscc


def signed_in(user: User, *, employer_id: int | None = None) -> Client:
    """A browser in which this agent has signed in, at work for an employer if for any."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.begin(request, user, hall="employer", channel="employer", at=AT)
    found = [
        one
        for one in agent_facts.appointments_of(user.pk)
        if employer_id in (None, one.employer.employer_id)
    ]
    if found:
        request.session[APPOINTMENT] = found[0].appointment_id
        agent_sessions.chose(request.session, found[0].appointment_id)
    request.session.save()
    client = Client()
    client.cookies[COOKIE] = str(request.session.session_key)
    return client


def latest_code() -> str:
    """The last code that was sent by SMS."""
    texts = (unseal(m, "text").expose() for m in SmsMessage.objects.order_by("-pk"))
    return next(found[1] for text in texts if (found := re.search(r"验证码 (\d{6})", text)))
