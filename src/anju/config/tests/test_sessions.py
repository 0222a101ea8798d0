"""Sessions age by Anju's clock."""

import pytest
from django.contrib.sessions.models import Session

from anju.config.jobs import sweep_sessions
from anju.config.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept(**values):
    store = SessionStore()
    store.update(values)
    store.save()
    return store.session_key


def test_a_session_is_there_until_its_time_has_passed(clock):
    key = kept(a=1)
    clock.advance(hours=11)
    assert SessionStore(key).get("a") == 1
    clock.advance(hours=2)
    assert SessionStore(key).get("a") is None


def test_what_has_passed_is_swept_and_nothing_else(clock):
    old = kept(a=1)
    clock.advance(hours=11)
    young = kept(a=2)
    clock.advance(hours=2)
    sweep_sessions(timestamp=0)
    assert set(Session.objects.values_list("session_key", flat=True)) == {young}
    assert old != young
