"""Deciding on a reply (決裁): handing it on, sending it back, approving exactly the version seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.opinions import commands as opinions
from participation.replies.commands.writing import _add_version, _refuse_unfinished
from participation.replies.domain import Approval, DecisionKind, ReplyStatus
from participation.replies.events import ReplyApproved, ReplySentBack, ReplySubmitted
from participation.replies.models import Point, ReplyDecision, ReplyVersion, WardReply
from participation.replies.queries import rows

OTHER_VERSION = "あなたが見た版のあとに、新しい版ができています。下で違いを確かめてから、決裁するかどうかを決めてください。"


def submit_for_approval(public_id: str, version_number: int, *, by: Actor) -> ReplyVersion:
    """Hand the newest version on to the approvers (決裁に回す).

    If the title, the summary or the amendments changed since it was written, a version with what
    they are now is made first: what is decided on is always one whole version.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.submit_for_approval", rows.sections_of(point))
    reply = rows.find_reply(point)
    if reply is None:
        raise Refused("まだ区の考え方が書かれていません。")
    if point.status is ReplyStatus.WAITING:
        raise Conflict("この区の考え方は、もう決裁に回っています。")
    if point.status not in (ReplyStatus.DRAFT, ReplyStatus.SENT_BACK):
        raise Refused("先に下書きを保存してください。")
    if version_number != reply.latest_number:
        raise Conflict("ほかの職員が先に新しい版を保存しました。画面を開き直して確かめてください。")
    version = _as_of_now(point, reply, by)
    _refuse_incomplete(point, version)
    reply.submitted_number = version.number
    point.status = ReplyStatus.WAITING
    _note(reply, version, DecisionKind.SUBMITTED, by)
    audit.record(by, "replies.submit_for_approval", point, changes={"version": version.number})
    events.publish(ReplySubmitted(point.id, version.number))
    return version


def send_back(public_id: str, version_number: int, comment: str, *, by: Actor) -> Point:
    """Send a reply back (差戻し), saying what is to be mended; one that was decided on may come back too."""
    access.require(by, "replies.send_back")
    point = rows.get_point_to_change(public_id)
    reply = rows.find_reply(point)
    if reply is None or point.status not in (ReplyStatus.WAITING, ReplyStatus.APPROVED):
        raise Conflict("この区の考え方は、今は決裁を待っていません。画面を開き直して確かめてください。")
    if version_number != reply.latest_number:
        raise Conflict(OTHER_VERSION)
    if not comment.strip():
        raise Refused("何を直してほしいかを書いてください。", field="comment")
    version = rows.get_version(reply, version_number)
    reply.submitted_number = reply.approved_number = None
    point.status = ReplyStatus.SENT_BACK
    _note(reply, version, DecisionKind.SENT_BACK, by, comment=comment)
    db.session.flush()  # The stages are read from the status as it is now.
    for stage, moved in rows.stages_due(rows.opinion_ids_in(point)).items():
        opinions.advance_opinions(moved, stage, by=by)
    audit.record(by, "replies.send_back", point, changes={"version": version_number})
    events.publish(ReplySentBack(point.id, version_number))
    return point


def approve_reply(public_id: str, approval: Approval, *, by: Actor) -> Point:
    """Decide on exactly the version that was seen (決裁); two approvers at once give one decision."""
    point, reply, version = rows.get_to_decide(public_id, approval.version_number)
    access.require(by, "replies.approve_reply", rows.authors_of(version))
    if reply.latest_number != approval.version_number or version.content_hash != approval.content_hash:
        raise Conflict(OTHER_VERSION)
    if point.status is ReplyStatus.APPROVED:
        raise Conflict("ほかの決裁者が先に決裁しました。")
    if point.status is not ReplyStatus.WAITING:
        raise Conflict("この区の考え方は、今は決裁を待っていません。画面を開き直して確かめてください。")
    reply.submitted_number, reply.approved_number = None, version.number
    point.status = ReplyStatus.APPROVED
    _note(
        reply,
        version,
        DecisionKind.APPROVED,
        by,
        comment=approval.comment,
        decision_number=approval.decision_number,
        decided_on=approval.decided_on or clock.today(),
    )
    db.session.flush()  # The stages are read from the status as it is now.
    for stage, moved in rows.stages_due(rows.opinion_ids_in(point)).items():
        opinions.advance_opinions(moved, stage, by=by)
    audit.record(by, "replies.approve_reply", point, changes={"version": version.number})
    events.publish(ReplyApproved(point.id, version.number))
    return point


def _as_of_now(point: Point, reply: WardReply, by: Actor) -> ReplyVersion:
    version = rows.get_version(reply, reply.latest_number)
    content = rows.content_of(version)
    now = replace(
        content,
        title=point.title,
        summary=point.summary,
        amendments=rows.amendments_in_draft(point),
    )
    if now == content:
        return version
    return _add_version(point, reply, now, by)


def _refuse_incomplete(point: Point, version: ReplyVersion) -> None:
    if not version.summary.strip():
        raise Refused("意見の要旨を書いてください。公表するのは要旨と区の考え方です。", field="summary")
    if version.disposition_id is None:
        raise Refused("対応区分を選んでください。", field="disposition")
    if not rows.opinion_ids_in(point):
        raise Refused("この論点には意見が1件も入っていません。")
    _refuse_unfinished(point, version)


def _note(
    reply: WardReply,
    version: ReplyVersion,
    kind: DecisionKind,
    by: Actor,
    *,
    comment: str = "",
    decision_number: str = "",
    decided_on: date | None = None,
) -> None:
    db.session.add(
        ReplyDecision(
            reply_id=reply.id,
            version_number=version.number,
            kind=kind,
            content_hash=version.content_hash,
            at=clock.now(),
            by_id=by.person_id,
            comment=comment,
            decision_number=decision_number,
            decided_on=decided_on,
        )
    )
