"""The card a person is paid to: bound, replaced, unbound. A row is never edited but for its end."""

from datetime import datetime

from django.db import IntegrityError, transaction

from anju.domain import identifiers
from anju.parties import indexes, rules
from anju.parties.answers import RuleBroken
from anju.parties.models import BankCard, Person
from anju.store import audit
from anju.store.fields import next_pk, seal
from anju.store.index import set_index


def bind_card(
    person_id: int,
    *,
    number: str,
    bank_code: str,
    branch_code: str = "",
    holder_name: str,
    same_name_verified: bool,
    actor: audit.Actor,
    at: datetime,
) -> BankCard:
    """Bind a receiving card; one bound before is replaced and its age lost. Raises RuleBroken.

    `same_name_verified` says that the bank confirmed name and ID number of the holder.
    """
    digits = identifiers.normalise_card_number(number)
    problem = identifiers.card_number_problem(digits)
    if problem is not None:
        raise RuleBroken(problem)
    card = BankCard(
        pk=next_pk(BankCard),
        person_id=person_id,
        last4=digits[-4:],
        bank_code=bank_code,
        branch_code=branch_code,
        same_name_verified=same_name_verified,
        bound_at=at,
    )
    seal(card, "number", digits)
    set_index(card, "number", indexes.CARD, digits)
    seal(card, "holder_name", rules.normalise_name(holder_name))
    try:
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person_id)
            _end(person_id, str(BankCard.State.REPLACED), at)
            card.save(force_insert=True)
            _audit("parties.card_bound", card, actor, at)
    except IntegrityError as error:
        raise RuleBroken("该银行卡已被他人绑定，请核对卡号或到柜台办理") from error
    return card


def unbind_card(person_id: int, *, actor: audit.Actor, at: datetime) -> None:
    """End the bound card without a new one; nothing happens when there is none."""
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person_id)
        card = BankCard.objects.filter(person_id=person_id, state=BankCard.State.BOUND).first()
        if card is not None:
            _end(person_id, str(BankCard.State.UNBOUND), at)
            _audit("parties.card_unbound", card, actor, at)


def _end(person_id: int, state: str, at: datetime) -> None:
    bound = BankCard.objects.filter(person_id=person_id, state=BankCard.State.BOUND)
    bound.update(state=state, ended_at=at)


def _audit(action: str, card: BankCard, actor: audit.Actor, at: datetime) -> None:
    audit.write(
        action,
        at=at,
        actor=actor,
        subject=audit.Subject("person", str(card.person_id)),
        details={"card": card.pk, "bank": card.bank_code},
    )
