from __future__ import annotations

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from anju.store import keyring
from anju.store.keyring import Keyring, KeyringError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


def test_a_written_ring_reads_back_and_is_closed_to_others(path):
    keyring.generate(path)
    assert path.stat().st_mode & 0o077 == 0
    ring = Keyring.from_file(path, production=True)
    assert {ring.at_work(purpose).purpose for purpose in keyring.PURPOSES} == set(keyring.PURPOSES)


def test_a_ring_is_never_overwritten(path):
    keyring.generate(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        keyring.generate(path)
    assert path.read_bytes() == before


def test_production_wants_its_file(path, monkeypatch):
    with pytest.raises(KeyringError, match="ANJU_KEYRING"):
        Keyring.from_file(path, production=True)
    monkeypatch.setattr(keyring, "_current", None)
    monkeypatch.setenv("ANJU_PROFILE", "production")
    monkeypatch.delenv("ANJU_KEYRING", raising=False)
    with pytest.raises(KeyringError, match="names no file"):
        keyring.current()


def test_production_refuses_a_ring_others_can_read(path):
    keyring.generate(path)
    os.chmod(path, 0o640)
    with pytest.raises(KeyringError, match="chmod 600"):
        Keyring.from_file(path, production=True)
    Keyring.from_file(path, production=False)


def spoil(content, change):
    change(content)
    return json.dumps(content)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["active"].pop("order_mac"), "no active key for order_mac"),
        (lambda c: c["keys"]["field-1"].update(secret="AAAA"), "must have 32 bytes"),
        (lambda c: c["keys"]["field-1"].update(secret="?"), "not base64"),
        (lambda c: c["keys"]["field-1"].update(suite="hmac-sha256"), "does not serve"),
        (lambda c: c["keys"]["order_mac-1"].update(suite="aes-256-gcm"), "does not serve"),
        (lambda c: c["active"].update(field="evidence-1"), "no active key for field"),
        (lambda c: c.update(live_index="c"), "live_index"),
        (lambda c: c.pop("keys"), "lacks or mistypes"),
        (lambda c: c["keys"].update({"a$b": c["keys"]["field-1"]}), "key id"),
    ],
)
def test_a_ring_that_does_not_fit_together_is_refused(path, change, says):
    keyring.generate(path)
    path.write_text(spoil(json.loads(path.read_text()), change))
    with pytest.raises(KeyringError, match=says):
        Keyring.from_file(path, production=False)


def test_keys_do_not_show(path):
    key = Keyring.fresh().at_work("field")
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(Keyring.fresh())


def test_a_mac_holds_for_its_message_and_purpose_only():
    proof = keyring.mac("order_mac", b"pay 100")
    assert keyring.mac_ok("order_mac", b"pay 100", proof)
    assert not keyring.mac_ok("order_mac", b"pay 101", proof)
    assert not keyring.mac_ok("approval_mac", b"pay 100", proof)
    assert not keyring.mac_ok("order_mac", b"pay 100", "nobody$" + proof.partition("$")[2])
    assert not keyring.mac_ok("order_mac", b"pay 100", "")


def test_an_old_mac_holds_after_a_new_key_took_over():
    proof = keyring.mac("order_mac", b"pay 100")
    ring = keyring.current()
    newer = Keyring.fresh().at_work("order_mac")
    newer = keyring.Key("order-2", newer.purpose, newer.suite, newer.secret)
    turned = Keyring({**ring.keys, "order-2": newer}, {**ring.active, "order_mac": "order-2"})
    with keyring.using(turned):
        assert keyring.mac("order_mac", b"pay 100") != proof
        assert keyring.mac_ok("order_mac", b"pay 100", proof)


def test_sm_rings_take_sm3_for_their_macs():
    with keyring.using(Keyring.fresh("sm4-gcm")):
        assert keyring.current().at_work("order_mac").suite == "hmac-sm3"
        proof = keyring.mac("order_mac", b"pay 100")
        assert keyring.mac_ok("order_mac", b"pay 100", proof)


def test_a_signature_holds_for_its_message_and_key_only():
    signature = keyring.sign("day_seal", b"a day")
    assert keyring.signature_ok("day_seal", b"a day", signature)
    assert not keyring.signature_ok("day_seal", b"another day", signature)
    assert not keyring.signature_ok("order_mac", b"a day", signature)
    assert not keyring.signature_ok("day_seal", b"a day", "nobody$" + signature.partition("$")[2])
    assert not keyring.signature_ok("day_seal", b"a day", "day_seal-1$zz")
    with keyring.using(Keyring.fresh()):
        assert not keyring.signature_ok("day_seal", b"a day", signature)


def test_the_public_half_checks_without_a_secret():
    signature = keyring.sign("day_seal", b"a day")
    kid, _, digits = signature.partition("$")
    public = keyring.public_key(kid, purpose="day_seal")
    Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(digits), b"day_seal\0a day")


def test_a_ring_from_before_there_were_signatures_serves_and_takes_one(path):
    keyring.generate(path)
    content = json.loads(path.read_text())
    del content["keys"][content["active"].pop("day_seal")]
    path.write_text(json.dumps(content))
    ring = Keyring.from_file(path, production=False)
    with keyring.using(ring), pytest.raises(KeyringError, match="day_seal"):
        keyring.sign("day_seal", b"a day")
    keyring.change_key(path, "day_seal")
    with keyring.using(Keyring.from_file(path, production=False)):
        assert keyring.signature_ok("day_seal", b"a day", keyring.sign("day_seal", b"a day"))
