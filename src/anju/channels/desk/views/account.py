"""单位账户查询: the account, what waits on it and what is owed; receipts and the certificate."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, localtime

from anju import policy
from anju.business.contributions.accounts import certificates, facts
from anju.business.contributions.accounts.certificates import NotCertified
from anju.business.contributions.accounts.facts import AccountFacts
from anju.business.contributions.remitting_facts import ListFacts
from anju.channels.desk.desk import Desk, draw
from anju.channels.pages import letters
from anju.channels.pages.letters import Letter
from anju.channels.pages.shapes import Problem, Row
from anju.domain.contribution import ratio_words
from anju.domain.money import yuan
from anju.domain.words import rmb_in_words


def account(request: HttpRequest) -> HttpResponse:
    """Everything about the employer's account on one page."""
    found = facts.account(request.desk.employer.employer_id, at=request.at)
    rows = [] if found is None else _rows(found)
    return draw(request, "account", here="account", found=found, rows=rows)


def _rows(found: AccountFacts) -> list[Row]:
    return [
        Row("单位账号", found.number, "number"),
        Row("统一社会信用代码", found.employer.uscc, "number"),
        Row("单位账户状态", found.state_text),
        Row("缴至年月", found.paid_through, "month"),
        *(
            Row("缓缴年月", each.text, note=f"{each.state_text} · {each.number}")
            for each in found.deferred
        ),
        Row("缴存职工", f"{found.contributing:,} 人", note=f"另有封存 {found.sealed:,} 人"),
        Row("单位缴存比例", ratio_words(found.employer_ratio)),
        Row("个人缴存比例", ratio_words(found.member_ratio)),
        Row("单位发薪日", f"每月 {found.payday} 日"),
        Row("首次汇缴年月", found.first_month, "month"),
        Row("委托归集银行", found.bank),
        Row("单位地址", found.address),
        Row("开户日期", found.opened_on, "day"),
    ]


def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The printed receipt (缴存业务回单) of a list that is paid."""
    employer = request.desk.employer
    try:
        paid = facts.receipt(employer.employer_id, number)
    except LookupError as error:
        raise Http404 from error
    certificates.printed(employer.employer_id, number, **request.desk.by(request))
    rows = (("单位名称", employer.name), ("统一社会信用代码", employer.uscc), *_receipt_rows(paid))
    letter = Letter(
        f"住房公积金{paid.kind_text}回单", number, localdate(request.at), rows=rows,
        notes=(_printed_by(request.desk, request.at),),
    )  # fmt: skip
    return _pdf(letter, f"{paid.kind_text}回单-{number}")


def _receipt_rows(paid: ListFacts) -> tuple[tuple[str, str], ...]:
    return (
        ("清册编号", paid.number),
        (f"{paid.kind_text}年月", paid.month_text),
        *((("补缴原因", paid.reason_text),) if paid.is_back else ()),
        (f"{paid.kind_text}人数", f"{paid.headcount:,} 人"),
        ("单位部分（元）", yuan(paid.employer_fen)),
        ("个人部分（元）", yuan(paid.member_fen)),
        ("合计（元）", f"{yuan(paid.total_fen)}（{rmb_in_words(paid.total_fen)}）"),
        ("收款银行", paid.receiving_bank),
        ("收款账号", paid.receiving_account),
        ("入账日期", f"{paid.allocated_on:%Y年%m月%d日}" if paid.allocated_on else ""),
    )


def certificate(request: HttpRequest) -> HttpResponse:
    """What the certificate will say, and the certificate itself, under a number of its own."""
    employer_id = request.desk.employer.employer_id
    found = facts.account(employer_id, at=request.at)
    wrong = "" if found is None else certificates.refusal(found)
    if request.method == "POST" and found is not None:
        try:
            made = certificates.issue(employer_id, **request.desk.by(request))
        except NotCertified as refused:
            wrong = str(refused)
        else:
            letter = Letter(
                "单位住房公积金缴存证明", made.number, made.on, paragraphs=made.paragraphs,
                notes=(
                    _printed_by(request.desk, request.at),
                    f"查验码 {made.code}：在本中心网上服务大厅登录页的“证明查验”输入编号和查验码，"
                    f"即可核实本证明；也可拨打 {policy.current().identity.hotline}。",
                ),
            )  # fmt: skip
            return _pdf(letter, f"单位缴存证明-{made.number}")
    problems = (Problem(f"{wrong}。"),) if wrong and request.method == "POST" else ()
    will = certificates.says(found, localdate(request.at)) if found and not wrong else ()
    return draw(
        request, "certificate", here="certificate", found=found, wrong=wrong, will=will,
        problems=problems,
    )  # fmt: skip


def _printed_by(desk: Desk, at: datetime) -> str:
    return f"{desk.name} 于 {localtime(at):%Y-%m-%d %H:%M} 自{desk.place}打印"


def _pdf(letter: Letter, name: str) -> HttpResponse:
    drawn = letters.paper(letter, center=policy.current().identity.name)
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=False, filename=f"{name}.pdf"
    )
    return answer
