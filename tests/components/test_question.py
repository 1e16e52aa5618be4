"""question: what the component promises."""

from __future__ import annotations

from typing import Any

import pytest

from participation.surveys.queries import show_question
from tests.components.conftest import Draw
from tests.support.builders.surveys import ANSWERS_OF_EACH_KIND, one_of_each_kind
from tests.support.page import Node

SOURCE = "{{ question(q) }}"
KINDS = {asked.spec.kind: asked for asked in one_of_each_kind()}


def drawn(draw: Draw, kind: str, **shown: Any) -> Node:
    return draw(SOURCE, q=show_question(KINDS[kind], number="問1", given=ANSWERS_OF_EACH_KIND, **shown))


def faulty(draw: Draw, kind: str, marked: str = "") -> Node:
    return drawn(draw, kind, fault="ここを確かめてください。", marked=marked)


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "yes_no", "scale", "matrix", "ranking", "points", "place"]
)
def test_several_controls_are_a_group_named_by_the_question_and_told_what_is_wrong(
    draw: Draw, kind: str
) -> None:
    (group,) = faulty(draw, kind).all("fieldset")
    code = KINDS[kind].code
    assert group.all("legend")[0].text == f"問1 {kind}の設問"
    assert group.attrs["aria-describedby"].split()[-1] == f"{code}-error"
    assert group.all(id_=f"{code}-error")[0].text.endswith("ここを確かめてください。")


@pytest.mark.parametrize("kind", ["dropdown", "line", "text", "number", "date", "file"])
def test_one_control_has_the_question_as_its_label_and_is_told_what_is_wrong(draw: Draw, kind: str) -> None:
    root, code = faulty(draw, kind), KINDS[kind].code
    assert root.all("label", for_=code)[0].text == f"問1 {kind}の設問"
    (control,) = root.all(id_=code)
    assert f"{code}-error" in control.attrs["aria-describedby"].split()
    assert control.attrs["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("kind", "part"),
    [(kind, "") for kind in KINDS if kind != "info"]
    + [
        ("single", "other"),
        ("matrix", "a2"),
        ("ranking", "a3"),
        ("points", "a1"),
    ],
)
def test_what_a_message_leads_to_is_on_the_page(draw: Draw, kind: str, part: str) -> None:
    q = show_question(KINDS[kind], fault="x", marked=part)
    assert len(draw(SOURCE, q=q).all(id_=q.focus)) == 1


def test_what_was_given_is_there_again(draw: Draw) -> None:
    assert [box.attrs["value"] for box in drawn(draw, "multiple").all("input") if "checked" in box.attrs] == [
        "a1",
        "a3",
    ]
    assert drawn(draw, "single").all(id_="q1-other")[0].attrs["value"] == "手紙"
    chosen = [
        each.attrs["value"] for each in drawn(draw, "ranking").all("option") if "selected" in each.attrs
    ]
    assert chosen == ["2", "1"]
    assert drawn(draw, "date").all("input")[0].attrs["value"] == "2026-11-22"


def test_a_table_has_heads_and_each_choice_is_named_by_its_row_and_its_column(draw: Draw) -> None:
    root = drawn(draw, "matrix")
    assert [head.text for head in root.all("th", scope="col")] == ["よい", "ふつう", "わるい"]
    assert [head.text for head in root.all("th", scope="row")] == ["道", "水辺"]
    names = {node.attrs["id"]: node.text for node in root.all("th")}
    said = [
        " ".join(names[part] for part in box.attrs["aria-labelledby"].split()) for box in root.all("input")
    ]
    assert said[:2] == ["道 よい", "道 ふつう"]


def test_places_stand_under_their_district_and_are_numbered_as_on_the_map(draw: Draw) -> None:
    root = drawn(draw, "place")
    assert [group.attrs["aria-labelledby"] for group in root.all(role="group")] == [
        "q10-group-1",
        "q10-group-2",
    ]
    assert [label.text for label in root.all("label")] == ["1 駒場", "2 八雲", "分からない"]
    assert [spot.text for spot in root.all("g")] == ["1", "2"]
    assert root.all("svg")[0].attrs["role"] == "img"


def test_what_is_hidden_new_or_just_come_says_so(draw: Draw) -> None:
    assert "hidden" in drawn(draw, "line", is_shown=False).all(id_="q11-box")[0].attrs
    assert "新しい設問です" in drawn(draw, "line", is_new=True).text
    assert "いまの答えで出てきた" in drawn(draw, "line", has_appeared=True).text


def test_information_asks_nothing(draw: Draw) -> None:
    root = drawn(draw, "info")
    assert root.all("input", "select", "textarea", "fieldset") == []
    assert root.all("h3")[0].text == "infoの設問"


def test_a_picture_has_its_words_and_stays_away_where_it_has_no_address(draw: Draw) -> None:
    asked = KINDS["line"].__class__(**{**KINDS["line"].__dict__, "image": "b2c3", "image_text": "区報の表紙"})
    q = show_question(asked)
    source = '{{ question(q, images={"b2c3": "/static/img/icon.svg"}) }}'
    assert draw(source, q=q).all("img")[0].attrs["alt"] == "区報の表紙"
    assert draw(SOURCE, q=q).all("img") == []
