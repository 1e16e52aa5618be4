"""Pictures keep what they show and lose what the camera wrote beside them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from participation.foundation.errors import Refused
from participation.web.pictures import without_metadata
from tests.support.handed_in import a_photograph


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photograph_loses_its_place_and_is_turned_as_it_was_held(form: str) -> None:
    taken = a_photograph(form)
    assert Image.open(BytesIO(taken)).getexif(), "the photograph has notes to lose"
    bare = without_metadata(taken)
    shown = Image.open(BytesIO(bare))
    assert shown.size == (20, 40)
    assert not shown.getexif()
    assert b"Telephone" not in bare
    assert b"at home" not in bare


@pytest.mark.parametrize("broken", [b"\xff\xd8\xff\xe0broken", a_photograph()[:200], b"GIF89a"])
def test_what_is_no_whole_picture_is_refused_in_words(broken: bytes) -> None:
    with pytest.raises(Refused, match="読み取れませんでした"):
        without_metadata(broken)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("participation.web.pictures.MAX_PIXELS", 100)
    with pytest.raises(Refused, match="画素"):
        without_metadata(a_photograph())
