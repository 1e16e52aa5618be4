"""A paper as one HTML file."""

from __future__ import annotations

from html.parser import HTMLParser

from participation.papers.paper import Read
from participation.papers.web_page import pieces
from tests.support.papers import a_paper


class Reader(HTMLParser):
    """Collects the elements with their attributes, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(**says):
    return Reader("".join(pieces(a_paper(**says))))


def test_what_somebody_wrote_is_never_taken_for_markup():
    page = read()
    assert "<b>&\"'" in page.words
    assert "基本計画 <素案>" in page.words
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"b", "script", "素案"}


def test_the_file_has_a_language_a_title_headings_and_tables_with_names_and_headers():
    page = read()
    assert page.elements[0] == ("html", {"lang": "ja"})
    assert [tag for tag, _ in page.elements if tag in ("h1", "h2")] == ["h1", "h2", "h2"]
    scopes = [attributes["scope"] for tag, attributes in page.elements if tag == "th"]
    assert scopes.count("col") == 5
    assert ("table", {"aria-label": "意見と考え方"}) in page.elements
    assert ("tr", {"id": "no-1"}) in page.elements
    tags = [tag for tag, _ in page.elements]
    assert ("del" in tags, "ins" in tags) == (True, True)


def test_the_file_asks_for_nothing_from_elsewhere():
    links = [attributes for _, attributes in read().elements if "src" in attributes]
    assert links == []
    assert "url(" not in read().words


def test_what_is_not_public_yet_says_so_in_title_and_text():
    assert read(mark="公表前").words.count("公表前") == 2


def test_a_reading_stands_above_its_words_and_in_brackets_where_nothing_can():
    text = "".join(pieces(a_paper(cells=[(1, Read((("公園<", "こうえん"), ("へ", ""))), 0)])))
    assert "<ruby>公園&lt;<rp>（</rp><rt>こうえん</rt><rp>）</rp></ruby>へ" in text
