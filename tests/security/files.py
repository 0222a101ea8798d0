"""Sixty files that are no photograph, or more than one; and good ones that carry too much."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from PIL import Image, PngImagePlugin


@dataclass(frozen=True)
class File:
    """What a browser sends: a name, a type it claims, the bytes."""

    name: str
    content: bytes
    claims: str = "image/jpeg"


def picture(
    kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (64, 40), **more
) -> bytes:
    """A real picture of some kind."""
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").convert(mode).save(out, kind, **more)
    return out.getvalue()


def chunk(name: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    """One chunk of a PNG."""
    right = zlib.crc32(name + body) if crc is None else crc
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", right)


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that declares any size over any pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return MAGIC + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose frame header declares another size than its pixels have."""
    plain = picture()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def with_exif(block: bytes) -> bytes:
    """A JPEG with this block of EXIF, right or wrong."""
    plain = picture()
    body = b"Exif\0\0" + block
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    """One entry of an EXIF directory."""
    return struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")


def directory(*entries: bytes) -> bytes:
    """An EXIF block that says the picture lies on its side, and says these things besides."""
    lying = entry(0x0112, 3, 1, struct.pack("<H", 6))
    body = b"".join((*entries, lying))
    count = struct.pack("<H", len(entries) + 1)
    return b"II*\0" + struct.pack("<I", 8) + count + body + struct.pack("<I", 0) + b"\0" * 64


def archive() -> bytes:
    """A zip with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG, PNG = picture(size=(200, 200)), picture("PNG", size=(200, 200))
PAGE = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

# Said no to in words, and nothing is kept.
BAD = {
    # nothing, or hardly anything
    "zero bytes": File("photo.jpg", b""),
    "one byte": File("photo.jpg", b"\xff"),
    "a blank": File("photo.jpg", b" "),
    "head of a jpeg": File("photo.jpg", b"\xff\xd8\xff"),
    "head of a png": File("photo.png", MAGIC, "image/png"),
    "only the end": File("photo.jpg", b"\xff\xd8\xff\xd9"),
    # something else under a photograph's name
    "page": File("photo.jpg", PAGE),
    "svg": File("photo.svg", SVG, "image/svg+xml"),
    "svg called jpg": File("photo.jpg", SVG),
    "script": File("photo.js", b"alert(1)", "text/javascript"),
    "text": File("photo.txt", "您好".encode(), "text/plain"),
    "pdf": File("photo.pdf", b"%PDF-1.7\n%\xe2\xe3\n", "application/pdf"),
    "zip": File("photo.zip", archive(), "application/zip"),
    "zip called jpg": File("photo.jpg", archive()),
    "program": File("photo.exe", b"MZ\x90\0" + b"\0" * 60, "application/x-msdownload"),
    "library": File("photo.so", b"\x7fELF\x02\x01\x01" + b"\0" * 60),
    "php": File("photo.php.jpg", b"<?php system($_GET[0]); ?>"),
    "shell": File("photo.sh", b"#!/bin/sh\nid\n", "text/x-sh"),
    "office": File("photo.docx", archive(), "application/msword"),
    "xml entities": File("photo.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
    # pictures of kinds that are not taken
    "gif": File("photo.gif", picture("GIF"), "image/gif"),
    "moving gif": File(
        "photo.gif",
        picture("GIF", save_all=True, append_images=[Image.new("RGB", (64, 40))]),
        "image/gif",
    ),
    "bmp": File("photo.bmp", picture("BMP"), "image/bmp"),
    "tiff": File("photo.tif", picture("TIFF"), "image/tiff"),
    "webp": File("photo.webp", picture("WEBP"), "image/webp"),
    "moving webp": File(
        "photo.webp",
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 40))]),
        "image/webp",
    ),
    "icon": File("photo.ico", picture("ICO"), "image/x-icon"),
    "ppm": File("photo.ppm", picture("PPM"), "image/x-portable-pixmap"),
    "postscript": File("photo.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n(id) system\n"),
    "heic": File("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    "jpeg 2000": File("photo.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    # one kind under the other's first bytes
    "jpeg behind a png head": File("photo.png", MAGIC + JPEG, "image/png"),
    "png behind a jpeg head": File("photo.jpg", b"\xff\xd8\xff" + PNG),
    "page behind a jpeg head": File("photo.jpg", b"\xff\xd8\xff\xe0" + PAGE * 20),
    "page before a jpeg": File("photo.jpg", PAGE + JPEG),
    "jpeg a byte late": File("photo.jpg", b"\n" + JPEG),
    "gif head before a jpeg": File("photo.jpg", b"GIF89a" + JPEG),
    # cut, spoiled
    "jpeg cut in two": File("photo.jpg", JPEG[: len(JPEG) // 2]),
    "png cut in two": File("photo.png", PNG[: len(PNG) // 2], "image/png"),
    "jpeg without tables": File("photo.jpg", JPEG[:2] + JPEG[JPEG.index(b"\xff\xc0") :]),
    "png with a wrong sum": File(
        "photo.png", MAGIC + chunk(b"IHDR", b"\0" * 13, crc=1) + PNG[33:], "image/png"
    ),
    "png of no colour known": File("photo.png", png(4, 4, b"", colour=5), "image/png"),
    # large, or only said to be
    "png bomb": File(
        "photo.png", png(50_000, 50_000, zlib.compress(b"\0" * 9_000_000)), "image/png"
    ),
    "png wide bomb": File("photo.png", png(2_000_000_000, 1, b""), "image/png"),
    "png of no width": File("photo.png", png(0, 10, b""), "image/png"),
    "jpeg bomb": File("photo.jpg", jpeg_of(65_000, 65_000)),
    "jpeg longer than any camera's": File("photo.jpg", jpeg_of(65_000, 8)),
    "text bomb in a png": File(
        "photo.png",
        PNG[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 90_000_000, 9)) + PNG[33:],
        "image/png",
    ),
    "six megabytes": File("photo.jpg", JPEG + b"\0" * 6 * 1024 * 1024),
    "thirteen megabytes": File("photo.jpg", JPEG + b"\0" * 13 * 1024 * 1024),
    # more that people keep on their disks
    "tape archive": File("photo.tar", b"photo.jpg".ljust(257, b"\0") + b"ustar\0" + b"\0" * 249),
    "gzip": File("photo.jpg.gz", b"\x1f\x8b\x08\0" + b"\0" * 40),
    "seven zip": File("photo.7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 40),
    "rich text": File("photo.rtf", rb"{\rtf1\ansi \pict}", "application/rtf"),
    "old workbook": File("photo.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
    "pdf with a password": File("photo.pdf", b"%PDF-1.7\ntrailer<</Encrypt 5 0 R>>\n%%EOF"),
    "database": File("photo.db", b"SQLite format 3\0" + b"\0" * 84),
    "class of java": File("photo.class", b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 40),
    "key": File("photo.pem", b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"),
    "layers": File("photo.psd", b"8BPS\0\1" + b"\0" * 40, "image/vnd.adobe.photoshop"),
    "avif": File("photo.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "image/avif"),
    "film": File("photo.mp4", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", "video/mp4"),
    "page with a mark": File("photo.jpg", b"\xef\xbb\xbf" + PAGE),
    "page in two bytes": File("photo.jpg", PAGE.decode().encode("utf-16")),
    "png without pixels": File("photo.png", PNG[:33] + PNG[-12:], "image/png"),
    "nested in itself": File("photo.zip", archive() * 2, "image/png"),
}
# Real photographs whose description of themselves leads decoders astray.
ODD = {
    "a text that is a fraction": with_exif(directory(entry(0x010F, 5, 1, b"\x08\0\0\0"))),
    "numbers that are a text": with_exif(directory(entry(0x0100, 2, 4, b"abc\0"))),
    "fractions that are a text": with_exif(directory(entry(0x011A, 2, 4, b"abc\0"))),
    "a directory in itself": with_exif(directory(entry(0x8769, 4, 1, struct.pack("<I", 8)))),
    "far away": with_exif(directory(entry(0x010F, 2, 4_000_000_000, b"\xff\xff\xff\x7f"))),
    "of a kind nobody knows": with_exif(directory(entry(0x010F, 99, 4, b"abcd"))),
    "cut short": with_exif(directory()[:17]),
    "empty": with_exif(b""),
    "noise": with_exif(bytes(range(256)) * 4),
}
NAMES = (
    "../../../../etc/cron.d/photo.jpg",
    "..\\..\\windows\\photo.jpg",
    "/etc/passwd",
    "photo.jpg\0.php",
    "photo.php",
    "photo.jpg.exe",
    ".htaccess",
    "con.jpg",
    "照片\u202egpj.exe",
    "a" * 300 + ".jpg",
    "<img src=x onerror=alert(1)>.jpg",
    "; rm -rf ~ ;.jpg",
    "$(id).jpg",
)


def _located() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "SecretMaker", "SecretSoftware"
    where = exif.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (35.0, 1.0, 12.0), "E", (111.0, 0.0, 3.0)
    return picture(exif=exif, comment=b"hidden words", icc_profile=b"SecretProfile" * 20)


def _spoken() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "hidden words")
    said.add_itxt("XML:com.adobe.xmp", "SecretMaker", zip=True)
    return picture("PNG", pnginfo=said)


# Taken, and nothing of them is kept but the picture.
GOOD = {
    "a photograph with its place": _located(),
    "a png with words in it": _spoken(),
    "a jpeg with a page behind it": JPEG + PAGE,
    "a png with an archive behind it": PNG + archive(),
    "a jpeg with a php comment": picture(comment=b"<?php hidden words ?>"),
    "a moving png": picture("PNG", save_all=True, append_images=[Image.new("RGB", (64, 40))]),
    "printer's colours": picture(mode="CMYK"),
    "sixteen bits": picture("PNG", mode="I;16"),
    "a palette": picture("PNG", mode="P"),
    "see-through": picture("PNG", mode="RGBA"),
    "grey": picture(mode="L"),
    "black and white": picture("PNG", mode="1"),
    "progressive": picture(progressive=True),
}
SECRETS = (
    *(b"SecretMaker", b"SecretSoftware", b"SecretProfile"),
    *(b"hidden words", b"alert(1)", b"PK\x03"),
)
