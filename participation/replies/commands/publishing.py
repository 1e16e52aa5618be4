"""Publishing replies and results: once, whole, with everybody told; and taking a reply back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations import commands as consultations
from participation.consultations.domain import WITH_ORIGINALS
from participation.consultations.models import Consultation
from participation.consultations.queries import get_consultation
from participation.contributions.events import ContributionAnswered, ContributionFollowedUp
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionStage
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.replies.commands.amending import note_point
from participation.replies.domain import ReplyStatus
from participation.replies.events import ReplyPublished, ReplyWithdrawn, ResultsPublished
from participation.replies.models import (
    Amendment,
    Point,
    ReplyPublication,
    ReplyVersion,
    ResultPublication,
    WardReply,
)
from participation.replies.queries import answers, readiness, references, rows

WITHDRAWN_TITLE = "あなたの意見への区の考え方を取り下げました"


def publish_reply(public_id: str, *, correction_note: str = "", by: Actor) -> ReplyPublication:
    """Publish one reply that was decided on (公表); everybody whose opinion is in the point is told.

    Where an earlier version stands in public it is replaced by this one (訂正), with a public note
    of why; the earlier one stays readable.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.publish_reply", point)
    publication = _publish(point, None, correction_note, by)
    audit.record(by, "replies.publish_reply", point, changes={"version": publication.version_number})
    return publication


def publish_results(
    consultation_code: str, *, is_interim: bool, note: str = "", by: Actor
) -> ResultPublication:
    """Publish all replies of a consultation that were decided on, at once (結果の公表).

    A final publication needs every opinion considered: in a point with a decided reply, or marked
    論点なし with a reason (行政手続法42条・43条 ask for both). An interim one (中間公表) does not.
    """
    access.require(by, "replies.publish_results")
    consultation = get_consultation(consultation_code)
    rows.lock_consultation(consultation.id)
    readiness.require_ready(consultation, readiness.of_consultation(consultation.id), is_interim=is_interim)
    result = ResultPublication(
        consultation_id=consultation.id,
        published_at=clock.now(),
        published_by_id=by.person_id,
        is_interim=is_interim,
        note=note,
        reply_count=0,
    )
    db.session.add(result)
    db.session.flush()  # The publications of the replies name it.
    points = _approved_points(consultation.id)
    for point in points:
        _publish(point, result, note, by)
    result.reply_count = len(points)
    if not is_interim:
        _answer_without_point(consultation, by)
        consultations.publish_result(consultation, by=by)
    audit.record(
        by,
        "replies.publish_results",
        result,
        changes={"consultation": consultation.id, "replies": len(points), "interim": is_interim},
    )
    events.publish(ResultsPublished(consultation.id))
    return result


def withdraw_reply(public_id: str, reason: str, *, along: bool = False, by: Actor) -> Point:
    """Take a published reply back (取下げ): its page says so, with the reason and what it said.

    Replies that stand in public as the same as this one would lead nowhere: they are taken back with
    it (`along`), or somebody writes them anew first.
    """
    point = rows.get_point_to_change(public_id)
    reply = rows.find_reply(point)
    access.require(by, "replies.withdraw_reply", reply)
    if not reason.strip():
        raise Refused("取り下げる理由を書いてください。理由は公表されます。", field="reason")
    assert reply is not None
    pointing = references.list_published_pointing_to(point.id)
    if pointing and not along:
        named = references.in_words(references.list_pointing_to(point.id))
        raise Refused(
            f"{named}が「No.{point.number}と同じ」として公表されています。"
            "一緒に取り下げるか、先にそちらを直してください。",
            field="along",
        )
    for each in pointing:
        withdraw_reply(each, reason, by=by)
    _end_publication(reply, reason)
    reply.published_number = None
    if point.status is ReplyStatus.PUBLISHED:
        point.status = ReplyStatus.DRAFT
    db.session.execute(
        update(Amendment)
        .where(
            Amendment.point_id == point.id,
            Amendment.published_at.is_not(None),
            Amendment.unpublished_at.is_(None),
        )
        .values(unpublished_at=clock.now())
    )
    text = f"No.{point.number}「{point.title}」\n\n取り下げた理由：\n{reason}"
    for member in _members(point):
        path = f"/points/{point.public_id}"
        events.publish(
            ContributionFollowedUp(member.contribution_id, WITHDRAWN_TITLE, text, path, ends_answer=True)
        )
    audit.record(by, "replies.withdraw_reply", point)
    events.publish(ReplyWithdrawn(point.id))
    return point


def _approved_points(consultation_id: int) -> list[Point]:
    """Those that say 「No.1と同じ」 come after the ones to which they point."""
    points = db.session.execute(
        rows.decided(consultation_id, Point, ReplyVersion.same_as_point_id)
        .with_for_update(of=Point, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return [point for point, _ in sorted(points, key=lambda row: (row[1] is not None, row[0].number))]


def _publish(
    point: Point, result: ResultPublication | None, correction_note: str, by: Actor
) -> ReplyPublication:
    reply = rows.find_reply(point)
    if reply is None or point.status is not ReplyStatus.APPROVED or reply.approved_number is None:
        if point.status is ReplyStatus.PUBLISHED:
            raise Conflict("この区の考え方は、もう公表されています。")
        raise Refused(f"No.{point.number}は、まだ決裁が済んでいません。")
    version = rows.get_version(reply, reply.approved_number)
    if version.same_as_point_id is not None:
        _refuse_empty_reference(point, version.same_as_point_id)
    corrects = reply.published_number is not None
    if corrects:
        if not correction_note.strip():
            raise Refused("訂正の理由を書いてください。理由は公表されます。", field="correction_note")
        _end_publication(reply, "")
    publication = ReplyPublication(
        reply_id=reply.id,
        version_number=version.number,
        published_at=clock.now(),
        published_by_id=by.person_id,
        section_name=_section_name(point),
        result_publication_id=result.id if result else None,
        correction_note=correction_note if corrects else "",
    )
    db.session.add(publication)
    reply.published_number, reply.approved_number = version.number, None
    point.status = ReplyStatus.PUBLISHED
    _show_amendments(point, version)
    db.session.flush()  # The stages are read from the replies as they are now.
    if version.amendments:
        note_point(point.public_id, by=by)
    members = _members(point)
    for stage, moved in rows.stages_due([member.id for member in members]).items():
        opinions.advance_opinions(moved, stage, by=by)
    _show_originals(point, members, by)
    answer = answers.answer_of(point)
    for member in members:
        events.publish(answer.to_author_of(member.contribution_id, is_correction=corrects))
    events.publish(ReplyPublished(point.id))
    return publication


def _members(point: Point) -> Sequence[Opinion]:
    return db.session.scalars(
        select(Opinion).where(Opinion.id.in_(rows.opinion_ids_in(point))).order_by(Opinion.id)
    ).all()


def _refuse_empty_reference(point: Point, target_id: int) -> None:
    wrong = references.wrong_with(references.get_reference(target_id), must_be_published=True)
    if wrong:
        raise Refused(f"No.{point.number}は、ほかの論点と「同じ」としています。{wrong}")


def _end_publication(reply: WardReply, withdrawal_reason: str) -> None:
    standing = db.session.scalars(
        select(ReplyPublication).where(
            ReplyPublication.reply_id == reply.id, ReplyPublication.ended_at.is_(None)
        )
    ).one()
    standing.ended_at = clock.now()
    standing.was_withdrawn = bool(withdrawal_reason)
    standing.withdrawal_reason = withdrawal_reason


def _show_amendments(point: Point, version: ReplyVersion) -> None:
    brought = {stored["public_id"] for stored in version.amendments}
    for amendment in db.session.scalars(select(Amendment).where(Amendment.point_id == point.id)):
        if amendment.public_id in brought:
            if amendment.published_at is None or amendment.unpublished_at is not None:
                amendment.published_at, amendment.unpublished_at = clock.now(), None
        elif amendment.published_at is not None and amendment.unpublished_at is None:
            amendment.unpublished_at = clock.now()


def _show_originals(point: Point, members: Sequence[Opinion], by: Actor) -> None:
    """Where the result carries opinions word for word (原文掲載, 要旨と原文), those that were screened appear now."""
    consultation = db.session.get_one(Consultation, point.consultation_id)
    if consultation.publication in WITH_ORIGINALS:
        opinions.publish_opinions(members, by=by)


def _answer_without_point(consultation: Consultation, by: Actor) -> None:
    """Tell those whose opinion belongs to no point where the result stands."""
    rest = readiness.list_without_point(consultation.id)
    waiting = [opinion for opinion in rest if opinion.stage is not OpinionStage.ANSWERED]
    if waiting:
        opinions.advance_opinions(waiting, OpinionStage.ANSWERED, by=by)
    reasons = answers.why_without_point([opinion.id for opinion in waiting])
    for opinion in waiting:
        path = f"/consultations/{consultation.code}/results"
        events.publish(ContributionAnswered(opinion.contribution_id, path, reasons[opinion.id]))


def _section_name(point: Point) -> str:
    if point.section_id is None:
        return ""
    return db.session.scalars(select(Section.name).where(Section.id == point.section_id)).one()
