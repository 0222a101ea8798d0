"""The auditor's export holds by itself, and its program names every byte that was changed."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from anju.ledger.audit_export import Exported, auditors_check, export_for_audit
from anju.ledger.audit_export.auditors_check import check, signed, signed_by_arithmetic
from anju.ledger.calls import rows
from anju.ledger.sealing import SEALED_BY
from anju.ledger.tests.books import DAY
from anju.ledger.tests.test_replay import sealed_books
from anju.store import keyring
from anju.store.folders import FolderTaken

# RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc); public key, message, signature.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
     "6bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
     "594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feeb"
     "bd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0"
     "303dca179c138ac17ad9bef1177331a704"),
]  # fmt: skip
FIRST, LAST = date(2026, 11, 1), date(2027, 7, 31)


def export(folder: Path, *, first: date = FIRST, last: date = LAST) -> Exported:
    about = {"center": "yuncheng"}
    return export_for_audit(
        folder, first=first, last=last, about=about, before_it_stands=lambda exported: None
    )


def vouchers() -> int:
    return rows("SELECT count(*) FROM ledger_voucher")[0][0]


@pytest.fixture
def exported(open_books, tmp_path):
    """A folder with everything in it."""
    sealed_books()
    export(tmp_path / "out")
    return tmp_path / "out"


def differences(folder: Path, key: str = "") -> list[str]:
    """What the program names before it stops."""
    found = []
    try:
        found += check(folder, key)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        found.append(f"stopped: {error}")
    return found


def test_the_program_runs_with_the_standard_library_alone(exported):
    said = subprocess.run(
        [sys.executable, "-I", "-S", exported / "verify.py"], capture_output=True, text=True
    )
    assert (said.returncode, said.stdout) == (0, ""), said
    assert f"{vouchers()} vouchers, 5 rooted days" in said.stderr
    (exported / "leaves.csv").write_text("day,voucher_id,segment,hash\n")
    said = subprocess.run(
        [sys.executable, "-I", "-S", exported / "verify.py"], capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "leaves.csv: is not as it was exported" in said.stdout


def test_a_part_of_the_books_holds_too(open_books, tmp_path):
    sealed_books()
    export(tmp_path / "later", first=date(2027, 7, 2), last=date(2027, 7, 2))
    assert differences(tmp_path / "later") == []
    told = json.loads((tmp_path / "later/manifest.json").read_text())
    assert told["files"]["vouchers.csv"]["rows"] == 4
    there = {each.name for each in (tmp_path / "later").iterdir()}
    assert there == {*told["files"], "manifest.json", "manifest.signature"}


def test_the_key_that_was_given_must_be_the_one(exported):
    [kid] = json.loads((exported / "manifest.json").read_text())["keys"]
    assert differences(exported, keyring.public_key(kid, purpose=SEALED_BY).hex()) == []
    assert "manifest.json: is not signed by the centre" in differences(exported, "00" * 32)


def test_persons_are_told_by_account_alone(exported):
    assert rows("SELECT count(*) FROM ledger_account WHERE person_id > 999999")[0][0] > 0
    people = {str(person) for (person,) in rows("SELECT person_id FROM ledger_account")}
    for file in exported.glob("*.csv"):
        cells = {cell for row in auditors_check.rows(exported, file.name) for cell in row}
        assert not cells & people, file.name


def test_an_export_never_writes_over_another_and_leaves_no_half(exported, tmp_path):
    with pytest.raises(FolderTaken):
        export(exported)
    with pytest.raises(ValueError, match="is before"):
        export(tmp_path / "wrong", first=LAST, last=FIRST)

    def refuse(written: Exported) -> None:
        assert written.rows["vouchers.csv"] == vouchers()
        raise RuntimeError("the trail is full")

    with pytest.raises(RuntimeError, match="full"):
        export_for_audit(
            tmp_path / "half", first=FIRST, last=LAST, about={}, before_it_stands=refuse
        )
    assert {each.name for each in tmp_path.iterdir()} == {"out"}


@pytest.mark.mutants
def test_a_changed_byte_in_any_file_is_named(exported):
    missed = []
    for file in sorted(exported.iterdir()):
        content = file.read_bytes()
        for place in {0, len(content) // 3, len(content) - 2}:
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            name = "manifest.json" if file.name == "manifest.signature" else file.name
            try:
                found = differences(exported)
            except UnicodeDecodeError as error:
                found = [str(error)]
            if not any(each.startswith(name) for each in found):
                missed.append((file.name, place, found))
        file.write_bytes(content)
    (exported / "more.csv").write_text("")
    assert differences(exported) == ["more.csv: was not exported"]
    (exported / "more.csv").unlink()
    (exported / "accounts.csv").unlink()
    assert "accounts.csv: is not there" in differences(exported)
    assert not missed


# What somebody with an editor does who then makes the manifest anew, and what is said of it.
FORGED = [
    ("gl_lines.csv", ",1000000\n", ",1000001\n", "its lines do not sum to zero"),
    ("gl_lines.csv", ",101,,10101,1000000\n", ",102,,10101,1000000\n", "is not as it was sealed"),
    ("member_lines.csv", ",1000000,0,", ",1000000,1,", "is not as it was sealed"),
    ("vouchers.csv", ",remittance,day,", ",withdrawal,day,", "is not as it was sealed"),
    ("vouchers.csv", ",202611,2\n", ",202611,3\n", "202611: the numbers"),
    ("vouchers.csv", ",202611,2\n", ",202612,2\n", "has no number of its month"),
    ("leaves.csv", ",day,", ",adjustment,", "is not as it was sealed"),
    ("seals.csv", ",sealed,1,00", ",sealed,1,01", "is not chained"),
    ("seals.csv", ",accountant.one,", ",accountant.two,", "is not signed by two people"),
    ("control_balances.csv", "2026-11-20,201,0,", "2026-11-20,201,0,1", "subject 201"),
]  # fmt: skip


@pytest.mark.mutants
def test_a_forged_table_is_named_though_its_manifest_fits(exported, tmp_path):
    missed = []
    manifest = (exported / "manifest.json").read_text()
    for name, old, new, says in FORGED:
        before = (exported / name).read_bytes()
        assert old.encode() in before, (name, old)
        after = before.replace(old.encode(), new.encode(), 1)
        (exported / name).write_bytes(after)
        sha = json.loads(manifest)["files"][name]["sha256"]
        fits = manifest.replace(sha, auditors_check.hashlib.sha256(after).hexdigest())
        (exported / "manifest.json").write_text(fits)
        found = differences(exported)
        if not any(says in each for each in found):
            missed.append((name, new, says, found))
        assert "manifest.json: is not signed by the centre" in found
        (exported / name).write_bytes(before)
    assert not missed
    assert DAY.isoformat() in (exported / "leaves.csv").read_text()


@pytest.mark.parametrize("check_it", [signed, signed_by_arithmetic])
@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_are_those_of_rfc_8032(check_it, key, message, signature):
    k, m, s = (bytes.fromhex(each) for each in (key, message, signature))
    assert check_it(k, m, s)
    assert not check_it(k, m + b"x", s)
    for place in (0, 31, 32, 62):
        assert not check_it(k, m, s[:place] + bytes([s[place] ^ 1]) + s[place + 1 :])
    assert not check_it(k[:-1] + bytes([k[-1] ^ 128]), m, s)
    assert not check_it(k[:-1], m, s)
    assert not check_it(k, m, s[:-1])
    order = auditors_check.ORDER
    again = int.from_bytes(s[32:], "little") + order
    assert not check_it(k, m, s[:32] + again.to_bytes(32, "little")), "one signature, one number"


def test_what_is_no_point_is_no_key():
    assert not signed_by_arithmetic(b"\xff" * 32, b"", bytes(64))
    assert not signed_by_arithmetic((2).to_bytes(32, "little"), b"", bytes(64))
    assert not signed_by_arithmetic((1 | 1 << 255).to_bytes(32, "little"), b"", bytes(64))
