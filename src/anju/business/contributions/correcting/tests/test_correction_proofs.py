"""错缴更正、冲正: `anju verify` names every planted error, and none once it is undone."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from anju.business.contributions import correction_proofs, remittance_proofs
from anju.business.contributions.correcting.tests import test_correcting as correcting
from anju.business.contributions.reversing.tests import test_reversing as reversing
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists

MONTH = lists.MONTH
CORRECTED = {
    "its sum": ("UPDATE contributions_correction SET member_fen = member_fen {} 100", "+-"),
    "its months": ("UPDATE contributions_correctionline SET member_fen = member_fen {} 100", "-+"),
    "whose it is": (
        "UPDATE contributions_correction SET enrolment_id = {}",
        (
            "(SELECT max(id) FROM contributions_enrolment)",
            "(SELECT min(id) FROM contributions_enrolment)",
        ),
    ),
    "its number": (
        "UPDATE contributions_correction SET number = {}",
        ("'X' || number", "substr(number, 2)"),
    ),
    "more than was paid": (
        "UPDATE contributions_remittanceline SET member_fen = member_fen {} 100", "-+",
    ),
    "the books": ("UPDATE ledger_member_line SET amount = amount {} 1 WHERE amount < 0", "-+"),
    "guard trigger": (
        "ALTER TABLE contributions_correction {} TRIGGER append_only", ("DISABLE", "ENABLE"),
    ),
    "guard trigger of months": (
        "ALTER TABLE contributions_correctionline {} TRIGGER append_only", ("DISABLE", "ENABLE"),
    ),
}  # fmt: skip
REVERSED = {
    "its list": ("UPDATE contributions_remittance SET state = {}", ("'done'", "'reversed'")),
    "its voucher": ("UPDATE contributions_reversal SET voucher_id = voucher_id {} 1000", "+-"),
    "what it is of": (
        "UPDATE contributions_remittance SET number = {}", ("'X' || number", "substr(number, 2)"),
    ),
    "its red letters": (
        "UPDATE ledger_member_line SET amount = amount {} 1 WHERE amount < 0", "+-",
    ),
    "its month": (
        "UPDATE contributions_employeraccount SET paid_through = {}",
        ("'2026-11-01'", "'2026-10-01'"),
    ),
    "guard trigger": (
        "ALTER TABLE contributions_reversal {} TRIGGER append_only", ("DISABLE", "ENABLE"),
    ),
}  # fmt: skip


@contextmanager
def owner(committing_db):
    """Somebody whom no guard stops."""
    admin = committing_db.connect("admin", autocommit=True)
    admin.execute("SELECT set_config('search_path', %s, false)", [committing_db.databases.center])
    admin.execute("SET session_replication_role = replica")
    yield admin
    admin.close()


def found_by(plants, committing_db) -> dict[str, set[str]]:
    """What each planted error is called, by its name."""
    found = {}
    with owner(committing_db) as admin:
        for name, (sql, (planted, undone)) in plants.items():
            admin.execute(sql.format(planted))
            found[name] = {each.kind for each in correction_proofs.breaks()}
            admin.execute(sql.format(undone))
    return found


def sound() -> None:
    lists.sound()
    assert [*remittance_proofs.breaks(), *correction_proofs.breaks()] == []


def expected(plants, kind: str) -> dict[str, set[str]]:
    return {name: {name[:13] if name.startswith("guard") else kind} for name in plants}


@pytest.mark.mutants
def test_every_error_planted_in_a_correction_is_named(committing_db, bank, city):
    account, people, by = lists._company(city)
    lists.paid(lists.confirm(account, by=by).number, 2 * MONTH)
    stop.approved(correcting.submitted(stop.teller(), people[0], correcting.WHOLE), by)
    sound()
    assert found_by(CORRECTED, committing_db) == expected(CORRECTED, "correction")
    sound()


@pytest.mark.mutants
def test_every_error_planted_in_a_reversal_is_named(committing_db, bank, city):
    account, _people, by = lists._company(city)
    number = lists.confirm(account, by=by).number
    lists.paid(number, 2 * MONTH)
    stop.approved(reversing.submitted(stop.teller(), number), by)
    sound()
    assert found_by(REVERSED, committing_db) == expected(REVERSED, "reversal")
    sound()
