"""Taking plans in, publishing them, opening them for talk."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role, system, visitor
from participation.audit.models import AuditEntry
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.plans import commands, queries
from participation.plans.domain.tree import Unreadable, VersionStage
from participation.plans.domain.uploads import DraftUpload
from participation.plans.events import NodeClosed, NodeOpened, PlanImported, VersionPublished
from participation.plans.models import NodeText, Plan, PlanNode, PlanVersion, RelatedPassage
from participation.subjects.models import Subject
from participation.subjects.queries import address_of, is_open
from tests.plans.trees import FIRST, SECOND, a_tree
from tests.support.people import a_member_of_staff, actor_of

pytestmark = pytest.mark.usefixtures("app")
BY = system("tests")


def take_in(text: str = FIRST, *, publish: bool = True, **details):
    with transaction():
        report = commands.import_plan(a_tree(text, **details), home_ward="meguro", by=BY)
        if publish and report.version is not None:
            commands.publish_version(report.version, by=BY)
        return report


def node(code: str) -> PlanNode:
    return queries.get_node("test-plan", code)


def subject_of(code: str) -> Subject:
    return db.session.get_one(Subject, node(code).subject_id)


def counted(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


# ── Taking in ───────────────────────────────────────────────────────────────────────────────


def test_what_is_taken_in_is_not_read_by_anybody_until_it_is_published():
    report = take_in(publish=False)
    assert report.version.number == 1
    assert len(report.changes.added) == 5
    assert queries.get_plan("test-plan").current_number is None
    assert not node("T-1").standing
    with transaction():
        commands.publish_version(queries.get_version("test-plan", 1, with_unpublished=True), by=BY)
    assert node("T-1").standing
    assert node("T-1-1-1").path == "T-1/T-1-1/T-1-1-1"


def test_the_same_document_again_makes_no_version():
    take_in()
    before = (counted(PlanVersion), counted(NodeText), counted(PlanNode))
    report = take_in()
    assert report.version is None
    assert (counted(PlanVersion), counted(NodeText), counted(PlanNode)) == before


def test_a_new_version_adds_changes_and_retires_but_deletes_nothing():
    take_in()
    first_ids = {code: node(code).id for code in ("T-1", "T-1-1-1", "T-1-1-2")}
    report = take_in(SECOND)
    assert [change.code for change in report.changes.added] == ["T-1-1-3"]
    assert [change.code for change in report.changes.changed] == ["T-1", "T-1-1-1"]
    assert [change.code for change in report.changes.retired] == ["T-1-1-2"]
    assert {code: node(code).id for code in first_ids} == first_ids
    gone = node("T-1-1-2")
    assert not gone.standing
    assert gone.retired_at is not None
    assert not is_open(subject_of("T-1-1-2"))
    assert node("T-1").title == "みどりと花を守る"
    assert subject_of("T-1").title == "みどりと花を守る"


def test_a_retired_node_comes_back_with_its_old_id():
    take_in()
    old = node("T-1-1-2").id
    take_in(SECOND)
    report = take_in(FIRST)
    assert [change.code for change in report.changes.returned] == ["T-1-1-2"]
    assert node("T-1-1-2").id == old
    assert node("T-1-1-2").standing


def test_until_a_new_version_is_published_the_old_words_are_read():
    take_in()
    take_in(SECOND, publish=False)
    assert node("T-1").title == "みどりを守る"
    assert node("T-1-1-2").standing
    assert not node("T-1-1-3").standing


def test_a_tree_with_a_code_twice_is_refused_and_nothing_stays():
    tree = a_tree()
    doubled = tree.with_details(roots=tree.roots + tree.roots)
    with pytest.raises(Unreadable), transaction():
        commands.import_plan(doubled, home_ward="meguro", by=BY)
    assert queries.find_plan("test-plan") is None


def test_a_plan_without_a_name_is_refused():
    with pytest.raises(Refused), transaction():
        commands.import_plan(a_tree(title=" "), home_ward="meguro", by=BY)


def test_an_impossible_date_is_refused():
    with pytest.raises(Refused, match="日付"), transaction():
        commands.import_plan(a_tree(version_date="2026-02-30"), home_ward="meguro", by=BY)


def test_only_editors_and_administrators_take_plans_in():
    for actor in (visitor(), actor_of(a_member_of_staff(Role.SCREENER))):
        with pytest.raises(Denied), transaction():
            commands.import_plan(a_tree(), home_ward="meguro", by=actor)
    editor = actor_of(a_member_of_staff(Role.EDITOR))
    with transaction():
        assert commands.import_plan(a_tree(), home_ward="meguro", by=editor).version is not None


def test_taking_in_and_publishing_are_recorded_and_announced():
    heard: list[object] = []
    for kind in (PlanImported, VersionPublished, NodeOpened, NodeClosed):
        events.subscribe(kind, heard.append)
    take_in()
    with transaction():
        commands.close_node(node("T-1"), by=BY)
        commands.open_node(node("T-1"), by=BY)
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-4:] == ["plans.import", "plans.publish", "plans.close_node", "plans.open_node"]
    assert [type(event) for event in heard] == [PlanImported, VersionPublished, NodeClosed, NodeOpened]


def test_a_version_is_published_once_and_never_an_older_one():
    take_in(publish=False)
    take_in(SECOND)
    with pytest.raises(Refused, match="前の版"), transaction():
        commands.publish_version(queries.get_version("test-plan", 1, with_unpublished=True), by=BY)
    with pytest.raises(Denied, match="もう公開"), transaction():
        commands.publish_version(queries.get_version("test-plan", 2), by=BY)


# ── Talk ────────────────────────────────────────────────────────────────────────────────────


def test_the_wards_own_plan_is_open_for_talk_and_another_wards_is_only_read():
    take_in()
    assert is_open(subject_of("T-1-1-1"))
    with transaction():
        commands.import_plan(a_tree(slug="other", ward="nerima"), home_ward="meguro", by=BY)
    other = queries.get_plan("other")
    assert other.is_reference
    subjects = db.session.scalars(
        select(Subject).join(PlanNode, PlanNode.subject_id == Subject.id).where(PlanNode.plan_id == other.id)
    )
    assert not any(is_open(subject) for subject in subjects)


def test_levels_for_talk_are_data():
    take_in(details={"talk_levels": "heading1"})
    levels = {card.plan.slug: card for card in queries.list_plans()}
    assert levels["test-plan"].open_count < 5


def test_a_node_that_left_the_plan_is_not_opened():
    take_in()
    take_in(SECOND)
    with pytest.raises(Denied, match="今の版にない"), transaction():
        commands.open_node(node("T-1-1-2"), by=BY)


def test_an_item_is_spoken_about_at_its_anchor_on_the_page_above(app):
    with app.test_request_context():
        assert address_of(subject_of_item()).endswith("/plans/meguro-basic-plan/MP-2-2-2#MP-2-2-2-1")


def subject_of_item() -> Subject:
    item = queries.get_node("meguro-basic-plan", "MP-2-2-2-1")
    return db.session.get_one(Subject, item.subject_id)


# ── Summaries ───────────────────────────────────────────────────────────────────────────────


def test_a_colleagues_newer_summary_is_not_overwritten():
    with transaction():
        place = queries.get_node("meguro-basic-plan", "MP-2-2-2")
        commands.edit_summary(place, "新しいまとめです。", seen_revision=0, by=BY)
    with pytest.raises(Conflict), transaction():
        commands.edit_summary(place, "別のまとめです。", seen_revision=0, by=BY)
    assert queries.get_node("meguro-basic-plan", "MP-2-2-2").summary == "新しいまとめです。"


def test_loading_the_plans_again_keeps_what_staff_wrote():
    with transaction():
        place = queries.get_node("meguro-basic-plan", "MP-2-2-2")
        commands.edit_summary(place, "", seen_revision=0, by=BY)
    with transaction():
        commands.load_plans("meguro", by=BY)
    assert queries.get_node("meguro-basic-plan", "MP-2-2-2").summary == ""


# ── The plans of the ward pack ──────────────────────────────────────────────────────────────


def test_the_pack_loads_all_five_plans_with_the_wards_own_first():
    assert [(card.plan.slug, card.plan.is_reference) for card in queries.list_plans()] == [
        ("meguro-basic-plan", False),
        ("meguro-vision", False),
        ("meguro-review-sheets", False),
        ("setagaya-priority", True),
        ("nerima-vision", True),
    ]


def test_loading_again_changes_nothing():
    before = (counted(PlanVersion), counted(NodeText), counted(PlanNode))
    with transaction():
        reports = commands.load_plans("meguro", by=BY)
    assert not any(report.version for report in reports)
    assert (counted(PlanVersion), counted(NodeText), counted(PlanNode)) == before


def test_in_another_ward_its_own_plan_comes_first():
    with transaction():
        commands.load_plans("nerima", by=BY)
    cards = queries.list_plans()
    assert cards[0].plan.slug == "nerima-vision"
    assert [card.plan.is_reference for card in cards] == [False, True, True, True, True]


def test_like_passages_are_linked_in_both_directions_and_never_inside_one_plan():
    rows = db.session.execute(
        select(RelatedPassage.node_id, RelatedPassage.related_id, RelatedPassage.score)
    ).all()
    plan_of = {row.id: row.plan_id for row in db.session.execute(select(PlanNode.id, PlanNode.plan_id))}
    assert len(rows) > 100
    assert all(plan_of[first] != plan_of[second] for first, second, _ in rows)
    assert all(0 < score <= 1 for _, _, score in rows)


def test_linking_one_plan_again_leaves_the_links_of_the_others():
    plan = queries.get_plan("meguro-vision")
    other = (
        select(func.count())
        .select_from(RelatedPassage)
        .where(
            RelatedPassage.node_id.in_(select(PlanNode.id).join(Plan).where(Plan.slug == "nerima-vision")),
            RelatedPassage.related_id.in_(
                select(PlanNode.id).join(Plan).where(Plan.slug == "setagaya-priority")
            ),
        )
    )
    before = (counted(RelatedPassage), db.session.scalar(other))
    with transaction():
        commands.link_related(db.session.get_one(Plan, plan.id), by=BY)
    assert (counted(RelatedPassage), db.session.scalar(other)) == before


def test_a_draft_is_kept_and_thrown_away():
    upload = a_upload()
    with transaction():
        public_id = commands.keep_draft(upload, by=BY).public_id
    assert queries.preview_draft(public_id).tree.title == "ためしの計画"
    with transaction():
        commands.discard_draft(queries.get_draft(public_id), by=BY)
    assert queries.list_drafts() == []


def a_upload():

    return DraftUpload(
        "plan.csv", FIRST.encode(), "", "test-plan", "ためしの計画", VersionStage.DRAFT, "", None
    )
