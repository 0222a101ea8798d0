"""Every component with made-up values, to be looked at: demo and test only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.channels.pages.shapes import (
    Chip,
    Event,
    NavGroup,
    NavItem,
    Photo,
    Problem,
    Row,
    ServiceTile,
    Slot,
    Step,
)
from anju.domain.rules import Finding, Outcome
from anju.domain.trace import Trace, TraceRow

LONG_NAME = "演示·云岭之南绿色食品加工与冷链物流服务股份有限公司第二分公司"


class SampleForm(forms.Form):
    """One field of each kind."""

    id_number = forms.CharField(
        label="证件号码",
        help_text="18 位居民身份证号码，末位为 X 的请输入 X。",
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "text"}),
    )
    password = forms.CharField(
        label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label="短信验证",
        help_text="验证码已发送到 150****0000，10 分钟内有效。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.ChoiceField(
        label="原因", choices=[("", "请选择"), ("unclear", "照片不清晰"), ("other", "其他")]
    )


def _trace() -> Trace:
    rows = (
        TraceRow("本金", "账户余额，截至 2026年11月20日", 2021621),
        TraceRow("利息积数", "20,216.21 元 × 8 天，加本年各笔积数", None),
        TraceRow("利息", "积数 × 1.5% ÷ 365，四舍五入到分", 674),
    )
    return Trace("销户本息", rows, 2022295)


def _findings(at: datetime) -> tuple[Finding, ...]:
    def one(code: str, outcome: Outcome, says: str, saw: str, source: str, **more: Any) -> Finding:
        values = {"mended_by": "", "basis": "", "passes_at": None} | more
        return Finding(code=code, outcome=outcome, says=says, saw=saw, source=source, **values)

    return (
        one("a", Outcome.MET, "账户已封存", "2026年10月8日封存", "单位停缴登记"),
        one(
            "b",
            Outcome.UNMET,
            "办理时间为工作日 8:30 至 17:30",
            "现在是 20:14",
            "中心服务时间",
            mended_by="到办理时间自动开放，无需操作",
            passes_at=at + timedelta(days=2, hours=12),
        ),
        one(
            "c",
            Outcome.UNMET,
            "尚有住房公积金贷款未结清",
            "贷款余额 23,888.28 元",
            "本中心贷款账户",
            mended_by="请先结清贷款，可在“贷款”中查看或到管理部办理",
            basis="《住房公积金管理条例》第二十四条",
        ),
        one(
            "d",
            Outcome.UNKNOWN,
            "暂时无法核实：社保退休状态",
            "平台未答复",
            "社会保险信息平台",
            mended_by="可稍后再试；急需办理请到管理部",
        ),
    )


def _menus() -> dict[str, Any]:
    """The navigations of both sizes."""
    return {
        "tabs": [
            NavItem("首页", "#", "home", current=True),
            NavItem("业务", "#", "service"),
            NavItem("消息", "#", "message", count=3),
            NavItem("我的", "#", "me"),
        ],
        "top_tabs": [
            NavItem("首页", "#"),
            NavItem("公积金", "#", current=True),
            NavItem("贷款", "#"),
            NavItem("工具", "#"),
        ],
        "side": [
            NavGroup(
                "公积金",
                (
                    NavItem("公积金账户查询", "#", current=True),
                    NavItem("公积金明细查询", "#"),
                    NavItem("离退休提取", "#"),
                    NavItem("购房提取", "#", quiet=True),
                ),
            )
        ],
    }


def _lists() -> dict[str, Any]:
    """Records, tiles, chips and lines."""
    return {
        "rows": [
            Row("个人账号", "00000001", "number"),
            Row("姓名", "演示·李华"),
            Row("身份证号", "149999********0011", "number"),
            Row("单位名称", LONG_NAME),
            Row("缴存基数", 650000, "money"),
            Row("缴至年月", date(2026, 10, 1), "month"),
            Row("手机号码", "150****0000", "number", href="#", action="更改"),
            Row("账户余额", 12345678900, "money", strong=True, note="截至 2026年11月20日"),
            Row("收款账户", None),
        ],
        "tiles": [
            ServiceTile("a", "离退休提取", "", "#", "retire"),
            ServiceTile("b", "购房提取", "", "#", "purchase"),
            ServiceTile("c", "租房提取", "", "#", "rent"),
            ServiceTile("d", "偿还贷款提取", "", "#", "loan", open=False),
            ServiceTile("e", "终止劳动关系提取", "", "#", "leave", open=False),
            ServiceTile("f", "异地转移接续", "", "#", "transfer"),
            ServiceTile("g", "缴存证明", "", "#", "certificate"),
            ServiceTile("h", "业务进度", "", "#", "clock"),
        ],
        "chips": [
            Chip("全部", "#", True, 128),
            Chip("2026年", "#", count=11),
            Chip("2025年", "#", count=12),
            Chip("2024年", "#", count=12),
        ],
        "lines": [
            ("2026-11-10", "汇缴 2026年10月", 156000, 2021621),
            ("2026-10-12", "汇缴 2026年9月", 156000, 1865621),
            ("2026-09-30", "提取", -99999999999, 12345678901),
        ],
        "large_name": LONG_NAME,
    }


def _flow(at: datetime) -> dict[str, Any]:
    """What belongs to an application."""
    return {
        "steps": [
            Step("核对信息", "done"),
            Step("短信验证", "now"),
            Step("拍摄材料"),
            Step("确认"),
        ],
        "events": [
            Event("已提交", at, "本人 · 微信"),
            Event("复核通过", at + timedelta(hours=2), "景洪管理部", "材料齐全"),
            Event("银行付款中", at + timedelta(hours=3), "中国建设银行", state="now"),
            Event("到账并销户", state="next"),
        ],
        "slots": [
            Slot(
                "live_photo",
                "现场照片",
                example="pictures/live_photo.svg",
                hint="本人正脸，光线充足，不戴帽子和口罩",
                camera="user",
            ),
            Slot(
                "id_front",
                "身份证正面",
                example="pictures/id_front.svg",
                hint="有头像的一面，四角完整",
                error="照片看不清，请重新拍摄",
            ),
            Slot(
                "id_back",
                "身份证背面",
                pages_max=2,
                example="pictures/id_back.svg",
                photos=(
                    Photo("身份证背面 第 1 张", "/city/pictures/id_back.svg", "7", "10:02 上传"),
                ),
            ),
            Slot("proof", "其他证明", required=False, pages_max=6),
        ],
        "findings": _findings(at),
        "trace": _trace(),
    }


def _fields() -> dict[str, Any]:
    """Forms, right and wrong."""
    wrong = SampleForm({"id_number": "14999919660101", "reason": "unclear"})
    return {
        "form": SampleForm(),
        "wrong": wrong,
        "problems_sample": [
            Problem("证件号码应为 18 位，您输入了 14 位", "wrong_id_number"),
            Problem("请输入密码", "wrong_password"),
        ],
    }


def components(request: HttpRequest) -> HttpResponse:
    """Draw the whole gallery on one page."""
    return render(
        request, "pages/gallery.html", {**_menus(), **_lists(), **_flow(request.at), **_fields()}
    )
