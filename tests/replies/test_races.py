"""Two at once: approving, editing, publishing and taking back (reliability C-09 to C-11)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.contributions.events import ContributionAnswered
from participation.foundation import clock as app_clock
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import AppError, Conflict
from participation.replies import commands
from participation.replies.domain import (
    ActKind,
    Approval,
    DecisionKind,
    PointDraft,
    ReplyDraftText,
    ReplyStatus,
    RunState,
    StepDraft,
    StepKind,
)
from participation.replies.events import ReplyApproved, ReplyPublished, ResultsPublished
from participation.replies.models import (
    ApprovalAct,
    ApprovalRun,
    Point,
    PointAssignee,
    ReplyDecision,
    ReplyPublication,
    ReplyVersion,
    ResultPublication,
)
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.office import a_holder, a_route, away, handed_on, seats_open, turn_of
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    an_officer,
    approved,
    published,
    submitted,
    the_schemes,
)
from tests.support.people import a_member_of_staff, a_section


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def heard(monkeypatch):
    facts: list[object] = []
    for kind in (ReplyApproved, ReplyPublished, ResultsPublished, ContributionAnswered):
        monkeypatch.setitem(events._subscribers, kind, [*events._subscribers[kind], facts.append])
    return facts


def at_once(app, *calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; return what each gave or raised."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    results[place] = call()
            except Exception as error:  # Whatever it is, the test must see it.
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # Ends the old view of the database.
    unexpected = [each for each in results if isinstance(each, Exception) and not isinstance(each, AppError)]
    assert unexpected == []
    return results


def refused(results):
    return [result for result in results if isinstance(result, AppError)]


def test_two_approvers_at_once_give_one_decision(app, heard):
    point = a_point()
    version = submitted(point)
    approval = Approval(version.number, version.content_hash)
    one, two = an_approver(), an_approver()
    key = point.public_id
    results = at_once(
        app,
        lambda: commands.approve_reply(key, approval, by=one),
        lambda: commands.approve_reply(key, approval, by=two),
    )
    assert [type(each) for each in refused(results)] == [Conflict]
    decisions = db.session.scalars(
        select(ReplyDecision).where(ReplyDecision.kind == DecisionKind.APPROVED)
    ).all()
    assert len(decisions) == 1
    assert heard == [ReplyApproved(point.id, version.number)]


def test_approving_while_somebody_edits_never_approves_what_was_not_seen(app):
    for _ in range(2):
        point = a_point()
        version = submitted(point)
        approver, editor = an_approver(), an_editor()
        key, approval = point.public_id, Approval(version.number, version.content_hash)
        at_once(
            app,
            lambda key=key, seen=approval, who=approver: commands.approve_reply(key, seen, by=who),
            lambda key=key, who=editor: commands.draft_reply(
                key, ReplyDraftText("直した文。", "A", 1), by=who
            ),
        )
        state = db.session.get_one(Point, point.id).status
        assert state is ReplyStatus.DRAFT, "the newer version is a draft, whoever came first"


def test_four_who_save_on_the_same_version_make_one_new_version(app):
    point = a_point()
    a_draft(point)
    writers = [an_editor() for _ in range(4)]
    key = point.public_id
    results = at_once(
        app,
        *(
            lambda who=who: commands.draft_reply(key, ReplyDraftText("文。", "A", 1), by=who)
            for who in writers
        ),
    )
    assert len(refused(results)) == len(writers) - 1
    assert [v.number for v in db.session.scalars(select(ReplyVersion).order_by(ReplyVersion.number))] == [
        1,
        2,
    ]


def test_publishing_twice_at_once_tells_everybody_once(app, heard):
    point = a_point()
    approved(point)
    heard.clear()
    one, two = an_approver(), an_approver()
    key = point.public_id
    results = at_once(
        app,
        lambda: commands.publish_reply(key, by=one),
        lambda: commands.publish_reply(key, by=two),
    )
    assert len(refused(results)) == 1
    assert len(db.session.scalars(select(ReplyPublication)).all()) == 1
    assert [type(fact) for fact in heard] == [ContributionAnswered, ReplyPublished]


def test_publishing_a_whole_result_twice_at_once_gives_one_publication(app, heard):
    consultation = an_open_consultation()
    for _ in range(3):
        approved(a_point(to=consultation))
    heard.clear()
    one, two = an_approver(), an_approver()
    code = consultation.code
    results = at_once(
        app,
        lambda: commands.publish_results(code, is_interim=True, by=one),
        lambda: commands.publish_results(code, is_interim=True, by=two),
    )
    assert len(refused(results)) == 1
    assert len(db.session.scalars(select(ResultPublication)).all()) == 1
    assert sum(isinstance(fact, ResultsPublished) for fact in heard) == 1
    assert sum(isinstance(fact, ContributionAnswered) for fact in heard) == 3


def test_taking_back_and_correcting_at_once_leave_one_history(app):
    point = a_point()
    published(point)
    version = a_draft(point, "訂正した文。")
    version = submitted(point, version)
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    one, two = an_approver(), an_approver()
    key = point.public_id
    at_once(
        app,
        lambda: commands.withdraw_reply(key, "誤りのため。", by=one),
        lambda: commands.publish_reply(key, correction_note="直しました。", by=two),
    )
    standing = [each for each in db.session.scalars(select(ReplyPublication)) if each.ended_at is None]
    assert len(standing) <= 1
    point_now = db.session.get_one(Point, point.id)
    assert (point_now.status is ReplyStatus.PUBLISHED) == (len(standing) == 1)


def test_points_gathered_at_once_get_numbers_of_their_own(app):
    consultation = an_open_consultation()
    about = db.session.get_one(Point, a_point(to=consultation).id).subject_id
    subject = db.session.get_one(Subject, about).public_id
    editors = [an_editor() for _ in range(3)]
    code = consultation.code
    results = at_once(
        app,
        *(
            lambda who=who: commands.gather_point(PointDraft(code, "題", about=subject), by=who).number
            for who in editors
        ),
    )
    assert sorted(results) == [2, 3, 4]


def on_a_route():
    """A version at its first step, with two who may pass it: the holder of the post and their proxy."""
    section = a_section("広報課")
    chief, head = a_holder("chief", section), a_holder("head", section)
    proxy = an_officer(section)
    away(chief, proxy)
    point = a_point(section=section)
    drafter = an_officer(section)
    version = a_draft(point, by=drafter)
    handed_on(point, version, a_route(), by=drafter)
    step = turn_of(point, chief)
    seen = Approval(version.number, version.content_hash, step=step)
    return point.public_id, point.id, seen, step, (chief, proxy, head, drafter)


def test_a_holder_and_their_proxy_at_once_pass_a_step_once(app):
    key, _, seen, step, (chief, proxy, *_) = on_a_route()
    results = at_once(
        app,
        lambda: commands.approve_step(key, step, seen, by=chief),
        lambda: commands.approve_step(key, step, seen, by=proxy),
    )
    assert [type(each) for each in refused(results)] == [Conflict]
    passed = db.session.scalars(select(ApprovalAct).where(ApprovalAct.kind == ActKind.APPROVED)).all()
    assert len(passed) == 1


def test_two_consulted_sections_at_once_give_the_next_turn_once(app):
    one, two, own = (a_section(name) for name in ("防災課", "福祉課", "広報課"))
    heads = [a_holder("head", each) for each in (one, two, own)]
    point = a_point(section=own)
    version = a_draft(point)
    route = a_route(
        StepDraft(1, StepKind.CONSULT, "head", one.code),
        StepDraft(1, StepKind.CONSULT, "head", two.code),
        StepDraft(2, StepKind.DECIDE, "head"),
    )
    handed_on(point, version, route)
    key, seen = point.public_id, Approval(version.number, version.content_hash)
    steps = [turn_of(point, head) for head in heads[:2]]
    results = at_once(
        app,
        lambda: commands.approve_step(key, steps[0], seen, by=heads[0]),
        lambda: commands.approve_step(key, steps[1], seen, by=heads[1]),
    )
    assert refused(results) == []
    assert seats_open(point) == ["広報課 課長"]


def test_passing_a_step_while_somebody_edits_never_passes_what_was_not_seen(app):
    key, point_id, seen, step, (chief, _, _, drafter) = on_a_route()
    at_once(
        app,
        lambda: commands.approve_step(key, step, seen, by=chief),
        lambda: commands.draft_reply(key, ReplyDraftText("直した文。", "A", 1), by=drafter),
    )
    assert db.session.get_one(Point, point_id).status is ReplyStatus.DRAFT


def test_two_who_recall_at_once_make_one_recall(app):
    key, point_id, _, _, (*_, drafter) = on_a_route()
    results = at_once(app, lambda: commands.recall(key, by=drafter), lambda: commands.recall(key, by=drafter))
    assert [type(each) for each in refused(results)] == [Conflict]
    assert db.session.get_one(Point, point_id).status is ReplyStatus.DRAFT
    recalled = db.session.scalars(select(ApprovalAct).where(ApprovalAct.kind == ActKind.RECALLED)).all()
    assert len(recalled) == 1


def test_recalling_while_the_last_one_decides_leaves_one_truth(app):
    point = a_point()
    drafter = an_editor()
    version = submitted(point, a_draft(point, by=drafter), by=drafter)
    key, approval, approver = point.public_id, Approval(version.number, version.content_hash), an_approver()
    results = at_once(
        app,
        lambda: commands.approve_reply(key, approval, by=approver),
        lambda: commands.recall(key, by=drafter),
    )
    assert len(refused(results)) == 1
    state = db.session.get_one(Point, point.id).status
    run = db.session.scalars(select(ApprovalRun)).one().state
    assert (state, run) in {
        (ReplyStatus.APPROVED, RunState.APPROVED),
        (ReplyStatus.DRAFT, RunState.RECALLED),
    }


def test_two_who_become_responsible_at_once_leave_one_person(app):
    section = a_section("広報課")
    point = a_point(section=section)
    people = [a_member_of_staff(Role.OFFICER, section=section) for _ in range(2)]
    keys, editor, key = [each.public_id for each in people], an_editor(), point.public_id
    at_once(
        app,
        *(lambda who=who: commands.assign_person(key, who, "引き継ぎます。", by=editor) for who in keys),
    )
    assert len(db.session.scalars(select(PointAssignee)).all()) == 1


def test_two_letters_of_one_morning_at_once_are_one(app, clock):
    section = a_section("広報課")
    point = a_point(section=section)
    person = a_member_of_staff(Role.OFFICER, section=section)
    with transaction():
        db.session.get_one(Point, point.id).due_on = app_clock.today()
    who = person.id
    results = at_once(
        app,
        *(lambda: commands.remind_of_deadlines(who, by=system("tests")) for _ in range(2)),
    )
    assert sorted(results) == [False, True]
