"""A desk: who acts for which employer, and the hall around the page.

The hall's guard puts it on the request (`request.desk`) before a view of this room runs. What an
address names is looked for within that employer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from anju.channels.pages.shapes import Problem
from anju.parties.facts import EmployerFacts
from anju.store.audit import Actor

View = Callable[..., HttpResponse]
Frame = Callable[[HttpRequest, str], Mapping[str, Any]]
LATER = "今日业务正在日终处理，没有办理，请稍后再试。"
"""What is said where the day is being closed."""
NO_ACCOUNT = "单位还没有住房公积金账户，请先办理单位开户。"


@dataclass(frozen=True)
class Desk:
    """Where somebody acts for an employer.

    Attributes:
        actor, name: who acts, for the records and for what is printed.
        place: the hall in words.
        layout: the template that pages extend.
        frame: what the hall's layout needs to know, given the page's name in its menu.
        names: what stands before the name of a page in the hall's addresses.
        entering: where this hall enters a case, given service and account number.
        lead: what stands before a page's own parts of an address.
    """

    employer: EmployerFacts
    actor: Actor
    name: str
    place: str
    layout: str
    frame: Frame
    names: str
    entering: Callable[[str, str], str]
    lead: tuple[object, ...] = ()

    def address(self, page: str, *parts: object) -> str:
        """The address of a page of this room."""
        return reverse(f"{self.names}{page}", args=(*self.lead, *parts))

    def act(self, request: HttpRequest) -> dict[str, Any]:
        """What every act of this employer's needs: for whom, who, and when."""
        return {"employer_id": self.employer.employer_id, **self.by(request)}

    def by(self, request: HttpRequest) -> dict[str, Any]:
        """Who acts, and when."""
        return {"actor": self.actor, "at": request.at}


def go(request: HttpRequest, page: str, *parts: object) -> HttpResponseRedirect:
    """Lead to another page of this room."""
    return HttpResponseRedirect(request.desk.address(page, *parts))


def draw(
    request: HttpRequest,
    template: str,
    *,
    here: str = "",
    problems: tuple[Problem, ...] = (),
    **context: Any,
) -> HttpResponse:
    """Draw a page inside the hall's frame; with problems the answer is 422."""
    desk: Desk = request.desk
    frame = {"problems": problems, "layout": desk.layout, **desk.frame(request, here)}
    answer = 422 if problems else 200
    return render(request, f"desk/{template}.html", {**frame, **context}, status=answer)


def absent_if(refusal: type[Exception]) -> Callable[[View], View]:
    """Answer what a room refuses as somebody else's as if it were not there."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except refusal as error:
                raise Http404 from error

        return guarded

    return guard


def turns(number: int, pages: int, **asked: object) -> dict[str, str]:
    """The addresses of the pages before and after one of a list; empty where there is none."""

    def at(page: int) -> str:
        return f"?{urlencode({**asked, 'page': page})}" if 1 <= page <= pages else ""

    return {"before": at(number - 1), "after": at(number + 1)}


def chosen(request: HttpRequest, most: int = 1000) -> list[str]:
    """The account numbers that were ticked, without one that is to be left out."""
    left_out = request.POST.get("leave_out", "")
    ticked = request.POST.getlist("who")[:most]
    return [each for each in ticked if each.isalnum() and each != left_out]
