"""Agreements of people without an employer: signed, replaced, ended, and how one stands."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from anju import ledger, policy
from anju.business.contributions import orders
from anju.business.contributions.collecting import payers
from anju.business.contributions.flexible.own_account import open_own, own_of
from anju.business.contributions.flexible.terms import Terms
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    EnrolmentEvent,
    FlexibleAgreement,
    Remittance,
)
from anju.business.contributions.models.remittances import LIVE
from anju.business.treasury import facts as treasury
from anju.domain.contribution import month_words, ratio_words
from anju.domain.flexible import Payments, Plan
from anju.domain.money import yuan
from anju.parties import actions as parties
from anju.store import audit, fields
from anju.store.audit import Actor

State = FlexibleAgreement.State
_SCOPE = "flexible"


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """How somebody's agreement stands; the card masked.

    `unpaid` is the number of the list that waits for its money, "" for none; `under_way` whether
    the bank is at fetching it, or the money has come and is being booked.
    """

    key: int
    number: str
    account_id: int
    state: str
    state_text: str
    base_fen: int
    ratio: Fraction
    payments: Payments
    plan_text: str
    card: str
    bank: str
    paid_through: date | None
    next_on: date | None
    unpaid: str
    under_way: bool

    @property
    def text(self) -> str:
        """As one line."""
        return (
            f"{self.plan_text}，基数 {yuan(self.base_fen)} 元，比例 {ratio_words(self.ratio)}，"
            f"每月 {self.payments.debit_day} 日从{self.bank} {self.card} 扣款（{self.state_text}）"
        )

    @property
    def next_debit(self) -> str:
        """When money is fetched next, in words; "—" when none is."""
        if self.next_on is None:
            return "—"
        if self.unpaid:
            return f"清册 {self.unpaid} 待扣款"
        span = self.payments.next_span(self.paid_through)
        if span is None:
            return "—"
        return f"{max(self.payments.due_on(span[0]), self.next_on):%Y年%m月%d日}"

    @property
    def lines(self) -> tuple[str, ...]:
        """As the member reads it on the account page."""
        paid = f"已缴至{month_words(self.paid_through)}。" if self.paid_through else "还没有扣款。"
        following = "" if self.next_debit == "—" else f"下次扣款：{self.next_debit}。"
        halted = (
            "请到管理部更换扣款银行卡，或者变更、终止协议。" if self.state == State.HALTED else ""
        )
        return f"{self.text}。", f"{paid}{following}{halted}"


def of_person(person_id: int) -> AgreementFacts | None:
    """The agreement a person has, ended ones left out."""
    row = FlexibleAgreement.objects.filter(person_id=person_id).exclude(state=State.ENDED).first()
    if row is None:
        return None
    waiting = _unpaid(row)
    bank = policy.current().banks.get(row.bank_code)
    return AgreementFacts(
        key=row.pk,
        number=row.number,
        account_id=row.account_id,
        state=row.state,
        state_text=row.get_state_display(),
        base_fen=row.base_fen,
        ratio=Fraction(row.ratio),
        payments=payments(row),
        plan_text=row.get_plan_display(),
        card=payers.masked(row),
        bank=bank.name if bank is not None else row.bank_code,
        paid_through=row.paid_through,
        next_on=row.next_on,
        unpaid=waiting.number if waiting is not None else "",
        under_way=waiting is not None and _is_under_way(waiting),
    )


def number_of(person_id: int) -> str:
    """The number of the agreement a person has, "" without one that is not ended."""
    found = FlexibleAgreement.objects.filter(person_id=person_id).exclude(state=State.ENDED)
    return found.values_list("number", flat=True).first() or ""


def payments(row: FlexibleAgreement) -> Payments:
    """The plan of an agreement."""
    return Payments(Plan(row.plan), row.first_month, row.debit_day, row.months)


def terms_of(key: int) -> Terms:
    """The terms of an agreement, with the whole number of the card."""
    row = FlexibleAgreement.objects.get(pk=key)
    return Terms(
        base_fen=row.base_fen,
        ratio=row.ratio,
        plan=Plan(row.plan),
        months=row.months,
        first_month=row.first_month,
        debit_day=row.debit_day,
        bank_code=row.bank_code,
        card=payers.card_of(row),
        agreement_no=row.agreement_no,
    )


def _unpaid(row: FlexibleAgreement) -> Remittance | None:
    live = Remittance.objects.filter(agreement=row, state__in=LIVE)
    return live.select_related("account").first()


def _is_under_way(made: Remittance) -> bool:
    return (
        made.state == Remittance.State.ALLOCATING
        or is_covered(made)
        or any(each.under_way for each in treasury.fetched_for(made.number))
    )


def is_covered(made: Remittance) -> bool:
    """Whether all that a list comes to has come and waits to be booked."""
    return ledger.unallocated(made.account.employer_id) >= made.total_fen


def newcomer(name: str, id_number: str, phone: str, *, actor: Actor, at: datetime) -> int:
    """Write somebody down whom nobody has enrolled before; the person's key."""
    (person_id,) = parties.enrol_people([(name, id_number)], phones=[phone], actor=actor, at=at)
    return person_id


def sign(
    person_id: int, terms: Terms, *, number: str, branch_code: str, by: int, at: datetime
) -> FlexibleAgreement:
    """Bring a sealed account along, or open one, and keep the agreement. Inside atomic().

    `number` is the case's, `by` who approved it. Raises LedgerRefusal when the person has an
    account that is paid into or closing.
    """
    on, actor = ledger.enter_day(), Actor.staff(by)
    account = ledger.account_of_person(person_id)
    known = account is not None and account.state != "closed"
    before = Enrolment.objects.get(account_id=account.id) if account and known else None
    own = own_of(before.employer_id) if before is not None else None
    if own is None:
        own = open_own(
            number, branch_code=branch_code, bank_code=terms.bank_code, actor=actor, at=at
        )
    if before is None:
        enrolment = _opened(person_id, own, number=number, branch_code=branch_code, on=on)
    else:
        enrolment = before
        _brought(enrolment, own, number=number, actor=actor, on=on, at=at)
    _take_terms(enrolment, terms, month=on.replace(day=1))
    enrolment.save()
    return _kept(person_id, enrolment.account_id, terms, number=number, by=by, on=on, at=at)


def _opened(
    person_id: int, own: EmployerAccount, *, number: str, branch_code: str, on: date
) -> Enrolment:
    account_id = ledger.open_account(
        person_id, employer_id=own.employer_id, on=on, key=number, scope=_SCOPE
    )
    return Enrolment(
        account_id=account_id,
        account_no=f"99{account_id:010}",
        person_id=person_id,
        employer_id=own.employer_id,
        branch_code=branch_code,
        opened_on=on,
    )


def _brought(
    enrolment: Enrolment,
    own: EmployerAccount,
    *,
    number: str,
    actor: Actor,
    on: date,
    at: datetime,
) -> None:
    """A sealed account comes along from its employer, and contributions go on."""
    if enrolment.employer_id != own.employer_id:
        ledger.transfer_accounts(
            [(enrolment.account_id, own.employer_id)], key=number, occurred_at=at, scope=_SCOPE
        )
        EnrolmentEvent.objects.create(
            account_id=enrolment.account_id, employer_id=enrolment.employer_id,
            kind=EnrolmentEvent.Kind.MOVED_OUT, on=on, by=actor.ref, at=at,
        )  # fmt: skip
        enrolment.employer_id = own.employer_id
    ledger.unseal(enrolment.account_id)


def _take_terms(enrolment: Enrolment, terms: Terms, *, month: date) -> None:
    """What is paid is the member's own: nothing is paid by an employer."""
    enrolment.base_fen = terms.base_fen
    enrolment.member_ratio, enrolment.employer_ratio = terms.ratio, Decimal(0)
    enrolment.member_month_fen = orders.month_amount(terms.base_fen, terms.ratio, month=month)
    enrolment.employer_month_fen = 0
    enrolment.amounts_from = month
    enrolment.first_month = terms.first_month
    enrolment.sealed_on, enrolment.seal_reason = None, ""
    enrolment.stop_approved_on, enrolment.stop_approved_by = None, ""


def _kept(
    person_id: int,
    account_id: int,
    terms: Terms,
    *,
    number: str,
    by: int,
    on: date,
    at: datetime,
) -> FlexibleAgreement:
    made = FlexibleAgreement(
        pk=fields.next_pk(FlexibleAgreement),
        number=number,
        person_id=person_id,
        account_id=account_id,
        base_fen=terms.base_fen,
        ratio=terms.ratio,
        plan=terms.plan,
        months=terms.months,
        first_month=terms.first_month,
        debit_day=terms.debit_day,
        bank_code=terms.bank_code,
        agreement_no=terms.agreement_no,
        approved_by_id=by,
        approved_on=on,
        next_on=on,
    )
    fields.seal(made, "payer_account", terms.card)
    made.save(force_insert=True)
    audit.write(
        "contributions.flexible_signed",
        at=at,
        actor=Actor.staff(by),
        subject=audit.Subject("account", str(account_id)),
        details={"agreement": number},
    )
    return made


def locked(person_id: int) -> FlexibleAgreement:
    """The agreement that is not ended, locked. Raises DoesNotExist."""
    rows = FlexibleAgreement.objects.select_for_update(no_key=True).exclude(state=State.ENDED)
    found: FlexibleAgreement = rows.get(person_id=person_id)
    return found


def change(person_id: int, terms: Terms, *, number: str, by: int, at: datetime) -> None:
    """Put other terms in place of an agreement's: the old one ends, another begins."""
    on = ledger.enter_day()
    before = locked(person_id)
    _end(before, on=on, by=by, at=at)
    enrolment = Enrolment.objects.get(account_id=before.account_id)
    _take_terms(enrolment, terms, month=on.replace(day=1))
    enrolment.save()
    _kept(person_id, before.account_id, terms, number=number, by=by, on=on, at=at)


def end(person_id: int, *, approved_by: str, by: int, at: datetime) -> None:
    """终止: nothing is fetched any more, and the account is sealed."""
    on = ledger.enter_day()
    row = locked(person_id)
    _end(row, on=on, by=by, at=at)
    orders.seal(
        row.account_id, reason="left", on=on, approved_on=on, approved_by=approved_by,
        actor=Actor.staff(by), at=at,
    )  # fmt: skip


def _end(row: FlexibleAgreement, *, on: date, by: int, at: datetime) -> None:
    """The agreement ends; a list for which nothing came is void."""
    waiting = Remittance.objects.filter(agreement=row, state=Remittance.State.CONFIRMED)
    waiting.update(state=Remittance.State.VOID, ended_at=at, voided_by_id=by)
    row.state, row.ended_on, row.next_on = State.ENDED, on, None
    row.save(update_fields=["state", "ended_on", "next_on"])
    audit.write(
        "contributions.flexible_ended",
        at=at,
        actor=Actor.staff(by),
        subject=audit.Subject("account", str(row.account_id)),
        details={"agreement": row.number},
    )


def paid(made: Remittance) -> None:
    """A list of an agreement is paid: the next months are due on their day. Inside atomic()."""
    assert made.agreement_id is not None
    row = FlexibleAgreement.objects.select_for_update(no_key=True).get(pk=made.agreement_id)
    row.paid_through = made.month
    following = payments(row).next_span(made.month)
    if row.state != State.ENDED:
        row.state = State.LIVE
        row.next_on = payments(row).due_on(following[0]) if following is not None else None
    row.save(update_fields=["state", "paid_through", "next_on"])
