"""What changes in spaces: agenda and meetings, issues from registration to result, what passes up and sideways."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import EVERY_RIGHT, visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.people.models import Membership
from participation.places.domain import read_areas, read_districts
from participation.spaces import commands, queries
from participation.spaces.domain import AgendaState, IssueStage, Likeness, LinkState, PassageAnswer
from participation.subjects import queries as subjects
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.spaces import (
    OFFICER,
    TESTS,
    a_secretariat,
    advance,
    an_issue,
    an_office_actor,
    the_space,
)
from tests.support.people import a_resident, actor_of, an_organisation


def tomorrow():
    return app_clock.now() + timedelta(days=1)


def test_there_is_a_space_for_the_ward_and_for_each_of_its_places_and_loading_again_adds_none(app):
    expected = 1 + len(read_areas("meguro")) + len(read_districts("meguro"))
    with transaction():
        commands.load_spaces(by=TESTS)
    spaces = queries.list_spaces()
    assert len(spaces) == expected == 28
    aburamen = the_space("aburamen")
    assert queries.get_space_by_id(aburamen.parent_id).code == "area-central"
    assert queries.area_name_of(aburamen) == "中央地区"


def test_an_issue_goes_from_registration_to_result_with_reasons_and_talk_opens_only_meanwhile(app):
    resident = actor_of(a_resident("ゆず"))
    issue = an_issue(resident, stage=IssueStage.REGISTERED)
    subject = db.session.get_one(Subject, issue.subject_id)
    assert not subjects.is_open(subject)
    with pytest.raises(Refused, match="選べる段階"):
        advance(issue, IssueStage.RESULT)
    advance(issue, IssueStage.TALK)
    assert subjects.is_open(db.session.get_one(Subject, issue.subject_id))
    advance(issue, IssueStage.ACTION)
    advance(issue, IssueStage.RESULT)
    assert not subjects.is_open(db.session.get_one(Subject, issue.subject_id))
    page = queries.get_issue_page(issue.public_id, visitor())
    assert [step.stage for step in page.steps] == ["registered", "talk", "action", "result"]
    assert all(step.reason for step in page.steps)
    assert page.said.shown_name == "ゆず"
    with transaction(), pytest.raises(Conflict):
        commands.advance_issue(the_space(), issue, IssueStage.TALK, "もう一度", issue.version - 1, by=OFFICER)


def test_a_delegate_who_left_a_moment_ago_can_do_nothing_although_the_page_was_open(app):
    space, _, delegate = a_secretariat(rights=EVERY_RIGHT)
    actor = actor_of(delegate)  # As their request began.
    issue = an_issue()
    with transaction():
        db.session.query(Membership).filter_by(person_id=delegate.id).one().ended_at = app_clock.now()
    with pytest.raises(Denied, match="もう終わって"), transaction():
        commands.advance_issue(space, issue, IssueStage.ACTION, "進めます", issue.version, by=actor)
    with pytest.raises(Denied, match="もう終わって"), transaction():
        commands.plan_meeting(space, commands.MeetingDraft("会議", tomorrow()), by=actor)
    with pytest.raises(Denied, match="もう終わって"), transaction():
        commands.register_issue(space, "題", "文", for_secretariat=True, by=actor)


def test_the_secretariat_speaks_in_its_own_name_and_a_person_in_theirs(app):
    space, organisation, delegate = a_secretariat()
    with transaction():
        own = commands.register_issue(space, "題", "文", by=actor_of(delegate))
        its = commands.register_issue(space, "題2", "文", for_secretariat=True, by=actor_of(delegate))
    said = [db.session.get_one(Contribution, each.contribution_id) for each in (own, its)]
    assert [each.organisation_id for each in said] == [None, organisation.id]
    assert said[1].shown_name == "油面住区住民会議"


def test_an_issue_passes_up_step_by_step_each_answered_with_a_reason(app):
    issue = an_issue()
    district, area, ward = the_space(), the_space("area-central"), the_space("ward")
    with pytest.raises(Conflict, match="受け止めた課題だけ"), transaction():
        commands.pass_up(area, issue, "広い課題です", by=OFFICER)
    with transaction():
        passage = commands.pass_up(district, issue, "道は区の道路です", by=OFFICER)
    with pytest.raises(Conflict), transaction():
        commands.pass_up(district, issue, "もう一度", by=OFFICER)
    assert [row.passage for row in queries.list_issues(area, visitor())] == [PassageAnswer.WAITING]
    with pytest.raises(Denied), transaction():
        commands.answer_passage(
            passage, area, PassageAnswer.TAKEN_UP, "受けます", by=an_office_actor("north")
        )
    with transaction():
        commands.answer_passage(
            passage, area, PassageAnswer.TAKEN_UP, "受けます", by=an_office_actor("central")
        )
    with transaction():
        commands.pass_up(area, issue, "区全体の課題です", by=an_office_actor("central"))
    with pytest.raises(Denied, match="広い空間はありません"), transaction():
        commands.pass_up(ward, issue, "さらに", by=OFFICER)
    lines = queries.get_issue_page(issue.public_id, visitor()).passages
    assert [(line.to_space.code, line.passage.answer.value) for line in lines] == [
        ("area-central", "taken_up"),
        ("ward", "waiting"),
    ]


def test_issues_of_two_spaces_are_linked_only_when_both_want_it(app):
    issue = an_issue()
    other = an_issue(code="gohongi", title="夜の通学路", text="学校からの帰り道が暗い。")
    an_issue(code="komaba", title="ごみ置き場", text="カラスが来る。")
    assert queries.list_alike(issue, OFFICER)[0][0] == other.public_id
    with pytest.raises(Refused, match="ほかの空間"), transaction():
        commands.offer_link(the_space(), issue, issue, Likeness.SAME, "同じ", by=OFFICER)
    with transaction():
        link = commands.offer_link(the_space(), issue, other, Likeness.SAME, "同じ道です", by=OFFICER)
    with pytest.raises(Refused, match="もう申し出"), transaction():
        commands.offer_link(the_space("gohongi"), other, issue, Likeness.SAME, "逆から", by=OFFICER)
    assert not queries.get_issue_page(other.public_id, visitor()).links
    with transaction():
        commands.answer_link(link, the_space("gohongi"), "いっしょに", accept=True, by=OFFICER)
    for each, seen in ((issue, other), (other, issue)):
        (line,) = queries.get_issue_page(each.public_id, visitor()).links
        assert (line.other.id, line.link.state) == (seen.id, LinkState.AGREED)
    with pytest.raises(Conflict), transaction():
        commands.answer_link(link, the_space("gohongi"), "やめる", accept=False, by=OFFICER)


def test_minutes_are_published_after_the_meeting_and_corrections_keep_what_stood_there(app, clock):
    space, _, delegate = a_secretariat()
    by = actor_of(delegate)
    with transaction():
        meeting = commands.plan_meeting(space, commands.MeetingDraft("定例会", tomorrow()), by=by)
        item = commands.add_agenda_item(space, "夜道", "どうするか", meeting, by=by)
    with pytest.raises(Denied, match="始まってから"), transaction():
        commands.publish_minutes(space, meeting, "議事", 12, meeting.version, by=by)
    clock.advance(timedelta(days=2))
    with transaction():
        commands.publish_minutes(space, meeting, "議事", 12, meeting.version, by=by)
        commands.settle_agenda_item(space, item, AgendaState.SETTLED, "区に求める", None, item.version, by=by)
    with pytest.raises(Conflict), transaction():
        commands.publish_minutes(space, meeting, "ほかの議事", 12, 1, by=by)
    with transaction():
        commands.publish_minutes(space, meeting, "直した議事", 13, meeting.version, by=by)
    found, _ = queries.get_meeting(meeting.public_id)
    assert (found.minutes, [each["text"] for each in found.earlier_minutes]) == ("直した議事", ["議事"])
    with pytest.raises(Conflict, match="もう決まって"), transaction():
        commands.settle_agenda_item(space, item, AgendaState.DROPPED, "やめる", None, item.version, by=by)
    with pytest.raises(Conflict, match="これから開く会議だけ"), transaction():
        commands.cancel_meeting(space, meeting, "台風", by=by)


def test_an_agenda_takes_only_what_belongs_to_its_space(app):
    elsewhere = an_issue(code="gohongi")
    with pytest.raises(Refused, match="この空間のもの"), transaction():
        commands.add_agenda_item(the_space(), "議題", "", None, elsewhere, by=OFFICER)


def test_a_consultation_is_tied_to_a_place_once_with_the_reason(app):
    consultation = an_open_consultation()
    space = the_space()
    with transaction():
        commands.touch_consultation(space, consultation, "区内の道路が対象です", by=OFFICER)
    with pytest.raises(Refused, match="もう載せて"), transaction():
        commands.touch_consultation(space, consultation, "もう一度", by=OFFICER)
    assert [row[3] for row in queries.list_consultations_of(space)] == ["区内の道路が対象です"]
    with transaction():
        commands.untouch_consultation(space, consultation.id, by=OFFICER)
    assert not queries.list_consultations_of(space)


def test_a_secretariat_is_an_organisation_that_is_still_registered(app):
    gone = an_organisation("終わった会")
    with transaction():
        db.session.refresh(gone)
        gone.withdrawn_at = app_clock.now()
    with pytest.raises(Refused, match="登録を終えた"), transaction():
        commands.appoint_secretariat(the_space(), gone, by=OFFICER)


def test_covered_and_erased_words_are_covered_and_erased_in_the_title_too(app):
    issue = an_issue(title="山田太郎さんの家の前が暗い")
    with transaction():
        said = db.session.get_one(Contribution, issue.contribution_id)
        contributions.propose_redactions(said, {0: [Covering(0, 4, RedactionReason.NAME)]}, proposer_id=None)
        contributions.confirm_redactions(said, decider_id=None)
    db.session.refresh(issue)
    assert issue.title == "■■■■さんの家の前が暗い"
    assert db.session.get_one(Subject, issue.subject_id).title == issue.title
    with transaction():
        contributions.erase(db.session.get_one(Contribution, issue.contribution_id))
    db.session.refresh(issue)
    assert issue.title == "（消去された課題）"
    assert db.session.get_one(Contribution, issue.contribution_id).visibility is Visibility.ERASED
