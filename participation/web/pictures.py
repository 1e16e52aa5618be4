"""Pictures without what the camera wrote beside them (写真の付帯情報): place, time, machine, earlier views."""

from __future__ import annotations

from io import BytesIO
from struct import error as StructError
from typing import TYPE_CHECKING

from participation.foundation.errors import Refused
from participation.foundation.file_kinds import MAX_PIXELS
from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image, ImageOps = lazily("PIL.Image"), lazily("PIL.ImageOps")

BROKEN = "画像を読み取れませんでした。壊れていないか確かめて、もう一度選んでください。"
TOO_LARGE = "画像の画素が多すぎます。小さくしてから、もう一度選んでください。"
_QUALITY = 90


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG or PNG drawn anew, turned as it was held, with its colours and nothing else; raises Refused."""
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused(TOO_LARGE)
            form = "PNG" if picture.format == "PNG" else "JPEG"
            colours = picture.info.get("icc_profile")
            shown = ImageOps.exif_transpose(picture)
            shown.info = {}
            if form == "JPEG" and shown.mode not in ("L", "RGB"):
                shown, colours = shown.convert("RGB"), None
            out = BytesIO()
            how = {"quality": _QUALITY} if form == "JPEG" else {}
            shown.save(out, form, icc_profile=colours, **how)
            return out.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, StructError) as error:
        raise Refused(BROKEN) from error
