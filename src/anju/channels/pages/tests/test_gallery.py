"""The gallery draws every component; the rules of every page are checked on it."""

import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from anju.channels.pages import gallery, notices, views
from anju.domain.trace import Trace
from anju.policy import current

pytestmark = pytest.mark.usefixtures("at")


class Audit(HTMLParser):
    """Collects what the content policy and readers care about."""

    def __init__(self):
        super().__init__()
        self.ids, self.inline = [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)


@pytest.fixture
def at():
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def a_request(at, **cookies):
    request = RequestFactory().get("/pages/gallery/")
    request.at, request.hall, request.request_id = at, "citizen", "r1"
    request.COOKIES.update(cookies)
    request.session = {}
    return request


def test_gallery_has_nothing_inline_and_no_id_twice(at):
    html = gallery.components(a_request(at)).content.decode()
    audit = Audit()
    audit.feed(html)
    # The gallery shows one form twice, on purpose; no other id may repeat.
    twice = {i for i in audit.ids if audit.ids.count(i) > 1 and not i.startswith("id_")}
    assert not twice
    assert audit.inline == []
    assert 'lang="zh-CN"' in html
    assert "<c-" not in html
    assert "&lt;p" not in html


def test_large_text_is_a_mark_on_the_document(at):
    assert "data-large" not in gallery.components(a_request(at)).content.decode()[:200]
    large = gallery.components(a_request(at, anju_large="1")).content.decode()
    assert "data-large" in large[:200]


def test_switching_large_text_goes_back_but_never_elsewhere(at):
    for given, back in (("/me/?a=1", "/me/?a=1"), ("https://evil.example/", "/"), ("//evil", "/")):
        request = RequestFactory().post("/pages/large/", {"next": given, "large": "1"})
        response = views.large(request)
        assert response["Location"] == back
        assert response.cookies["anju_large"].value == "1"


def test_the_citys_colours_and_pictures_are_served(at):
    css = views.city_css(RequestFactory().get("/city/style.css"))
    assert "--primary:" in css.content.decode()
    logo = current().identity.logo
    assert views.asset(RequestFactory().get("/city/x"), name=logo).status_code == 200


def test_error_page_draws_no_form_and_says_four_things(at):
    words = {"happened": "没有完成。", "safe": "资金没有变化。", "todo": "请重试。"}
    html = render_to_string(
        "pages/error.html",
        {"status": 500, "words": words, "reference": "r-1"},
        request=a_request(at),
    )
    assert "<form" not in html
    for text in (*words.values(), "r-1", "操作没有完成"):
        assert text in html
    assert len(re.findall("<h1", html)) == 1


def test_a_notice_is_said_once(at):
    request = a_request(at)
    notices.leave(request, "已保存")
    assert [n.text for n in notices.take(request)] == ["已保存"]
    assert notices.take(request) == ()


def test_sample_trace_adds_up():
    trace = gallery._trace()
    assert isinstance(trace, Trace)
    assert sum(row.fen or 0 for row in trace.rows) == trace.total_fen
