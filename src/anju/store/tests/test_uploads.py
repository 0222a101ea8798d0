from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from anju import ports
from anju.ports.evidence import EvidenceMissing
from anju.store import evidence, uploads
from anju.store.evidence import EvidenceDamaged
from anju.store.uploads import UploadRefused


def picture(kind="JPEG", size=(40, 30), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, **({"color": 90} if mode in "L" else {})).save(out, kind, **more)
    return out.getvalue()


def clean(data, *, bytes_max=1_000_000, pixels_max=1_000_000):
    return uploads.clean_image(data, bytes_max=bytes_max, pixels_max=pixels_max)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_comes_back_redrawn(kind):
    made = clean(picture(kind))
    assert made.content_type == f"image/{kind.lower()}"
    assert (made.width, made.height) == (40, 30)
    Image.open(io.BytesIO(made.data)).load()


def test_places_and_comments_are_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (39.0, 9.0, 0.0)
    made = clean(picture("JPEG", exif=exif, comment=b"hidden words"))
    assert (made.width, made.height) == (30, 40)
    opened = Image.open(io.BytesIO(made.data))
    assert not dict(opened.getexif())
    assert not {"comment", "exif", "xmp", "icc_profile"} & set(opened.info)
    assert b"SecretMaker" not in made.data
    assert b"hidden words" not in made.data


def test_what_is_glued_behind_a_picture_is_gone():
    made = clean(picture("PNG") + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in made.data


@pytest.mark.parametrize("mode", ["L", "RGBA", "LA", "P", "1", "I;16"])
def test_every_mode_becomes_plain_colours(mode):
    made = clean(picture("PNG", mode=mode))
    assert Image.open(io.BytesIO(made.data)).mode == "RGB"


def bomb(width, height):
    """A PNG that says it is huge and holds almost nothing."""

    def chunk(name, body):
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


JPEG = picture("JPEG", size=(200, 200))
BAD = {
    "empty": b"",
    "text": b"hello",
    "html": b"<html><script>1</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04",
    "elf": b"\x7fELF\x02\x01",
    "exe": b"MZ\x90\x00",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "webp": picture("WEBP"),
    "jpeg head only": b"\xff\xd8\xff",
    "jpeg head and noise": b"\xff\xd8\xff\xe0" + b"A" * 500,
    "png head only": b"\x89PNG\r\n\x1a\n",
    "png head on jpeg": b"\x89PNG\r\n\x1a\n" + JPEG,
    "jpeg head on png": b"\xff\xd8\xff" + picture("PNG"),
    "cut jpeg": JPEG[: len(JPEG) // 2],
    "cut png": picture("PNG", size=(200, 200))[:60],
    "bomb": bomb(50_000, 50_000),
    "wide bomb": bomb(2_000_000_000, 1),
    "flat picture": bomb(13_000, 10),
    "zero wide": bomb(0, 10),
    "leading blank": b" " + JPEG,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_words(name):
    with pytest.raises(UploadRefused, match="照片"):
        clean(BAD[name])


def test_limits_of_size():
    with pytest.raises(UploadRefused, match="超过 1 MB"):
        clean(JPEG + b"\0" * 1024 * 1024, bytes_max=1024 * 1024)
    with pytest.raises(UploadRefused, match="尺寸过大"):
        clean(picture(size=(100, 100)), pixels_max=9_999)
    assert clean(picture(size=(100, 100)), pixels_max=10_000)


# -- evidence ---------------------------------------------------------------------------------


class Shelf:
    """An evidence store in memory."""

    def __init__(self):
        self.blobs = {}

    def put(self, key, *, blob):
        self.blobs[key] = blob

    def get(self, key):
        try:
            return self.blobs[key]
        except KeyError:
            raise EvidenceMissing(key) from None


@pytest.fixture
def shelf():
    held = Shelf()
    with ports.offering("evidence_store", held):
        yield held


def test_evidence_leaves_encrypted_and_comes_back(shelf):
    digest = evidence.put("TQ1/a", data=JPEG)
    assert JPEG not in shelf.blobs["TQ1/a"]
    assert evidence.get("TQ1/a", sha256=digest) == JPEG


def test_swapped_changed_or_foreign_blobs_do_not_open(shelf):
    first, second = evidence.put("TQ1/a", data=JPEG), evidence.put("TQ2/b", data=b"other")
    whole = shelf.blobs["TQ1/a"]
    for spoiled in (
        shelf.blobs["TQ2/b"],
        whole[:-1],
        whole[1:],
        b"",
        b"anju1$",
        JPEG,
        b"x" + whole,
    ):
        shelf.blobs["TQ1/a"] = spoiled
        with pytest.raises(EvidenceDamaged):
            evidence.get("TQ1/a", sha256=first)
    shelf.blobs["TQ1/a"] = whole
    with pytest.raises(EvidenceDamaged, match="not the one we kept"):
        evidence.get("TQ1/a", sha256=second)


def test_missing_evidence_is_told_as_the_port_tells_it(shelf):
    with pytest.raises(EvidenceMissing):
        evidence.get("TQ1/none", sha256="")
