"""Who may do what with points and replies: one row per action, role and section."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role
from participation.replies.models import PlannedPublication
from participation.replies.policies import SectionsOfPoint

WRITERS = {Role.OFFICER, Role.EDITOR}
APPROVERS = {Role.APPROVER}
READERS = {Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR}
WITH_POSTS = {Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.APPROVER}
TABLE = {
    "replies.read": READERS,
    "replies.load_schemes": {Role.ADMINISTRATOR},
    "replies.gather_point": WRITERS,
    "replies.mark_without_point": WRITERS,
    "replies.retitle_point": WRITERS,
    "replies.add_to_point": WRITERS,
    "replies.remove_from_point": WRITERS,
    "replies.split_point": WRITERS,
    "replies.merge_points": WRITERS,
    "replies.undo_gathering": WRITERS,
    "replies.assign_section": WRITERS,
    "replies.keep_draft": WRITERS,
    "replies.draft_reply": WRITERS,
    "replies.add_boilerplate": WRITERS,
    "replies.edit_boilerplate": WRITERS,
    "replies.retire_boilerplate": WRITERS,
    "replies.edit_dispositions": {Role.ADMINISTRATOR},
    "replies.record_amendment": WRITERS,
    "replies.remove_amendment": WRITERS,
    "replies.submit_for_approval": WRITERS,
    "replies.send_back": APPROVERS,
    "replies.approve_reply": APPROVERS,
    "replies.publish_reply": APPROVERS,
    "replies.publish_results": APPROVERS,
    "replies.withdraw_reply": APPROVERS,
    "replies.preview_results": READERS,
    "replies.plan_results": APPROVERS,
    "replies.confirm_plan": APPROVERS,
    "replies.cancel_plan": APPROVERS,
    "replies.carry_out_plan": set(),
    "replies.bundle_texts": WRITERS,
    "replies.propose_bundles": set(),
    "replies.follow_division": set(),
    "replies.make_version": {Role.EDITOR, Role.ADMINISTRATOR},
    "replies.note_version": set(),
    "replies.approve_step": WITH_POSTS,
    "replies.return_step": WITH_POSTS,
    "replies.recall": WRITERS,
    "replies.record_number": WRITERS | APPROVERS,
    "replies.export_package": READERS,
    "replies.edit_routes": {Role.ADMINISTRATOR},
    "replies.assign_person": WRITERS,
    "replies.hand_back": WRITERS,
    "replies.send_inquiry": WRITERS,
    "replies.answer_inquiry": WRITERS,
    "replies.remind": set(),
}
BY_SECTION = [
    "replies.retitle_point",
    "replies.remove_from_point",
    "replies.split_point",
    "replies.merge_points",
    "replies.assign_section",
    "replies.keep_draft",
    "replies.draft_reply",
    "replies.record_amendment",
    "replies.remove_amendment",
    "replies.submit_for_approval",
    "replies.assign_person",
    "replies.send_inquiry",
]
NOBODYS, OURS, THEIRS = (SectionsOfPoint(frozenset(ids)) for ids in ((), (1,), (2,)))


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_the_door_of_every_action_is_open_to_these_roles_only(app, action, role):
    assert bool(rules.can_ever(Actor(roles=frozenset({role})), action)) is (role in TABLE[action])


def test_every_action_of_the_slice_stands_in_the_table(app):
    assert {rule.action for rule in rules.all_rules() if rule.action.startswith("replies.")} == set(TABLE)


@pytest.mark.parametrize("action", BY_SECTION)
@pytest.mark.parametrize(
    ("role", "sections", "allowed"),
    [
        (Role.OFFICER, OURS, True),
        (Role.OFFICER, NOBODYS, True),
        (Role.OFFICER, THEIRS, False),
        (Role.EDITOR, THEIRS, True),
        (Role.APPROVER, OURS, False),
    ],
)
def test_officers_keep_to_their_section_and_editors_do_not(app, action, role, sections, allowed):
    actor = Actor(roles=frozenset({role}), person_id=7, section_id=1)
    assert bool(rules.can(actor, action, sections)) is allowed


def test_everybody_undoes_their_own_gathering_only(app):
    editor = Actor(roles=frozenset({Role.EDITOR}), person_id=7)
    assert rules.can(editor, "replies.undo_gathering", 7)
    assert not rules.can(editor, "replies.undo_gathering", 8)


def test_nobody_decides_on_their_own_words_also_with_two_roles(app):
    both = Actor(roles=frozenset({Role.EDITOR, Role.APPROVER}), person_id=7)
    assert not rules.can(both, "replies.approve_reply", frozenset({7, 8}))
    assert rules.can(both, "replies.approve_reply", frozenset({8, None}))


def test_nobody_confirms_the_publication_that_they_planned_themselves(app):
    planner = Actor(roles=frozenset({Role.APPROVER}), person_id=7)
    assert not rules.can(planner, "replies.confirm_plan", PlannedPublication(planned_by_id=7))
    assert rules.can(planner, "replies.confirm_plan", PlannedPublication(planned_by_id=8))
