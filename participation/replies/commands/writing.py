"""Writing the ward's reply to a point: its versions, unfinished words, and the amendments it brings."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.plans.models import PlanNode
from participation.replies.domain import (
    FROZEN,
    AmendmentDraft,
    Operation,
    ReplyContent,
    ReplyDraftText,
    ReplyStatus,
)
from participation.replies.models import Amendment, Point, ReplyDraft, ReplyVersion, WardReply
from participation.replies.queries import rows
from participation.subjects.queries import get_subject

CHANGED_MEANWHILE = (
    "ほかの職員が先に新しい版を保存しました。下で違いを確かめて、必要なら文を直してから保存してください。"
)


def draft_reply(public_id: str, draft: ReplyDraftText, *, by: Actor) -> ReplyVersion:
    """Keep what was written as a new version of the reply (下書き).

    Whoever wrote on the basis of an older version is told instead of overwriting (reliability C-09).
    A reply that waits for its decision, or was decided on, becomes a draft again.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.draft_reply", rows.sections_of(point))
    reply = rows.find_reply(point)
    latest = reply.latest_number if reply else 0
    if draft.based_on != latest:
        raise Conflict(CHANGED_MEANWHILE)
    consultation = db.session.get_one(Consultation, point.consultation_id)
    content = ReplyContent(
        title=point.title,
        summary=point.summary,
        body=draft.body,
        disposition_id=_disposition_id(consultation, draft.disposition),
        same_as_point_id=_same_as_id(point, draft.same_as),
        supplement=draft.supplement if draft.same_as is not None else "",
        amendments=rows.amendments_in_draft(point),
    )
    if not draft.body.strip() and content.same_as_point_id is None:
        raise Refused("区の考え方を書いてください。", field="body")
    version = _add_version(point, reply, content, by)
    point.status = ReplyStatus.DRAFT
    db.session.execute(
        delete(ReplyDraft).where(ReplyDraft.point_id == point.id, ReplyDraft.person_id == by.person_id)
    )
    audit.record(by, "replies.draft_reply", point, changes={"version": version.number})
    return version


def keep_draft(public_id: str, draft: ReplyDraftText, *, by: Actor) -> None:
    """Keep unfinished words for the person who writes them; nobody else sees them, no version is made."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.keep_draft", rows.sections_of(point))
    if by.person_id is None:
        raise Refused("書きかけを残すには、ログインが必要です。")
    values = {
        "point_id": point.id,
        "person_id": by.person_id,
        "body": draft.body,
        "supplement": draft.supplement,
        "based_on": draft.based_on,
        "saved_at": clock.now(),
    }
    if insert_once(ReplyDraft, values, unique=["point_id", "person_id"]) is not None:
        audit.record(by, "replies.keep_draft", point)
        return
    kept = db.session.scalars(
        select(ReplyDraft).where(ReplyDraft.point_id == point.id, ReplyDraft.person_id == by.person_id)
    ).one()
    kept.body, kept.supplement = draft.body, draft.supplement
    kept.based_on, kept.saved_at = draft.based_on, clock.now()


def record_amendment(public_id: str, draft: AmendmentDraft, *, by: Actor) -> Amendment:
    """Record a change of the plan's text that the reply brings (修正); the words must be found in the plan."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.record_amendment", rows.sections_of(point))
    _refuse_frozen(point)
    subject = get_subject(draft.subject)
    node = db.session.scalars(select(PlanNode).where(PlanNode.subject_id == subject.id)).one_or_none()
    if node is None:
        raise Refused("計画の中の場所を選んでください。", field="subject")
    present = node.text or node.title
    _check_words(draft, present)
    amendment = Amendment(
        point_id=point.id,
        subject_id=subject.id,
        place=rows.place_in_words(node)[:300],
        operation=draft.operation,
        before=draft.before,
        after=draft.after,
        present_text=present,
        recorded_at=clock.now(),
        recorded_by_id=by.person_id,
    )
    db.session.add(amendment)
    audit.record(
        by, "replies.record_amendment", amendment, changes={"point": point.id, "does": draft.operation.value}
    )
    return amendment


def remove_amendment(public_id: str, amendment_id: str, *, by: Actor) -> None:
    """Take an amendment out of the draft; a published one stands until the correction is published."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.remove_amendment", rows.sections_of(point))
    _refuse_frozen(point)
    amendment = db.session.scalars(
        select(Amendment).where(
            Amendment.public_id == amendment_id,
            Amendment.point_id == point.id,
            Amendment.removed_at.is_(None),
        )
    ).one_or_none()
    if amendment is None:
        raise NotFound
    amendment.removed_at = clock.now()
    audit.record(by, "replies.remove_amendment", amendment, changes={"point": point.id})


def _refuse_frozen(point: Point) -> None:
    if point.status in FROZEN:
        raise Refused(
            "決裁に回っているか、決裁が済んでいるあいだは修正を変えられません。差し戻してから直してください。"
        )


def _check_words(draft: AmendmentDraft, present: str) -> None:
    if draft.operation is Operation.ADD:
        if not draft.after.strip():
            raise Refused("追加する文を書いてください。", field="after")
    elif not draft.before:
        raise Refused("今の文のうち、どこを直すのかを書いてください。", field="before")
    if draft.before and draft.before not in present:
        raise Refused(
            "「今の文」に書いたことばが、計画の今の文章に見つかりません。計画から写してください。",
            field="before",
        )
    if draft.before and present.count(draft.before) > 1:
        raise Refused(
            "「今の文」に書いたことばが、計画に2か所以上あります。前後を足して、1か所に決まるようにしてください。",
            field="before",
        )
    if draft.operation is Operation.REPLACE and not draft.after.strip():
        raise Refused("直した文を書いてください。消すだけのときは「削除」を選びます。", field="after")
    if draft.operation is Operation.REPLACE and draft.after == draft.before:
        raise Refused("直す前と後が同じ文です。", field="after")
    if draft.operation is Operation.DELETE and draft.after.strip():
        raise Refused("削除のときは、新しい文を書きません。", field="after")


def _disposition_id(consultation: Consultation, code: str | None) -> int | None:
    if not code:
        return None
    disposition = rows.find_disposition(consultation, code)
    if disposition is None:
        raise Refused("その対応区分は、この案件では使いません。", field="disposition")
    return disposition.id


def _same_as_id(point: Point, number: int | None) -> int | None:
    if number is None:
        return None
    target = db.session.scalars(
        select(Point).where(
            Point.consultation_id == point.consultation_id,
            Point.number == number,
            Point.merged_into_id.is_(None),
        )
    ).one_or_none()
    if target is None or target.id == point.id:
        raise Refused("同じ案件の、ほかの論点の番号を入れてください。", field="same_as")
    reply = rows.find_reply(target)
    if reply is None:
        raise Refused(f"No.{number}には、まだ区の考え方がありません。", field="same_as")
    if rows.get_version(reply, reply.latest_number).same_as_point_id is not None:
        raise Refused(f"No.{number}も「ほかと同じ」です。もとの論点の番号を入れてください。", field="same_as")
    return target.id


def _add_version(point: Point, reply: WardReply | None, content: ReplyContent, by: Actor) -> ReplyVersion:
    if reply is None:
        reply = WardReply(point_id=point.id, latest_number=0)
        db.session.add(reply)
        db.session.flush()  # The version needs the reply's id.
    reply.latest_number += 1
    reply.submitted_number = reply.approved_number = None
    version = ReplyVersion(
        reply_id=reply.id,
        number=reply.latest_number,
        title=content.title,
        summary=content.summary,
        body=content.body,
        disposition_id=content.disposition_id,
        same_as_point_id=content.same_as_point_id,
        supplement=content.supplement,
        amendments=[asdict(amendment) for amendment in content.amendments],
        content_hash=content.seal(),
        author_id=by.person_id,
        made_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()  # Whoever asks for the newest version next finds it.
    return version
