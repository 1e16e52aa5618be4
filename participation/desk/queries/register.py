"""What the desk shows: today's work, the register of everything said, the queue of opinions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, exists, false, func, select, union_all
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Role
from participation.consultations.models import Consultation
from participation.contributions.domain import (
    CONCERN_NAMES,
    KIND_NAMES,
    PERSONAL_DATA_NAMES,
    VISIBILITY_NAMES,
    ConcernKind,
    ContributionKind,
    PersonalData,
    Visibility,
    marked,
)
from participation.contributions.models import Contribution
from participation.desk.domain import UNDO_WITHIN, OpinionState, SaidFilter
from participation.desk.models import BulkBatch
from participation.foundation import clock
from participation.foundation.csv_text import Cell
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.jobs import long_runs
from participation.jobs.models import LongRun, OutboxRow
from participation.moderation.queries import count_concerns, count_proposals
from participation.opinions.domain import (
    CHANNEL_NAMES,
    STAGE_NAMES,
    Channel,
    OpinionStage,
    read_receipt_number,
)
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.attachments import file_count
from participation.organisations.models import Section
from participation.people.models import Person
from participation.plans.models import Plan, PlanLevel, PlanNode
from participation.plans.queries import find_node, name_of, subject_ids_below
from participation.reading.queries.finding import count_new_topics
from participation.reading.queries.runs import opinions_in
from participation.replies.models import OpinionWithoutPoint, Point, PointOpinion
from participation.replies.queries.board import count_work
from participation.replies.queries.candidates import Candidate, candidates_for
from participation.replies.queries.readiness import is_assigned
from participation.replies.queries.workload import count_waiting
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

REGISTER_PAGE = 35
QUEUE_BEFORE, QUEUE_AFTER = 10, 40
SOON = timedelta(days=7)


# ── the states that the desk's actions change ───────────────────────────────────────────────────


def states_of(opinion_ids: Sequence[int]) -> dict[int, OpinionState]:
    """Return opinion → its state now. Two queries."""
    points: dict[int, list[str]] = {}
    for opinion_id, public_id in db.session.execute(
        select(PointOpinion.opinion_id, Point.public_id)
        .join(Point, Point.id == PointOpinion.point_id)
        .where(PointOpinion.opinion_id.in_(opinion_ids))
        .order_by(Point.id)
    ):
        points.setdefault(opinion_id, []).append(public_id)
    return {
        row.id: OpinionState(
            visibility=row.visibility.value,
            stage=row.stage.value,
            points=tuple(points.get(row.id, ())),
            without_reason=row.reason.value if row.reason is not None else "",
            without_note=row.note or "",
        )
        for row in db.session.execute(
            select(
                Opinion.id,
                Opinion.stage,
                Contribution.visibility,
                OpinionWithoutPoint.reason,
                OpinionWithoutPoint.note,
            )
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .outerjoin(OpinionWithoutPoint, OpinionWithoutPoint.opinion_id == Opinion.id)
            .where(Opinion.id.in_(opinion_ids))
        )
    }


def get_batch_to_undo(public_id: str) -> BulkBatch:
    """Return what was done at once, kept from being undone by others until the commit; raises NotFound."""
    batch = db.session.scalars(
        select(BulkBatch).where(BulkBatch.public_id == public_id).with_for_update()
    ).one_or_none()
    if batch is None:
        raise NotFound
    return batch


# ── today's work ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Work:
    """One kind of work that waits: how much of it, and where it is done."""

    label: str
    count: int
    unit: str
    note: str
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    kind: str = "plain"
    #: 至急: it stands before everything else.
    is_urgent: bool = False


def todays_work(actor: Actor) -> list[Work]:
    """Return what waits for the actor, by role; every figure is counted now. Eight queries at most."""
    given_up = select(func.count()).select_from(OutboxRow).where(OutboxRow.given_up_at.is_not(None))
    unread, held, flagged, unassigned, failed, new_topics = db.session.execute(
        select(
            func.count().filter(Opinion.stage == OpinionStage.RECEIVED, _is_alive()),
            func.count().filter(Contribution.visibility == Visibility.HELD),
            func.count().filter(Opinion.stage == OpinionStage.RECEIVED, _is_alive(), _has_flags()),
            func.count().filter(_is_alive(), ~is_assigned()),
            given_up.scalar_subquery(),
            count_new_topics().scalar_subquery(),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
    ).one()
    points = count_work(actor, clock.today() + SOON)
    work: list[Work] = []
    reads_all = actor.has(Role.ADMINISTRATOR, Role.AUDITOR)
    if reads_all or actor.has(Role.SCREENER, Role.EDITOR):
        work += [
            Work(
                "新しく届いた意見",
                unread,
                "件",
                "まだ読んでいないもの",
                "desk.opinions",
                {"stage": "received"},
            ),
            Work(
                "個人情報かもしれない意見",
                flagged,
                "件",
                "新しく届いたもののうち",
                "desk.opinions",
                {"stage": "received"},
                "warn" if flagged else "plain",
            ),
            Work(
                "保留している意見",
                held,
                "件",
                "表示に戻すか、非表示にするか",
                "desk.opinions",
                {"visibility": "held"},
            ),
        ]
    if reads_all or actor.has(Role.SCREENER, Role.EDITOR, Role.APPROVER):
        work += _care_that_waits()
    if reads_all or actor.has(Role.OFFICER, Role.EDITOR):
        work.append(
            Work(
                "論点に入っていない意見",
                unassigned,
                "件",
                "論点に入れるか、理由を付けます",
                "desk.opinions",
                {"unassigned": "1"},
            )
        )
        if new_topics:
            work.append(
                Work(
                    "新しい話題",
                    new_topics,
                    "件",
                    "このごろ何人もから届き、前にはなかった声",
                    "finding_desk.uncovered",
                    {},
                    "warn",
                )
            )
    if actor.has(Role.OFFICER, Role.EDITOR, Role.SCREENER, Role.APPROVER):
        work += _own_work(actor)
    if actor.has(Role.OFFICER):
        work.append(
            Work(
                "自分の課で、区の考え方が要る論点",
                points.of_my_section,
                "論点",
                "担当・協力",
                "replies_desk.points",
                {"mine": "1"},
            )
        )
    if reads_all or actor.has(Role.EDITOR):
        work.append(
            Work("区の考え方が要る論点", points.without_reply, "論点", "全部の課", "replies_desk.points")
        )
    if reads_all or actor.has(Role.OFFICER, Role.EDITOR):
        work += [
            Work(
                "差し戻された区の考え方",
                points.sent_back,
                "件",
                "直して、もう一度回します",
                "replies_desk.points",
                {"status": "sent_back"},
                "warn" if points.sent_back else "plain",
            ),
            Work(
                "期限を過ぎた論点",
                points.overdue,
                "論点",
                f"あと7日までのもの {points.due_soon}論点",
                "replies_desk.progress",
                {},
                "danger" if points.overdue else "plain",
            ),
        ]
    if reads_all or actor.has(Role.APPROVER):
        work += [
            Work(
                "決裁を待つ区の考え方",
                points.waiting_for_me if actor.has(Role.APPROVER) else points.waiting,
                "件",
                "自分が書いたものを除きます" if actor.has(Role.APPROVER) else "",
                "replies_desk.approvals",
            ),
            Work(
                "公表を待つ区の考え方",
                points.to_publish,
                "件",
                "決裁が済んだもの",
                "replies_desk.publications",
            ),
        ]
    if actor.has(Role.ADMINISTRATOR):
        work.append(
            Work(
                "できなかった仕事",
                failed,
                "件",
                "メールの送信など",
                "desk.index",
                {},
                "danger" if failed else "plain",
            )
        )
    # What cannot wait stands first, whatever else there is.
    return sorted(work, key=lambda each: not each.is_urgent)


def _own_work(actor: Actor) -> list[Work]:
    """What waits for this one person: points in their hands, questions to their section, their turn to decide."""
    waiting = count_waiting(actor)
    work = []
    if actor.has(Role.OFFICER, Role.EDITOR):
        late = f"うち期限切れ {waiting.mine_overdue}論点" if waiting.mine_overdue else "担当者として"
        work += [
            Work(
                "あなたが担当する論点",
                waiting.mine,
                "論点",
                late,
                "replies_desk.my_work",
                {},
                "danger" if waiting.mine_overdue else "plain",
            ),
            Work(
                "課に届いた照会", waiting.to_answer, "件", "ほかの課からの問い", "replies_desk.inquiry_queue"
            ),
        ]
    if waiting.turns or actor.has(Role.APPROVER):
        work.append(
            Work(
                "あなたの順番の決裁", waiting.turns, "件", "役職と代理の分を含みます", "replies_desk.my_work"
            )
        )
    return work


def _care_that_waits() -> list[Work]:
    """What moderation waits for: the second person of a covering, and the queues of what needs care."""
    proposals, counts = count_proposals(), count_concerns()
    work = [
        Work(
            "黒塗りの確認待ち",
            proposals,
            "件",
            "案を出した人とは別の人が確かめます",
            "moderation_desk.index",
            {},
            "warn" if proposals else "plain",
        )
    ]
    for kind, count in counts.items():
        is_urgent = kind is ConcernKind.CRY_FOR_HELP and count > 0
        work.append(
            Work(
                f"{'至急' if is_urgent else '要注意'}：{CONCERN_NAMES[kind]}",
                count,
                "件",
                "すぐに読みます" if is_urgent else "早めに読みます",
                "moderation_desk.concerns",
                {"kind": kind.value},
                "danger" if is_urgent else "warn" if count else "plain",
                is_urgent,
            )
        )
    return work


@dataclass(frozen=True)
class KindTally:
    """How much was said in one way: today, and in all."""

    kind: ContributionKind
    name: str
    today: int
    total: int


def tally_kinds() -> list[KindTally]:
    """Return how much was said in each way. One query."""
    start = clock.start_of(clock.today())
    found = {
        kind: (total, today)
        for kind, total, today in db.session.execute(
            select(
                Contribution.kind, func.count(), func.count().filter(Contribution.said_at >= start)
            ).group_by(Contribution.kind)
        )
    }
    return [
        KindTally(kind, KIND_NAMES[kind], *reversed(found.get(kind, (0, 0)))) for kind in ContributionKind
    ]


def _is_alive() -> ColumnElement[bool]:
    return Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED))


def _has_flags() -> ColumnElement[bool]:
    """The list of flags is not empty: read as text, which SQLite and PostgreSQL write alike."""
    return cast(Opinion.flags, Text) != "[]"


# ── the register ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SaidRow:
    """One thing that somebody said, as the register shows it."""

    public_id: str
    kind: str
    body: str
    subject: str
    subject_path: str
    consultation: str
    section: str
    said_at: datetime
    visibility: Visibility
    visibility_name: str
    opinion_public_id: str
    opinion_number: int | None
    stage: str
    channel: str
    points: str
    file_count: int

    @property
    def head(self) -> str:
        """The beginning of the words."""
        return excerpt(self.body, 90)


def list_register(chosen: SaidFilter, edge: Edge) -> Page[SaidRow]:
    """Return everything said under the filter, one page. Three queries at most."""
    statement, backwards = keyset(
        _said().where(*_conditions(chosen)),
        [Contribution.id],
        edge,
        limit=REGISTER_PAGE,
        descending=chosen.newest_first,
    )
    rows = db.session.execute(statement).all()
    return page(
        [_said_row(row) for row in rows],
        [(row.id,) for row in rows],
        edge,
        limit=REGISTER_PAGE,
        backwards=backwards,
    )


def count_register(chosen: SaidFilter) -> int:
    """Return how much was said under the filter."""
    return (
        db.session.scalar(select(func.count()).select_from(_said().where(*_conditions(chosen)).subquery()))
        or 0
    )


EXPORT_HEADER = (
    "種類",
    "意見番号",
    "案件",
    "計画の場所など",
    "担当課",
    "届いた日時",
    "提出方法",
    "個人・団体",
    "公開の状態",
    "段階",
    "論点",
    "本文",
)


def export_register(chosen: SaidFilter) -> Iterator[tuple[Cell, ...]]:
    """Yield the filtered register for a file: what was said, never by whom."""
    for row in db.session.execute(_said().where(*_conditions(chosen)).order_by(Contribution.id)):
        said = _said_row(row)
        yield (
            said.kind,
            said.opinion_number,
            said.consultation,
            said.subject,
            said.section,
            said.said_at.astimezone(clock.JST).strftime("%Y-%m-%d %H:%M"),
            said.channel,
            "団体" if row.organisation_id is not None or row.organisation_name else "個人",
            said.visibility_name,
            said.stage,
            said.points,
            "" if said.visibility is Visibility.ERASED else said.body,
        )


def _said() -> Any:
    point_numbers = (
        select(func.count())
        .select_from(PointOpinion)
        .where(PointOpinion.opinion_id == Opinion.id)
        .correlate(Opinion)
        .scalar_subquery()
    )
    return (
        select(
            Contribution.id,
            Contribution.public_id,
            Contribution.kind,
            Contribution.body,
            Contribution.said_at,
            Contribution.visibility,
            Contribution.organisation_id,
            Subject.title.label("subject"),
            Subject.kind.label("subject_kind"),
            Subject.reference,
            Consultation.title.label("consultation"),
            Section.name.label("section"),
            Opinion.public_id.label("opinion_public_id"),
            Opinion.number,
            Opinion.stage,
            Submission.channel,
            Submission.organisation_name,
            point_numbers.label("point_count"),
            file_count().label("file_count"),
        )
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(Section, Section.id == Subject.section_id)
        .outerjoin(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Opinion, Opinion.contribution_id == Contribution.id)
        .outerjoin(Submission, Submission.id == Opinion.submission_id)
    )


def _said_row(row: Row[Any]) -> SaidRow:
    return SaidRow(
        public_id=row.public_id,
        kind=KIND_NAMES[row.kind],
        body=row.body,
        subject=row.subject,
        subject_path=path_of(row.subject_kind, row.reference),
        consultation=row.consultation or "",
        section=row.section or "",
        said_at=row.said_at,
        visibility=row.visibility,
        visibility_name=VISIBILITY_NAMES[row.visibility],
        opinion_public_id=row.opinion_public_id or "",
        opinion_number=row.number,
        stage=STAGE_NAMES[row.stage] if row.stage is not None else "",
        channel=CHANNEL_NAMES[row.channel] if row.channel is not None else "",
        points=f"{row.point_count}論点" if row.point_count else "",
        file_count=row.file_count,
    )


def _conditions(chosen: SaidFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions; a value that does not exist finds nothing rather than everything."""
    conditions: list[ColumnElement[bool]] = []
    for value, kind, column in (
        (chosen.kind, ContributionKind, Contribution.kind),
        (chosen.visibility, Visibility, Contribution.visibility),
        (chosen.stage, OpinionStage, Opinion.stage),
        (chosen.channel, Channel, Submission.channel),
    ):
        if value:
            known = value in set(kind)
            conditions.append(column == kind(value) if known else false())
    if chosen.consultation:
        consultation_id = (
            select(Consultation.id).where(Consultation.code == chosen.consultation).scalar_subquery()
        )
        conditions.append(Contribution.consultation_id == consultation_id)
    if chosen.section:
        conditions.append(Section.code == chosen.section)
    if chosen.place:
        conditions.append(Contribution.subject_id.in_(_subjects_at(chosen.place)))
    if chosen.unassigned:
        conditions += [Opinion.id.is_not(None), ~is_assigned(), _is_alive()]
    if chosen.text:
        # Somebody who calls again says the receipt number.
        number = read_receipt_number(chosen.text)
        said_so = Contribution.body.icontains(chosen.text, autoescape=True)
        conditions.append(Submission.receipt_number == number if number else said_so)
    if chosen.topic:
        conditions.append(Opinion.id.in_(opinions_in(chosen.topic)))
    if chosen.from_on:
        conditions.append(Contribution.said_at >= clock.start_of(chosen.from_on))
    if chosen.to_on:
        conditions.append(Contribution.said_at < clock.end_of(chosen.to_on))
    return conditions


def _subjects_at(place: str) -> list[int]:
    slug, _, code = place.partition("/")
    node = find_node(slug, code)
    return subject_ids_below(node) if node is not None else []


# ── the queue of opinions ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class QueueRow:
    """One opinion in the list of the queue."""

    public_id: str
    number: int
    head: str
    channel: str
    received_at: datetime
    stage: str
    is_late: bool
    flag_count: int
    same_count: int
    visibility: Visibility
    in_point: bool
    file_count: int
    is_current: bool


@dataclass(frozen=True)
class Sibling:
    """Another opinion of the same submission."""

    public_id: str
    number: int
    position: int
    body: str
    subject: str
    stage: str
    is_current: bool
    points: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class QueueItem:
    """The opinion being looked at, with its whole submission."""

    opinion: Opinion
    said: Contribution
    submission: Submission
    consultation: Consultation
    subject: Subject
    subject_path: str
    siblings: tuple[Sibling, ...]
    without_reason: str
    candidates: tuple[Candidate, ...]

    @property
    def points(self) -> tuple[tuple[str, int, str], ...]:
        """The points it belongs to."""
        return next((each.points for each in self.siblings if each.is_current), ())

    @property
    def channel(self) -> str:
        """How it arrived."""
        return CHANNEL_NAMES[self.submission.channel]

    @property
    def parts(self) -> list[tuple[str, str | None]]:
        """The words, cut where a person should look."""
        return marked(self.said.body)

    @property
    def flags(self) -> list[str]:
        """Kinds of personal data that it seems to contain, in words."""
        return [PERSONAL_DATA_NAMES[PersonalData(flag)] for flag in self.opinion.flags]


@dataclass(frozen=True)
class Queue:
    """Three panes: the list around one opinion, the opinion, its neighbours."""

    rows: tuple[QueueRow, ...]
    total: int
    item: QueueItem | None
    previous: str | None
    following: str | None
    batch: BulkBatch | None


def get_queue(chosen: SaidFilter, public_id: str | None, actor: Actor) -> Queue:
    """Return the queue around an opinion (without one: from its beginning). Eight queries at most.

    Whatever stands in the register, the list is some fifty rows found by an index. The opinion itself
    is shown also when it no longer fits the filter: it was just dealt with.
    """
    rows, current_id = _around(chosen, public_id)
    if public_id is None and rows:
        current_id = rows[0].id
    item = _get_item(current_id, actor) if current_id is not None else None
    before = [row for row in rows if current_id is not None and _is_before(row.id, current_id, chosen)]
    after = [
        row
        for row in rows
        if current_id is not None and row.id != current_id and not _is_before(row.id, current_id, chosen)
    ]
    return Queue(
        rows=tuple(_queue_row(row, current_id) for row in rows),
        total=rows[0].total if rows else 0,
        item=item,
        previous=before[-1].public_id if before else None,
        following=after[0].public_id if after else None,
        batch=_last_batch(actor),
    )


def next_of(chosen: SaidFilter, public_id: str, besides: Sequence[str]) -> str | None:
    """Return the next opinion under the filter that is not among the ones just dealt with."""
    rows, current_id = _around(chosen, public_id)
    if current_id is None:
        return None
    for row in rows:
        if row.public_id not in besides and not _is_before(row.id, current_id, chosen):
            return str(row.public_id)
    return None


def _is_before(row_id: int, current_id: int, chosen: SaidFilter) -> bool:
    return row_id > current_id if chosen.newest_first else row_id < current_id


def _around(chosen: SaidFilter, public_id: str | None) -> tuple[list[Row[Any]], int | None]:
    base = _queue_list().where(*_queue_conditions(chosen))
    if public_id is None:
        order = Opinion.id.desc() if chosen.newest_first else Opinion.id.asc()
        first = base.add_columns(_total(chosen)).order_by(order).limit(QUEUE_BEFORE + QUEUE_AFTER)
        return list(db.session.execute(first).all()), None
    current = select(Opinion.id).where(Opinion.public_id == public_id).scalar_subquery()
    before = Opinion.id > current if chosen.newest_first else Opinion.id < current
    onward = Opinion.id <= current if chosen.newest_first else Opinion.id >= current
    earlier = base.where(before).order_by(Opinion.id.asc() if chosen.newest_first else Opinion.id.desc())
    later = base.where(onward).order_by(Opinion.id.desc() if chosen.newest_first else Opinion.id.asc())
    both = union_all(
        select(earlier.limit(QUEUE_BEFORE).subquery()), select(later.limit(QUEUE_AFTER).subquery())
    ).subquery()
    found = db.session.execute(
        select(both, current.label("current_id"), _total(chosen)).order_by(
            both.c.id.desc() if chosen.newest_first else both.c.id.asc()
        )
    ).all()
    current_id = (
        found[0].current_id
        if found
        else db.session.scalar(select(Opinion.id).where(Opinion.public_id == public_id))
    )
    if current_id is None:
        raise NotFound
    return list(found), current_id


_twin = aliased(Opinion)


def _queue_list() -> Any:
    same = (
        select(func.count())
        .select_from(_twin)
        .where(_twin.consultation_id == Opinion.consultation_id, _twin.text_key == Opinion.text_key)
        .correlate(Opinion)
        .scalar_subquery()
    )
    in_point = exists().where(PointOpinion.opinion_id == Opinion.id).correlate(Opinion)
    return (
        select(
            Opinion.id,
            Opinion.public_id,
            Opinion.number,
            Opinion.stage,
            Opinion.flags,
            func.substr(Contribution.body, 1, 80).label("body"),
            Contribution.visibility,
            Submission.channel,
            Submission.received_at,
            Submission.is_late,
            same.label("same_count"),
            in_point.label("in_point"),
            file_count().label("file_count"),
        )
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(Section, Section.id == Subject.section_id)
    )


def _queue_conditions(chosen: SaidFilter) -> list[ColumnElement[bool]]:
    conditions = _conditions(replace(chosen, consultation=""))
    conditions.append(
        Opinion.merged_into_id.is_(None)
    )  # Its words stand in another opinion of the same letter.
    if chosen.consultation:
        # The opinion carries its consultation itself: that index is the one for the queue.
        consultation_id = (
            select(Consultation.id).where(Consultation.code == chosen.consultation).scalar_subquery()
        )
        conditions.append(Opinion.consultation_id == consultation_id)
    return conditions


def _total(chosen: SaidFilter) -> Any:
    """How many opinions the filter finds, as a column: one question less."""
    count = select(func.count()).select_from(Opinion)
    by_itself = SaidFilter(
        consultation=chosen.consultation, stage=chosen.stage, newest_first=chosen.newest_first
    )
    if chosen != by_itself:  # Otherwise an index of the opinions alone has the answer.
        count = (
            count.join(Contribution, Contribution.id == Opinion.contribution_id)
            .join(Submission, Submission.id == Opinion.submission_id)
            .join(Subject, Subject.id == Contribution.subject_id)
            .outerjoin(Section, Section.id == Subject.section_id)
        )
    return count.where(*_queue_conditions(chosen)).correlate(None).scalar_subquery().label("total")


def _queue_row(row: Row[Any], current_id: int | None) -> QueueRow:
    return QueueRow(
        public_id=row.public_id,
        number=row.number,
        head=excerpt(row.body, 44),
        channel=CHANNEL_NAMES[row.channel],
        received_at=row.received_at,
        stage=STAGE_NAMES[row.stage],
        is_late=row.is_late,
        flag_count=len(row.flags),
        same_count=row.same_count,
        visibility=row.visibility,
        in_point=bool(row.in_point),
        file_count=row.file_count,
        is_current=row.id == current_id,
    )


def _get_item(opinion_id: int, actor: Actor) -> QueueItem:
    opinion, said, submission, consultation, subject, without = db.session.execute(
        select(Opinion, Contribution, Submission, Consultation, Subject, OpinionWithoutPoint)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Consultation, Consultation.id == Opinion.consultation_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(OpinionWithoutPoint, OpinionWithoutPoint.opinion_id == Opinion.id)
        .where(Opinion.id == opinion_id)
    ).one()
    may_group = actor.has(Role.OFFICER, Role.EDITOR)
    siblings = _siblings(submission.id, opinion_id)
    inside = {point[0] for each in siblings if each.is_current for point in each.points}
    candidates = candidates_for(opinion, said) if may_group else []
    return QueueItem(
        opinion=opinion,
        said=said,
        submission=submission,
        consultation=consultation,
        subject=subject,
        subject_path=path_of(subject.kind, subject.reference),
        siblings=siblings,
        without_reason=without.reason.value if without is not None else "",
        candidates=tuple(each for each in candidates if each.public_id not in inside),
    )


def _siblings(submission_id: int, current_id: int) -> tuple[Sibling, ...]:
    found: dict[int, Sibling] = {}
    for opinion, body, title, public_id, number, point_title in db.session.execute(
        select(Opinion, Contribution.body, Subject.title, Point.public_id, Point.number, Point.title)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(PointOpinion, PointOpinion.opinion_id == Opinion.id)
        .outerjoin(Point, Point.id == PointOpinion.point_id)
        .where(Opinion.submission_id == submission_id)
        .order_by(Opinion.position, Point.number)
    ):
        earlier = found.get(opinion.id)
        points = earlier.points if earlier else ()
        found[opinion.id] = Sibling(
            public_id=opinion.public_id,
            number=opinion.number,
            position=opinion.position,
            body=body,
            subject=title,
            stage=STAGE_NAMES[opinion.stage],
            is_current=opinion.id == current_id,
            points=(*points, (public_id, number, point_title)) if public_id is not None else points,
        )
    return tuple(found.values())


def _last_batch(actor: Actor) -> BulkBatch | None:
    batch = db.session.scalars(
        select(BulkBatch).where(BulkBatch.person_id == actor.person_id).order_by(BulkBatch.id.desc()).limit(1)
    ).one_or_none()
    if batch is None or batch.undone_at is not None or batch.done_at < clock.now() - UNDO_WITHIN:
        return None
    return batch


def list_places() -> list[tuple[str, str]]:
    """Return (plan/code, name) of the places in the ward's own plans that have a page, in reading order."""
    return [
        (f"{slug}/{node.code}", f"{short_title} › {name_of(node)}")
        for node, slug, short_title in db.session.execute(
            select(PlanNode, Plan.slug, Plan.short_title)
            .join(Plan, Plan.id == PlanNode.plan_id)
            .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
            .where(PlanNode.standing, Plan.is_reference.is_(False), PlanLevel.within.is_(False))
            .order_by(Plan.position, PlanNode.position)
        )
    ]


def list_consultations() -> list[tuple[str, str]]:
    """Return (code, title) of all consultations, latest first."""
    return [
        (code, title)
        for code, title in db.session.execute(
            select(Consultation.code, Consultation.title).order_by(Consultation.id.desc())
        )
    ]


# ── long runs ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RunPage:
    """One long run, what kind it is, who asked for it, and where its result is seen."""

    run: LongRun
    kind: str
    asked_by: str
    endpoint: str | None


def list_runs() -> list[RunPage]:
    """Return the long runs: what is under way and waits first, then the latest."""
    runs = long_runs.list_all()
    names = _names_of({run.asked_by_id for run in runs})
    return [_run_page(run, names) for run in runs]


def show_run(run: LongRun) -> RunPage:
    """Return one long run for its page."""
    return _run_page(run, _names_of({run.asked_by_id}))


def _run_page(run: LongRun, names: dict[int | None, str]) -> RunPage:
    known = long_runs.runner_of(run.kind)
    return RunPage(
        run,
        known.name if known else run.kind,
        names.get(run.asked_by_id, "システム"),
        known.endpoint if known else None,
    )


def _names_of(person_ids: set[int | None]) -> dict[int | None, str]:
    found = db.session.execute(select(Person.id, Person.nickname).where(Person.id.in_(person_ids - {None})))
    return {row.id: row.nickname for row in found}
