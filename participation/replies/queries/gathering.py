"""Gathering: the plan as a tree with what waits at each place, the opinions without a point, folded where confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, select
from sqlalchemy.orm import aliased

from participation.consultations.models import Consultation, ConsultationSubject
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.opinions.domain import CHANNEL_NAMES, STAGE_NAMES
from participation.opinions.domain.wording import FOLDED, Hints, hints
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.counting import stands
from participation.plans.models import PlanNode
from participation.plans.queries import name_of
from participation.replies.domain import STATUS_NAMES, ReplyStatus
from participation.replies.models import BundledOpinion, OpinionWithoutPoint, Point, PointOpinion, TextBundle
from participation.replies.queries.bundles import is_folded
from participation.replies.queries.counting import Count, counts_by_point
from participation.replies.queries.readiness import is_assigned
from participation.subjects.models import Subject

UNSORTED_SHOWN = 25
POINTS_SHOWN = 20
MEMBERS_SHOWN = 25
#: A text is compared by its beginning: the page stays quick however long the letters are.
COMPARED = 1500


@dataclass
class GatherNode:
    """A place of the plan with what was said about it, and about everything below it."""

    #: None: only a place above others, about which nobody could speak.
    subject_id: int | None
    public_id: str
    title: str
    position: int
    opinions: int = 0
    unsorted: int = 0
    points: int = 0
    children: list[GatherNode] = field(default_factory=list)

    @property
    def note(self) -> str:
        """What is there, in words."""
        if not self.opinions and not self.points:
            return "意見なし"
        words = [f"意見{self.opinions:,}件", f"論点{self.points:,}"]
        return "・".join([*words, f"未整理{self.unsorted:,}件"] if self.unsorted else words)

    @property
    def below(self) -> int:
        """How many places are below it."""
        return sum(1 + child.below for child in self.children)

    def subject_ids(self) -> list[int]:
        """Return the subjects here and below."""
        own = [self.subject_id] if self.subject_id is not None else []
        return own + [found for child in self.children for found in child.subject_ids()]

    def find(self, public_id: str) -> GatherNode | None:
        """Return the place with this public id, here or below."""
        if self.public_id == public_id:
            return self
        return next((found for child in self.children if (found := child.find(public_id))), None)

    def _sum_up(self) -> None:
        for child in self.children:
            child._sum_up()
        self.children.sort(key=lambda child: child.position)
        self.opinions += sum(child.opinions for child in self.children)
        self.unsorted += sum(child.unsorted for child in self.children)
        self.points += sum(child.points for child in self.children)


def gather_tree(consultation: Consultation) -> GatherNode:
    """Return the plan as far as a consultation asks about it, with counts at each place. Three queries."""
    said = (
        select(
            Contribution.subject_id.label("subject_id"),
            func.count().label("opinions"),
            func.count().filter(~is_assigned()).label("unsorted"),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id == consultation.id, stands())
        .group_by(Contribution.subject_id)
        .subquery()
    )
    points = (
        select(Point.subject_id.label("subject_id"), func.count().label("points"))
        .where(Point.consultation_id == consultation.id, Point.merged_into_id.is_(None))
        .group_by(Point.subject_id)
        .subquery()
    )
    asked = select(ConsultationSubject.subject_id).where(
        ConsultationSubject.consultation_id == consultation.id
    )
    rows = db.session.execute(
        select(Subject, PlanNode, said.c.opinions, said.c.unsorted, points.c.points)
        .outerjoin(PlanNode, PlanNode.subject_id == Subject.id)
        .outerjoin(said, said.c.subject_id == Subject.id)
        .outerjoin(points, points.c.subject_id == Subject.id)
        .where(Subject.id.in_(asked) | said.c.subject_id.is_not(None) | points.c.subject_id.is_not(None))
    ).all()
    root = GatherNode(None, "", consultation.title, 0)
    placed: dict[tuple[int, str], GatherNode] = {}
    nodes = {(node.plan_id, node.path): node for _, node, *_ in rows if node is not None}
    for place, (subject, node, opinions, unsorted, count) in enumerate(rows):
        found = GatherNode(
            subject.id,
            subject.public_id,
            excerpt(name_of(node) if node is not None else subject.title, 40),
            node.position if node is not None else 10**9 + place,
            opinions or 0,
            unsorted or 0,
            count or 0,
        )
        if node is None:
            root.children.append(found)
        else:
            placed[node.plan_id, node.path] = found
    _add_above(root, placed, nodes)
    root._sum_up()
    return root


def _add_above(
    root: GatherNode, placed: dict[tuple[int, str], GatherNode], nodes: dict[tuple[int, str], PlanNode]
) -> None:
    """Put each place below the nearest one above it; those above that nobody asked about are read in one query."""
    wanted = {
        (plan_id, "/".join(path.split("/")[:depth]))
        for plan_id, path in placed
        for depth in range(1, path.count("/") + 1)
    } - placed.keys()
    if wanted:
        above = db.session.execute(
            select(PlanNode, Subject.public_id)
            .join(Subject, Subject.id == PlanNode.subject_id)
            .where(
                PlanNode.plan_id.in_({plan_id for plan_id, _ in wanted}),
                PlanNode.path.in_({path for _, path in wanted}),
            )
        )
        for node, public_id in above:
            if (node.plan_id, node.path) in wanted:
                placed[node.plan_id, node.path] = GatherNode(
                    None, public_id, excerpt(name_of(node), 40), node.position
                )
    for (plan_id, path), each in placed.items():
        parts = path.split("/")
        over = next(
            (
                placed[plan_id, "/".join(parts[:depth])]
                for depth in range(len(parts) - 1, 0, -1)
                if (plan_id, "/".join(parts[:depth])) in placed
            ),
            root,
        )
        over.children.append(each)


@dataclass(frozen=True)
class UnsortedRow:
    """An opinion without a point, or several in the same words shown as one."""

    public_id: str
    number: int
    body: str
    subject_title: str
    channel: str
    stage: str
    visibility: Visibility
    is_late: bool
    is_organisation: bool
    #: How many opinions without a point it stands for: 1, or the folded ones of a bundle.
    same_count: int
    bundle_public_id: str

    @property
    def value(self) -> str:
        """What ticking it sends."""
        return f"bundle:{self.bundle_public_id}" if self.same_count > 1 else self.public_id


def without_point(
    consultation_id: int, subject_ids: Sequence[int] | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions under which an opinion waits for a point, about these subjects or any."""
    conditions = [Opinion.consultation_id == consultation_id, stands(), ~is_assigned()]
    if subject_ids is not None:
        conditions.append(Contribution.subject_id.in_(subject_ids))
    return conditions


def list_unsorted(
    consultation_id: int, edge: Edge, subject_ids: Sequence[int] | None = None
) -> Page[UnsortedRow]:
    """Return the opinions without a point, about these subjects or all; same words as one row. Two queries.

    Read in the order of numbers only as far as one page needs: of a bundle the first one without a point
    stands for all.
    """
    conditions = without_point(consultation_id, subject_ids)
    statement, backwards = keyset(
        select(Opinion, Contribution, Submission, Subject.title, TextBundle)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(BundledOpinion, is_folded())
        .outerjoin(TextBundle, TextBundle.id == BundledOpinion.bundle_id)
        .where(*conditions, ~_has_an_earlier_one(subject_ids)),
        [Opinion.number],
        edge,
        limit=UNSORTED_SHOWN,
    )
    rows = db.session.execute(statement).all()
    found = page(rows, [(row[0].number,) for row in rows], edge, limit=UNSORTED_SHOWN, backwards=backwards)
    counts: dict[int, int] = dict(
        db.session.execute(
            select(BundledOpinion.bundle_id, func.count())
            .select_from(Opinion)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .join(BundledOpinion, is_folded())
            .where(*conditions, BundledOpinion.bundle_id.in_({row[4].id for row in found.items if row[4]}))
            .group_by(BundledOpinion.bundle_id)
        ).all()
    )
    return Page(
        [
            UnsortedRow(
                public_id=opinion.public_id,
                number=opinion.number,
                body=said.body,
                subject_title=title,
                channel=CHANNEL_NAMES[sent.channel],
                stage=STAGE_NAMES[opinion.stage],
                visibility=said.visibility,
                is_late=sent.is_late,
                is_organisation=bool(sent.organisation_name),
                same_count=counts[bundle.id] if bundle else 1,
                bundle_public_id=bundle.public_id if bundle else "",
            )
            for opinion, said, sent, title, bundle in found.items
        ],
        found.after,
        found.before,
    )


def _has_an_earlier_one(subject_ids: Sequence[int] | None) -> ColumnElement[bool]:
    """Whether an opinion with a lower number, in the same bundle and without a point too, stands for this one."""
    other, member, words = aliased(Opinion), aliased(BundledOpinion), aliased(Contribution)
    earlier = exists().where(
        member.bundle_id == BundledOpinion.bundle_id,
        member.confirmed_at.is_not(None),
        member.relation.in_(FOLDED),
        other.id == member.opinion_id,
        other.text_key == member.text_key,
        other.number < Opinion.number,
        words.id == other.contribution_id,
        words.visibility != Visibility.WITHDRAWN,
        ~exists().where(PointOpinion.opinion_id == other.id),
        ~exists().where(OpinionWithoutPoint.opinion_id == other.id),
        *([words.subject_id.in_(subject_ids)] if subject_ids is not None else []),
    )
    return earlier.correlate(Opinion, BundledOpinion)


def hints_for(rows: Sequence[UnsortedRow]) -> Hints:
    """Return what stands out among the opinions of a page: a hint before they are put together."""
    return hints([(row.number, row.body[:COMPARED]) for row in rows])


@dataclass(frozen=True)
class Target:
    """A point into which opinions may be put."""

    public_id: str
    number: int
    title: str
    status: str
    count: Count


def list_targets(consultation_id: int, subject_ids: Sequence[int] | None = None) -> list[Target]:
    """Return the latest points about these subjects, or all, by number. One query."""
    conditions = [Point.consultation_id == consultation_id, Point.merged_into_id.is_(None)]
    if subject_ids is not None:
        conditions.append(Point.subject_id.in_(subject_ids))
    chosen = select(Point.id).where(*conditions).order_by(Point.number.desc()).limit(POINTS_SHOWN).subquery()
    counts = counts_by_point(select(chosen.c.id)).subquery()
    rows = db.session.execute(
        select(Point, *(each for each in counts.c if each.name != "point_id"))
        .join(chosen, chosen.c.id == Point.id)
        .outerjoin(counts, counts.c.point_id == Point.id)
        .order_by(Point.number)
    )
    return [
        Target(
            row.Point.public_id,
            row.Point.number,
            row.Point.title,
            STATUS_NAMES[ReplyStatus(row.Point.status)],
            Count(
                int(row.opinions or 0),
                int(row.people or 0),
                int(row.organisations or 0),
                int(row.distinct_texts or 0),
            ),
        )
        for row in rows
    ]


def get_target(code: str, number: int) -> Point:
    """Return the point of a consultation with this number; raises Refused."""
    found = db.session.scalars(
        select(Point)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .where(Consultation.code == code, Point.number == number)
    ).one_or_none()
    if found is None:
        raise Refused(f"この案件に、No.{number}の論点はありません。", field="number")
    return found


# ── In a point ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Member:
    """An opinion in a point, as staff see it; several in the same words may be shown as one."""

    public_id: str
    number: int
    body: str
    channel: str
    stage: str
    shown_name: str
    is_late: bool
    visibility: Visibility
    said_at: datetime
    #: How many opinions of the point it stands for.
    same_count: int = 1
    bundle_public_id: str = ""

    @property
    def head(self) -> str:
        """The beginning of the words."""
        return excerpt(self.body, 80)

    @property
    def value(self) -> str:
        """What ticking it sends."""
        return f"bundle:{self.bundle_public_id}" if self.same_count > 1 else self.public_id


def _folded(point_id: int) -> Subquery:
    """Return the opinions in a point, each with its place among those of the same words."""
    one = func.coalesce(BundledOpinion.bundle_id, -Opinion.id)
    return (
        select(
            Opinion.id.label("opinion_id"),
            Opinion.number.label("number"),
            BundledOpinion.bundle_id.label("bundle_id"),
            func.row_number().over(partition_by=one, order_by=Opinion.number).label("place"),
            func.count().over(partition_by=one).label("same_count"),
        )
        .join(PointOpinion, PointOpinion.opinion_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .outerjoin(BundledOpinion, is_folded())
        .where(PointOpinion.point_id == point_id, stands())
        .subquery()
    )


def list_numbers(point_id: int, *, limit: int) -> list[int]:
    """Return the numbers of the opinions in a point, of the same words the first. One query."""
    folded = _folded(point_id)
    return list(
        db.session.scalars(
            select(folded.c.number).where(folded.c.place == 1).order_by(folded.c.number).limit(limit)
        )
    )


def list_members(point_id: int, edge: Edge, *, limit: int = MEMBERS_SHOWN) -> Page[Member]:
    """Return the opinions in a point by number, the same words as one, a page at a time. One query.

    How many there are is counted for the whole point, not here: a page knows nothing of the others.
    """
    folded = _folded(point_id)
    statement, backwards = keyset(
        select(Opinion, Contribution, Submission, folded.c.same_count, TextBundle.public_id)
        .join(folded, and_(folded.c.opinion_id == Opinion.id, folded.c.place == 1))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .outerjoin(TextBundle, TextBundle.id == folded.c.bundle_id),
        [Opinion.number],
        edge,
        limit=limit,
    )
    rows = db.session.execute(statement).all()
    members = [
        Member(
            public_id=opinion.public_id,
            number=opinion.number,
            body=said.body,
            channel=CHANNEL_NAMES[submission.channel],
            stage=STAGE_NAMES[opinion.stage],
            shown_name=said.shown_name or "匿名",
            is_late=submission.is_late,
            visibility=said.visibility,
            said_at=said.said_at,
            same_count=same_count,
            bundle_public_id=bundle or "",
        )
        for opinion, said, submission, same_count, bundle in rows
    ]
    return page(members, [(each.number,) for each in members], edge, limit=limit, backwards=backwards)
