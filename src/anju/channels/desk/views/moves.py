"""内部转移: people are offered to another employer; who was offered to us is taken over or not."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from anju.business.contributions.people import moving
from anju.business.contributions.people.answers import NotOurs, PeopleBroken
from anju.business.contributions.people.moving import Offer
from anju.channels.desk.desk import LATER, chosen, draw, go
from anju.channels.desk.people_forms import OfferForm, TakeForm
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Problem
from anju.ledger import LedgerRefusal

_HERE = "moves"


def offer(request: HttpRequest) -> HttpResponse:
    """Who was ticked in the list, with what stands against each; then all are offered, or none."""
    employer_id = request.desk.employer.employer_id
    if request.method != "POST":
        return go(request, "members")
    people = chosen(request)
    asked = "confirm" in request.POST
    form = OfferForm(request.POST if asked else None)
    try:
        if asked and form.is_valid():
            uscc = form.cleaned_data["uscc"]
            if not moving.offer(employer_id, people, uscc=uscc, **request.desk.by(request)):
                notices.leave(request, f"{len(set(people))} 名职工的转出已提交，等待对方接收。")
                return go(request, "moves")
    except NotOurs as error:
        raise Http404 from error
    except PeopleBroken as refusal:
        form.add_error("uscc", f"{refusal}。")
    except LedgerRefusal:
        form.add_error(None, LATER)
    return _draw_offer(request, people, form, asked=asked)


def _draw_offer(
    request: HttpRequest, numbers: list[str], form: forms.Form, *, asked: bool
) -> HttpResponse:
    try:
        people = moving.look(request.desk.employer.employer_id, numbers, at=request.at)
    except NotOurs as error:
        raise Http404 from error
    except PeopleBroken as refusal:
        notices.leave(request, f"{refusal}。", tone="danger")
        return go(request, "members")
    bad = sum(1 for each in people if each.problems)
    problems = problems_of(form)
    if asked and bad:
        problems = (*problems, Problem(f"{bad} 人不能转出，没有提交任何人：请把这些人移出。"))
    return draw(request, "offer", here=_HERE, form=form, people=people, bad=bad, problems=problems)


def moves(request: HttpRequest) -> HttpResponse:
    """What waits for us, what we offered, what has ended; a deed is done to what was ticked."""
    if request.method != "POST":
        return _draw(request, TakeForm())
    employer_id, deed = request.desk.employer.employer_id, request.POST.get("deed", "")
    numbers = [each for each in request.POST.getlist("move") if each.isalnum()]
    form = TakeForm(request.POST) if deed == "take" else TakeForm()
    try:
        if deed in ("decline", "withdraw"):
            count = moving.give_up(
                employer_id, numbers, decline=deed == "decline", **request.desk.by(request)
            )
            word = "退回" if deed == "decline" else "撤回"
            notices.leave(request, f"已{word} {count} 名职工的转移。")
            return go(request, "moves")
        if deed != "take":
            raise Http404
        if not form.is_valid():
            return _draw(request, form)
        month = form.cleaned_data["month"]
        wrong = moving.take(employer_id, numbers, month=month, **request.desk.by(request))
    except NotOurs as error:
        raise Http404 from error
    except PeopleBroken as refusal:
        return _draw(request, form, problems=(Problem(f"{refusal}。"),))
    except LedgerRefusal:
        return _draw(request, form, problems=(Problem(LATER),))
    if wrong:
        return _draw(request, form, problems=tuple(_told(wrong)))
    notices.leave(request, f"{len(set(numbers))} 名职工已转入，并已短信通知本人。")
    return go(request, "moves")


def _told(wrong: tuple[Offer, ...]) -> list[Problem]:
    told = [
        Problem(f"{each.name}（{each.account_no}）：{problem.says}。")
        for each in wrong
        for problem in each.problems
    ]
    return [Problem("没有办理任何人。"), *told]


def _draw(
    request: HttpRequest, form: forms.Form, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    page = moving.page(request.desk.employer.employer_id)
    return draw(
        request, "moves", here=_HERE, page=page, form=form,
        problems=(*problems_of(form), *problems),
    )  # fmt: skip
