from __future__ import annotations

import base64
import copy
import json
import pickle

import pytest

from anju.store import keyring, sealing
from anju.store.keyring import Keyring
from anju.store.sealing import SealBroken
from anju.store.secrets import MaskedCard, MaskedIdNumber, MaskedName, MaskedPhone, Secret

PLACE = "parties_person.id_number.7"
NUMBER = "142701196608150011"


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def suite(request):
    with keyring.using(Keyring.fresh(request.param)):
        yield request.param


def test_what_is_sealed_opens_at_its_place(suite):
    token = sealing.seal_text(NUMBER, place=PLACE)
    assert token.startswith("v1$field-1$")
    assert NUMBER not in token
    assert sealing.open_text(token, place=PLACE) == NUMBER


def test_the_same_value_never_looks_the_same(suite):
    assert len({sealing.seal_text(NUMBER, place=PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere",
    ["parties_person.id_number.8", "parties_person.phone.7", "parties_user.id_number.7"],
)
def test_a_moved_ciphertext_does_not_open(suite, elsewhere):
    token = sealing.seal_text(NUMBER, place=PLACE)
    with pytest.raises(SealBroken, match="changed or moved"):
        sealing.open_text(token, place=elsewhere)


def test_a_changed_ciphertext_does_not_open_whichever_byte_it_is(suite):
    head, _, encoded = sealing.seal_text(NUMBER, place=PLACE).rpartition("$")
    blob = base64.b64decode(encoded)
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        token = f"{head}${base64.b64encode(bytes(changed)).decode()}"
        with pytest.raises(SealBroken):
            sealing.open_text(token, place=PLACE)


@pytest.mark.parametrize("token", ["", "v1", "v2$field-1$AAAA", "v1$field-1$?", "v1$field-1$AAAA"])
def test_what_was_never_sealed_does_not_open(token):
    with pytest.raises(SealBroken):
        sealing.open_text(token, place=PLACE)


def test_another_ring_or_another_purpose_does_not_open():
    token = sealing.seal_text(NUMBER, place=PLACE)
    with keyring.using(Keyring.fresh()), pytest.raises(SealBroken):
        sealing.open_text(token, place=PLACE)
    kid, blob = sealing.seal_bytes(b"photo", place=PLACE, purpose="evidence")
    with pytest.raises(SealBroken):
        sealing.open_bytes(blob, kid=kid, place=PLACE, purpose="field")


def test_a_secret_gets_out_by_expose_alone():
    secret = Secret(NUMBER)
    assert secret.expose() == NUMBER
    assert repr(secret) == "Secret(…)"
    assert secret == Secret(NUMBER)
    assert not Secret("")
    for attempt in (str, "{}".format, "%s".__mod__, pickle.dumps, json.dumps, copy.copy):
        with pytest.raises(TypeError):
            attempt(secret)
    with pytest.raises(AttributeError):
        secret._plain = "x"
    assert not hasattr(secret, "__dict__")


def test_an_exception_that_holds_a_secret_does_not_show_it():
    assert NUMBER not in repr(ValueError(Secret(NUMBER)))


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (MaskedIdNumber.of(NUMBER), "142701********0011"),
        (MaskedIdNumber.of(Secret(NUMBER)), "142701********0011"),
        (MaskedPhone.of("15000000001"), "150****0001"),
        (MaskedCard.of("6210000000000000009"), "····0009"),
        (MaskedName.of("李华"), "李*"),
    ],
)
def test_masked_values_print_their_mask(masked, shown):
    assert f"{masked}" == shown
    assert json.loads(json.dumps(masked)) == shown
