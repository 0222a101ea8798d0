"""Asking a service, under the city's policy, what is true of one subject at one instant."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from anju import policy
from anju.cases.declaration import Asked, Service, Subject
from anju.cases.entry_fields import answers_of
from anju.cases.models import Case
from anju.cases.records import Quote
from anju.domain.case import LIVE
from anju.domain.rules import Finding, all_met, evaluate
from anju.domain.trace import Trace, TraceRow
from anju.policy import ServicePolicy


@dataclass(frozen=True)
class Assessment:
    """What a service said: its facts, every condition, every check, and the amount.

    `quote` is None where nothing is paid: the service pays nothing, or there is no subject.
    """

    facts: Any
    subject: Subject | None
    conditions: tuple[Finding, ...]
    checks: tuple[Finding, ...]
    quote: Quote | None

    @property
    def is_open(self) -> bool:
        """Whether every condition holds."""
        return self.subject is not None and all_met(self.conditions)


def service_policy(code: str) -> ServicePolicy | None:
    """The city's block for a service, None where the city does not offer it."""
    return policy.current().services.get(code)


def assess(
    service: Service[Any],
    asked: Asked,
    *,
    on: date,
    besides: Case | None = None,
    deciding: bool = False,
) -> Assessment:
    """Gather facts and evaluate the rules the city asks for.

    Args:
        service: the service asked about.
        asked: about whom, with what was entered, at which instant.
        on: the business date, for the amount.
        besides: the case itself, which is not "another live case".
        deciding: staff decide now, so rules about the act of applying are not asked again.
    """
    city, at = policy.current(), asked.at
    block = city.services[service.code]
    facts = service.gather(asked)
    subject = service.subject(facts)
    if subject is not None:
        live = live_reference(subject, service.exclusion_group, besides=besides)
        if live is not None:
            facts = service.gather(replace(asked, another_case=live))
    rules = {rule.code: rule for rule in service.rules}
    wanted = [rules[code] for code in block.conditions]
    if deciding:
        wanted = [rule for rule in wanted if not rule.once]
    conditions = evaluate(wanted, facts, city, at)
    checks = evaluate([rules[code] for code in block.review.checks], facts, city, at)
    quote = service.quote_of(facts, city, on) if subject is not None else None
    return Assessment(facts, subject, conditions, checks, quote)


def asked_of(case: Case, *, at: datetime) -> Asked:
    """What a case asks its service about."""
    return Asked(
        at=at,
        person_id=case.person_id,
        employer_id=case.employer_id,
        answers=answers_of(case),
    )


def pays(service: Service[Any], found: Assessment) -> bool:
    """Whether the case ends in a payment: nothing to pay closes without the bank."""
    return found.quote is not None and found.quote.total_fen > 0


def live_reference(subject: Subject, group: str, *, besides: Case | None = None) -> str | None:
    """The reference of a live case of this subject in this exclusion group."""
    cases = Case.objects.filter(
        subject_kind=subject.kind,
        subject_id=subject.id,
        exclusion_group=group,
        state__in=LIVE,
    )
    if besides is not None:
        cases = cases.exclude(pk=besides.pk)
    return cases.values_list("reference", flat=True).first()


def why_review(block: ServicePolicy, checks: tuple[Finding, ...], reference: str) -> str:
    """Why the city's policy sends this case to review, or "" when it goes straight through.

    `sampled` also reviews whatever is not green: a sample is meant to see more, never less.
    """
    not_green = "；".join(finding.says for finding in checks if not finding.met)
    match block.review.when:
        case "never":
            return ""
        case "always":
            return "本业务逐件审核" + (f"；{not_green}" if not_green else "")
        case "sampled" if not not_green:
            drawn = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:8], "big") % 1000
            return "本件被抽中复核" if drawn < (block.review.sample_per_mille or 0) else ""
        case _:
            return not_green


def stored_quote(service: Service[Any], found: Assessment) -> dict[str, Any] | None:
    """What a case that was assessed pays, as it is stored with it; None where nothing is paid."""
    if service.payment is None or found.quote is None:
        return None
    return quote_to_json(found.quote, pay_to=service.payment.pay_to(found.facts))


def quote_to_json(quote: Quote, *, pay_to: str) -> dict[str, Any]:
    """A quote as it is stored with its case, so that it can be explained for ever.

    `pay_to` is the receiving card in masked words as it was then: cards change, receipts do not.
    """
    return {
        "pay_to": pay_to,
        "principal_fen": quote.principal_fen,
        "interest_fen": quote.interest_fen,
        "until": quote.until.isoformat(),
        "is_estimate": quote.is_estimate,
        "trace": {
            "title": quote.trace.title,
            "rows": [[row.label, row.formula, row.fen] for row in quote.trace.rows],
            "total_fen": quote.trace.total_fen,
        },
    }


def quote_from_json(stored: dict[str, Any] | None) -> Quote | None:
    """The quote a case was stored with."""
    if stored is None:
        return None
    trace = stored["trace"]
    return Quote(
        principal_fen=stored["principal_fen"],
        interest_fen=stored["interest_fen"],
        until=date.fromisoformat(stored["until"]),
        trace=Trace(
            title=trace["title"],
            rows=tuple(TraceRow(*row) for row in trace["rows"]),
            total_fen=trace["total_fen"],
        ),
        is_estimate=stored["is_estimate"],
    )


def payload_hash(case: Case, *, principal_fen: int | None, payee: str) -> str:
    """The hash of exactly what staff approve: amount, card, answers and pictures.

    `principal_fen` is None where nothing is paid; `payee` is the service's `payee_of`. Interest is
    left out on purpose: under review it grows by the day and nobody edits it.
    """
    pictures = case.evidence.filter(removed_at__isnull=True).order_by("slot", "page_no")
    content = {
        "reference": case.reference,
        "round": case.round,
        "principal_fen": principal_fen,
        "payee": payee,
        "answers": answers_of(case),
        "answers_version": case.answers_version,
        "evidence": [[p.slot, p.page_no, p.sha256] for p in pictures],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
