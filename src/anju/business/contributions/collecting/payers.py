"""The account that an agreement lets be charged: masked for pages, whole on its way to the bank.

An employer's, or the card of somebody who pays for himself.
"""

from anju.business.contributions.models import CollectionAgreement, FlexibleAgreement
from anju.business.treasury.orders import Agreed
from anju.domain.masks import mask_card
from anju.parties import facts as parties
from anju.ports.bank_collections import PayerClass
from anju.store.fields import unseal
from anju.store.secrets import Secret


def masked(row: CollectionAgreement | FlexibleAgreement) -> str:
    """The account as pages show it."""
    return mask_card(unseal(row, "payer_account").expose())


def agreed(key: int, employer_id: int) -> Agreed:
    """Who is charged under an agreement: the employer, whose name the account bears."""
    row = CollectionAgreement.objects.get(pk=key)
    name = Secret(parties.employer(employer_id).name)
    return Agreed(row.agreement_no, name, unseal(row, "payer_account"), row.bank_code)


def card_agreed(row: FlexibleAgreement) -> Agreed:
    """Who is charged under an agreement of his own: the person, whose name the card bears."""
    name = Secret(parties.full_name(row.person_id))
    card = unseal(row, "payer_account")
    return Agreed(row.agreement_no, name, card, row.bank_code, PayerClass.PERSON)


def card_of(row: FlexibleAgreement) -> str:
    """The number of the card, for terms that go on with it."""
    return unseal(row, "payer_account").expose()
