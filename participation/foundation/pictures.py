"""Pictures without what the camera wrote beside them (写真の位置情報などを取り除く).

A photograph taken with a telephone says where and when it was taken, and by which machine (EXIF, XMP, IPTC, comments).
None of that is handed on: a picture is drawn anew, turned as it was held, with its colours (ICC profile) and its
resolution, and nothing else. A picture that cannot be drawn is not kept: it would be shown to nobody.
"""

from __future__ import annotations

from io import BytesIO
from struct import error as StructError
from typing import TYPE_CHECKING, Any

from participation.foundation.errors import Refused
from participation.foundation.heic import NotHeic, without_notes
from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    from PIL import Image, ImageOps, JpegImagePlugin
else:
    Image, ImageOps = lazily("PIL.Image"), lazily("PIL.ImageOps")
    JpegImagePlugin = lazily("PIL.JpegImagePlugin")

#: Pixels of a picture, all pages together: A3 in 600 dots to the inch; more would take the memory of a small server.
MAX_PIXELS = 80_000_000
MOST_PAGES = 100
BROKEN = "画像を読み取れませんでした。こわれていないか確かめてください。"
TOO_LARGE = "画像の画素が多すぎます。縮めてから選んでください。"
#: What the resolution and the colours of a picture are called; all other notes are left behind.
_KEPT = ("dpi", "icc_profile")
#: How good a photograph is drawn again where its own measure is not known.
_QUALITY = 90


def bare(content: bytes) -> bytes:
    """Return a picture (JPEG, PNG, WebP, TIFF, HEIC) with what it shows and nothing else; raises Refused."""
    if content[4:8] == b"ftyp":
        try:
            return without_notes(content)
        except NotHeic as error:
            raise Refused(BROKEN) from error
    # What is wrong in a picture, its reader says in many ways: all of them mean the same to who sent it.
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP", "TIFF")) as picture:
            _refuse_large(picture)
            return _drawn_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, StructError) as error:
        raise Refused(BROKEN) from error


def _refuse_large(picture: Any) -> None:
    pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    pixels = 0
    for page in range(min(pages, MOST_PAGES + 1)):
        if pages > 1:
            picture.seek(page)
        pixels += picture.width * picture.height
        if pixels > MAX_PIXELS or page == MOST_PAGES:
            raise Refused(TOO_LARGE)
    if pages > 1:
        picture.seek(0)


def _drawn_anew(picture: Any) -> bytes:
    form = "JPEG" if picture.format == "MPO" else picture.format
    how = {name: picture.info[name] for name in _KEPT if picture.info.get(name)}
    if form == "TIFF":
        return _pages_anew(picture, how)
    if form == "JPEG":
        picture.load()
        how |= _as_fine(picture)
    elif form == "WEBP":
        how |= {"lossless": _is_lossless(picture), "quality": _QUALITY}
    elif form == "PNG" and "transparency" in picture.info:
        how["transparency"] = picture.info["transparency"]
    shown = _upright(picture)
    if shown.mode == "CMYK":
        # A profile for inks says nothing of the colours of a screen.
        how.pop("icc_profile", None)
        shown = shown.convert("RGB")
    out = BytesIO()
    shown.save(out, form, **how)
    return out.getvalue()


def _as_fine(picture: Any) -> dict[str, Any]:
    """Return how a photograph was made: as coarse and as fine as before, it loses next to nothing."""
    if picture.mode == "CMYK" or not picture.quantization:
        return {"quality": _QUALITY}
    how: dict[str, Any] = {"qtables": picture.quantization, "progressive": "progression" in picture.info}
    sampling = JpegImagePlugin.get_sampling(picture)
    return how | ({"subsampling": sampling} if sampling != -1 else {})


def _is_lossless(picture: Any) -> bool:
    """Return whether a WebP was drawn without loss."""
    picture.fp.seek(0)
    beginning = picture.fp.read(4096)
    picture.fp.seek(0)
    return b"VP8L" in beginning and b"VP8 " not in beginning


def _pages_anew(picture: Any, how: dict[str, Any]) -> bytes:
    pages = []
    for page in range(getattr(picture, "n_frames", 1)):
        picture.seek(page)
        pages.append(_upright(picture))
    # Pages of black and white alone are packed as a fax packs them, all others without loss.
    packed = "group4" if all(page.mode == "1" for page in pages) else "tiff_adobe_deflate"
    out = BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression=packed, **how)
    return out.getvalue()


def _upright(picture: Any) -> Any:
    """Return what a picture shows, turned as it was held, without its notes."""
    shown = ImageOps.exif_transpose(picture)
    shown.info = {}
    return shown
