from __future__ import annotations

import re

import pytest

from anju.cases.models import Case, CaseDecision
from anju.channels.counter.tests import cast
from anju.store.models import AuditRow


@pytest.fixture
def reviewer(office):
    """A reviewer of the branch, signed in."""
    return cast.signed_in(cast.staff("reviewer.one", "reviewer"))


def address(reference):
    return f"/counter/cases/{reference}/"


def shown_hash(page):
    return re.search(r'name="payload_hash" value="(\w+)"', page)[1]


def decide(client, reference, decision, reason, note=""):
    page = client.get(address(reference)).content.decode()
    return client.post(
        f"{address(reference)}{decision}/",
        {"reason_code": reason, "note": note, "payload_hash": shown_hash(page)},
    )


def test_the_case_shows_why_it_waits_and_what_each_decision_brings(reviewer):
    reference = cast.applied(cast.member())
    page = reviewer.get(address(reference)).content.decode()
    assert "为什么送审" in page
    assert "需要核对" in page
    assert "通过后立即生成付款指令" in page
    assert "款项仍为其留存" in page
    assert "业务就此终结，不能恢复" in page
    assert "149999********" in page
    assert cast.id_number(1) not in page
    assert cast.card_number(1) not in page


def test_titles_and_links_hold_no_personal_data(reviewer):
    reference = cast.applied(cast.member())
    for place in (address(reference), "/counter/work/"):
        page = reviewer.get(place).content.decode()
        title = re.search(r"<title>(.*?)</title>", page)[1]
        assert "演" not in title
        for link in re.findall(r'(?:href|action|src)="([^"]+)"', page):
            assert "演" not in link
            assert "%E6%BC" not in link


def test_another_branch_finds_no_such_page(office):
    reference = cast.applied(cast.member())
    stranger = cast.signed_in(cast.staff("hejin.reviewer", "reviewer", branch="hejin"))
    assert stranger.get(address(reference)).status_code == 404
    sent = {"reason_code": "consistent", "payload_hash": "x"}
    assert stranger.post(f"{address(reference)}approve/", sent).status_code == 404
    reveal = {"field": "id_number", "reason": "想看一看"}
    assert stranger.post(f"{address(reference)}reveal/", reveal).status_code == 404


def test_approving_goes_on_to_the_next_case_and_says_what_happened(reviewer):
    first, second = cast.applied(cast.member(1)), cast.applied(cast.member(2))
    answer = decide(reviewer, first, "approve", "consistent")
    assert answer.headers["Location"] == address(second)
    page = reviewer.get(address(second)).content.decode()
    assert f"{first} 已处理，现在是“付款中”" in page
    assert first not in reviewer.get(address(second)).content.decode().split("<main", 1)[1]
    assert Case.objects.get(reference=first).state == "paying"
    last = decide(reviewer, second, "approve", "consistent")
    assert last.headers["Location"] == "/counter/work/"
    assert "已全部处理完" in reviewer.get("/counter/work/").content.decode()


@pytest.mark.parametrize(
    ("decision", "reason", "state"),
    [
        ("return_for_correction", "card_to_confirm", "returned"),
        ("reject", "conditions_not_met", "rejected"),
    ],
)
def test_the_other_two_decisions_end_where_they_say(reviewer, decision, reason, state):
    reference = cast.applied(cast.member())
    answer = decide(reviewer, reference, decision, reason, note="请核对开户行")
    assert answer.status_code == 302
    assert Case.objects.get(reference=reference).state == state
    page = reviewer.get(address(reference)).content.decode()
    assert "您现在不能作决定" in page
    assert "请核对开户行" in page


def test_no_reason_keeps_the_note_and_opens_the_same_form(reviewer):
    reference = cast.applied(cast.member())
    answer = decide(reviewer, reference, "reject", "", note="写了半天的说明")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="act-reject" open' in page
    assert "写了半天的说明" in page
    assert "请选择一个理由" in page
    assert not CaseDecision.objects.exists()


def test_the_second_of_two_deciders_is_told_and_sees_the_case_as_it_is(office):
    reference = cast.applied(cast.member())
    one = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    two = cast.signed_in(cast.staff("reviewer.two", "reviewer"))
    seen = shown_hash(two.get(address(reference)).content.decode())
    decide(one, reference, "approve", "consistent")
    answer = two.post(
        f"{address(reference)}reject/",
        {"reason_code": "conditions_not_met", "payload_hash": seen},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "这次操作没有执行" in page
    assert "付款中" in page
    assert 'class="act ' not in page
    assert CaseDecision.objects.count() == 1


def test_what_changed_after_the_look_must_be_looked_at_again(reviewer):
    reference = cast.applied(cast.member())
    answer = reviewer.post(
        f"{address(reference)}approve/",
        {"reason_code": "consistent", "note": "已核对", "payload_hash": "0" * 64},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "有变化" in page
    again = {"reason_code": "consistent", "payload_hash": shown_hash(page)}
    assert reviewer.post(f"{address(reference)}approve/", again).status_code == 302


def test_a_teller_is_told_why_not(office):
    reference = cast.applied(cast.member())
    client = cast.signed_in(cast.staff("teller.one", "teller"))
    page = client.get(address(reference)).content.decode()
    assert "不含审核权限" in page
    assert 'class="act ' not in page


def test_unknown_decisions_do_not_exist(reviewer):
    reference = cast.applied(cast.member())
    assert reviewer.post(f"{address(reference)}pay/", {}).status_code == 404


class TestReveal:
    def test_a_reason_shows_the_value_once_and_leaves_a_trace(self, reviewer):
        reference = cast.applied(cast.member())
        answer = reviewer.post(
            f"{address(reference)}reveal/", {"field": "id_number", "reason": "核对身份证原件"}
        )
        assert f'id="revealed">{cast.id_number(1)}<' in answer.content.decode()
        assert AuditRow.objects.filter(reason="核对身份证原件").exists()
        assert cast.id_number(1) not in reviewer.get(address(reference)).content.decode()

    @pytest.mark.parametrize(
        ("typed", "status"),
        [
            ({"field": "id_number", "reason": ""}, 422),
            ({"field": "id_number", "reason": "看"}, 422),
            ({"field": "password", "reason": "核对身份证原件"}, 409),
        ],
    )
    def test_no_reason_no_value(self, reviewer, typed, status):
        reference = cast.applied(cast.member())
        answer = reviewer.post(f"{address(reference)}reveal/", typed)
        page = answer.content.decode()
        assert answer.status_code == status
        assert 'id="reveal" open' in page
        assert 'id="revealed"' not in page
        assert cast.id_number(1) not in page
