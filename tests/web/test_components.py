"""What templates write of people's words: escaped, with their line breaks, links made of addresses only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from participation.web.components import number, paragraphs, readings
from tests.support.page import read


def test_line_breaks_and_paragraphs_stay():
    assert paragraphs("一行目\n二行目\n\n次の段落\n") == "<p>一行目<br>二行目</p><p>次の段落</p>"


def test_markup_is_shown_as_it_was_typed():
    assert paragraphs('<b>太字</b> & "引用"') == "<p>&lt;b&gt;太字&lt;/b&gt; &amp; &#34;引用&#34;</p>"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("くわしくは https://example.jp/a?b=1&c=2 です", "https://example.jp/a?b=1&amp;c=2"),
        ("https://example.jp/a。続き", "https://example.jp/a"),
        ("(https://example.jp/a).", "https://example.jp/a"),
        ("http://example.jp", "http://example.jp"),
    ],
)
def test_an_address_becomes_a_link_that_vouches_for_nothing(typed, address):
    assert f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>' in paragraphs(typed)


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "ftp://example.jp/a", "example.jp", "https:// "])
def test_nothing_else_becomes_a_link(typed):
    assert "<a " not in paragraphs(typed)


@given(st.text(alphabet=st.sampled_from("あ<>&\"'/:.?=\n htps"), max_size=80))
def test_whatever_is_typed_the_markup_is_whole_and_holds_paragraphs_and_links_only(typed):
    root, problems = read(str(paragraphs(typed)))
    assert problems == []
    assert {node.tag for node in root.walk()} <= {"#document", "p", "br", "a"}
    assert all(link.attrs["href"].startswith(("http://", "https://")) for link in root.all("a"))


def test_numbers_are_grouped():
    assert (number(0), number(1284), number(1234567)) == ("0", "1,284", "1,234,567")


def test_a_name_that_does_not_exist_is_an_error_and_no_empty_text(app):
    with app.test_request_context("/"), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ thnig }}").render()


def test_a_template_may_ask_whether_a_page_exists(app):
    render = app.jinja_env.from_string(
        '{{ has_page("people.log_in") }} {{ has_page("people.nothing") }}'
    ).render
    assert render() == "True False"


def test_a_label_shows_its_readings_and_no_markup_of_anybody():
    shown = readings("<b>｜区民《くみん》の声")
    assert shown == "&lt;b&gt;<ruby>区民<rp>（</rp><rt>くみん</rt><rp>）</rp></ruby>の声"
