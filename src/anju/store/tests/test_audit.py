from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
import structlog
from django.db import IntegrityError, transaction

from anju.store import audit
from anju.store.models import AuditRow

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CASE = audit.Subject("case", "TQ202611200007")


def write(**more):
    given = {"at": AT, "actor": audit.Actor.staff(5), "subject": CASE, **more}
    return audit.write("cases.approved", **given)


@pytest.mark.django_db
def test_a_row_says_who_did_what_when_and_in_which_request():
    with structlog.contextvars.bound_contextvars(request_id="r-12345678"):
        seq = write(reason="材料齐全", details={"amount_fen": 2022295}, case_ref=CASE.id)
    row = AuditRow.objects.get(pk=seq)
    assert (row.at, row.actor_kind, row.actor_id) == (AT, "staff", 5)
    assert (row.subject_kind, row.subject_id, row.case_ref) == ("case", CASE.id, CASE.id)
    assert row.request_id == "r-12345678"
    assert row.details == {"amount_fen": 2022295}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more",
    [
        {"reason": "核对 142701196608150011"},
        {"reason": "致电 15000000001 确认"},
        {"details": {"seen": [{"card": "6210000000000000009"}]}},
    ],
)
def test_personal_data_is_refused(more):
    with pytest.raises(ValueError, match="personal data"):
        write(**more)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db
def test_large_amounts_are_not_taken_for_phone_numbers():
    write(details={"total_fen": 13_900_000_000})


@pytest.mark.parametrize("action", ["approved", "Cases.Approved", "cases.", "cases approved"])
def test_actions_are_dotted(action):
    with pytest.raises(ValueError, match="dotted"):
        audit.write(action, at=AT, actor=audit.Actor.system(), subject=CASE)


def test_an_actor_is_somebody_or_the_system():
    for kind, key in (("staff", None), ("member", None), ("system", 3)):
        with pytest.raises(ValueError, match="actor"):
            audit.Actor(kind, key)


@pytest.mark.django_db
def test_the_database_too_wants_somebody():
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRow.objects.create(
            at=AT, actor_kind="staff", action="x.y", subject_kind="a", subject_id="1"
        )


@pytest.mark.parametrize("role", ["app", "migrate"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_auditrow SET reason = ''",
        "DELETE FROM store_auditrow",
        "TRUNCATE store_auditrow",
        "TRUNCATE store_auditrow CASCADE",
        "INSERT INTO store_auditrow SELECT * FROM store_auditrow ON CONFLICT (seq)"
        " DO UPDATE SET reason = 'x'",
    ],
)
def test_a_written_row_cannot_be_changed(committing_db, role, statement):
    seq = write(reason="材料齐全")
    connection = committing_db.connect(role, autocommit=True)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    assert AuditRow.objects.get(pk=seq).reason == "材料齐全"


@pytest.mark.django_db
def test_a_row_goes_with_the_transaction_it_tells_of():
    def failing():
        write()
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        failing()
    assert not AuditRow.objects.exists()
