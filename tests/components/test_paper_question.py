"""paper_question: what the component promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from participation.surveys.domain import Questionnaire, Section
from participation.surveys.domain.on_paper import PrintedQuestion, on_paper
from tests.components.conftest import Draw
from tests.support.builders.surveys import one_of_each_kind
from tests.support.page import Node

ASKED = one_of_each_kind()
(SECTION,) = on_paper(Questionnaire((Section("s1", questions=tuple(ASKED)),)))
PRINTED = {asked.spec.kind: printed for asked, printed in zip(ASKED, SECTION.questions, strict=True)}


def drawn(draw: Draw, question: PrintedQuestion) -> Node:
    source = '{{ paper_question(q, level=2, pictures={"plan": "/static/img/icon.svg"}) }}'
    return draw(source, q=question)


@pytest.mark.parametrize("kind", [kind for kind in PRINTED if kind != "info"])
def test_a_question_is_a_heading_with_its_number_and_has_no_control(draw: Draw, kind: str) -> None:
    root = drawn(draw, PRINTED[kind])
    (heading,) = root.all("h2")
    assert heading.text.startswith(PRINTED[kind].name)
    assert PRINTED[kind].text in heading.text
    assert root.all("input", "select", "textarea") == []


@pytest.mark.parametrize("kind", ["single", "multiple", "dropdown", "ranking", "points", "place"])
def test_every_choice_stands_on_the_paper(draw: Draw, kind: str) -> None:
    choices = drawn(draw, PRINTED[kind]).all("li")
    for each in PRINTED[kind].body.choices:
        assert any(each.label in item.text for item in choices)


def test_a_table_names_its_rows_and_columns(draw: Draw) -> None:
    root = drawn(draw, PRINTED["matrix"])
    assert [head.text for head in root.all("th", scope="col")] == ["1 よい", "2 ふつう", "3 わるい"]
    assert [head.text for head in root.all("th", scope="row")] == ["道", "水辺"]


def test_information_is_no_heading(draw: Draw) -> None:
    root = drawn(draw, PRINTED["info"])
    assert root.all("h2") == []
    assert PRINTED["info"].text in root.text


def test_who_answers_and_who_must_is_said_in_words(draw: Draw) -> None:
    question = replace(
        PRINTED["line"], is_required=True, only="問1で「はい」を選んだ方だけ、お答えください。"
    )
    text = drawn(draw, question).text
    assert "必ずお答えください" in text
    assert question.only in text
    assert "必ずお答えください" not in drawn(draw, replace(question, is_required=False)).text


def test_a_picture_has_its_words_and_stays_away_where_it_has_no_address(draw: Draw) -> None:
    question = replace(PRINTED["line"], image="plan", image_text="案内図")
    assert drawn(draw, question).all("img")[0].attrs["alt"] == "案内図"
    assert drawn(draw, replace(question, image="other")).all("img") == []
