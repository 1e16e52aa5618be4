"""The typefaces of printed papers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pytest

from participation.papers import typefaces
from participation.papers.typefaces import FILES, FOLDER, NoTypefaces, characters, printable


def test_each_typeface_is_the_one_that_was_looked_at_and_has_its_licence():
    written = dict(
        re.findall(r"\| `(\S+\.ttf)` \| ([0-9a-f]{64}) \|", (FOLDER / "README.md").read_text("utf-8"))
    )
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.ttf")}
    assert found == written
    assert set(FILES) == set(found)
    for path in FOLDER.glob("*-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in path.read_text("utf-8")


def test_the_languages_of_residents_can_be_printed():
    text = "髙﨑①㈱〒𠮷辻〜―‖鷗🙂❤简体字说话한국어Tiếng Việtéß"
    lost: Counter[str] = Counter()
    assert printable(text, lost) == text
    assert not lost


def test_the_regular_and_the_bold_face_have_the_same_letters():
    regular, bold = (typefaces._mapped((FOLDER / name).read_bytes()) for name in FILES[:2])
    assert regular == bold


def test_what_no_typeface_has_becomes_a_geta_and_is_counted():
    lost: Counter[str] = Counter()
    assert printable("aꦀbꦀ\n", lost) == "a〓b〓\n"
    assert lost == {"ꦀ": 2}


def test_parts_of_a_joined_character_are_kept():
    lost: Counter[str] = Counter()
    assert printable("👨‍👩‍👧辻\U000e0100", lost) == "👨‍👩‍👧辻\U000e0100"


@pytest.mark.parametrize("content", [None, b"", b"not a font at all, but long enough to be read as one"])
def test_a_missing_or_broken_file_is_named(tmp_path, monkeypatch, content):
    monkeypatch.setattr(typefaces, "FOLDER", tmp_path)
    if content is not None:
        (tmp_path / FILES[0]).write_bytes(content)
    characters.cache_clear()
    try:
        with pytest.raises(NoTypefaces, match="書体のファイルを読めません"):
            characters()
    finally:
        characters.cache_clear()
