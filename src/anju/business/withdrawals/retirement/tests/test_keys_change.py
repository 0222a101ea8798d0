"""Keys change while a withdrawal is under way."""

from __future__ import annotations

from django.apps import apps

from anju.business.treasury.models import PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.looking import books_balance
from anju.store import keyring, rotation
from anju.store.fields import sealed_columns
from anju.store.keyring import Keyring


def test_an_order_of_the_old_keys_is_paid_under_the_new_ones(
    books, both_cities, bank, worker, tmp_path
):
    path = tmp_path / "ring.json"
    keyring.generate(path)
    with keyring.using(Keyring.from_file(path, production=True)):
        who = cast.member()
        cast.turn_to()
        reference = cast.submit(who)
    for purpose in keyring.PURPOSES:
        keyring.change_key(path, purpose)
    with keyring.using(Keyring.from_file(path, production=True)):
        for model in apps.get_models():
            if sealed_columns(model):
                rotation.reseal_all(model, batch=1)
                lasts = model is PaymentOrder
                assert set(rotation.keys_named(model)) <= {"field-1" if lasts else "field-2"}
        worker.work(cast.AT)
        assert cast.case(reference).state == "completed"
        (asked,) = bank.requests
        assert asked.payee_account == cast.card_number(1)
        books_balance()
