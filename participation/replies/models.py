"""Points, the ward's replies with their versions, decisions on them, their publication, amendments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.opinions.domain.wording import BundledAs
from participation.replies.domain import (
    ActKind,
    BundleStatus,
    DecisionKind,
    HandoverKind,
    InquiryAct,
    InquiryStatus,
    NoPointReason,
    Operation,
    PointChangeKind,
    ReplyStatus,
    RunState,
    SourceKind,
    StepKind,
)


class DispositionScheme(Base):
    """A set of 対応区分 that a ward uses; its wording is data."""

    __tablename__ = "disposition_schemes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text, default="")
    #: Since the ward changed the set itself, loading the seed file leaves it alone.
    edited_at: Mapped[datetime | None]


class Disposition(Base):
    """One 対応区分: how the ward classifies a reply."""

    __tablename__ = "dispositions"
    __table_args__ = (UniqueConstraint("scheme_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("disposition_schemes.id"))
    code: Mapped[str] = mapped_column(String(40))
    symbol: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(80))
    meaning: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int]
    #: Whether a reply of this kind changes the plan (反映).
    changes_plan: Mapped[bool] = mapped_column(default=False)
    #: No longer offered for new replies; the published ones keep it.
    retired_at: Mapped[datetime | None]


class Point(Base):
    """Like opinions gathered (論点), numbered per consultation; the ward replies to each point."""

    __tablename__ = "points"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        Index("ix_points_section", "section_id", "status"),
        Index("ix_points_status", "status", "consultation_id"),
        Index("ix_points_subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    #: 意見の要旨.
    summary: Mapped[str] = mapped_column(Text, default="")
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    #: 担当課; None: nobody was asked yet.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    #: 回答の期限.
    due_on: Mapped[date | None]
    status: Mapped[ReplyStatus] = enum_text(ReplyStatus)
    created_at: Mapped[datetime]
    #: Set when the point was merged into another; its number is not given again.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("points.id"))


class PointSection(Base):
    """A section that helps with the reply to a point (協力課)."""

    __tablename__ = "point_sections"
    __table_args__ = (UniqueConstraint("point_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), index=True)


class PointOpinion(Base):
    """An opinion in a point; an opinion that says several things belongs to several points."""

    __tablename__ = "point_opinions"
    __table_args__ = (
        UniqueConstraint("point_id", "opinion_id"),
        Index("ix_point_opinions_opinion", "opinion_id", "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None]


class PointChange(Base):
    """Something that happened to a point (論点の履歴): rows are only added."""

    __tablename__ = "point_changes"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    kind: Mapped[PointChangeKind] = enum_text(PointChangeKind)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"))
    other_point_id: Mapped[int | None] = mapped_column(ForeignKey("points.id"))
    #: Ids of opinions that moved, or the title and summary before.
    details: Mapped[dict[str, Any]] = json_column()


class GatherAct(Base):
    """Something that somebody did with opinions and points (まとめる操作), with what was before: so that it can be undone."""

    __tablename__ = "gather_acts"
    __table_args__ = (
        Index("ix_gather_acts_person", "person_id", "consultation_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    #: What was done, in words.
    told: Mapped[str] = mapped_column(String(300))
    done_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    #: The number of the point that it made: not given again, though undoing takes the point away.
    made_number: Mapped[int | None]
    #: {"before": {opinion: state}, "after": …}, and the ids of points and amendments that were made or moved.
    details: Mapped[dict[str, Any]] = json_column()


class OpinionWithoutPoint(Base):
    """An opinion that belongs to no point, and why (論点なし)."""

    __tablename__ = "opinions_without_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), unique=True)
    reason: Mapped[NoPointReason] = enum_text(NoPointReason)
    note: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None]


class WardReply(Base):
    """The ward's reply to a point (区の考え方): what it says stands in its versions."""

    __tablename__ = "ward_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), unique=True)
    #: The number of the newest version.
    latest_number: Mapped[int]
    #: The version that waits for a decision.
    submitted_number: Mapped[int | None]
    #: The version that was decided on and not yet published.
    approved_number: Mapped[int | None]
    #: The version that stands in public now.
    published_number: Mapped[int | None]


class ReplyVersion(Base):
    """One version of a reply (版): never changed, never deleted."""

    __tablename__ = "reply_versions"
    __table_args__ = (UniqueConstraint("reply_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("ward_replies.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    disposition_id: Mapped[int | None] = mapped_column(ForeignKey("dispositions.id"), index=True)
    #: 「No.1の考え方と同じです」, with what is to be added.
    same_as_point_id: Mapped[int | None] = mapped_column(ForeignKey("points.id"), index=True)
    supplement: Mapped[str] = mapped_column(Text, default="")
    #: The same in やさしい日本語 and for children (こども版); readings stand as ｜漢字《かんじ》.
    easy: Mapped[str] = mapped_column(Text, default="")
    child: Mapped[str] = mapped_column(Text, default="")
    #: The amendments that belong to this version, in words.
    amendments: Mapped[list[dict[str, Any]]] = json_column()
    #: Names exactly this content: the approval carries it.
    content_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]


class ReplyDecision(Base):
    """A step on the way to a decision (決裁の記録): rows are only added."""

    __tablename__ = "reply_decisions"
    __table_args__ = (Index("ix_reply_decisions_reply", "reply_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("ward_replies.id"))
    version_number: Mapped[int]
    kind: Mapped[DecisionKind] = enum_text(DecisionKind)
    content_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    #: 決裁番号 and 決裁日, as the ward's own records name them; they may be written in later.
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    decided_on: Mapped[date | None]


class ResultPublication(Base):
    """One publication of a consultation's result (結果の公表)."""

    __tablename__ = "result_publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: 中間公表: not everything is answered yet.
    is_interim: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    reply_count: Mapped[int]


class PlannedPublication(Base):
    """A result that is to be published at a set time (公表の予約), seen by a second approver before."""

    __tablename__ = "planned_publications"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by_id IS NULL OR planned_by_id IS NULL OR confirmed_by_id <> planned_by_id",
            name="four_eyes",
        ),
        Index("ix_planned_publications_consultation", "consultation_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    publish_at: Mapped[datetime]
    is_interim: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    #: Names exactly what is to be published: what was decided on when it was planned.
    seal: Mapped[str] = mapped_column(String(64))
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    planned_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    #: When it was carried out, and what came of it.
    done_at: Mapped[datetime | None]
    result_publication_id: Mapped[int | None] = mapped_column(ForeignKey("result_publications.id"))
    #: Why it was not published when its time came.
    failure: Mapped[str] = mapped_column(Text, default="")


class ReplyPublication(Base):
    """One stand of a reply in public (公表・訂正・取下げ): the earlier ones stay readable."""

    __tablename__ = "reply_publications"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= published_at", name="ends_after_it_begins"),
        Index("ix_reply_publications_reply", "reply_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("ward_replies.id"))
    version_number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The section's name on that day: offices are reorganised.
    section_name: Mapped[str] = mapped_column(String(80), default="")
    result_publication_id: Mapped[int | None] = mapped_column(ForeignKey("result_publications.id"))
    #: Why it replaced an earlier one (訂正の理由); shown in public.
    correction_note: Mapped[str] = mapped_column(Text, default="")
    #: Until when it stood: replaced by a correction, or withdrawn.
    ended_at: Mapped[datetime | None]
    was_withdrawn: Mapped[bool] = mapped_column(default=False)
    #: Why it was withdrawn (取下げの理由); shown in public.
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")


class Amendment(Base):
    """A change of the plan's text that a reply brings (修正): 追加, 修正, 削除 at one place."""

    __tablename__ = "amendments"
    __table_args__ = (
        Index("ix_amendments_point", "point_id", "removed_at"),
        Index("ix_amendments_subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    #: Where: a place in the plan, by its subject.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    #: The place in words, as the plan called it then.
    place: Mapped[str] = mapped_column(String(300))
    operation: Mapped[Operation] = enum_text(Operation)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    #: The place's text at the time of recording.
    present_text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]
    #: Taken out of the draft.
    removed_at: Mapped[datetime | None]
    #: Since when it stands in public, and until when it did.
    published_at: Mapped[datetime | None]
    unpublished_at: Mapped[datetime | None]


class ReplyDraft(Base):
    """What somebody is writing just now (書きかけ): saved by itself, one a point and person."""

    __tablename__ = "reply_drafts"
    __table_args__ = (UniqueConstraint("point_id", "person_id"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    body: Mapped[str] = mapped_column(Text, default="")
    supplement: Mapped[str] = mapped_column(Text, default="")
    easy: Mapped[str] = mapped_column(Text, default="")
    child: Mapped[str] = mapped_column(Text, default="")
    #: The code of the 対応区分, the number of the point that is answered the same, what it was written from.
    disposition: Mapped[str] = mapped_column(String(40), default="")
    same_as: Mapped[int | None]
    sources: Mapped[list[str]] = json_column()
    #: The number of the version on which it is based.
    based_on: Mapped[int]
    saved_at: Mapped[datetime]


class AmendmentApplication(Base):
    """A sentence of a plan's version that an amendment made (計画に入った修正): it stays when the plan moves on."""

    __tablename__ = "amendment_applications"
    __table_args__ = (
        UniqueConstraint("amendment_id", "plan_id", "version_number", "position"),
        Index("ix_amendment_applications_version", "plan_id", "version_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    version_number: Mapped[int]
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id"), index=True)
    #: Its place among the sentences that one amendment changed, from 1.
    position: Mapped[int]
    #: The sentence before and after; without old words it was added, without new ones it is gone.
    old_sentence: Mapped[str] = mapped_column(Text)
    new_sentence: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class PointAssignee(Base):
    """The person of the section who answers a point (担当者): at most one at a time."""

    __tablename__ = "point_assignees"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int | None]


class PointHandover(Base):
    """How a point went from hand to hand (担当の移り変わり): rows are only added."""

    __tablename__ = "point_handovers"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    kind: Mapped[HandoverKind] = enum_text(HandoverKind)
    from_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None]


class ApprovalRoute(Base):
    """A route of approval (決裁の経路), as data: who has a turn, in which order."""

    __tablename__ = "approval_routes"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: Given in the seed file; None: made on the desk.
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    #: The section whose usual route it is; None: a choice for everybody.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"), index=True)
    changed_at: Mapped[datetime]
    #: No longer offered; what runs on it goes on.
    retired_at: Mapped[datetime | None]
    #: Counted up with every change: whoever edits an older one is told.
    version: Mapped[int]


class RouteStep(Base):
    """One step of a route: steps of one position have their turn at once (並行の合議)."""

    __tablename__ = "route_steps"
    __table_args__ = (Index("ix_route_steps_route", "route_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("approval_routes.id"))
    position: Mapped[int]
    kind: Mapped[StepKind] = enum_text(StepKind)
    #: None: whoever has the role of an approver.
    post_id: Mapped[int | None] = mapped_column(ForeignKey("office_posts.id"))
    #: None: the section that answers the point.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    #: Nobody passes their own words at this step.
    refuses_own: Mapped[bool] = mapped_column(default=True)


class ApprovalRun(Base):
    """One version on its way over a route (回付): a copy of the route as it was when it set out."""

    __tablename__ = "approval_runs"
    __table_args__ = (
        Index("ix_approval_runs_reply", "reply_id", "id"),
        Index(
            "uq_approval_runs_running",
            "reply_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("ward_replies.id"))
    version_number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    route_name: Mapped[str] = mapped_column(String(80))
    state: Mapped[RunState] = enum_text(RunState)
    started_at: Mapped[datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    ended_at: Mapped[datetime | None]


class ApprovalStep(Base):
    """One step of a run (決裁の段): whose turn it is or was, and what they said."""

    __tablename__ = "approval_steps"
    __table_args__ = (
        Index("ix_approval_steps_run", "run_id", "position"),
        Index("ix_approval_steps_turn", "post_id", "section_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    run_id: Mapped[int] = mapped_column(ForeignKey("approval_runs.id"))
    position: Mapped[int]
    kind: Mapped[StepKind] = enum_text(StepKind)
    #: 「広報課 課長」, as it was called when the run began.
    seat: Mapped[str] = mapped_column(String(120))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("office_posts.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    refuses_own: Mapped[bool]
    #: Since when it is their turn; None: not yet.
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: 代理: for whom.
    for_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    comment: Mapped[str] = mapped_column(Text, default="")


class ApprovalAct(Base):
    """Something that was done on a run (回付の記録): rows are only added."""

    __tablename__ = "approval_acts"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("approval_runs.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("approval_steps.id"))
    kind: Mapped[ActKind] = enum_text(ActKind)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    for_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    comment: Mapped[str] = mapped_column(Text, default="")


class Inquiry(Base):
    """A question to another section about a point (照会), to be answered by a day."""

    __tablename__ = "inquiries"
    __table_args__ = (
        Index("ix_inquiries_section", "section_id", "status", "due_on"),
        Index("ix_inquiries_asking", "asking_section_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    #: 照会先.
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    #: 照会元; None: an editor without a section asked.
    asking_section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    question: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    status: Mapped[InquiryStatus] = enum_text(InquiryStatus)
    #: The number of the newest answer; 0: none yet.
    latest_number: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class InquiryAnswer(Base):
    """A version of the answer of the asked section (照会への回答): never changed, never deleted."""

    __tablename__ = "inquiry_answers"
    __table_args__ = (UniqueConstraint("inquiry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    #: 部分回答: more is to come.
    is_partial: Mapped[bool]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class InquiryEvent(Base):
    """Something that happened to a question to another section (照会の動き): rows are only added."""

    __tablename__ = "inquiry_events"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), index=True)
    kind: Mapped[InquiryAct] = enum_text(InquiryAct)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    note: Mapped[str] = mapped_column(Text, default="")


class DeadlineLetter(Base):
    """That a member of staff was told of deadlines on a day (期限の知らせ): one letter a day and person."""

    __tablename__ = "deadline_letters"
    __table_args__ = (UniqueConstraint("person_id", "day"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    day: Mapped[date]
    sent_at: Mapped[datetime]


class TextBundle(Base):
    """Opinions in the same or nearly the same words (同文の束): found by machine, confirmed by a person."""

    __tablename__ = "text_bundles"
    __table_args__ = (Index("ix_text_bundles_consultation", "consultation_id", "status", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: The opinion whose words stand for all.
    head_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    status: Mapped[BundleStatus] = enum_text(BundleStatus)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class BundledOpinion(Base):
    """An opinion in a bundle, and how its words stand to those that lead it."""

    __tablename__ = "bundled_opinions"
    __table_args__ = (
        UniqueConstraint("bundle_id", "opinion_id"),
        Index("ix_bundled_opinions_opinion", "opinion_id", "confirmed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("text_bundles.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    relation: Mapped[BundledAs] = enum_text(BundledAs)
    #: The key of its words when it was looked at: other words since then are not in the bundle any more.
    text_key: Mapped[str] = mapped_column(String(64))
    #: When a person said that it belongs here; None: it is only proposed.
    confirmed_at: Mapped[datetime | None]


class BundleSearch(Base):
    """When a consultation was last looked through for the same texts (同文さがし)."""

    __tablename__ = "bundle_searches"
    __table_args__ = ({"info": {"quiet": True}},)

    #: The consultation's own id.
    id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: The last number of an opinion that was looked at.
    last_number: Mapped[int] = mapped_column(default=0)


class LeadingText(Base):
    """A text that was looked at for bundles (見比べた文面): the first opinion that said it, and its key."""

    __tablename__ = "leading_texts"
    __table_args__ = (UniqueConstraint("consultation_id", "text_key"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), index=True)
    text_key: Mapped[str] = mapped_column(String(64))


class TextBand(Base):
    """Where texts with a like sketch meet (見比べるための索引): a new text is compared with those it meets only."""

    __tablename__ = "text_bands"
    __table_args__ = (
        Index("ix_text_bands_text", "text_id"),
        {"info": {"quiet": True}, "sqlite_with_rowid": False},
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    band_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text_id: Mapped[int] = mapped_column(ForeignKey("leading_texts.id"), primary_key=True)


class Boilerplate(Base):
    """Words that are used again and again (定型文), of one section or of the whole ward; never deleted."""

    __tablename__ = "boilerplates"
    __table_args__ = (Index("ix_boilerplates_section", "section_id", "retired_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    #: None: every section uses it.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    latest_number: Mapped[int]
    made_at: Mapped[datetime]
    #: No longer offered; the replies that took it keep their words.
    retired_at: Mapped[datetime | None]


class BoilerplateVersion(Base):
    """One version of a 定型文: never changed, never deleted."""

    __tablename__ = "boilerplate_versions"
    __table_args__ = (UniqueConstraint("boilerplate_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    boilerplate_id: Mapped[int] = mapped_column(ForeignKey("boilerplates.id"))
    number: Mapped[int]
    category: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(80))
    #: With variables: {課名} {論点} …
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]


class ReplySource(Base):
    """From what a version of a reply was written (もとにした文): a 定型文, or a reply given before (前例)."""

    __tablename__ = "reply_sources"
    __table_args__ = (
        CheckConstraint(
            "(boilerplate_version_id IS NULL) <> (precedent_version_id IS NULL)", name="one_source"
        ),
        Index("ix_reply_sources_version", "version_id"),
        Index("ix_reply_sources_boilerplate", "boilerplate_version_id"),
        Index("ix_reply_sources_precedent", "precedent_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("reply_versions.id"))
    kind: Mapped[SourceKind] = enum_text(SourceKind)
    boilerplate_version_id: Mapped[int | None] = mapped_column(ForeignKey("boilerplate_versions.id"))
    precedent_version_id: Mapped[int | None] = mapped_column(ForeignKey("reply_versions.id"))
