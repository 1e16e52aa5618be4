"""A paper as a Word file."""

from __future__ import annotations

import zipfile

from docx import Document
from docx.oxml.ns import qn

from participation.papers.paper import Read
from participation.papers.word import TYPEFACE, write
from tests.support.papers import a_paper


def opened(tmp_path, **says):
    write(a_paper(**says), tmp_path / "a.docx")
    return Document(str(tmp_path / "a.docx"))


def test_headings_are_real_and_in_order(tmp_path):
    paragraphs = opened(tmp_path).paragraphs
    headings = [(each.style.name, each.text) for each in paragraphs if each.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "意見の概要と区の考え方"),
        ("Heading 2", "意見と考え方"),
        ("Heading 2", "計画の修正"),
    ]


def test_the_header_of_a_table_is_repeated_on_every_page(tmp_path):
    for table in opened(tmp_path).tables:
        row = table.rows[0]._tr
        assert row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def test_the_typeface_is_japanese_for_japanese_letters(tmp_path):
    document = opened(tmp_path)
    for name in ("Normal", "Heading 1"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == TYPEFACE
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_every_letter_arrives_and_nothing_is_taken_for_markup(tmp_path):
    cell = opened(tmp_path).tables[1].cell(1, 1).text
    assert cell.startswith('=HYPERLINK("http://x")𠮷🙂👨‍👩‍👧<b>&"\'#let x = 1\n@SUM(A1)')


def test_what_was_taken_out_is_struck_through_and_what_was_put_in_underlined(tmp_path):
    runs = opened(tmp_path).tables[2].cell(1, 1).paragraphs[0].runs
    assert [(run.text, run.font.strike, run.font.underline) for run in runs] == [
        ("区は", None, None),
        ("努める", True, None),
        ("行う", None, True),
    ]


def test_pages_are_numbered_and_each_carries_the_mark(tmp_path):
    document = opened(tmp_path, mark="公表前")
    assert "【公表前】" in document.sections[0].header.paragraphs[0].text
    with zipfile.ZipFile(tmp_path / "a.docx") as file:
        footers = "".join(file.read(name).decode() for name in file.namelist() if "footer" in name)
    assert 'w:instr="PAGE"' in footers
    assert 'w:instr="NUMPAGES"' in footers


def test_rows_have_places_to_which_a_link_can_lead(tmp_path):
    opened(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.docx") as file:
        body = file.read("word/document.xml").decode()
    assert 'w:name="no_1"' in body
    assert 'w:name="v_1"' in body


def test_a_reading_stands_above_its_words_as_word_knows_it(tmp_path):
    def words(element):
        return "".join(each.text for each in element.iter(qn("w:t")))

    read = Read((("くわしくは", ""), ("区民<", "くみん"), ("の窓口へ", "")))
    cell = opened(tmp_path, cells=[(1, read, 0)]).tables[1].cell(1, 1)._tc
    (ruby,) = cell.iter(qn("w:ruby"))
    (above,), (below,) = (list(ruby.iter(qn(name))) for name in ("w:rt", "w:rubyBase"))
    assert [words(each) for each in (above, below)] == ["くみん", "区民<"]
    runs = [words(run) for run in cell.iter(qn("w:r")) if run.getparent().tag == qn("w:p")]
    assert runs == ["くわしくは", "くみん区民<", "の窓口へ"]
