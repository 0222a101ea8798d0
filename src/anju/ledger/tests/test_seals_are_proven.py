"""`verify` names what was done to a sealed day behind the database's back."""

from datetime import date, timedelta

from anju.ledger.calls import rows
from anju.ledger.tests.books import DAY, sound
from anju.ledger.tests.test_sealing import busy_day, seal
from anju.ledger.tests.test_verify import planted

SECOND, THIRD = DAY + timedelta(days=1), date(2026, 12, 1)

# The proof that must name it, and what a superuser does with every trigger asleep.
PLANTED = [
    ("leaf", "UPDATE ledger_voucher SET summary = 'another' WHERE id = {voucher}"),
    ("leaf", "UPDATE ledger_voucher SET checker = 'somebody' WHERE id = {voucher}"),
    ("leaf", "UPDATE ledger_gl_line SET bank_account_id = 2 WHERE voucher_id = {voucher}"),
    ("leaf", "UPDATE ledger_member_line SET value_date = value_date - 1"
     " WHERE voucher_id = {voucher}"),
    ("leaf", "UPDATE ledger_voucher_leaf f SET hash = (SELECT hash FROM ledger_voucher_leaf g"
     " WHERE g.voucher_id = {voucher} + CASE f.voucher_id WHEN {voucher} THEN 1 ELSE 0 END)"
     " WHERE voucher_id IN ({voucher}, {voucher} + 1)"),
    ("leaf", "DELETE FROM ledger_voucher_leaf WHERE voucher_id = {voucher}"),
    ("leaf", "UPDATE ledger_voucher SET accounting_date = '{third}' WHERE id = {voucher}"),
    ("root", "UPDATE ledger_voucher_leaf SET hash = sha256('x') WHERE voucher_id = {voucher}"),
    ("root", "UPDATE ledger_business_day SET root = sha256('x') WHERE day = '{first}'"),
    ("root", "UPDATE ledger_business_day SET prev_root = sha256('x') WHERE day = '{second}'"),
    ("root", "UPDATE ledger_business_day SET chain_no = 9 WHERE day = '{second}'"),
    ("signature", "UPDATE ledger_business_day SET signature ="
     " left(signature, -2) || CASE right(signature, 2) WHEN '00' THEN '01' ELSE '00' END"
     " WHERE day = '{second}'"),
    ("signature", "UPDATE ledger_business_day SET signer2 = 'somebody' WHERE day = '{first}'"),
    ("signature", "UPDATE ledger_business_day SET signature = (SELECT signature"
     " FROM ledger_business_day WHERE day = '{second}') WHERE day = '{first}'"),
    ("day order", "ALTER TABLE ledger_business_day DROP CONSTRAINT ledger_business_day_sealed;"
     " UPDATE ledger_business_day SET state = 'closing' WHERE day = '{first}'"),
    ("day order", "ALTER TABLE ledger_business_day DROP CONSTRAINT"
     " ledger_business_day_two_signers;"
     " UPDATE ledger_business_day SET signer2 = signer1 WHERE day = '{first}'"),
    ("voucher number", "DELETE FROM ledger_voucher_number WHERE voucher_id = {voucher}"),
    ("voucher number", "UPDATE ledger_voucher_number SET no = no + 1000"),
    ("voucher number", "ALTER TABLE ledger_voucher_number DROP CONSTRAINT"
     " ledger_voucher_number_voucher_id_key; INSERT INTO ledger_voucher_number"
     " VALUES (202611, 999, {voucher})"),
    ("control balance", "UPDATE ledger_control_balance SET debit = debit + 1"
     " WHERE day = '{second}' AND subject = '201'"),
    ("control balance", "DELETE FROM ledger_control_balance WHERE subject = '101'"),
    ("guard trigger", "ALTER TABLE ledger_voucher_leaf DISABLE TRIGGER check_sealing"),
]  # fmt: skip


def test_every_planted_error_is_named(committed_books):
    busy_day(SECOND)
    busy_day(THIRD)
    first, second = seal(DAY), seal(SECOND)
    assert first.root != second.root
    [(voucher,)] = rows("SELECT min(id) FROM ledger_voucher")
    names = {"voucher": voucher, "first": DAY, "second": SECOND, "third": THIRD}
    assert sound()
    missed = []
    for kind, sql in PLANTED:
        found = planted(committed_books, sql.format(**names))
        if kind not in {each.kind for each in found}:
            missed.append((kind, sql, found))
    assert not missed
    assert sound(), "each planting was undone"
