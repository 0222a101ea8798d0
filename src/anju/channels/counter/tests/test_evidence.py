from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anju import ports
from anju.cases.models import CaseMaker
from anju.cases.records import EvidencePage, Slot
from anju.channels.counter.sheets import sheets
from anju.channels.counter.tests import cast
from anju.store.models import AuditRow


@pytest.fixture
def reference(office, city):
    """A case with three pictures, as Xishuangbanna asks for them."""
    city("xishuangbanna")
    return cast.applied(cast.member())


def photo(colour="grey"):
    return SimpleUploadedFile("photo.jpg", cast.picture(colour), "image/jpeg")


def test_pictures_are_shown_one_at_a_time_and_each_look_is_on_record(reference):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get(f"/counter/cases/{reference}/").content.decode()
    assert len(re.findall(r"<img [^>]*data-viewer-picture", page)) == 1
    pictures = re.findall(r'data-src="(/counter/evidence/\d+/)"', page)
    assert len(pictures) == 3
    answer = client.get(pictures[1])
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"].startswith("no-store") or "no-store" in str(
        answer.headers["Cache-Control"]
    )
    assert AuditRow.objects.filter(action="cases.evidence_opened").count() == 1


def test_without_script_a_link_chooses_the_picture(reference):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get(f"/counter/cases/{reference}/").content.decode()
    last = re.findall(r'href="\?page=(\d+)"', page)[-1]
    page = client.get(f"/counter/cases/{reference}/?page={last}").content.decode()
    shown = re.search(r'<img src="([^"]+)"[^>]*data-viewer-picture', page)[1]
    assert shown == f"/counter/evidence/{last}/"


class NoStore:
    """An evidence store whose disk is gone."""

    def get(self, key):
        raise OSError("input/output error")


def test_the_case_can_be_read_while_the_store_is_away(reference):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    with ports.offering("evidence_store", NoStore()):
        answer = client.get(f"/counter/cases/{reference}/")
        assert answer.status_code == 200
        picture = re.findall(r'data-src="(/counter/evidence/\d+/)"', answer.content.decode())[0]
        shown = client.get(picture)
        assert shown.status_code == 503
        assert "已存的照片都在" in shown.content.decode()
    assert client.get(picture).status_code == 200


def test_another_branch_cannot_open_a_picture(reference):
    mine = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = mine.get(f"/counter/cases/{reference}/").content.decode()
    picture = re.search(r'data-src="([^"]+)"', page)[1]
    stranger = cast.signed_in(cast.staff("hejin.reviewer", "reviewer", branch="hejin"))
    assert stranger.get(picture).status_code == 404


def test_whoever_puts_a_picture_in_may_not_decide(reference):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    answer = client.post(f"/counter/cases/{reference}/evidence/id_front/", {"file": photo()})
    assert answer.headers["Location"] == f"/counter/cases/{reference}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "您已成为这笔业务的经办人" in page
    assert "须由其他人员审核" in page
    assert 'class="act ' not in page
    assert CaseMaker.objects.count() == 1
    other = cast.signed_in(cast.staff("reviewer.two", "reviewer"))
    assert 'class="act ' in other.get(f"/counter/cases/{reference}/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"file": SimpleUploadedFile("empty.jpg", b"", "image/jpeg")},
        {"file": SimpleUploadedFile("letter.jpg", b"no picture at all", "image/jpeg")},
    ],
    ids=["nothing", "empty", "no picture"],
)
def test_what_is_no_picture_is_refused_in_words(reference, sent):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    client.post(f"/counter/cases/{reference}/evidence/id_front/", sent)
    page = client.get(f"/counter/cases/{reference}/").content.decode()
    assert 'class="notice notice-danger"' in page
    assert not CaseMaker.objects.exists()


def _slot(label, *ids):
    pages = tuple(
        EvidencePage(page, number, cast.AT, "image/jpeg") for number, page in enumerate(ids, 1)
    )
    return Slot(label, label, True, 6, "", "", pages)


def test_sheets_run_over_all_slots_and_the_first_is_shown():
    leaves = sheets((_slot("现场照片"), _slot("身份证正面", 4), _slot("其他证明", 9, 7)))
    assert [leaf.name for leaf in leaves] == ["身份证正面", "其他证明 1/2", "其他证明 2/2"]
    assert [leaf.is_shown for leaf in leaves] == [True, False, False]


@pytest.mark.parametrize(("chosen", "shown"), [("7", 7), ("8", 4), ("x", 4), ("", 4)])
def test_only_a_page_of_this_case_can_be_chosen(chosen, shown):
    leaves = sheets((_slot("身份证正面", 4), _slot("其他证明", 9, 7)), chosen)
    assert [leaf.id for leaf in leaves if leaf.is_shown] == [shown]


def test_no_pictures_no_sheets():
    assert sheets((_slot("现场照片"),)) == ()
