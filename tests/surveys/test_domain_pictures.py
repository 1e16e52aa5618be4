"""Which files may be a picture of a question: what they are and how large, by their content."""

from __future__ import annotations

import pytest

from participation.foundation.errors import Refused
from participation.surveys.domain import MatrixSpec, MultipleSpec, Option, Questionnaire, Section, one_section
from participation.surveys.domain.pictures import (
    MOST_BYTES,
    check_picture,
    pictures_in,
    take_picture,
    with_other_picture,
)
from tests.foundation.test_file_kinds import JPEG
from tests.support.builders.surveys import asked_as
from tests.support.photographs import jpeg_with_gps, png


def webp(form: bytes, rest: bytes) -> bytes:
    """A WebP of one of its three forms."""
    body = b"WEBP" + form + b"\x00\x00\x00\x00" + rest
    return b"RIFF" + len(body).to_bytes(4, "little") + body


LOSSY = webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + (320).to_bytes(2, "little") + (200).to_bytes(2, "little"))
LOSSLESS = webp(b"VP8L", b"\x2f" + (319 | 199 << 14).to_bytes(4, "little"))
EXTENDED = webp(b"VP8X", b"\x10\x00\x00\x00" + (319).to_bytes(3, "little") + (199).to_bytes(3, "little"))
MOVING = webp(b"VP8X", b"\x02\x00\x00\x00" + (319).to_bytes(3, "little") + (199).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (png(), "image/png", (100, 50)),
        (JPEG + b"\xff\xd9", "image/jpeg", (100, 50)),
        (LOSSY, "image/webp", (320, 200)),
        (LOSSLESS, "image/webp", (320, 200)),
        (EXTENDED, "image/webp", (320, 200)),
    ],
)
def test_pictures_are_known_by_their_content_with_their_size(content, media_type, size):
    picture = check_picture(content)
    assert (picture.media_type, (picture.width, picture.height)) == (media_type, size)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"<svg/>", "PNG・JPEG・WebP"),
        (b"GIF89a", "PNG・JPEG・WebP"),
        (png() + b"0" * MOST_BYTES, "2MBまで"),
        (png(5001, 10), "5001×10画素"),
        (png(1, 1)[:16] + bytes(8) + png(1, 1)[24:], "読み取れませんでした"),
        (png()[:12], "読み取れませんでした"),
        (b"\xff\xd8\xff\xe0", "読み取れませんでした"),
        (LOSSY[:20], "読み取れませんでした"),
        (LOSSY[:-1], "読み取れませんでした"),
        (png()[:40], "読み取れませんでした"),
        (JPEG, "読み取れませんでした"),
        (MOVING, "動く画像"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_in_plain_words(content, words):
    with pytest.raises(Refused, match=words) as refused:
        check_picture(content)
    assert refused.value.field == "picture"


def test_a_picture_is_kept_without_where_it_was_taken_and_one_of_other_bytes_is_refused():
    kept = take_picture(jpeg_with_gps())
    assert (b"Exif" in kept, b"said by the camera" in kept) == (False, False)
    assert (check_picture(kept).width, check_picture(kept).height) == (20, 40)
    with pytest.raises(Refused, match="読み取れませんでした") as refused:
        take_picture(LOSSY)
    assert refused.value.field == "picture"


def test_a_picture_is_found_and_exchanged_wherever_it_stands():
    options = (
        Option(code="a1", label="公園", image="p1", image_text="前の説明"),
        Option(code="a2", label="駅"),
    )
    rows = (Option(code="r1", label="道", image="p1", image_text="前の説明"),)
    columns = (Option(code="c1", label="よい"), Option(code="c2", label="わるい"))
    choice, grid = MultipleSpec(options=options), MatrixSpec(rows=rows, columns=columns)
    asked = one_section([asked_as("q1", choice, image="p2"), asked_as("q2", grid)])
    assert isinstance(asked, Questionnaire)
    assert isinstance(asked.sections[0], Section)
    assert pictures_in(asked) == {"p2": ["問1"], "p1": ["問1「公園」", "問2「道」"]}
    other = with_other_picture(choice, "p1", "p9", "新しい説明")
    assert (other.options[0].image, other.options[0].image_text) == ("p9", "新しい説明")
    bare = with_other_picture(grid, "p1", "", "使われない")
    assert (bare.rows[0].image, bare.rows[0].image_text) == ("", "")
    assert with_other_picture(choice, "p3", "p9", "x") == choice
