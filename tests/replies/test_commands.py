"""From opinions to a published 区の考え方: the whole chain, its refusals, its history."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.audit.models import AuditEntry
from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.contributions.events import ContributionAnswered
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.opinions import commands as opinion_commands
from participation.opinions.domain import OpinionStage
from participation.opinions.models import Opinion
from participation.replies import commands
from participation.replies.domain import (
    AmendmentDraft,
    Approval,
    NoPointReason,
    Operation,
    PointDraft,
    ReplyDraftText,
    ReplyStatus,
)
from participation.replies.events import ReplyPublished, ResultsPublished
from participation.replies.models import (
    Amendment,
    OpinionWithoutPoint,
    Point,
    PointChange,
    ReplyPublication,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries import answers, rows
from participation.subjects.models import Subject as PlanSubject
from tests.support.builders.consultations import an_open_consultation, close
from tests.support.builders.opinions import a_submission, an_opinion, opinions_of
from tests.support.builders.replies import (
    BODY,
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
from tests.support.people import a_member_of_staff, a_resident, a_section, actor_of


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def heard(monkeypatch):
    """What is announced."""
    facts: list[object] = []

    def listen(kind):
        monkeypatch.setitem(events._subscribers, kind, [*events._subscribers[kind], facts.append])

    for kind in (ContributionAnswered, ReplyPublished, ResultsPublished):
        listen(kind)
    return facts


def stage_of(opinion: Opinion) -> OpinionStage:
    db.session.expire_all()
    return db.session.get_one(Opinion, opinion.id).stage


def fresh(point: Point) -> Point:
    db.session.expire_all()
    return db.session.get_one(Point, point.id)


def test_the_whole_way_of_an_opinion_from_reading_to_the_published_reply(heard):
    resident = a_resident()
    opinion = an_opinion(by=resident)
    with transaction():
        opinion_commands.screen_opinions([db.session.get_one(Opinion, opinion.id)], by=system("tests"))
    assert stage_of(opinion) is OpinionStage.SCREENED
    point = a_point([opinion])
    assert stage_of(opinion) is OpinionStage.GROUPED
    version = a_draft(point)
    assert (version.number, version.body) == (1, BODY)
    assert fresh(point).status is ReplyStatus.DRAFT
    submitted(point, version)
    assert fresh(point).status is ReplyStatus.WAITING
    with transaction():
        commands.approve_reply(
            point.public_id,
            Approval(1, version.content_hash, decision_number="8目企広第12号", decided_on=date(2026, 11, 20)),
            by=an_approver(),
        )
    assert stage_of(opinion) is OpinionStage.CONSIDERED
    assert heard == []
    with transaction():
        commands.publish_reply(point.public_id, by=an_approver())
    assert stage_of(opinion) is OpinionStage.ANSWERED
    assert fresh(point).status is ReplyStatus.PUBLISHED
    assert heard == [
        ContributionAnswered(
            opinion.contribution_id, f"/points/{point.public_id}", answers.answer_in_words(point)
        ),
        ReplyPublished(point.id),
    ]
    assert BODY in heard[0].text
    assert db.session.get_one(Opinion, opinion.id).answer_path == f"/points/{point.public_id}"
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    for act in ("gather_point", "draft_reply", "submit_for_approval", "approve_reply", "publish_reply"):
        assert f"replies.{act}" in acts


def test_points_are_numbered_per_consultation_and_a_number_is_never_given_twice():
    first, second = an_open_consultation(), an_open_consultation()
    assert [a_point(to=first).number, a_point(to=second).number, a_point(to=first).number] == [1, 1, 2]
    points = db.session.scalars(select(Point).where(Point.consultation_id == first.id)).all()
    with transaction():
        commands.merge_points(points[1].public_id, points[0].public_id, by=an_editor())
    assert a_point(to=first).number == 3


def test_an_opinion_of_another_consultation_is_not_put_into_a_point():
    point, stranger = a_point(), an_opinion()
    with pytest.raises(Refused, match="別の案件"), transaction():
        commands.add_to_point(point.public_id, [stranger.public_id], by=an_editor())


def test_a_withdrawn_opinion_is_not_put_into_a_point():
    consultation = an_open_consultation()
    point, opinion = a_point(to=consultation), an_opinion(to=consultation)
    with transaction():
        opinion_commands.withdraw_opinion(db.session.get_one(Opinion, opinion.id), holds=True, by=system("t"))
    with pytest.raises(Refused, match="取り下げた意見"), transaction():
        commands.add_to_point(point.public_id, [opinion.public_id], by=an_editor())


def test_an_opinion_may_belong_to_two_points_and_goes_back_when_it_leaves_both():
    consultation = an_open_consultation()
    opinion = an_opinion(to=consultation)
    one, two = a_point([opinion]), a_point(to=consultation)
    with transaction():
        assert commands.add_to_point(two.public_id, [opinion.public_id], by=an_editor()) == 1
    with transaction():
        assert commands.add_to_point(two.public_id, [opinion.public_id], by=an_editor()) == 0
    with transaction():
        commands.remove_from_point(one.public_id, [opinion.public_id], by=an_editor())
    assert stage_of(opinion) is OpinionStage.GROUPED
    with transaction():
        commands.remove_from_point(two.public_id, [opinion.public_id], by=an_editor())
    assert stage_of(opinion) is OpinionStage.SCREENED


def test_splitting_and_merging_keep_their_history():
    consultation = an_open_consultation()
    one, two, three = (an_opinion(to=consultation) for _ in range(3))
    point = a_point([one, two, three])
    with transaction():
        new = commands.split_point(point.public_id, [two.public_id], "駅に置く", "駅にも。", by=an_editor())
    assert rows.opinion_ids_in(new) == [two.id]
    assert rows.opinion_ids_in(point) == [one.id, three.id]
    assert stage_of(two) is OpinionStage.GROUPED
    with transaction():
        commands.merge_points(new.public_id, point.public_id, by=an_editor())
    assert rows.opinion_ids_in(point) == [one.id, two.id, three.id]
    assert fresh(new).merged_into_id == point.id
    kinds = set(db.session.scalars(select(PointChange.kind).where(PointChange.point_id == new.id)))
    assert {"split_from", "merged_into"} <= {kind.value for kind in kinds}
    with pytest.raises(Refused, match="まとめられて"), transaction():
        commands.add_to_point(new.public_id, [one.public_id], by=an_editor())


def test_not_everything_can_be_split_off_and_nothing_cannot():
    opinion = an_opinion()
    point = a_point([opinion])
    with pytest.raises(Refused, match="すべての意見"), transaction():
        commands.split_point(point.public_id, [opinion.public_id], "題", "", by=an_editor())
    with pytest.raises(Refused, match="選んで"), transaction():
        commands.split_point(point.public_id, [], "題", "", by=an_editor())


def test_an_opinion_marked_without_a_point_says_why_and_the_mark_falls_when_it_joins_one():
    consultation = an_open_consultation()
    opinion = an_opinion(to=consultation)
    with pytest.raises(Refused, match="理由を書いて"), transaction():
        commands.mark_without_point([opinion.public_id], NoPointReason.OTHER, " ", by=an_editor())
    with transaction():
        assert commands.mark_without_point([opinion.public_id], NoPointReason.IMPRESSION, by=an_editor()) == 1
    a_point([opinion])
    assert db.session.scalars(select(OpinionWithoutPoint)).all() == []
    with pytest.raises(Refused, match="論点に入っている"), transaction():
        commands.mark_without_point([opinion.public_id], NoPointReason.IMPRESSION, by=an_editor())


def test_two_who_write_on_the_same_version_do_not_overwrite_each_other():
    point = a_point()
    a_draft(point, "はじめの文。")
    a_draft(point, "先に保存した文。", based_on=1)
    with pytest.raises(Conflict, match="先に新しい版"):
        a_draft(point, "あとから来た文。", based_on=1)
    assert [v.body for v in db.session.scalars(select(ReplyVersion).order_by(ReplyVersion.number))] == [
        "はじめの文。",
        "先に保存した文。",
    ]


def test_nobody_approves_their_own_words_not_even_handed_on_by_another():
    both = actor_of(a_member_of_staff(Role.EDITOR, Role.APPROVER))
    point = a_point()
    version = a_draft(point, by=both)
    with transaction():
        commands.retitle_point(point.public_id, "新しい題名", "新しい要旨。", by=an_editor())
    version = submitted(point, version, by=an_editor())
    assert version.number == 2, "a new version was made for the new title"
    with pytest.raises(Denied, match="自分が書いた版"), transaction():
        commands.approve_reply(point.public_id, Approval(2, version.content_hash), by=both)
    with transaction():
        commands.approve_reply(point.public_id, Approval(2, version.content_hash), by=an_approver())


def test_an_approval_names_the_version_seen_and_a_newer_one_refuses_it():
    point = a_point()
    seen = submitted(point)
    a_draft(point, "あとから直した文。")
    assert fresh(point).status is ReplyStatus.DRAFT, "what waits becomes a draft again when it is edited"
    with pytest.raises(Conflict, match="新しい版"), transaction():
        commands.approve_reply(point.public_id, Approval(seen.number, seen.content_hash), by=an_approver())
    newest = submitted(point, db.session.scalars(select(ReplyVersion).where(ReplyVersion.number == 2)).one())
    with pytest.raises(Conflict), transaction():
        commands.approve_reply(point.public_id, Approval(newest.number, seen.content_hash), by=an_approver())
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(newest.number, newest.content_hash), by=an_approver()
        )


def test_a_second_approver_is_told_that_another_was_faster():
    point = a_point()
    version = approved(point)
    with pytest.raises(Conflict, match="先に決裁"), transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )


def test_what_is_sent_back_says_why_and_the_opinions_are_no_longer_considered():
    opinion = an_opinion()
    point = a_point([opinion])
    version = approved(point)
    with pytest.raises(Refused, match="何を直して"), transaction():
        commands.send_back(point.public_id, version.number, " ", by=an_approver())
    with transaction():
        commands.send_back(point.public_id, version.number, "根拠を足してください。", by=an_approver())
    assert fresh(point).status is ReplyStatus.SENT_BACK
    assert stage_of(opinion) is OpinionStage.GROUPED
    with transaction():
        commands.submit_for_approval(point.public_id, version.number, by=an_editor())
    assert fresh(point).status is ReplyStatus.WAITING


def test_what_waits_for_a_decision_cannot_be_retitled():
    point = a_point()
    submitted(point)
    with pytest.raises(Refused, match="差し戻して"), transaction():
        commands.retitle_point(point.public_id, "別の題", "別の要旨", by=an_editor())


@pytest.mark.parametrize(
    ("missing", "words"),
    [("summary", "要旨"), ("disposition", "対応区分"), ("opinions", "意見が1件も")],
)
def test_an_incomplete_reply_is_not_handed_on(missing, words):
    opinion = an_opinion()
    point = a_point([opinion], summary="" if missing == "summary" else "要旨。")
    version = a_draft(point, disposition=None if missing == "disposition" else "A")
    if missing == "opinions":
        with transaction():
            commands.remove_from_point(point.public_id, [opinion.public_id], by=an_editor())
    with pytest.raises(Refused, match=words):
        submitted(point, version)


def test_a_disposition_of_another_set_is_refused():
    with pytest.raises(Refused, match="この案件では使いません"):
        a_draft(a_point(), disposition="reflect")


def test_same_as_another_point_is_published_only_with_or_after_it(heard):
    consultation = an_open_consultation()
    first, second, third = (a_point(to=consultation) for _ in range(3))
    a_draft(first)
    a_draft(second, "", same_as=1, supplement="駅の数は次の号でお知らせします。")
    with pytest.raises(Refused, match="もとの論点"):
        a_draft(third, "", same_as=2)
    with pytest.raises(Refused, match="ほかの論点の番号"):
        a_draft(third, "", same_as=3)
    approved_version = submitted(
        second, db.session.scalars(select(ReplyVersion).order_by(ReplyVersion.id.desc())).first()
    )
    with transaction():
        commands.approve_reply(
            second.public_id,
            Approval(approved_version.number, approved_version.content_hash),
            by=an_approver(),
        )
    with pytest.raises(Refused, match=r"No\.1がまだ公表されていません"), transaction():
        commands.publish_reply(second.public_id, by=an_approver())
    approved(first)
    with transaction():
        commands.publish_results(consultation.code, is_interim=True, by=an_approver())
    assert [fact for fact in heard if isinstance(fact, ReplyPublished)] == [
        ReplyPublished(first.id),
        ReplyPublished(second.id),
    ]


def test_a_correction_needs_a_public_reason_and_keeps_what_stood_before():
    point = a_point()
    published(point)
    a_draft(point, "訂正した文。")
    assert db.session.scalars(select(WardReply.published_number)).one() == 1, "the old one still stands"
    submitted(point, db.session.scalars(select(ReplyVersion).where(ReplyVersion.number == 2)).one())
    version = db.session.scalars(select(ReplyVersion).where(ReplyVersion.number == 2)).one()
    with transaction():
        commands.approve_reply(point.public_id, Approval(2, version.content_hash), by=an_approver())
    with pytest.raises(Refused, match="訂正の理由"), transaction():
        commands.publish_reply(point.public_id, by=an_approver())
    with transaction():
        commands.publish_reply(point.public_id, correction_note="数を直しました。", by=an_approver())
    stands = db.session.scalars(select(ReplyPublication).order_by(ReplyPublication.id)).all()
    assert [(s.version_number, s.ended_at is None, s.correction_note) for s in stands] == [
        (1, False, ""),
        (2, True, "数を直しました。"),
    ]


def test_a_published_reply_is_taken_back_with_a_reason_and_its_history_stays():
    opinion = an_opinion()
    point = a_point([opinion])
    published(point)
    with pytest.raises(Refused, match="理由"), transaction():
        commands.withdraw_reply(point.public_id, "", by=an_approver())
    with transaction():
        commands.withdraw_reply(point.public_id, "根拠の数字に誤りがありました。", by=an_approver())
    stand = db.session.scalars(select(ReplyPublication)).one()
    assert (stand.was_withdrawn, stand.withdrawal_reason) == (True, "根拠の数字に誤りがありました。")
    assert stage_of(opinion) is OpinionStage.ANSWERED
    with pytest.raises(Denied), transaction():
        commands.withdraw_reply(point.public_id, "もう一度", by=an_approver())


def test_whoever_joins_an_answered_point_is_told_at_once(heard):
    consultation = an_open_consultation()
    point = a_point(to=consultation)
    published(point)
    heard.clear()
    late = an_opinion(to=consultation)
    with transaction():
        commands.add_to_point(point.public_id, [late.public_id], by=an_editor())
    assert [(each.contribution_id, each.path) for each in heard] == [
        (late.contribution_id, f"/points/{point.public_id}")
    ]
    assert BODY in heard[0].text
    assert stage_of(late) is OpinionStage.ANSWERED


def test_the_final_result_needs_every_opinion_considered(heard):
    consultation = an_open_consultation()
    one, two = opinions_of(a_submission(["一つ目の意見です。", "二つ目の意見です。"], to=consultation))
    point = a_point([one])
    close(consultation)
    with pytest.raises(Refused, match="1件あります"), transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    with transaction():
        commands.mark_without_point([two.public_id], NoPointReason.IMPRESSION, by=an_editor())
    with pytest.raises(Refused, match=r"No\.1"), transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    approved(point)
    with transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    assert db.session.get_one(Consultation, consultation.id).status is ConsultationStatus.RESULT_PUBLISHED
    assert heard.count(ResultsPublished(consultation.id)) == 1
    (told,) = [
        each
        for each in heard
        if isinstance(each, ContributionAnswered) and each.contribution_id == two.contribution_id
    ]
    assert told.path == f"/consultations/{consultation.code}/results"
    assert "感想・応援" in told.text
    with pytest.raises(Conflict, match="もう公表"), transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())


def test_an_open_consultation_has_no_final_result_but_an_interim_one():
    consultation = an_open_consultation()
    point = a_point(to=consultation)
    with pytest.raises(Refused, match="決裁が済んで"), transaction():
        commands.publish_results(consultation.code, is_interim=True, by=an_approver())
    approved(point)
    with pytest.raises(Refused, match="募集を終えて"), transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    with transaction():
        result = commands.publish_results(consultation.code, is_interim=True, by=an_approver())
    assert result.reply_count == 1
    assert db.session.get_one(Consultation, consultation.id).status is ConsultationStatus.OPEN


def test_a_consultation_without_a_single_opinion_has_a_result_too():
    consultation = close(an_open_consultation())
    with transaction():
        result = commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    assert result.reply_count == 0


def test_an_officer_works_on_what_belongs_to_their_section_only():
    ours, theirs = a_section("広報課"), a_section("防災課")
    officer = an_officer(ours)
    foreign, own, nobodys = a_point(section=theirs), a_point(section=ours), a_point()
    other = a_point(section=theirs)
    with pytest.raises(Denied, match="担当課"):
        a_draft(foreign, by=officer)
    a_draft(own, by=officer)
    a_draft(nobodys, by=officer)
    with transaction():
        commands.assign_section(foreign.public_id, theirs.code, cooperating=[ours.code], by=an_editor())
    a_draft(foreign, by=officer)
    with pytest.raises(Denied), transaction():
        commands.merge_points(own.public_id, other.public_id, by=officer)


def test_unfinished_words_are_kept_for_their_writer_only():
    editor, point = an_editor(), a_point()
    for words in ("書きか", "書きかけの文"):
        with transaction():
            commands.keep_draft(point.public_id, ReplyDraftText(words, None, 0), by=editor)
    assert rows.find_reply(point) is None, "no version is made"
    kept = db.session.execute(select(Point.id)).all()
    assert kept
    a_draft(point, by=editor)


def test_loading_the_sets_again_changes_nothing(app):
    with transaction():
        again = commands.load_schemes(by=system("tests"))
    assert (again.added, again.changed, again.retired) == (0, 0, 0)


def test_a_point_without_opinions_or_place_is_refused():
    consultation = an_open_consultation()
    with pytest.raises(Refused, match="計画の場所"), transaction():
        commands.gather_point(PointDraft(consultation.code, "題"), by=an_editor())
    with pytest.raises(Refused, match="題名"), transaction():
        commands.gather_point(PointDraft(consultation.code, " "), by=an_editor())


def test_an_amendment_needs_a_place_in_a_plan():
    point = a_point()
    subject_public_id = db.session.scalars(
        select(PlanSubject.public_id).where(PlanSubject.id == point.subject_id)
    ).one()
    with pytest.raises(Refused, match="計画の中の場所"), transaction():
        commands.record_amendment(
            point.public_id, AmendmentDraft(subject_public_id, Operation.ADD, after="文"), by=an_editor()
        )
    assert db.session.scalars(select(Amendment)).all() == []


def test_who_is_told_gets_the_plain_words_also_of_a_reply_that_is_the_same_as_another(heard):
    consultation = an_open_consultation()
    first, second = (a_point([an_opinion(to=consultation)]) for _ in range(2))
    for point, words in (
        (first, ReplyDraftText(body="文", disposition="A", easy="｜字《じ》", child="こ", based_on=0)),
        (second, ReplyDraftText(body="", disposition="A", same_as=first.number, based_on=0)),
    ):
        with transaction():
            version = commands.draft_reply(point.public_id, words, by=an_editor())
        submitted(point, version)
        with transaction():
            commands.approve_reply(
                point.public_id, Approval(version.number, version.content_hash), by=an_approver()
            )
        with transaction():
            commands.publish_reply(point.public_id, by=an_approver())
    told = [each for each in heard if isinstance(each, ContributionAnswered)]
    assert [(each.easy, each.child) for each in told] == [("｜字《じ》", "こ")] * 2
