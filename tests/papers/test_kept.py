"""What sheets of paper share: data that can be printed, PDFs that are set once for the same words."""

from __future__ import annotations

import json

import pytest

from participation.papers.kept import Shelf, as_json, pdf_of


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "sheet.typ"
    path.write_text('#set document(title: "紙")\n#set text(lang: "ja")\n#json("data.json").title\n')
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "sheets"
    path.mkdir()
    return path


def test_what_is_printed_is_data_and_never_markup():
    given = {
        "text": "#pagebreak() *強調* $x$\n\n次",
        "pieces": ({"quoted": True, "rows": ("10", "01")},),
        "none": None,
    }
    assert json.loads("".join(as_json(given))) == {
        "text": "#pagebreak() *強調* $x$\n\n次",
        "pieces": [{"quoted": True, "rows": ["10", "01"]}],
        "none": None,
    }


def test_what_no_typeface_has_is_a_mark_at_any_depth():
    assert json.loads("".join(as_json({"pieces": [{"text": "題\U000f0000"}]}))) == {
        "pieces": [{"text": "題〓"}]
    }


def test_the_same_words_on_the_same_template_are_made_once(template, folder):
    shelf, made = Shelf("notice"), []

    def make():
        made.append(b"%d" % len(made))
        return made[-1]

    assert [shelf.kept("あ", template, folder, make) for _ in range(2)] == [b"0", b"0"]
    assert shelf.kept("い", template, folder, make) == b"1"
    template.write_text("ほか")
    assert shelf.kept("あ", template, folder, make) == b"2"
    assert Shelf("news").kept("あ", template, folder, make) == b"3"
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["news"] + ["notice"] * 3


def test_what_could_not_be_made_is_not_kept(template, folder):
    shelf = Shelf("notice")

    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shelf.kept("あ", template, folder, fail)
    assert list(folder.iterdir()) == []
    assert shelf.kept("あ", template, folder, lambda: b"made") == b"made"


def test_a_pdf_leaves_nothing_behind_in_the_folder(template, folder):
    assert pdf_of(template, {"title": "題"}, folder).startswith(b"%PDF-")
    assert list(folder.iterdir()) == []
