"""Each component from plain values: what it says, to eyes and to readers, and what it escapes."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template

from anju.channels.pages.shapes import Event, Photo, Problem, Row, Slot, Step
from anju.domain.rules import Finding, Outcome
from anju.domain.trace import Trace, TraceRow

AT = datetime(2026, 11, 20, 2, 0, 5, tzinfo=UTC)


def draw(text: str, **values: object) -> str:
    return Template("{% load pages fields %}" + text).render(Context(values))


class CodeForm(forms.Form):
    code = forms.CharField(label="短信验证", help_text="六位数字", widget=forms.TextInput)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ 2021621|yuan }}", "20,216.21"),
        ("{{ None|yuan }}", ""),
        ("{% money 0 %}", '<span class="money">0.00<small>元</small></span>'),
        ("{% money 20430 unit=False %}", '<span class="money">204.30</span>'),
        ("{% money 5 sign=True unit=False %}", '<span class="money">+0.05</span>'),
        ("{% money -5 sign=True unit=False %}", '<span class="money">−0.05</span>'),
        ('{% money "1,234.50" unit=False %}', '<span class="money">1,234.50</span>'),
        ("{% money None %}", "—"),
        ("{{ at|day }}", "2026年11月20日"),
        ("{{ at|moment }}", "2026年11月20日 10:00"),
        ("{{ at|second }}", "2026-11-20 10:00:05"),
        ("{{ d|month }}", "2026年03月"),
    ],
)
def test_plain_values(text, shown):
    assert draw(text, at=AT, d=date(2026, 3, 1)) == shown


def test_hero_gives_one_figure_and_its_trace():
    trace = Trace("本息", (TraceRow("本金", "余额", 100), TraceRow("积数", "1 × 8")), 100)
    html = draw(
        '{% hero label="余额" fen=100 state="正常" trace=t %}<p>x</p>{% endhero %}', t=trace
    )
    assert html.count("hero-figure") == 1
    assert "1.00<small>元" in html
    assert "<p>x</p>" in html
    assert "怎么算的" in html
    assert "<caption>本息" in html


def test_hero_without_an_amount_says_so():
    assert "—" in draw('{% hero label="余额" fen=None %}{% endhero %}')


def test_record_escapes_formats_and_links_changes():
    rows = [
        Row("姓名", "<b>李"),
        Row("余额", 123, "money", strong=True),
        Row("空", None),
        Row("手机", "150****0000", "number", href="/x/", action="更改"),
    ]
    html = draw("{% record rows %}", rows=rows)
    assert "&lt;b&gt;李" in html
    assert "1.23<small>元" in html
    assert "—" in html
    assert 'href="/x/"' in html
    assert "：手机" in html


def test_conditions_say_the_failing_first_with_all_we_know():
    def one(code, outcome, **more):
        known = {"saw": "", "source": "", "mended_by": "", "basis": "", "passes_at": None} | more
        return Finding(code=code, outcome=outcome, says=code, **known)

    findings = [
        one("met", Outcome.MET),
        one("unknown", Outcome.UNKNOWN),
        one("unmet", Outcome.UNMET, saw="余额", source="贷款", mended_by="结清", passes_at=AT),
    ]
    html = draw("{% conditions f %}", f=findings)
    assert html.index("未满足：") < html.index("暂未核实：") < html.index("已满足：")
    for words in ("余额（来源：贷款）", "结清", "2026年11月20日 10:00 起"):
        assert words in html


def test_stepper_and_timeline_mark_the_present():
    html = draw("{% stepper s %}", s=[Step("一", "done"), Step("二", "now"), Step("三")])
    assert "第 2 步，共 3 步" in html
    assert html.count('aria-current="step"') == 1
    html = draw("{% timeline e %}", e=[Event("已提交", AT, "本人"), Event("付款", state="now")])
    assert 'datetime="2026-11-20' in html
    assert html.count('aria-current="step"') == 1


def test_error_summary_links_to_fields_and_is_nothing_without_problems():
    assert draw("{% error_summary p %}", p=()) == ""
    html = draw(
        '{% error_summary p reference="r1" %}', p=[Problem("请输入密码", "id_p"), Problem("其他")]
    )
    assert 'href="#id_p"' in html
    assert 'role="alert"' in html
    assert "编号 r1" in html


def test_fields_tie_hint_and_error_to_the_input_and_keep_what_was_typed():
    form = CodeForm({"code": ""})
    html = draw("{% code_field form.code wait_seconds=57 %}", form=form)
    assert 'aria-describedby="id_code-hint id_code-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'data-resend="57"' in html
    assert "formnovalidate" in html
    html = draw("{% field form.code %}", form=CodeForm({"code": "12<"}))
    assert 'value="12&lt;"' in html


def test_buttons_are_buttons_and_links_are_links():
    assert draw('{% button "提交" name="go" %}').startswith("<button ")
    assert draw('{% button "回首页" href="/" %}').startswith("<a ")
    assert " disabled" in draw('{% button "提交" disabled=True %}')


def test_evidence_slot_shows_what_is_there_and_how_to_go_on():
    one = (Photo("第一张", "/e/1", "1"),)
    html = draw(
        "{% evidence_slot s action='/up' remove_action='/del' %}",
        s=Slot("id", "证", photos=one),
        csrf_token="tok",
    )
    assert 'name="csrfmiddlewaretoken" value="tok"' in html
    # A full slot takes a new photo in the old one's place; nothing needs deleting first.
    assert "重拍" in html
    assert 'action="/del"' not in html
    many = Slot("id", "证", pages_max=3, photos=one)
    html = draw("{% evidence_slot s action='/up' remove_action='/del' %}", s=many, csrf_token="t")
    assert "再拍一张" in html
    assert 'action="/del"' in html
    html = draw(
        "{% evidence_slot s action='/up' %}", s=Slot("id", "证", camera="user"), csrf_token="t"
    )
    assert 'capture="user"' in html
    assert "必拍" in html
