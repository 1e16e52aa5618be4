"""Writing a challenge, what is known about it, posting it, moving it from stage to stage."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.challenges import queries
from participation.challenges.domain import (
    MOST_MATERIALS,
    MOST_TIES,
    ChallengeText,
    MaterialKind,
    first_stage,
    stages,
)
from participation.challenges.events import ChallengeAdvanced, ChallengePosted
from participation.challenges.models import Challenge, ChallengeMaterial, ChallengeStep, ChallengeTie
from participation.contributions.events import AuthorTold
from participation.foundation import clock, events
from participation.foundation.daily_order import shuffle_key
from participation.foundation.db import Base, db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.foundation.ids import new_public_id
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

CHANGED_MEANWHILE = "ほかの職員が先に直しました。画面を開き直し、書いた内容を写してから続けてください。"
POSTED = "区政課題を公開し、アイデアの募集を始めました。"
NO_REASON = "理由を書いてください。公開のページに載ります。"
ADVANCED_TITLE = "あなたのアイデアが結び付いた区政課題が、次の段階へ進みました"
T = TypeVar("T", bound=Base)


@dataclass(frozen=True)
class ChallengeDraft:
    """A challenge as it is written (区政課題の下書き)."""

    text: ChallengeText
    section_id: int
    #: From this moment on no ideas are taken; None: no deadline.
    closes_at: datetime | None = None
    #: What in the plan it is about.
    ties: Collection[int] = ()


def draft_challenge(draft: ChallengeDraft, *, by: Actor) -> Challenge:
    """Begin a challenge; only staff see it."""
    access.require(by, "challenges.write")
    public_id = new_public_id()
    subject = subjects.add_subject("challenge", public_id, draft.text.title, section_id=draft.section_id)
    db.session.flush()
    challenge = Challenge(
        public_id=public_id,
        subject_id=subject.id,
        stage=first_stage().code,
        shuffle=shuffle_key(public_id),
        created_at=clock.now(),
    )
    _fill_in(challenge, draft)
    db.session.add(challenge)
    db.session.flush()
    _tie(challenge, draft.ties)
    audit.record(by, "challenges.write", challenge)
    return challenge


def revise_challenge(challenge: Challenge, draft: ChallengeDraft, seen_version: int, *, by: Actor) -> None:
    """Change what a challenge says; raises Conflict where somebody was faster."""
    access.require(by, "challenges.write", challenge)
    _lock(Challenge, challenge.id)
    if challenge.version != seen_version:
        raise Conflict(CHANGED_MEANWHILE)
    access.require(by, "challenges.write", challenge)
    _fill_in(challenge, draft)
    subject = db.session.get_one(Subject, challenge.subject_id)
    subjects.retitle_subject(subject, draft.text.title)
    subject.section_id = draft.section_id
    _tie(challenge, draft.ties)
    audit.record(by, "challenges.write", challenge)


def post_challenge(challenge: Challenge, *, by: Actor) -> None:
    """Post a challenge: from now on everybody reads it, may talk about it and offer ideas."""
    access.require(by, "challenges.post", challenge)
    _lock(Challenge, challenge.id)
    access.require(by, "challenges.post", challenge)  # Somebody else may have been faster.
    if challenge.closes_at is not None and challenge.closes_at <= clock.now():
        raise Refused("期限が過ぎています。先に期限を直してください。")
    challenge.posted_at = clock.now()
    subjects.open_subject(db.session.get_one(Subject, challenge.subject_id))
    _note_step(challenge, POSTED, challenge.section_id)
    audit.record(by, "challenges.post", challenge)
    events.publish(ChallengePosted(challenge.id))


def advance_challenge(
    challenge: Challenge, stage: str, reason: str, section_id: int | None, *, by: Actor
) -> None:
    """Move a challenge to another stage, with the reason; who offered an idea for it is told."""
    access.require(by, "challenges.advance", challenge)
    seen = challenge.stage
    _lock(Challenge, challenge.id)
    if challenge.stage != seen:
        raise Conflict("この課題の段階は、ほかの職員が先に変えました。画面を開き直してください。")
    if stage not in stages()[challenge.stage].follows:
        raise Refused("いまの段階からは、その段階へ進めません。", field="stage")
    if not reason.strip():
        raise Refused(NO_REASON, field="reason")
    challenge.stage = stage
    _note_step(challenge, reason.strip(), section_id)
    if stages()[stage].is_final:
        subjects.close_subject(db.session.get_one(Subject, challenge.subject_id))
    audit.record(by, "challenges.advance", challenge, {"from": seen, "to": stage})
    events.publish(ChallengeAdvanced(challenge.id, stage))
    told = f"「{challenge.title}」が「{stages()[stage].name}」になりました。\n理由：{reason.strip()}"
    for said_id in queries.list_linked_contributions(challenge):
        events.publish(AuthorTold(said_id, ADVANCED_TITLE, told, f"/challenges/{challenge.public_id}"))


def add_material(
    challenge: Challenge, kind: MaterialKind, title: str, value: str, source: str, *, by: Actor
) -> ChallengeMaterial:
    """Add a figure or a link to a challenge (課題の資料)."""
    access.require(by, "challenges.write", challenge)
    if kind is MaterialKind.FILE:
        raise Refused("ファイルを選んでください。", field="file")
    if not value.strip():
        raise Refused("数字、またはリンクの住所を入れてください。", field="value")
    if kind is MaterialKind.LINK and not value.startswith(("https://", "http://")):
        raise Refused("リンクは「https://」からの住所を入れてください。", field="value")
    material = ChallengeMaterial(kind=kind, title=title.strip(), value=value.strip(), source=source.strip())
    _add(material, challenge)
    audit.record(by, "challenges.write", challenge, {"added": material.public_id})
    return material


def add_file(
    challenge: Challenge, file: CheckedFile, title: str, source: str, *, by: Actor
) -> ChallengeMaterial:
    """Add a document to a challenge; its content was kept before."""
    access.require(by, "challenges.write", challenge)
    material = ChallengeMaterial(
        kind=MaterialKind.FILE,
        title=title.strip(),
        source=source.strip(),
        sha256=file.sha256,
        file_name=file.name,
        file_kind=file.kind,
        size=file.size,
    )
    _add(material, challenge)
    audit.record(by, "challenges.write", challenge, {"added": material.public_id})
    return material


def remove_material(material: ChallengeMaterial, challenge: Challenge, *, by: Actor) -> None:
    """Take something away again; that it was there stays on record."""
    access.require(by, "challenges.write", challenge)
    material.removed_at = material.removed_at or clock.now()
    audit.record(by, "challenges.write", challenge, {"removed": material.public_id})


def _add(material: ChallengeMaterial, challenge: Challenge) -> None:
    _lock(Challenge, challenge.id)
    if not material.title:
        raise Refused("何の資料かを書いてください。", field="title")
    present = queries.list_materials(challenge)
    if len(present) >= MOST_MATERIALS:
        raise Refused(f"資料は{MOST_MATERIALS}件までです。")
    if material.sha256 and any(each.sha256 == material.sha256 for each in present):
        raise Refused("同じファイルが、もう付いています。", field="file")
    material.challenge_id, material.added_at = challenge.id, clock.now()
    db.session.add(material)
    db.session.flush()


def _fill_in(challenge: Challenge, draft: ChallengeDraft) -> None:
    text = draft.text
    for name, words in (("title", text.title), ("background", text.background), ("wanted", text.wanted)):
        if not words.strip():
            raise Refused("書いてください。", field=name)
    if challenge.posted_at is None and draft.closes_at is not None and draft.closes_at <= clock.now():
        raise Refused("期限は、きょうより後の日にしてください。", field="closes_on")
    challenge.title, challenge.background = text.title, text.background
    challenge.wanted, challenge.offer = text.wanted, text.offer
    challenge.section_id, challenge.closes_at = draft.section_id, draft.closes_at


def _tie(challenge: Challenge, subject_ids: Collection[int]) -> None:
    wanted = set(subject_ids)
    if len(wanted) > MOST_TIES:
        raise Refused(f"関わる項目は{MOST_TIES}件まで選べます。", field="ties")
    present = set(queries.list_tied_ids(challenge))
    if wanted - present - {subject_id for subject_id, _ in queries.list_plan_subjects()}:
        raise Refused("項目を一覧から選び直してください。", field="ties")
    db.session.execute(
        delete(ChallengeTie).where(
            ChallengeTie.challenge_id == challenge.id, ChallengeTie.subject_id.not_in(wanted)
        )
    )
    for subject_id in sorted(wanted - present):
        db.session.add(ChallengeTie(challenge_id=challenge.id, subject_id=subject_id))


def _note_step(challenge: Challenge, reason: str, section_id: int | None) -> None:
    db.session.add(
        ChallengeStep(
            challenge_id=challenge.id,
            stage=challenge.stage,
            reason=reason,
            section_id=section_id,
            changed_at=clock.now(),
        )
    )


def _lock(model: type[T], row_id: int) -> T:
    """Take a row for this transaction, as it is now."""
    return db.session.scalars(
        select(model)
        .where(model.__table__.c.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
