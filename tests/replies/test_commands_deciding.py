"""A reply goes over a route: steps in order and at once, proxies, sending back, recalling, numbers afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.replies import commands
from participation.replies.domain import (
    ActKind,
    Approval,
    DecisionKind,
    ReplyStatus,
    RunState,
    StepDraft,
    StepKind,
)
from participation.replies.models import (
    ApprovalAct,
    ApprovalRun,
    ApprovalStep,
    Point,
    ReplyDecision,
    ReplyVersion,
)
from participation.replies.queries import routing, rows
from tests.support.builders.office import (
    BY,
    a_holder,
    a_route,
    away,
    handed_on,
    passed,
    seats_open,
    turn_of,
)
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    an_officer,
    approved,
    submitted,
    the_schemes,
)
from tests.support.people import a_member_of_staff, a_section, actor_of


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def section():
    return a_section("広報課")


@pytest.fixture
def point(section):
    return a_point(section=section)


def now(point):
    db.session.rollback()
    return db.session.get_one(Point, point.id).status


def run_of(point):
    db.session.rollback()
    return db.session.scalars(select(ApprovalRun).order_by(ApprovalRun.id.desc())).first()


def test_without_a_route_one_approver_decides_as_ever(point):
    version = submitted(point)
    assert seats_open(point) == ["決裁者"]
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    assert now(point) is ReplyStatus.APPROVED
    assert run_of(point).state is RunState.APPROVED


def test_steps_have_their_turn_one_after_the_other_and_the_last_one_decides(section, point):
    chief, head = a_holder("chief", section), a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    assert seats_open(point) == ["広報課 係長"]
    passed(point, version, chief, "よいと思います。")
    assert now(point) is ReplyStatus.WAITING
    assert seats_open(point) == ["広報課 課長"]
    passed(point, version, head)
    assert now(point) is ReplyStatus.APPROVED
    decisions = db.session.scalars(select(ReplyDecision.kind).order_by(ReplyDecision.id)).all()
    assert decisions == [DecisionKind.SUBMITTED, DecisionKind.APPROVED]
    comments = db.session.scalars(select(ApprovalStep.comment).order_by(ApprovalStep.position)).all()
    assert comments == ["よいと思います。", ""]


def test_consulted_sections_have_their_turn_at_once_and_all_of_them_are_waited_for(section, point):
    one, two = a_section("防災課"), a_section("福祉課")
    heads = [a_holder("head", each) for each in (one, two, section)]
    version = a_draft(point)
    route = a_route(
        StepDraft(1, StepKind.CONSULT, "head", one.code),
        StepDraft(1, StepKind.CONSULT, "head", two.code),
        StepDraft(2, StepKind.DECIDE, "head"),
    )
    handed_on(point, version, route)
    assert seats_open(point) == ["防災課 課長", "福祉課 課長"]
    passed(point, version, heads[1])
    assert seats_open(point) == ["防災課 課長"], "the other consulted section is still waited for"
    passed(point, version, heads[0])
    assert seats_open(point) == ["広報課 課長"]


def test_the_head_of_a_department_decides_for_all_its_sections(section, point):
    other = a_section("企画課")
    with transaction():
        for each in (section, other):
            db.session.get_one(type(each), each.id).department = "企画部"
    stranger = a_section("土木課")
    director, of_others = a_holder("director", other), a_holder("director", stranger)
    version = a_draft(point)
    handed_on(point, version, a_route(StepDraft(1, StepKind.DECIDE, "director"), name="部長まで"))
    step = turn_of(point, director)
    seen = Approval(version.number, version.content_hash, step=step)
    with pytest.raises(Denied, match="順番"), transaction():
        commands.approve_step(point.public_id, step, seen, by=of_others)
    passed(point, version, director)
    assert now(point) is ReplyStatus.APPROVED


def test_whoever_does_not_hold_the_post_is_refused_also_an_approver(section, point):
    a_holder("chief", section)
    a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    step = db.session.scalars(select(ApprovalStep).order_by(ApprovalStep.position)).first().public_id
    seen = Approval(version.number, version.content_hash, step=step)
    with pytest.raises(Denied, match="広報課 係長の順番"), transaction():
        commands.approve_step(point.public_id, step, seen, by=an_approver())
    with pytest.raises(Conflict, match="広報課 係長の順番"), transaction():
        commands.approve_reply(point.public_id, seen, by=an_approver())
    with pytest.raises(Conflict, match="広報課 係長の順番"), transaction():
        commands.send_back(point.public_id, version.number, "直してください。", by=an_approver())


def test_a_step_whose_turn_has_not_come_cannot_be_passed(section, point):
    a_holder("chief", section)
    head = a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    second = db.session.scalars(select(ApprovalStep).where(ApprovalStep.position == 2)).one().public_id
    with pytest.raises(Conflict, match="まだ来ていません"), transaction():
        commands.approve_step(
            point.public_id, second, Approval(version.number, version.content_hash), by=head
        )


def test_nobody_passes_their_own_words_where_the_route_says_so(section, point):
    chief = a_holder("chief", section)
    head = a_holder("head", section, Role.EDITOR)
    version = a_draft(point, by=chief)
    handed_on(point, version, a_route(), by=chief)
    passed(point, version, chief)  # 係長: this step lets the writer pass it.
    assert seats_open(point) == ["広報課 課長"]
    another = a_point(section=section)
    own = a_draft(another, by=head)
    handed_on(another, own, db.session.scalars(select(routing.ApprovalRoute)).first() or a_route())
    passed(another, own, chief)
    step = turn_of(another, head)
    with pytest.raises(Denied, match="自分が書いた版"), transaction():
        commands.approve_step(
            another.public_id, step, Approval(own.number, own.content_hash, step=step), by=head
        )


def test_a_proxy_passes_the_step_and_is_noted_as_one_only_while_the_holder_is_away(section, point, clock):
    chief, head = a_holder("chief", section), a_holder("head", section)
    proxy = actor_of(a_member_of_staff(Role.EDITOR, section=section))
    version = a_draft(point)
    handed_on(point, version, a_route())
    passed(point, version, chief)
    step = turn_of(point, head)
    seen = Approval(version.number, version.content_hash, step=step)
    with pytest.raises(Denied), transaction():
        commands.approve_step(point.public_id, step, seen, by=proxy)
    away(head, proxy, days=3)
    clock.advance(timedelta(days=3))
    with pytest.raises(Denied), transaction():
        commands.approve_step(point.public_id, step, seen, by=proxy)
    clock.advance(timedelta(days=-1))
    passed(point, version, proxy)
    decided = db.session.scalars(select(ApprovalStep).where(ApprovalStep.public_id == step)).one()
    assert (decided.decided_by_id, decided.for_person_id) == (proxy.person_id, head.person_id)
    view = routing.find_run_view(rows.get_reply(point), version.number, now(point), head)
    assert view.steps[-1].told == f"{proxy.name}（{head.name}の代理）"


def test_a_change_in_between_refuses_the_step(section, point):
    chief = a_holder("chief", section)
    a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    step = turn_of(point, chief)
    seen = Approval(version.number, version.content_hash, step=step)
    newer = a_draft(point, "あとから直した文。")
    with pytest.raises(Conflict), transaction():
        commands.approve_step(point.public_id, step, seen, by=chief)
    handed_on(point, newer, db.session.scalars(select(routing.ApprovalRoute)).first())
    states = db.session.scalars(select(ApprovalRun.state).order_by(ApprovalRun.id)).all()
    assert states == [RunState.LAPSED, RunState.RUNNING]
    with pytest.raises(Conflict), transaction():
        commands.approve_step(point.public_id, step, seen, by=chief)
    wrong = Approval(newer.number, "0" * 64)
    with pytest.raises(Conflict, match="新しい版"), transaction():
        commands.approve_step(point.public_id, turn_of(point, chief), wrong, by=chief)


def test_the_same_step_is_not_passed_twice(section, point):
    chief = a_holder("chief", section)
    a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    step = turn_of(point, chief)
    passed(point, version, chief)
    with pytest.raises(Conflict, match="先に承認"), transaction():
        commands.approve_step(point.public_id, step, Approval(version.number, version.content_hash), by=chief)


def test_it_goes_back_to_an_earlier_step_with_a_comment_and_is_passed_anew(section, point):
    chief, head = a_holder("chief", section), a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    passed(point, version, chief)
    with pytest.raises(Refused, match="何を直してほしいか"), transaction():
        commands.return_step(point.public_id, turn_of(point, head), version.number, " ", to_step=1, by=head)
    with pytest.raises(Refused, match="前の段"), transaction():
        commands.return_step(point.public_id, turn_of(point, head), version.number, "?", to_step=2, by=head)
    with transaction():
        commands.return_step(
            point.public_id,
            turn_of(point, head),
            version.number,
            "数字を確かめてください。",
            to_step=1,
            by=head,
        )
    assert now(point) is ReplyStatus.WAITING
    assert seats_open(point) == ["広報課 係長"]
    acts = db.session.scalars(select(ApprovalAct.kind).order_by(ApprovalAct.id)).all()
    assert acts == [ActKind.SUBMITTED, ActKind.APPROVED, ActKind.RETURNED], "what was done stays on record"
    passed(point, version, chief)
    passed(point, version, head)
    assert now(point) is ReplyStatus.APPROVED


def test_it_goes_back_to_the_writer_and_the_run_ends(section, point):
    chief = a_holder("chief", section)
    a_holder("head", section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    with pytest.raises(Denied), transaction():
        commands.return_step(
            point.public_id, turn_of(point, chief), version.number, "直して。", by=an_officer(section)
        )
    with transaction():
        commands.return_step(point.public_id, turn_of(point, chief), version.number, "直して。", by=chief)
    assert now(point) is ReplyStatus.SENT_BACK
    assert run_of(point).state is RunState.SENT_BACK
    assert seats_open(point) == []


def test_the_drafter_recalls_it_before_the_decision_and_nobody_else_does(section, point):
    drafter = an_officer(section)
    version = submitted(point, a_draft(point, by=drafter), by=drafter)
    with pytest.raises(Denied, match="引き戻せるのは"), transaction():
        commands.recall(point.public_id, by=an_officer(section))
    with transaction():
        commands.recall(point.public_id, by=drafter)
    assert now(point) is ReplyStatus.DRAFT
    assert run_of(point).state is RunState.RECALLED
    with pytest.raises(Conflict), transaction():
        commands.recall(point.public_id, by=drafter)
    submitted(point, version, by=drafter)
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    with pytest.raises(Conflict), transaction():
        commands.recall(point.public_id, by=drafter)


def test_a_route_that_is_changed_afterwards_does_not_change_what_runs_on_it(section, point):
    chief = a_holder("chief", section)
    a_holder("head", section)
    route = a_route()
    version = a_draft(point)
    handed_on(point, version, route)
    with transaction():
        line = routing.get_route_line(route.public_id)
        commands.change_route(
            route.public_id,
            commands.routing.RouteDraft("別の経路", (StepDraft(1, StepKind.DECIDE),)),
            line.version,
            by=BY,
        )
        commands.retire_route(route.public_id, by=BY)
    passed(point, version, chief)
    assert seats_open(point) == ["広報課 課長"]


def test_the_usual_route_of_the_section_is_taken_by_itself(section, point):
    a_holder("chief", section)
    a_holder("head", section)
    a_route(name="広報課の経路", section=section.code)
    submitted(point)
    assert run_of(point).route_name == "広報課の経路"
    elsewhere = a_point(section=a_section("防災課"))
    submitted(elsewhere)
    assert run_of(elsewhere).route_name == "決裁者だけ"


def test_nothing_sets_out_on_a_way_on_which_it_would_wait_for_nobody(section, point):
    route = a_route()
    version = a_draft(point)
    with pytest.raises(Refused, match="「広報課 係長」にある人が登録されていない"):
        handed_on(point, version, route)
    nobodys = a_point()
    with transaction():
        db.session.get_one(Point, nobodys.id).section_id = None
    with pytest.raises(Refused, match="担当課が決まっていない"):
        handed_on(nobodys, a_draft(nobodys), route)
    with transaction():
        commands.retire_route(route.public_id, by=BY)
    with pytest.raises(Refused, match="もう使われていません"):
        handed_on(point, version, route)
    others = a_route(name="よその経路", section=a_section("防災課").code)
    with pytest.raises(Refused, match="ほかの課"):
        handed_on(point, version, others)
    with pytest.raises(NotFound), transaction():
        commands.submit_for_approval(point.public_id, version.number, route="nai", by=BY)


def test_what_waited_before_there_were_routes_can_be_decided_on(point):
    version = submitted(point)
    with transaction():
        for model in (ApprovalAct, ApprovalStep, ApprovalRun):
            db.session.execute(delete(model))
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    assert now(point) is ReplyStatus.APPROVED


# ── 決裁番号 ────────────────────────────────────────────────────────────────────────────────────


def test_the_number_of_a_decision_is_written_in_later_and_changes_nothing_else(section, point):
    version = submitted(point)
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    before = [(v.number, v.content_hash, v.body) for v in db.session.scalars(select(ReplyVersion))]
    with transaction():
        commands.record_decision_number(point.public_id, "8目企広第34号", date(2026, 11, 20), by=an_editor())
    decision = rows.find_decision(point)
    assert (decision.decision_number, decision.decided_on) == ("8目企広第34号", date(2026, 11, 20))
    assert [(v.number, v.content_hash, v.body) for v in db.session.scalars(select(ReplyVersion))] == before
    assert now(point) is ReplyStatus.APPROVED
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "replies.record_number")).one()
    assert entry.changes["after"] == ["8目企広第34号", "2026-11-20"]
    assert entry.changes["before"] == ["", "2026-11-22"]


def test_a_number_needs_a_decision_a_day_that_came_and_the_right_section(section, point):
    with pytest.raises(Refused, match="まだ決裁が済んでいません"), transaction():
        commands.record_decision_number(point.public_id, "1", date(2026, 11, 20), by=an_editor())
    approved(point)
    with pytest.raises(Refused, match="これから来る日"), transaction():
        commands.record_decision_number(point.public_id, "1", date(2026, 11, 23), by=an_editor())
    with pytest.raises(Refused, match="決裁番号を書いて"), transaction():
        commands.record_decision_number(point.public_id, " ", date(2026, 11, 20), by=an_editor())
    stranger = an_officer(a_section("防災課"))
    with pytest.raises(Denied), transaction():
        commands.record_decision_number(point.public_id, "1", date(2026, 11, 20), by=stranger)
