"""What people upload: a photograph is drawn anew, everything else is refused in a sentence."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from anju.cases.models import CaseMaker, Evidence

from .entered import at_the_counter, the_stop
from .files import BAD, GOOD, NAMES, ODD, SECRETS, File, picture

SENTENCE = re.compile(r"照片|JPG")


def send(world, file, *, slot="id_back"):
    """The member's photograph page, and what was said there."""
    address = f"/cases/{world.references['owner']}/step/3/photo/"
    body, kind = form(file, slot)
    return world.browser("owner").post(address, body, content_type=kind)


def form(file, slot, *, field="file", **typed):
    """A form with the file under exactly its name; Django's own test files tidy theirs."""
    edge = "----edge"
    parts = [
        "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {"slot": slot, **typed}.items()
        ),
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n'
        f"Content-Type: {file.claims}\r\n\r\n",
        f"\r\n--{edge}--\r\n",
    ]
    first, second, last = (part.encode() for part in parts)
    return first + second + file.content + last, f"multipart/form-data; boundary={edge}"


def kept(world):
    """Everything that is kept of pictures: rows and blobs."""
    return Evidence.objects.count(), len(world.blobs.blobs)


def latest(world):
    """The newest picture as the member sees it."""
    row = Evidence.objects.latest("pk")
    answer = world.browser("owner").get(f"/cases/{row.case.reference}/photo/{row.pk}/")
    assert answer.status_code == 200
    return row, answer


def test_there_are_sixty():
    assert len(BAD) >= 60


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_answered_in_a_sentence_and_not_kept(world, name):
    before = kept(world)
    answer = send(world, BAD[name])
    assert answer.status_code == 422
    page = answer.content.decode()
    told = re.search(r'href="#slot-id_back">([^<]+)<', page)
    assert told
    assert SENTENCE.search(told[1])
    assert kept(world) == before


def test_too_large_is_said_to_be_too_large(world):
    for name in ("six megabytes", "thirteen megabytes"):
        assert "超过 5 MB" in send(world, BAD[name]).content.decode()


@pytest.mark.parametrize("name", ["page", "six megabytes", "thirteen megabytes", "zero bytes"])
def test_the_counter_says_so_too(world, name):
    before = kept(world)
    file = BAD[name]
    browser = world.browser("reviewer")
    address = f"/counter/cases/{world.references['applicant']}/"
    sent = SimpleUploadedFile(file.name, file.content, file.claims)
    assert browser.post(f"{address}evidence/id_front/", {"file": sent}).status_code == 302
    page = browser.get(address).content.decode()
    assert 'class="notice notice-danger"' in page
    assert ("超过 5 MB" in page) == ("megabytes" in name)
    assert kept(world) == before
    assert not CaseMaker.objects.filter(staff=world.users["reviewer"]).exists()


def _at_the_agent(world, file):
    """What the agent's page of a stop says to a file."""
    body, kind = form(file, "retirement_papers")
    address = reverse("employer:entry_add_photo", kwargs=the_stop(world))
    page = world.browser("administrator").post(address, body, content_type=kind).content.decode()
    return re.search(r'href="#slot-retirement_papers">([^<]+)<', page)[1]


def _at_the_teller(world, file):
    """What the teller's screen of a stop says, on which it is sent with everything else."""
    typed = {"reason": "retired", "last_month": "2026-10"}
    body, kind = form(file, "", field="photo-retirement_papers", **typed)
    address = reverse("counter:entry", kwargs=at_the_counter(world))
    answer = world.browser("teller").post(address, body, content_type=kind, follow=True)
    return re.search(r"还没有提交。([^<]+)<", answer.content.decode())[1]


@pytest.mark.parametrize("door", [_at_the_agent, _at_the_teller])
def test_papers_that_others_enter_are_looked_at_alike(world, door):
    before = kept(world)
    for name, file in BAD.items():
        assert SENTENCE.search(door(world, file)), name
        assert kept(world) == before, name


@pytest.mark.parametrize("name", GOOD)
def test_good_pictures_are_drawn_anew(world, name):
    assert send(world, File("photo.jpg", GOOD[name])).status_code == 302
    row, answer = latest(world)
    content = answer.content
    assert answer["Content-Type"] == row.content_type
    assert row.content_type in ("image/jpeg", "image/png")
    assert not [secret for secret in SECRETS if secret in content]
    opened = Image.open(io.BytesIO(content))
    assert opened.mode == "RGB"
    assert getattr(opened, "n_frames", 1) == 1
    assert not dict(opened.getexif())
    assert not {"comment", "Comment", "exif", "xmp", "icc_profile"} & set(opened.info)


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_never_used(world, name):
    before = set(world.blobs.blobs)
    assert send(world, File(name, picture())).status_code == 302
    (key,) = set(world.blobs.blobs) - before
    assert re.fullmatch(r"TQ\d{12}/[0-9a-f]{32}", key)
    row, answer = latest(world)
    assert row.store_key == key
    assert name not in answer.get("Content-Disposition", "")


def test_what_is_kept_opens_for_nobody_without_the_key(world):
    send(world, File("photo.jpg", picture()))
    row, answer = latest(world)
    blob = world.blobs.blobs[row.store_key]
    assert b"\xff\xd8\xff" not in blob
    assert answer.content not in blob
    # A picture changed where it lies is not shown to anybody.
    world.blobs.blobs[row.store_key] = blob[:-1] + bytes([blob[-1] ^ 1])
    address = f"/cases/{row.case.reference}/photo/{row.pk}/"
    assert world.browser("owner").get(address).status_code == 500


@pytest.mark.parametrize("name", ODD)
def test_a_photograph_that_describes_itself_oddly_is_no_fault_of_ours(world, name):
    """Kept without its description or refused in a sentence; decoders must not stumble over it."""
    answer = send(world, File("photo.jpg", ODD[name]))
    if answer.status_code == 302:
        assert not dict(Image.open(io.BytesIO(latest(world)[1].content)).getexif())
    else:
        assert answer.status_code == 422
        assert SENTENCE.search(answer.content.decode())


def test_many_files_at_once_are_one_picture_or_none(world):
    address = f"/cases/{world.references['owner']}/step/3/photo/"
    before = kept(world)

    def some(count):
        return {f"file{n}": SimpleUploadedFile("a.jpg", picture()) for n in range(count)}

    assert world.browser("owner").post(address, {"slot": "id_back", **some(13)}).status_code == 400
    assert kept(world) == before
    assert world.browser("owner").post(address, {"slot": "id_back", **some(3)}).status_code == 302
    assert kept(world) == (before[0] + 1, before[1] + 1)


def test_a_slot_that_is_none_takes_nothing(world):
    before = kept(world)
    for slot in ("", "no_slot", "../id_front", "id_front\0"):
        assert send(world, File("photo.jpg", picture()), slot=slot).status_code in (400, 404)
    assert kept(world) == before
