"""What is kept of a picture: what it shows, upright, in its colours, and nothing that the camera wrote."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from participation.foundation import pictures
from participation.foundation.errors import Refused
from participation.foundation.pictures import bare
from tests.support.photographs import half_red, jpeg_with_gps, notes, png


def saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def opened(content: bytes) -> Any:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def noted(form: str) -> bytes:
    xmp = b"<x:xmpmeta>Camera of a person</x:xmpmeta>"
    how: dict[str, Any] = {"exif": notes() if form == "TIFF" else notes().tobytes()}
    if form == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", "Camera of a person")
        told.add_itxt("XML:com.adobe.xmp", xmp.decode())
        how["pnginfo"] = told
    if form in ("JPEG", "WEBP"):
        how["xmp"] = xmp
    if form == "WEBP":
        how["lossless"] = True
    return saved(half_red(), form, **how)


def claiming(width: int, height: int) -> bytes:
    """A small PNG that says it is large (a bomb)."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png()[24:29]
    return png()[:12] + head + zlib.crc32(head).to_bytes(4, "big") + png()[33:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright(form: str) -> None:
    before, after = noted(form), bare(noted(form))
    assert b"Camera of a person" in before
    assert b"Camera of a person" not in after
    picture = opened(after)
    assert (picture.format, picture.size) == (form, (20, 40))
    assert not picture.getexif().get_ifd(0x8825)
    assert 0x0112 not in picture.getexif() or picture.getexif()[0x0112] == 1
    shown = picture.convert("RGB")
    top, bottom = shown.getpixel((10, 4)), shown.getpixel((10, 36))
    assert (top[0] > 200 > top[2], bottom[2] > 200 > bottom[0]) == (True, True)


def test_colours_and_resolution_stay_and_the_comment_of_a_jpeg_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = jpeg_with_gps(icc_profile=profile, dpi=(300, 300), quality=60)
    after = opened(bare(before))
    assert (after.info["icc_profile"], after.info["dpi"]) == (profile, (300, 300))
    assert "comment" not in after.info
    assert after.quantization == opened(before).quantization


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_depth_stay_what_they_are(mode: str) -> None:
    picture = Image.new("I;16", (4, 4), 999) if mode == "I;16" else half_red(mode)
    for form in ("PNG", "TIFF"):
        after = opened(bare(saved(picture, form)))
        assert (after.mode, after.tobytes()) == (mode, picture.tobytes())


def test_what_is_seen_through_stays_so_and_inks_become_light() -> None:
    see_through = half_red("P")
    after = opened(bare(saved(see_through, "PNG", transparency=see_through.getpixel((0, 0)))))
    assert after.convert("RGBA").getpixel((0, 0))[3] == 0
    assert opened(bare(saved(half_red("CMYK"), "JPEG"))).mode == "RGB"


def test_every_page_of_a_scan_is_kept_and_black_and_white_stays_small() -> None:
    first, second = half_red("1"), Image.new("1", (30, 30))
    content = bare(saved(first, "TIFF", save_all=True, append_images=[second], exif=notes()))
    scan = opened(content)
    assert (scan.n_frames, scan.info["compression"]) == (2, "group4")
    scan.seek(1)
    assert scan.size == (30, 30)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png()[:40], "読み取れませんでした"),
        (jpeg_with_gps()[:300], "読み取れませんでした"),
        (b"II*\x00abc", "読み取れませんでした"),
        (b"GIF89a" + bytes(20), "読み取れませんでした"),
        (claiming(9_000, 9_000), "画素が多すぎます"),
        (claiming(50_000, 50_000), "画素が多すぎます"),
    ],
)
def test_what_is_broken_or_would_fill_the_memory_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        bare(content)


def test_pages_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Image.new("1", (100, 100)) for _ in range(3)]
    scan = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert opened(bare(scan)).n_frames == 3
    monkeypatch.setattr(pictures, "MAX_PIXELS", 25_000)
    with pytest.raises(Refused, match="画素が多すぎます"):
        bare(scan)
