"""Pictures as telephones and drawing programs write them: small, real, with and without a camera's notes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image


def png(width: int = 100, height: int = 50) -> bytes:
    """A PNG of this size."""
    return _saved(Image.new("L", (width, height), 128), "PNG")


def webp(width: int = 32, height: int = 20) -> bytes:
    """A WebP of this size, without loss, so that it may be drawn again and again."""
    return _saved(Image.new("RGB", (width, height), (0, 90, 60)), "WEBP", lossless=True, quality=90)


def notes(turned: int = 6) -> Image.Exif:
    """What a telephone writes beside a photograph: which telephone, where, held upright."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Camera of a person"
    where = exif.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (35.0, 38.0, 27.0), "E", (139.0, 41.0, 53.0)
    return exif


def half_red(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", size, (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def jpeg_with_gps(**how: Any) -> bytes:
    """A photograph of 40 × 20, taken with the telephone upright, with its place."""
    return _saved(half_red(), "JPEG", exif=notes().tobytes(), comment=b"said by the camera", **how)


def _saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()
