"""The account that an agreement lets be charged: masked for pages, whole on its way to the bank."""

from anju.business.contributions.models import CollectionAgreement
from anju.business.treasury.orders import Agreed
from anju.domain.masks import mask_card
from anju.parties import facts as parties
from anju.store.fields import unseal
from anju.store.secrets import Secret


def masked(row: CollectionAgreement) -> str:
    """The account as pages show it."""
    return mask_card(unseal(row, "payer_account").expose())


def agreed(key: int, employer_id: int) -> Agreed:
    """Who is charged under an agreement: the employer, whose name the account bears."""
    row = CollectionAgreement.objects.get(pk=key)
    name = Secret(parties.employer(employer_id).name)
    return Agreed(row.agreement_no, name, unseal(row, "payer_account"), row.bank_code)
