"""The pages of 内部转移: offered on one side, taken on the other."""

from __future__ import annotations

from anju.business.contributions.models import Enrolment, Move
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_people import ONE, SEALS, TWO, works
from anju.channels.employer.tests.test_sign_in import text

__all__ = ["works"]
MOVES, OFFER = "/unit/people/moves/", "/unit/people/moves/offer/"


def test_people_go_from_one_employer_to_the_other(works):
    admin, other = cast.signed_in(works["admin"]), cast.signed_in(works["other"])
    target = works["other"].appointments.get().employer
    sent = {"who": [ONE, TWO], "uscc": target.uscc, "confirm": "1"}
    assert "2 人不能转出" in text(admin.post(OFFER, sent), 422)
    seal = {"deed": "seal", "who": [ONE, TWO], "month": "2026-11", "reason": "left"}
    admin.post(SEALS, {**seal, "confirm": "1"})
    assert "转出 2 名职工" in text(admin.post(OFFER, {"who": [ONE, TWO]}))
    assert "没有可以接收的单位" in text(admin.post(OFFER, {**sent, "uscc": "91"}), 422)
    assert "等待对方接收" in text(admin.post(OFFER, sent, follow=True))
    page = text(other.get(MOVES))
    assert "演示·职工甲" in page
    numbers = [*Move.objects.order_by("pk").values_list("number", flat=True)]
    asked = {"deed": "take", "move": numbers}
    assert "请填写转入后首次汇缴年月" in text(other.post(MOVES, asked), 422)
    wrong = text(other.post(MOVES, {**asked, "month": "2026-10"}), 422)
    assert "没有办理任何人" in wrong
    assert "演示·职工乙" in wrong
    done = text(other.post(MOVES, {**asked, "move": numbers[:1], "month": "2026-11"}, follow=True))
    assert "1 名职工已转入" in done
    assert "已退回 1 名" in text(
        other.post(MOVES, {"deed": "decline", "move": numbers[1:]}, follow=True)
    )
    assert Enrolment.objects.filter(employer=target).count() == 1
    assert "已办结" in text(admin.get(MOVES))


def test_what_is_not_theirs_or_is_nothing_is_not_done(works):
    admin, other = cast.signed_in(works["admin"]), cast.signed_in(works["other"])
    assert other.post(OFFER, {"who": [ONE]}).status_code == 404
    assert (
        admin.post(MOVES, {"deed": "take", "move": ["NZ1"], "month": "2026-11"}).status_code == 404
    )
    assert admin.post(MOVES, {"deed": "steal"}).status_code == 404
    assert "请先勾选职工" in text(admin.post(MOVES, {"deed": "withdraw"}), 422)
    assert admin.get(OFFER).status_code == 302
    assert admin.post(OFFER, {}).status_code == 302
