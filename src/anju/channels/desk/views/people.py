"""个人开户, 封存 and 启封: one person is enrolled; those who were ticked are sealed or unsealed."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from anju.business.contributions.people import enrolling, sealing
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.enrolling import Outcome
from anju.business.contributions.people.rules import REASONS
from anju.business.contributions.people.sealing import Chosen
from anju.channels.desk.adjustment_forms import NewBases
from anju.channels.desk.desk import LATER, chosen, draw, go
from anju.channels.desk.people_forms import EnrolForm, SealForm, UnsealForm
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Problem, Row
from anju.domain.contribution import month_words, parse_month
from anju.ledger import LedgerRefusal

_FORMS: dict[str, type[forms.Form]] = {"seal": SealForm, "unseal": UnsealForm}
_WORDS = {"seal": "封存", "unseal": "启封"}


def enrol(request: HttpRequest) -> HttpResponse:
    """One person: typed, shown as it will be, then enrolled as it was shown."""
    employer_id = request.desk.employer.employer_id
    if request.method != "POST":
        return draw(request, "enrol", here="enrol", form=EnrolForm())
    form = EnrolForm(request.POST)
    outcome = None
    try:
        if form.is_valid():
            typed = form.cleaned_data
            if "confirm" in request.POST:
                seen, by = typed["seen"], request.desk.by(request)
                outcome = enrolling.enrol(employer_id, typed, seen=seen, **by)
            else:
                outcome = enrolling.check(employer_id, typed, at=request.at)
            form.blame(outcome.line)
    except PeopleBroken as refusal:
        form.add_error(None, f"{refusal}。")
    except LedgerRefusal:
        form.add_error(None, LATER)
    if outcome is not None and outcome.number:
        notices.leave(request, f"{outcome.line.name}的缴存登记已办理，并已短信通知本人。")
        return go(request, "members")
    if outcome is None or outcome.line.problems:
        return draw(request, "enrol", here="enrol", form=form, problems=problems_of(form))
    return draw(
        request, "enrol", here="enrol", form=form, outcome=outcome, rows=_will(outcome),
        changed="confirm" in request.POST,
    )  # fmt: skip


def _will(outcome: Outcome) -> list[Row]:
    """What enrolling will do."""
    line = outcome.line
    return [
        Row("办理方式", line.way, note=_WAYS.get(line.way, "")),
        Row("姓名", line.name),
        Row("证件号码", line.id_number, "number"),
        Row("手机号码", line.phone, "number", note="已登记过的职工，以登记的手机号码为准"),
        Row(
            "缴存基数", line.applied_fen, "money",
            note="您填写的基数超出上下限，按限额计算" if line.clipped else "",
        ),
        Row("首次汇缴年月", month_words(parse_month(line.first_month))),
        Row("单位部分", outcome.employer_fen, "money"),
        Row("个人部分", outcome.member_fen, "money"),
    ]  # fmt: skip


_WAYS = {
    "转入": "该职工在其他单位的账户已封存：账户连同余额转入本单位，账号不变",
    "新开户": "为该职工新开个人账户",
    "新开账户": "该职工以前的账户已销户，新开一个账户",
}


def seals(request: HttpRequest) -> HttpResponse:
    """Who was ticked in the list, with what stands against each; then all of them, or none."""
    deed = request.POST.get("deed", "")
    if request.method != "POST":
        return draw(request, "seals", here="seals")
    if deed not in _FORMS:
        raise Http404
    try:
        return _seal(request, deed)
    except NotOurs as error:
        raise Http404 from error
    except PeopleBroken as refusal:
        return draw(request, "seals", here="seals", problems=(Problem(f"{refusal}。"),))


def _seal(request: HttpRequest, deed: str) -> HttpResponse:
    employer_id = request.desk.employer.employer_id
    people = chosen(request)
    due = sealing.due_month(employer_id, people)
    month = request.POST.get("month") or due
    data = {"month": month, "reason": request.POST.get("reason", "")}
    asked, typed = "confirm" in request.POST, NewBases(request.POST)
    form = _FORMS[deed](data)
    form.full_clean()
    data["month"] = form.cleaned_data.get("month", due)
    if not asked and "month" not in form.errors:
        form = _FORMS[deed](initial=data)
    if asked and form.is_valid() and not typed.wrong:
        try:
            wrong = _do(request, deed, people, data, typed.given)
        except LedgerRefusal:
            form.add_error(None, LATER)
        else:
            if not wrong:
                done = f"{len(set(people))} 名职工已{_WORDS[deed]}，并已短信通知本人。"
                notices.leave(request, done)
                return go(request, "members")
    # Which reason it will be changes nothing about who may be sealed.
    reason = data["reason"] if data["reason"] in REASONS else next(iter(REASONS))
    found = sealing.look(
        employer_id, people, deed=deed, month=data["month"], reason=reason, at=request.at,
        bases=typed.given,
    )  # fmt: skip
    return _draw_seal(request, deed, form, found, typed, asked=asked)


def _do(
    request: HttpRequest, deed: str, people: list[str], data: dict[str, str], bases: dict[str, int]
) -> tuple[Chosen, ...]:
    employer_id, by = request.desk.employer.employer_id, request.desk.by(request)
    if deed == "unseal":
        return sealing.unseal_people(employer_id, people, month=data["month"], bases=bases, **by)
    return sealing.seal_people(
        employer_id, people, month=data["month"], reason=data["reason"], **by
    )


def _draw_seal(
    request: HttpRequest, deed: str, form: forms.Form, people: tuple[Chosen, ...], typed: NewBases,
    *, asked: bool,
) -> HttpResponse:  # fmt: skip
    bad = sum(1 for each in people if each.problems)
    problems = (*problems_of(form), *typed.problems)
    if asked and bad:
        told = f"{bad} 人不能{_WORDS[deed]}，没有办理任何人：请逐行处理，或把这些人移出。"
        problems = (*problems, Problem(told))
    return draw(
        request, "seals", here="seals", deed=deed, word=_WORDS[deed], form=form, people=people,
        bad=bad, problems=problems, typed=typed,
    )  # fmt: skip
