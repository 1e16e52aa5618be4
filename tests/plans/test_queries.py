"""Reading plans: trees, places, versions, likeness; always in a few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.plans import commands, queries
from tests.plans.trees import FIRST, SECOND, a_tree

pytestmark = pytest.mark.usefixtures("app")
BY = system("tests")
MEGURO = "meguro-basic-plan"


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements sent to the database inside the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def take_in(*texts: str) -> None:
    for text in texts:
        with transaction():
            report = commands.import_plan(a_tree(text), home_ward="meguro", by=BY)
            commands.publish_version(report.version, by=BY)


def test_the_library_counts_every_level():
    card = queries.list_plans()[0]
    assert [(level.name, level.count) for level in card.levels] == [
        ("方針", 3),
        ("区政運営の考え方", 7),
        ("施策立案の視点", 13),
        ("○項目", 49),
    ]
    assert card.open_count == 72


def test_a_plan_of_which_nothing_is_published_is_not_in_the_library():
    with transaction():
        commands.import_plan(a_tree(), home_ward="meguro", by=BY)
    assert "test-plan" not in [card.plan.slug for card in queries.list_plans()]
    assert "test-plan" in [card.plan.slug for card in queries.list_plans(with_unpublished=True)]
    for ask in (queries.get_published_plan, queries.get_plan_tree):
        with pytest.raises(NotFound):
            ask("test-plan")


def test_the_tree_holds_everything_in_reading_order_in_three_queries():
    with counting() as sent:
        page = queries.get_plan_tree(MEGURO)
    assert len(sent) <= 3
    guideline = page.lines[1]
    assert (guideline.number, guideline.title) == (
        "方針２",
        "区民と区が共に力を出し合い連携・協力する区政の推進",
    )
    viewpoint = guideline.children[1].children[1]
    assert viewpoint.code == "MP-2-2-2"
    assert [(line.code, line.page_code, line.anchor) for line in viewpoint.children][:1] == [
        ("MP-2-2-2-1", "MP-2-2-2", "MP-2-2-2-1")
    ]


@pytest.mark.parametrize("search", ["住区住民会議", "ｼﾞｭｳﾐﾝ", "住民会議 役割"])
def test_a_search_keeps_the_branches_that_hold_the_words(search):
    page = queries.get_plan_tree(MEGURO, search)
    if search == "ｼﾞｭｳﾐﾝ":
        assert page.hits == 0
        assert page.lines == ()
        return
    codes = {line.code for line in _walk(page.lines)}
    assert "MP-2-1-1-2" in codes
    assert "MP-3" not in codes
    assert page.hits >= 1


def _walk(lines):
    for line in lines:
        yield line
        yield from _walk(line.children)


def test_a_place_is_read_with_its_surroundings_in_four_queries():
    with counting() as sent:
        page = queries.get_node_page(MEGURO, "MP-2-2-2")
    assert len(sent) <= 4
    assert page.name == "施策立案の視点２ 情報発信力・収集力の強化"
    assert [each.code for each in page.ancestors] == ["MP-2", "MP-2-2"]
    assert [passage.node.code for passage in page.passages] == [f"MP-2-2-2-{n}" for n in (1, 2, 3, 4)]
    assert page.children == ()
    assert (page.previous.code, page.following.code) == ("MP-2-2-1", "MP-3-1-1")
    assert len(page.summary_lines) == 3
    assert len(page.subject_ids) == len(set(page.subject_ids)) == 5


def test_the_first_and_the_last_viewpoint_have_one_neighbour():
    assert queries.get_node_page(MEGURO, "MP-1-1-1").previous is None
    assert queries.get_node_page(MEGURO, "MP-3-3-2").following is None


def test_the_queries_for_a_place_do_not_grow_with_the_plan():
    rows = "コード,親コード,階層,題名,本文\nB-1,,方針,大きな計画,\n"
    rows += "".join(f"B-1-{n},B-1,項目,,{n}番目の文です。\n" for n in range(1, 400))
    with transaction():
        report = commands.import_plan(a_tree(rows, slug="big"), home_ward="meguro", by=BY)
        commands.publish_version(report.version, by=BY)
    with counting() as sent:
        page = queries.get_node_page("big", "B-1")
    assert len(page.passages) == 399
    assert len(sent) <= 4


@pytest.mark.parametrize(("plan", "code"), [(MEGURO, "NO"), ("no", "MP-1"), (MEGURO, "MK-4")])
def test_a_place_that_is_not_there_is_not_found(plan, code):
    with pytest.raises(NotFound):
        queries.get_node_page(plan, code)


def test_a_retired_place_keeps_its_page_and_one_never_published_has_none():
    take_in(FIRST, SECOND)
    page = queries.get_node_page("test-plan", "T-1-1-2")
    assert not page.node.standing
    assert not page.is_open
    with transaction():
        commands.import_plan(a_tree(FIRST + "T-3,,方針,空を守る,\n"), home_ward="meguro", by=BY)
    with pytest.raises(NotFound):
        queries.get_node_page("test-plan", "T-3")


def test_related_passages_come_best_first_and_each_once():
    item = queries.get_node(MEGURO, "MP-3-1-2-1")
    related = queries.list_related([item.id])
    assert related[0].node.code == "MS-B-6-4"
    assert [each.score for each in related] == sorted((each.score for each in related), reverse=True)
    places = [(each.node.plan_slug, each.node.code) for each in related]
    assert len(places) == len(set(places))
    assert all(slug != MEGURO for slug, _ in places)


def test_subjects_are_given_back_as_places_and_below_a_place_stand_all_of_its_subjects():
    page = queries.get_node_page(MEGURO, "MP-2-2-2")
    refs = queries.refs_by_subject(page.subject_ids)
    assert {ref.code for ref in refs.values()} == {"MP-2-2-2", *(f"MP-2-2-2-{n}" for n in (1, 2, 3, 4))}
    assert set(queries.subject_ids_below(page.node)) == set(page.subject_ids)
    assert queries.refs_by_subject([]) == {}
    assert len(queries.list_nodes_of_level(MEGURO, "viewpoint")) == 13


def test_versions_tell_what_changed_in_reading_order():
    take_in(FIRST, SECOND)
    page = queries.get_version_difference("test-plan", 1, 2)
    assert [(node.code, node.kind) for node in page.nodes] == [
        ("T-1", "変更"),
        ("T-1-1-1", "変更"),
        ("T-1-1-2", "廃止"),
        ("T-1-1-3", "追加"),
    ]
    assert ("add", "さらに") in page.nodes[1].text
    assert dict(page.counts) == {"変更": 2, "廃止": 1, "追加": 1}


@pytest.mark.parametrize(("old", "new"), [(2, 1), (1, 1), (1, 9), (0, 1)])
def test_versions_that_cannot_be_compared_are_not_found(old, new):
    take_in(FIRST, SECOND)
    with pytest.raises(NotFound):
        queries.get_version_difference("test-plan", old, new)


def test_a_version_that_is_not_published_is_not_shown_to_everybody():
    take_in(FIRST)
    with transaction():
        commands.import_plan(a_tree(SECOND), home_ward="meguro", by=BY)
    assert len(queries.list_versions("test-plan")) == 1
    assert len(queries.list_versions("test-plan", with_unpublished=True)) == 2
    with pytest.raises(NotFound):
        queries.get_version_difference("test-plan", 1, 2)
    assert queries.get_version_difference("test-plan", 1, 2, with_unpublished=True).nodes
    assert len(queries.list_node_versions("test-plan", "T-1")) == 1


def test_the_history_of_a_place_leaves_out_versions_that_changed_nothing_in_it():
    take_in(FIRST, SECOND)
    assert [each.version.number for each in queries.list_node_versions("test-plan", "T-1")] == [2, 1]
    assert [each.version.number for each in queries.list_node_versions("test-plan", "T-2")] == [1]
    assert [each.standing for each in queries.list_node_versions("test-plan", "T-1-1-2")] == [False, True]


def test_the_page_of_a_subject_is_listed_with_everything_below_it_whichever_of_its_parts_is_named():
    take_in(FIRST)
    passage = queries.get_node("test-plan", "T-1-1-1")
    listed = queries.list_on_page_of(passage.subject_id)
    page = queries.get_node("test-plan", listed[0].page_code)
    assert [ref.subject_id for ref in listed] == queries.subject_ids_below(page)
    assert passage.subject_id in {ref.subject_id for ref in listed}
    assert queries.list_on_page_of(page.subject_id) == listed
    assert queries.list_on_page_of(-1) == []


def test_the_plan_at_a_glance_is_the_first_of_the_wards_own_that_can_be_spoken_about():
    assert queries.find_own_open_plan() == "meguro-basic-plan"
    with transaction():
        for node in queries.list_desk_nodes("meguro-basic-plan").nodes:
            commands.close_node(queries.get_node("meguro-basic-plan", node.ref.code), by=BY)
    assert queries.find_own_open_plan() != "meguro-basic-plan"


def test_the_desk_sees_every_node_and_only_known_codes_are_ticked():
    take_in(FIRST, SECOND)
    nodes = queries.list_desk_nodes("test-plan").nodes
    assert [(node.ref.code, node.standing) for node in nodes][-1] == ("T-1-1-2", False)
    ticked = queries.list_ticked_nodes("test-plan", ["T-2", "T-1", "nothing", "T-1-1-2"])
    assert [node.code for node in ticked] == ["T-1", "T-2"]
