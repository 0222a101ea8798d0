"""The pages of 基数调整 and 比例调整: filled in by page and by file, confirmed, for one's own."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anju.business.contributions.adjusting import reading
from anju.business.contributions.models import (
    AdjustmentFile,
    BaseAdjustment,
    EmployerAccount,
    Enrolment,
    Remittance,
)
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_remittances import works
from anju.channels.employer.tests.test_sign_in import text

__all__ = ["works"]
BASES, RATIOS = "/unit/adjustments/base/", "/unit/adjustments/ratio/"
NUMBER = "90000001"


@pytest.fixture
def agent(works):
    """The employer has paid through October."""
    EmployerAccount.objects.update(
        state="normal", first_month=date(2026, 7, 1), paid_through=date(2026, 10, 1)
    )
    Enrolment.objects.update(paid_through=date(2026, 10, 1))
    return cast.signed_in(works["admin"])


def test_bases_are_filled_in_on_the_page_and_confirmed(agent):
    assert "开始调整" in text(agent.get(BASES))
    page = text(agent.post(f"{BASES}begin/", follow=True))
    assert "没有填写新的缴存基数" in page
    assert "确认调整全部" not in page
    answer = agent.post(f"{BASES}fill/", {f"base_{NUMBER}": "12,000", "show": "wrong"})
    assert answer["Location"] == f"{BASES}?show=wrong"
    page = text(agent.get(f"{BASES}?show=unusual"))
    assert "比原基数增加 84%" in page
    assert 'value="12,000.00"' in page
    answer = text(agent.post(f"{BASES}confirm/", {"mode": "all"}, follow=True))
    assert "已调整 1 人" in answer
    assert "补缴通知" in answer
    assert Enrolment.objects.get().base_fen == 1_200_000
    assert Remittance.objects.get().total_fen == 4 * 132_000
    assert Remittance.objects.get().number in text(agent.get(BASES))


def test_bases_that_sink_leave_nothing_to_pay(agent):
    agent.post(f"{BASES}begin/")
    agent.post(f"{BASES}fill/", {f"base_{NUMBER}": "6,000"})
    answer = text(agent.post(f"{BASES}confirm/", {"mode": "all"}, follow=True))
    assert "已调整 1 人" in answer
    assert "缴存基数调整" in answer
    assert not Remittance.objects.exists()


def test_a_file_that_is_let_go_while_it_comes_is_said_to_be_too_large(agent):
    agent.post(f"{BASES}begin/")
    sent = {"file": SimpleUploadedFile("a.xlsx", b"PK" + b" " * 13 * 1024 * 1024)}
    assert "文件过大，没有收下" in text(agent.post(f"{BASES}upload/", sent), 422)


def test_where_nobody_is_to_be_adjusted_nothing_is_begun(agent):
    Enrolment.objects.update(first_month=date(2026, 8, 1))
    page = text(agent.get(BASES))
    assert "没有需要调整的职工" in page
    assert "开始调整" not in page
    assert agent.post(f"{BASES}begin/").status_code == 422
    assert not BaseAdjustment.objects.exists()


def test_bases_are_filled_in_by_file(agent):
    assert agent.get(f"{BASES}template/csv/").status_code == 404
    agent.post(f"{BASES}begin/")
    content = b"".join(agent.get(f"{BASES}template/csv/").streaming_content)
    assert agent.get(f"{BASES}template/pdf/").status_code == 404
    filled = content.decode("utf-8-sig").rstrip() + "6600.00\n1,某,,5\n"
    sent = SimpleUploadedFile("bases.csv", filled.encode())
    page = text(agent.post(f"{BASES}upload/", {"file": sent}, follow=True))
    assert "正在读取调整表" in page
    assert "确认调整全部" not in page
    again = SimpleUploadedFile("bases.csv", filled.encode())
    assert "还在读取" in text(agent.post(f"{BASES}upload/", {"file": again}), 422)
    page = text(read(agent))
    assert '已从文件填写 <strong class="numbers">1</strong> 人' in page
    assert "第 3 行：个人账号 1 不是本单位在缴" in page
    broken = SimpleUploadedFile("bases.csv", "姓名\n某\n".encode())
    agent.post(f"{BASES}upload/", {"file": broken})
    page = text(read(agent))
    assert "调整表没有读入" in page
    assert "个人账号" in page
    assert "请选择填写好的调整表" in text(agent.post(f"{BASES}upload/"), 422)
    assert "已放弃" in text(agent.post(f"{BASES}discard/", follow=True))
    assert BaseAdjustment.objects.get().state == "discarded"


def read(agent):
    """The page once the job has read the file that was sent last."""
    reading.read(AdjustmentFile.objects.latest("pk").pk, instant=lambda: cast.AT)
    return agent.get(BASES)


def test_what_is_wrong_is_told(agent):
    agent.post(f"{BASES}begin/")
    assert "有一份基数调整正在填写" in text(agent.post(f"{BASES}begin/"), 422)
    assert NUMBER in text(agent.post(f"{BASES}fill/", {f"base_{NUMBER}": "abc"}), 422)
    answer = text(agent.post(f"{BASES}confirm/", {"mode": "all"}), 422)
    assert "还有职工没有填写" in answer
    assert agent.post(f"{BASES}nothing/").status_code == 404


def test_another_employers_agent_adjusts_nobody_here(agent, works):
    agent.post(f"{BASES}begin/")
    other = cast.signed_in(works["other"])
    assert "请先办理单位开户" in text(other.get(BASES))
    assert "请先办理单位开户" in text(other.get(RATIOS))
    assert other.get(f"{BASES}template/csv/").status_code == 404
    for deed in ("begin", "fill", "confirm", "discard"):
        assert other.post(f"{BASES}{deed}/").status_code == 404
    assert BaseAdjustment.objects.get().state == "draft"


def test_ratios_change_once(agent):
    page = text(agent.get(RATIOS))
    assert "2026年11月（应汇缴年月）" in page
    key = re.search(r'name="request_key" value="([0-9a-f]{32})"', page)[1]
    sent = {"employer_ratio": "10%", "member_ratio": "8", "request_key": key}
    assert "请填写百分数" in text(agent.post(RATIOS, sent | {"member_ratio": "x"}), 422)
    assert "不在规定的范围内" in text(agent.post(RATIOS, sent | {"member_ratio": "4"}), 422)
    for _ in range(2):
        assert "月缴存额已重新计算" in text(agent.post(RATIOS, sent, follow=True))
    assert EmployerAccount.objects.get().member_ratio == Decimal("0.08")
    page = text(agent.get(RATIOS))
    assert "单位 10%，个人 8%" in page
    assert "1,170.00" in page
    more = sent | {"request_key": "0" * 32, "member_ratio": "9"}
    assert "本缴存年度已经调整过比例" in text(agent.post(RATIOS, more), 422)
