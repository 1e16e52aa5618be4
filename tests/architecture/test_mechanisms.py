"""docs/mechanisms.md is true: every quote stands in its document, every page and test exists."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.support.mechanisms import PAGE, ROOT, Mechanism, as_markdown, read

SEEDS = ROOT.parent / "shared" / "seeds"
ALL = read()


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_there_are_134_numbered_through():
    assert [each.n for each in ALL] == list(range(1, 135))


def test_the_page_is_made_from_the_data():
    assert PAGE.read_text("utf-8") == as_markdown(ALL), "run: python -m tests.support.mechanisms"


@pytest.mark.skipif(not SEEDS.exists(), reason="the plan documents are not beside this checkout")
@pytest.mark.parametrize("document", sorted({each.document for each in ALL}))
def test_every_quote_stands_in_its_document(document):
    path = next(SEEDS.glob(f"{document}_*.txt"))
    words = folded(path.read_text("utf-8"))
    missing = [each.n for each in ALL if each.document == document and folded(each.quote) not in words]
    assert missing == []


def test_every_page_named_is_a_page_of_the_site(app):
    rules = {str(rule).replace("<path:", "<") for rule in app.url_map.iter_rules()}
    assert sorted({each.page for each in ALL if each.page} - rules) == []


def test_every_test_named_exists():
    assert sorted({each.test for each in ALL if each.test and not (ROOT / each.test).exists()}) == []


@pytest.mark.parametrize("each", [m for m in ALL if m.page], ids=lambda m: str(m.n))
def test_what_is_answered_names_page_and_test(each: Mechanism):
    assert each.test
    assert Path(each.test).suffix == ".py"
