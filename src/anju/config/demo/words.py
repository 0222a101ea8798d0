"""The demo page's HTML, in small pieces."""

from __future__ import annotations

from datetime import datetime
from html import escape
from string import Template
from typing import Any

from anju.policy import Policy

_WEEKDAYS = "一二三四五六日"

_PAGE = Template(
    """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>安居 · 演示</title>
<link rel="stylesheet" href="/demo.css">
<link rel="icon" href="/demo.svg">
<script src="/demo.js" defer></script>
</head>
<body>
<header>
<h1>安居 <small>住房公积金平台 · 演示</small></h1>
<p>这里的人和单位都是虚构的，钱不是真的，短信和银行在下面的“外部世界”里。</p>
</header>
<section class="clock" aria-labelledby="clock-title">
<h2 id="clock-title">演示时钟</h2>
<p class="now"><span id="now">$now</span> <span class="tag">$day_kind</span></p>
<form method="post">
<input type="hidden" name="token" value="$token">
<button name="do" value="hour">过 1 小时</button>
<button name="do" value="day">过 1 天</button>
<button name="do" value="working-day">到下一个工作日 10:00</button>
<button name="do" value="reset" class="danger">全部重置</button>
</form>
<p class="hint">重置需要几秒钟：账户、业务、短信、银行和时钟都回到最初。</p>
</section>
<main>
$halls
<section aria-labelledby="world-title">
<h2 id="world-title">外部世界</h2>
<ul class="doors">
<li><a href="${world}bank/">银行</a> <span>看到账、让付款延迟、丢失、重复、拒绝或退票</span></li>
<li><a href="${world}sms/">短信</a> <span>查看发出的验证码和通知</span></li>
<li><a href="${world}enterprises/">企业开办</a> <span>登记或吊销一家企业，查看登录密码</span></li>
</ul>
</section>
</main>
</body>
</html>
"""
)


def clock_text(now: datetime) -> str:
    """`2026年11月20日 星期五 10:00`"""
    return f"{now.year}年{now.month}月{now.day}日 星期{_WEEKDAYS[now.weekday()]} {now:%H:%M}"


def page(*, halls: str, world: str, now: datetime, token: str, working_day: bool) -> str:
    """The whole page."""
    return _PAGE.substitute(
        halls=halls,
        world=escape(world),
        now=clock_text(now),
        token=escape(token),
        day_kind="工作日" if working_day else "非工作日",
    )


def center_section(
    found: Policy, address: str, staff: list[tuple[Any, str]], agents: list[tuple[Any, str]]
) -> str:
    """One centre: its doors, its members, its employers' agents, its staff.

    Staff and agents come with the one-time password of the moment, "" for who has none.
    """
    mark = f"c-{escape(found.center)}"
    doors = (
        ("/h5/", "手机端（H5）", "在手机上打开，或缩窄窗口"),
        ("/", "网上服务大厅", "职工在电脑上办理"),
        ("/unit/", "单位网厅", "单位经办人：密码和短信验证码或动态口令"),
        ("/counter/", "柜面", "工作人员：密码和动态验证码"),
    )
    links = "".join(
        f'<li><a href="{escape(address)}{path}">{name}</a> <span>{hint}</span></li>'
        for path, name, hint in doors
    )
    return (
        f'<section class="center {mark}" aria-labelledby="{mark}">'
        f'<h2 id="{mark}">{escape(found.identity.name)}</h2><ul class="doors">{links}</ul>'
        f"{_members(found)}{_agents(found, agents)}{_staff(found, staff)}</section>"
    )


def _members(found: Policy) -> str:
    if found.demo is None:
        return ""
    rows = "".join(
        "<tr>"
        f'<th scope="row">{escape(member.name)}</th>'
        f'<td class="copy">{escape(member.id_number)}</td>'
        f'<td class="copy">{escape(member.password)}</td>'
        f'<td class="copy">{escape(member.business_password)}</td>'
        f"<td>{escape(member.shows)}</td></tr>"
        for member in found.demo.members
    )
    return _table(found, "职工", ("姓名", "身份证号", "登录密码", "业务密码", "演示什么"), rows)


def _agents(found: Policy, agents: list[tuple[Any, str]]) -> str:
    names = {each.code: each.name for each in found.demo.employers} if found.demo else {}
    rows = "".join(
        "<tr>"
        f'<th scope="row">{escape(one.name)}</th>'
        f"<td>{escape('、'.join(names[each.employer] for each in one.appointments))}</td>"
        f'<td class="copy">{escape(one.id_number)}</td>'
        f'<td class="copy">{escape(one.password)}</td>'
        + (
            f'<td class="copy code" data-code="{found.center}.{escape(one.id_number)}">{code}</td>'
            if code
            else "<td>短信</td>"
        )
        + f"<td>{escape(one.shows)}</td></tr>"
        for one, code in agents
    )
    heads = ("姓名", "单位", "证件号码", "登录密码", "动态口令", "演示什么")
    return _table(found, "单位经办人", heads, rows)


def _staff(found: Policy, staff: list[tuple[Any, str]]) -> str:
    rows = "".join(
        "<tr>"
        f'<th scope="row">{escape(one.name)}</th>'
        f'<td class="copy">{escape(one.username)}</td>'
        f'<td class="copy">{escape(one.password)}</td>'
        f'<td class="copy code" data-code="{found.center}.{escape(one.username)}">{code}</td>'
        f"<td>{escape(one.shows)}</td></tr>"
        for one, code in staff
    )
    return _table(found, "工作人员", ("姓名", "用户名", "密码", "动态验证码", "演示什么"), rows)


def _table(found: Policy, title: str, heads: tuple[str, ...], rows: str) -> str:
    if not rows:
        return ""
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    label = escape(f"{found.identity.short_name}{title}")
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{label}">'
        f"<table><caption>{title}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
