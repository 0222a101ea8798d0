"""Pictures of a case: cleaned, encrypted, retaken, never seen by others."""

from __future__ import annotations

import pytest

from anju import ports
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions, facts
from anju.cases.models import Case, Evidence
from anju.cases.records import (
    Advanced,
    Done,
    EvidenceAdded,
    Mistakes,
    NotYours,
    Submitted,
)
from anju.store.evidence import EvidenceDamaged

AT = cast.AT


class Blobs:
    """An evidence store that a test can look into."""

    def __init__(self):
        self.kept = {}

    def put(self, key, *, blob):
        self.kept[key] = blob

    def get(self, key):
        return self.kept[key]


@pytest.fixture
def blobs():
    store = Blobs()
    with ports.offering("evidence_store", store):
        yield store


@pytest.fixture
def draft(db, city, blobs):
    """A case at the page of pictures: (member, reference)."""
    city("xishuangbanna")
    cast.open_books()
    who = cast.member()
    cast.turn_to()
    reference = cast.begin(who)
    cast.go_on(who, reference, to_step=2)
    return who, reference


def add(who, reference, content, slot="id_front"):
    return actions.add_evidence(
        reference, person_id=who.person_id, slot=slot, content=content, at=AT
    )


def pages(who, reference):
    step = facts.step_page(reference, person_id=who.person_id, number=3, at=AT)
    (slot,) = [slot for slot in step.slots if slot.code == "id_front"]
    return slot.pages


def test_a_picture_is_kept_encrypted_and_given_back_whole(draft, blobs):
    who, reference = draft
    assert add(who, reference, cast.photo()) == EvidenceAdded("id_front")
    (page,) = pages(who, reference)
    (key,) = blobs.kept
    assert key.startswith(f"{reference}/")
    assert b"\xff\xd8\xff" not in blobs.kept[key], "what lies in the store is no JPEG"
    opened = facts.evidence_file(page.id, reference=reference, person_id=who.person_id, at=AT)
    assert opened.content.startswith(b"\xff\xd8\xff")
    assert opened.content_type == "image/jpeg"


def test_a_retake_takes_the_place_and_the_first_is_marked(draft):
    who, reference = draft
    add(who, reference, cast.photo(10))
    (first,) = pages(who, reference)
    add(who, reference, cast.photo(20))
    (second,) = pages(who, reference)
    assert second.id != first.id
    assert Evidence.objects.get(pk=first.id).removed_at == AT
    with pytest.raises(NotYours):
        facts.evidence_file(first.id, reference=reference, person_id=who.person_id, at=AT)


def test_a_picture_is_taken_away(draft):
    who, reference = draft
    add(who, reference, cast.photo())
    (page,) = pages(who, reference)
    taken = {"person_id": who.person_id, "evidence_id": page.id, "at": AT}
    assert actions.remove_evidence(reference, **taken) == Done()
    assert pages(who, reference) == ()
    with pytest.raises(NotYours):
        actions.remove_evidence(reference, **taken)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"%PDF-1.7", b"\xff\xd8\xff\xe0broken"])
def test_what_is_no_picture_is_refused_in_words(content, draft, blobs):
    who, reference = draft
    refused = add(who, reference, content)
    assert isinstance(refused, Mistakes)
    assert refused.errors["id_front"]
    assert blobs.kept == {}


def test_a_slot_that_is_none_is_nobodys(draft):
    who, reference = draft
    with pytest.raises(NotYours):
        add(who, reference, cast.photo(), slot="anything")


def test_others_neither_add_nor_see(draft):
    who, reference = draft
    add(who, reference, cast.photo())
    (page,) = pages(who, reference)
    other = cast.member(2)
    with pytest.raises(NotYours):
        add(other, reference, cast.photo())
    with pytest.raises(NotYours):
        facts.evidence_file(page.id, reference=reference, person_id=other.person_id, at=AT)
    there = cast.staff("hejin.reviewer", branch_code="hejin")
    with pytest.raises(NotYours):
        facts.staff_evidence(page.id, staff_id=there.pk, at=AT)


def test_keeping_the_books_is_no_reason_to_open_cases(draft):
    who, reference = draft
    add(who, reference, cast.photo())
    (page,) = pages(who, reference)
    Case.objects.filter(reference=reference).update(state="in_review", submitted_at=AT)
    for role in ("accountant", "admin"):
        staff_id = cast.staff(f"{role}.one", role=role).pk
        for look in (
            lambda staff_id=staff_id: facts.staff_evidence(page.id, staff_id=staff_id, at=AT),
            lambda staff_id=staff_id: facts.review_page(reference, staff_id=staff_id, at=AT),
            lambda staff_id=staff_id: facts.worklist(
                staff_id, show="all", service=None, text="", before=None, at=AT
            ),
        ):
            with pytest.raises(NotYours):
                look()


def test_after_the_submit_nothing_is_exchanged_by_the_member(draft):
    who, reference = draft
    cast.go_on(who, reference, from_step=3)
    refused = add(who, reference, cast.photo(1))
    assert isinstance(refused, Mistakes)


def test_a_swapped_blob_is_noticed(draft, blobs):
    who, reference = draft
    add(who, reference, cast.photo(10))
    add(who, reference, cast.photo(20), slot="id_back")
    front, back = blobs.kept
    blobs.kept[front], blobs.kept[back] = blobs.kept[back], blobs.kept[front]
    (page,) = pages(who, reference)
    with pytest.raises(EvidenceDamaged):
        facts.evidence_file(page.id, reference=reference, person_id=who.person_id, at=AT)


def test_a_store_that_is_away_costs_one_picture_and_says_what_is_safe(draft):
    who, reference = draft
    add(who, reference, cast.photo(1), slot="live_photo")

    class Away:
        def put(self, key, *, blob):
            raise OSError("no space left on device")

    with ports.offering("evidence_store", Away()):
        refused = add(who, reference, cast.photo(2))
    assert isinstance(refused, Mistakes)
    assert "没有保存" in refused.errors["id_front"]
    assert "已存的照片都在" in refused.errors["id_front"]
    assert Evidence.objects.filter(case__reference=reference).count() == 1
    assert add(who, reference, cast.photo(2)) == EvidenceAdded("id_front")


def test_a_picture_taken_away_after_its_page_is_asked_for_again(draft):
    who, reference = draft
    cast.go_on(who, reference, from_step=3, to_step=4)
    (page,) = pages(who, reference)
    removed = actions.remove_evidence(
        reference, person_id=who.person_id, evidence_id=page.id, at=AT
    )
    assert removed == Done()
    pressed = actions.take_step(reference, person_id=who.person_id, number=5, posted={}, at=AT)
    assert pressed == Advanced(reference, 3)
    assert cast.case(reference).state == "draft"
    assert who.account.held == 0
    add(who, reference, cast.photo(5))
    for number in (3, 4):
        actions.take_step(reference, person_id=who.person_id, number=number, posted={}, at=AT)
    pressed = actions.take_step(reference, person_id=who.person_id, number=5, posted={}, at=AT)
    assert pressed == Submitted(reference)
