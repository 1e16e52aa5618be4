"""Writing the ward's reply to a point: its versions, unfinished words, and the amendments it brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

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
    MOST_SOURCES,
    AmendmentDraft,
    Operation,
    ReplyContent,
    ReplyDraftText,
    ReplyStatus,
    Source,
    SourceKind,
    machine_drafts_in,
    machine_token,
    unfilled,
)
from participation.replies.models import (
    Amendment,
    Boilerplate,
    BoilerplateVersion,
    Disposition,
    Point,
    ReplyDraft,
    ReplySource,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries import editor, references, rows
from participation.subjects.queries import get_subject

KEPT_FROM_BEFORE = (
    "この論点には、前の版をもとにしたあなたの書きかけが残っています。"
    "論点の画面で新しい版として保存してから、もう一度採ってください。"
)
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
        easy=draft.easy,
        child=draft.child,
    )
    if not draft.body.strip() and content.same_as_point_id is None:
        raise Refused("区の考え方を書いてください。", field="body")
    version = _add_version(point, reply, content, by, sources=draft.sources)
    point.status = ReplyStatus.DRAFT
    changes: dict[str, Any] = {"version": version.number}
    kept = _find_kept(point, by)
    if kept is not None:
        # Told from what is kept here, not from what the form says: nobody can take the mark off.
        if proposals := machine_drafts_in(kept.sources):
            changes["machine_drafts"] = list(proposals)
        db.session.delete(kept)
    audit.record(by, "replies.draft_reply", point, changes=changes)
    return version


def keep_draft(public_id: str, draft: ReplyDraftText, *, by: Actor) -> None:
    """Keep unfinished words for the person who writes them; nobody else sees them, no version is made."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.keep_draft", rows.sections_of(point))
    if by.person_id is None:
        raise Refused("書きかけを残すには、ログインが必要です。")
    values: dict[str, Any] = {
        "point_id": point.id,
        "person_id": by.person_id,
        "body": draft.body,
        "supplement": draft.supplement,
        "easy": draft.easy,
        "child": draft.child,
        "disposition": (draft.disposition or "")[:40],
        "same_as": draft.same_as,
        "sources": list(draft.sources[:MOST_SOURCES]),
        "based_on": draft.based_on,
        "saved_at": clock.now(),
    }
    if insert_once(ReplyDraft, values, unique=["point_id", "person_id"]) is not None:
        audit.record(by, "replies.keep_draft", point)
        return
    kept = _find_kept(point, by)
    if kept is None:
        raise NotFound
    values["sources"] += [machine_token(each) for each in machine_drafts_in(kept.sources)]
    for name, value in values.items():
        setattr(kept, name, value)


def begin_from_machine(public_id: str, words: str, proposal: str, *, by: Actor) -> None:
    """Put words that a machine proposed, and that this person took up, after what the person is writing (書きかけ).

    Nothing is saved as a version: a person mends and saves it. That version is marked as begun by a machine.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.keep_draft", rows.sections_of(point))
    if by.person_id is None:
        raise Refused("書きかけを残すには、ログインが必要です。")
    kept = _find_kept(point, by)
    reply = rows.find_reply(point)
    number = reply.latest_number if reply else 0
    if kept is not None and kept.based_on != number:
        raise Refused(KEPT_FROM_BEFORE)
    if kept is None:
        kept = _as_unfinished(point, reply, by.person_id)
        db.session.add(kept)
    kept.body = f"{kept.body.rstrip()}\n\n{words}".lstrip()
    kept.sources = list(dict.fromkeys([*kept.sources, machine_token(proposal)]))
    kept.saved_at = clock.now()
    audit.record(by, "replies.keep_draft", point, changes={"machine_draft": proposal})


def _find_kept(point: Point, by: Actor) -> ReplyDraft | None:
    """Return what this person is writing at a point, or None."""
    return db.session.scalars(
        select(ReplyDraft).where(ReplyDraft.point_id == point.id, ReplyDraft.person_id == by.person_id)
    ).one_or_none()


def _as_unfinished(point: Point, reply: WardReply | None, person_id: int) -> ReplyDraft:
    """Return the newest version as unfinished words: what the editor would show."""
    latest = rows.get_version(reply, reply.latest_number) if reply is not None else None
    if reply is None or latest is None:
        return ReplyDraft(
            point_id=point.id,
            person_id=person_id,
            body="",
            supplement="",
            easy="",
            child="",
            disposition="",
            same_as=None,
            sources=[],
            based_on=0,
            saved_at=clock.now(),
        )
    disposition = db.session.get(Disposition, latest.disposition_id) if latest.disposition_id else None
    same_as = db.session.get(Point, latest.same_as_point_id) if latest.same_as_point_id else None
    scheme = rows.consultation_of(point).disposition_scheme
    return ReplyDraft(
        point_id=point.id,
        person_id=person_id,
        body=latest.body,
        supplement=latest.supplement,
        easy=latest.easy,
        child=latest.child,
        disposition=disposition.code if disposition else "",
        same_as=same_as.number if same_as else None,
        sources=[each.token for each in editor.offered(scheme, [], reply.id, latest.number).sources],
        based_on=latest.number,
        saved_at=clock.now(),
    )


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
    target = references.find_by_number(point.consultation_id, number)
    if target is None or target.id == point.id:
        raise Refused("同じ案件の、ほかの論点の番号を入れてください。", field="same_as")
    wrong = references.wrong_with(references.get_reference(target.id), must_be_published=False)
    if wrong:
        raise Refused(wrong, field="same_as")
    if pointing := references.list_pointing_to(point.id):
        raise Refused(
            f"{references.in_words(pointing)}が、この論点の考え方と「同じ」としています。"
            "「同じ」は1回しかたどれません。先にそちらを直してください。",
            field="same_as",
        )
    return target.id


def _refuse_unfinished(point: Point, version: ReplyVersion) -> None:
    """Refuse what nobody may decide on: variables that were not filled in, a reference that leads nowhere."""
    left = [
        each
        for name, text in (
            ("意見の要旨", version.summary),
            ("区の考え方", version.body),
            ("書き足すこと", version.supplement),
            ("やさしい日本語版", version.easy),
            ("こども版", version.child),
        )
        for each in unfilled(name, text)
    ]
    if left:
        named = "、".join(each.in_words for each in left[:5])
        raise Refused(f"まだ書き入れていないところが{len(left)}か所あります：{named}", field="body")
    if version.same_as_point_id is not None:
        wrong = references.wrong_with(
            references.get_reference(version.same_as_point_id), must_be_published=False
        )
        if wrong:
            raise Refused(f"No.{point.number}：{wrong}", field="same_as")


def _add_version(
    point: Point,
    reply: WardReply | None,
    content: ReplyContent,
    by: Actor,
    *,
    sources: Iterable[str] | None = None,
) -> ReplyVersion:
    """Add a version; without `sources` it was written from the same as the one before it."""
    before = rows.get_version(reply, reply.latest_number) if reply is not None else None
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
        easy=content.easy,
        child=content.child,
        amendments=[asdict(amendment) for amendment in content.amendments],
        content_hash=content.seal(),
        author_id=by.person_id,
        made_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()  # Whoever asks for the newest version next finds it; its sources need its id.
    if sources is not None:
        _note_sources(version, sources)
    elif before is not None:
        _copy_sources(before, version)
    return version


def _note_sources(version: ReplyVersion, tokens: Iterable[str]) -> None:
    """Note from which 定型文 and which earlier replies a version was written; what is unknown is left out."""
    named = [Source.read(token) for token in dict.fromkeys(tokens)][:MOST_SOURCES]
    boilerplates = [each for each in named if each and each.kind is SourceKind.BOILERPLATE]
    precedents = [each for each in named if each and each.kind is SourceKind.PRECEDENT]
    if boilerplates:
        found = db.session.scalars(
            select(BoilerplateVersion.id)
            .join(Boilerplate, Boilerplate.id == BoilerplateVersion.boilerplate_id)
            .where(
                or_(*(_is(each, Boilerplate.public_id, BoilerplateVersion.number) for each in boilerplates))
            )
            .order_by(BoilerplateVersion.id)
        )
        db.session.add_all(
            ReplySource(version_id=version.id, kind=SourceKind.BOILERPLATE, boilerplate_version_id=each)
            for each in found
        )
    if precedents:
        found = db.session.scalars(
            select(ReplyVersion.id)
            .join(WardReply, WardReply.id == ReplyVersion.reply_id)
            .join(Point, Point.id == WardReply.point_id)
            .where(
                or_(*(_is(each, Point.public_id, ReplyVersion.number) for each in precedents)),
                ReplyVersion.reply_id != version.reply_id,
            )
            .order_by(ReplyVersion.id)
        )
        db.session.add_all(
            ReplySource(version_id=version.id, kind=SourceKind.PRECEDENT, precedent_version_id=each)
            for each in found
        )


def _is(
    source: Source, public_id: InstrumentedAttribute[str], number: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    return and_(public_id == source.public_id, number == source.number)


def _copy_sources(before: ReplyVersion, version: ReplyVersion) -> None:
    for each in db.session.scalars(
        select(ReplySource).where(ReplySource.version_id == before.id).order_by(ReplySource.id)
    ):
        db.session.add(
            ReplySource(
                version_id=version.id,
                kind=each.kind,
                boilerplate_version_id=each.boilerplate_version_id,
                precedent_version_id=each.precedent_version_id,
            )
        )
