"""Photographs from outside: decoded and drawn anew, so that nothing but the picture stays.

What a phone sends holds places, serial numbers and sometimes more than a picture; what we keep is
the re-encoded pixels, turned upright, without a byte of the original file.
"""

import io
import struct
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

_MAGIC: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_SIDE_MAX: Final = 12_000
_JPEG_QUALITY: Final = 88


class UploadRefused(ValueError):
    """The file cannot be kept; the text tells the person what to do."""


@dataclass(frozen=True)
class CleanImage:
    """A re-encoded picture without metadata."""

    data: bytes
    content_type: str
    width: int
    height: int


def clean_image(data: bytes, *, bytes_max: int, pixels_max: int) -> CleanImage:
    """Check and redraw a JPEG or PNG picture. Raises UploadRefused.

    `pixels_max` is compared with the size the file declares before a pixel is decoded, so a small
    file that unpacks to gigabytes costs nothing.
    """
    if not data:
        raise UploadRefused("照片是空的，请重新拍摄或选择")
    if len(data) > bytes_max:
        raise UploadRefused(f"照片超过 {bytes_max // 1024 // 1024} MB，请换一张小一些的")
    kind = next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    if kind is None:
        raise UploadRefused("请上传 JPG 或 PNG 格式的照片")
    picture = _decoded(data, kind, pixels_max)
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    else:
        picture.save(out, "PNG", optimize=True)
    return CleanImage(out.getvalue(), f"image/{kind.lower()}", picture.width, picture.height)


def _decoded(data: bytes, kind: str, pixels_max: int) -> Image.Image:
    """The upright pixels in RGB, on a fresh canvas that carries no metadata along."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            width, height = opened.size
            if width * height > pixels_max or max(width, height) > _SIDE_MAX:
                raise UploadRefused("照片尺寸过大，请换一张小一些的")
            opened.load()
            flat = _flattened(ImageOps.exif_transpose(opened))
    except UploadRefused:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
        # A made-up EXIF block is written out again when a picture is turned upright, and Pillow's
        # writers trust what was read.
        struct.error,
        TypeError,
        AttributeError,
        LookupError,
        ArithmeticError,
    ) as error:
        raise UploadRefused("照片无法打开，可能已损坏，请重新拍摄") from error
    canvas = Image.new("RGB", flat.size)
    canvas.paste(flat)
    return canvas


def _flattened(picture: Image.Image) -> Image.Image:
    """RGB on white, whatever palette, alpha or grey the picture came in."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")
