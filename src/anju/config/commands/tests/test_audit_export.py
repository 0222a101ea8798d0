"""`anju audit-export` writes a folder that holds by itself, and the audit trail says so."""

import argparse
from datetime import date

import pytest

from anju import ledger
from anju.config.commands import audit_export
from anju.ledger.audit_export.auditors_check import check
from anju.store.models import AuditRow

DAY = date(2026, 11, 20)


def arguments(folder):
    return argparse.Namespace(first=DAY, last=DAY, out=folder, reason="2026 年度审计")


@pytest.mark.usefixtures("committing_db")
def test_what_leaves_is_kept_in_the_trail(tmp_path, capsys):
    ledger.open_day(DAY)
    assert audit_export.run(arguments(tmp_path / "out")) == 0
    assert list(check(tmp_path / "out", "")) == []
    told = capsys.readouterr()
    row = AuditRow.objects.get(action="books.exported")
    assert row.reason == "2026 年度审计"
    assert f"manifest {row.details['manifest_sha256']}" in told.err
    assert "vouchers.csv\t0" in told.out
    assert audit_export.run(arguments(tmp_path / "out")) == 2
    assert "FolderTaken" in capsys.readouterr().err
    assert AuditRow.objects.filter(action="books.exported").count() == 1
