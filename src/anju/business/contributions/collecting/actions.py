"""What the approval of an agreement brings about, and asking the bank for a list's money."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions.collecting import facts as collecting
from anju.business.contributions.collecting import payers
from anju.business.contributions.collecting.rules import FETCHING, FetchingFacts
from anju.business.contributions.models import (
    CollectionAgreement,
    EmployerAccount,
    Remittance,
)
from anju.business.contributions.remittance_lists import NotConfirmed
from anju.business.treasury import facts as treasury
from anju.business.treasury import orders
from anju.cases.declaration import CaseRef
from anju.domain.contribution import month_span
from anju.domain.rules import against, all_met, evaluate
from anju.store import audit, fields
from anju.store.audit import Actor


@dataclass(frozen=True, slots=True)
class Fetching:
    """The bank is asked for a list's money under this number."""

    order_no: str


def finish(case: CaseRef, at: datetime) -> None:
    """End the agreement there is, and keep the one that was signed."""
    ledger.enter_day()
    on = ledger.business_date()
    account = EmployerAccount.objects.live().get(employer_id=case.employer_id)
    before = CollectionAgreement.objects.filter(account=account, ended_on=None)
    before.update(ended_on=on)
    signs = case.answers["deed"] == collecting.SIGN
    if signs:
        _keep(case, account, on)
    by = case.decided_by
    audit.write(
        "contributions.agreement_signed" if signs else "contributions.agreement_ended",
        at=at,
        actor=Actor.staff(by) if by is not None else Actor.system(),
        subject=audit.Subject("employer", str(case.employer_id)),
        details={"case": case.reference},
    )


def _keep(case: CaseRef, account: EmployerAccount, on: date) -> None:
    until = case.answers["valid_until"]
    made = CollectionAgreement(
        pk=fields.next_pk(CollectionAgreement),
        number=case.reference,
        account=account,
        agreement_no=case.answers["agreement_no"],
        bank_code=case.answers["bank"],
        signed_on=date.fromisoformat(case.answers["signed_on"]),
        valid_until=date.fromisoformat(until) if until else None,
        approved_on=on,
    )
    fields.seal(made, "payer_account", case.answers["payer_account"])
    made.save(force_insert=True)


def fetch(number: str, *, actor: Actor, at: datetime) -> Fetching | NotConfirmed:
    """委托收款: have the bank fetch a list's money from its employer's account.

    While the bank is at it nothing is asked a second time. Raises DoesNotExist.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        rows = Remittance.objects.select_for_update(of=("self",), no_key=True)
        made = rows.select_related("account").get(number=number)
        agreement = collecting.agreement_of(made.account_id)
        unmet = _unmet(made, agreement, on=on, at=at)
        if unmet is not None:
            return unmet
        assert agreement is not None
        order_no = orders.write_collection(
            number=number,
            employer_id=made.account.employer_id,
            amount_fen=made.total_fen,
            of=payers.agreed(agreement.key, made.account.employer_id),
            payee_account=made.receiving_account,
            summary=f"{month_span(made.from_month, made.month)}{made.get_kind_display()}",
            by=actor,
            at=at,
        )
        audit.write(
            "contributions.collection_ordered",
            at=at,
            actor=actor,
            subject=audit.Subject("remittance", number),
            details={"order": order_no},
        )
        return Fetching(order_no)


def _unmet(
    made: Remittance, agreement: collecting.AgreementFacts | None, *, on: date, at: datetime
) -> NotConfirmed | None:
    before = treasury.fetched_for(made.number)
    facts = FetchingFacts(
        number=made.number,
        waits=made.state == Remittance.State.CONFIRMED,
        agreement=agreement.text if agreement is not None else "",
        holds=agreement is not None and agreement.holds_on(on),
        under_way=any(each.under_way for each in before),
        tries=len(before),
        total_fen=made.total_fen,
        unallocated_fen=ledger.unallocated(made.account.employer_id),
    )
    found = evaluate(FETCHING, facts, policy.current(), at)
    return None if all_met(found) else NotConfirmed(against(found))
