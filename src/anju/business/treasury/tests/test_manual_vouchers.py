"""A manual voucher: written by one, reviewed by another, posted once, and nothing in between."""

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.treasury import books, manual_vouchers
from anju.business.treasury.manual_vouchers import DraftRefused, LineDraft
from anju.business.treasury.models import ManualLine, ManualVoucher
from anju.business.treasury.two_people import NotNow
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import NotYours
from anju.store.models import AuditRow

pytestmark = pytest.mark.django_db
AT = cast.AT
BANK_INTEREST = (LineDraft("10201", debit=5_000), LineDraft("40102", credit=5_000))
FEE_OWED = (
    LineDraft("41102", debit=700),
    LineDraft("21904", credit=700, counterparty="演示银行城区支行"),
)
FEE_PAID = (
    LineDraft("21904", debit=700, counterparty="演示银行城区支行"),
    LineDraft("10201", credit=700),
)


@pytest.fixture
def maker(city, clock):
    city("yuncheng")
    ledger.open_day(AT.date())
    return cast.staff("yanhu.accountant", role="accountant").pk


@pytest.fixture
def checker(maker):
    return cast.staff("center.accountant", role="accountant").pk


def hand_in(maker, lines=BANK_INTEREST, *, key="k1", summary="收到增值收益存款利息"):
    return manual_vouchers.submit(
        maker, summary=summary, attachments=1, lines=lines, request_key=key, at=AT
    )


def test_nothing_is_posted_until_somebody_else_agrees(maker, checker):
    reference = hand_in(maker)
    assert ledger.control_total("102") == 0
    with pytest.raises(NotNow, match="制单人不能复核自己的凭证"):
        manual_vouchers.approve(maker, reference, at=AT)
    voucher_id = manual_vouchers.approve(checker, reference, at=AT)
    assert ledger.control_total("102") == 5_000
    page = books.voucher(checker, voucher_id)
    assert (page.head.maker, page.head.checker) == ("演示·复核", "演示·复核")
    assert books.vouchers(checker, since=AT.date(), until=AT.date()).heads[0].maker == "演示·复核"
    assert page.head.source_id == reference
    done = manual_vouchers.page(checker, reference)
    assert (done.head.state, done.head.voucher_id) == ("posted", voucher_id)
    assert [
        row.action for row in AuditRow.objects.filter(subject_id=reference).order_by("seq")
    ] == [
        "books.manual_submitted",
        "books.manual_posted",
    ]


def test_a_second_press_hands_in_nothing_more(maker):
    assert hand_in(maker) == hand_in(maker)
    assert ManualVoucher.objects.count() == 1


def test_a_voucher_is_decided_once(maker, checker):
    reference = hand_in(maker)
    manual_vouchers.approve(checker, reference, at=AT)
    for act in (
        lambda: manual_vouchers.approve(checker, reference, at=AT),
        lambda: manual_vouchers.reject(checker, reference, note="不对", at=AT),
        lambda: manual_vouchers.withdraw(maker, reference, at=AT),
    ):
        with pytest.raises(NotNow, match="已记账，不能再处理"):
            act()
    assert ledger.control_total("102") == 5_000


def test_a_rejected_one_keeps_its_reason_and_posts_nothing(maker, checker):
    reference = hand_in(maker)
    with pytest.raises(NotNow, match="请写明退回的原因"):
        manual_vouchers.reject(checker, reference, note=" ", at=AT)
    manual_vouchers.reject(checker, reference, note="附件缺一张。", at=AT)
    page = manual_vouchers.page(maker, reference)
    assert (page.head.state, page.note) == ("rejected", "附件缺一张。")
    assert ledger.control_total("102") == 0


def test_only_the_maker_takes_it_back(maker, checker):
    reference = hand_in(maker)
    with pytest.raises(NotNow, match="只有制单人可以撤回"):
        manual_vouchers.withdraw(checker, reference, at=AT)
    manual_vouchers.withdraw(maker, reference, at=AT)
    assert manual_vouchers.page(maker, reference).head.state == "withdrawn"


def test_money_that_waits_is_kept_by_whom_it_concerns(maker, checker):
    owed = hand_in(maker, FEE_OWED, key="owed", summary="计提归集手续费")
    too_much = (
        LineDraft("21904", debit=701, counterparty="演示银行城区支行"),
        LineDraft("10201", credit=701),
    )
    manual_vouchers.approve(checker, owed, at=AT)
    more = hand_in(maker, too_much, key="more", summary="支付手续费")
    with pytest.raises(NotNow, match="往来余额不足"):
        manual_vouchers.approve(checker, more, at=AT)
    assert manual_vouchers.page(checker, more).waits
    paid = hand_in(maker, FEE_PAID, key="paid", summary="支付手续费")
    manual_vouchers.approve(checker, paid, at=AT)
    assert ledger.control_total("21904") == 0


@pytest.mark.parametrize(
    ("lines", "at", "says"),
    [
        ((LineDraft("10201", debit=1),), None, "一张凭证有 2 到 40 行分录"),
        ((LineDraft("10201", debit=2), LineDraft("40102", credit=1)), None, "合计不相等"),
        ((LineDraft("10201", debit=1, credit=1), LineDraft("40102", credit=0)), 1, "另一个留空"),
        ((LineDraft("10201", debit=-1), LineDraft("40102", credit=-1)), 1, "大于零"),
        ((LineDraft("201", debit=1), LineDraft("10201", credit=1)), 1, "可以手工记账的末级科目"),
        ((LineDraft("12101", debit=1), LineDraft("10201", credit=1)), 1, "可以手工记账的末级科目"),
        ((LineDraft("401", debit=1), LineDraft("10201", credit=1)), 1, "可以手工记账的末级科目"),
        ((LineDraft("21901", debit=1), LineDraft("10201", credit=1)), 1, "可以手工记账的末级科目"),
        ((LineDraft("999", debit=1), LineDraft("10201", credit=1)), 1, "可以手工记账的末级科目"),
        ((LineDraft("21904", debit=1), LineDraft("10201", credit=1)), 1, "写明对方"),
    ],
)
def test_what_is_no_voucher_is_told_at_its_line(maker, lines, at, says):
    with pytest.raises(DraftRefused) as refused:
        hand_in(maker, lines)
    assert any(one.line == at and says in one.text for one in refused.value.problems)
    assert not ManualVoucher.objects.exists()


def test_every_mistake_is_told_at_once(maker):
    with pytest.raises(DraftRefused) as refused:
        hand_in(maker, (LineDraft("201", debit=1), LineDraft("", credit=2)), summary=" ")
    assert [one.line for one in refused.value.problems] == [None, 1, 2, None]


def test_the_database_keeps_what_was_submitted(maker, checker):
    reference = hand_in(maker)
    made = ManualVoucher.objects.get(reference=reference)
    for change in (
        lambda: ManualVoucher.objects.filter(pk=made.pk).update(summary="别的"),
        lambda: ManualVoucher.objects.filter(pk=made.pk).delete(),
        lambda: ManualLine.objects.filter(voucher=made).update(amount_fen=1),
        lambda: ManualVoucher.objects.filter(pk=made.pk).update(
            state="posted", checker_id=maker, voucher_id=1
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize("role", ["teller", "reviewer", "approver"])
def test_it_is_accountants_work(maker, role):
    other = cast.staff("somebody.else", role=role).pk
    reference = hand_in(maker)
    for act in (
        lambda: hand_in(other, key="other"),
        lambda: manual_vouchers.approve(other, reference, at=AT),
        lambda: manual_vouchers.reject(other, reference, note="x", at=AT),
        lambda: manual_vouchers.page(other, reference),
        lambda: manual_vouchers.listed(other),
    ):
        with pytest.raises(NotYours):
            act()


def test_the_list_goes_on_where_it_stopped(maker, monkeypatch):
    monkeypatch.setattr(manual_vouchers, "PAGE", 2)
    made = [hand_in(maker, key=f"k{n}") for n in range(3)]
    first, more = manual_vouchers.listed(maker)
    rest, end = manual_vouchers.listed(maker, before=more)
    assert [head.reference for head in (*first, *rest)] == made[::-1]
    assert end is None
    assert manual_vouchers.listed(maker, state="posted") == ((), None)
