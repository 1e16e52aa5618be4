"""What opinions changed in the plans: amendments that wait, the next version made of them, the reasons of a sentence."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import Opinion
from participation.plans.domain.amending import ChangedSentence, Edit, Misfit, amended, clashes, misfits
from participation.plans.domain.reasons import Reason, SpokenFor
from participation.plans.domain.text_diff import Part
from participation.plans.models import NodeText, Plan, PlanNode, PlanVersion
from participation.plans.queries import get_plan, latest_version, name_of, newest_texts, version_name
from participation.replies.domain import AmendmentText, edit_of
from participation.replies.models import Amendment, AmendmentApplication, Point, PointOpinion, WardReply
from participation.replies.queries import rows
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

#: How many opinions behind a change are named one by one.
OPINIONS_NAMED = 12


# ── Points that were merged ─────────────────────────────────────────────────────────────────


def roots_of(point_ids: Collection[int]) -> dict[int, Point]:
    """Return point → where its opinions are now: itself, or the point into which it was merged in the end."""
    found: dict[int, Point] = {}
    steps: dict[int, int] = {each: each for each in point_ids}
    while steps:
        rows_ = {
            point.id: point
            for point in db.session.scalars(select(Point).where(Point.id.in_(set(steps.values()))))
        }
        for start, at in list(steps.items()):
            point = rows_[at]
            if point.merged_into_id is None:
                found[start] = point
                del steps[start]
            else:
                steps[start] = point.merged_into_id
    return found


# ── The next version ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class WaitingAmendment:
    """A published amendment that stands in no version of its plan yet (計画に入るのを待つ修正)."""

    text: AmendmentText
    code: str
    point_number: int
    point_title: str
    point_public_id: str
    consultation_title: str
    published_at: datetime | None

    @property
    def name(self) -> str:
        """Whose it is."""
        return f"No.{self.point_number}"

    @property
    def edit(self) -> Edit:
        """The change itself."""
        return edit_of(self.text, self.name)


@dataclass(frozen=True)
class ChangedPlace:
    """A place of the plan as the next version will have it."""

    code: str
    place: str
    is_title: bool
    old: str
    new: str
    parts: tuple[Part, ...]
    #: Each changed sentence with the amendments that ask for it.
    sentences: tuple[tuple[ChangedSentence, tuple[WaitingAmendment, ...]], ...]


@dataclass(frozen=True)
class NextVersion:
    """The next version of a plan before it is made: every changed sentence, and what cannot be put in."""

    plan: Plan
    base: PlanVersion
    base_name: str
    waiting: tuple[WaitingAmendment, ...]
    chosen: tuple[WaitingAmendment, ...]
    places: tuple[ChangedPlace, ...]
    misfits: tuple[tuple[WaitingAmendment, str], ...]
    #: Changes that fit but whose order somebody should look at.
    remarks: tuple[str, ...]

    @property
    def is_on_unpublished(self) -> bool:
        """Whether the newest version, on which it stands, waits to be published itself."""
        return self.base.published_at is None

    @property
    def seal(self) -> str:
        """Names exactly what was looked at: the base, and each place's new words."""
        plain = json.dumps([self.base.number, [(each.code, each.new) for each in self.places]])
        return hashlib.sha256(plain.encode()).hexdigest()

    def reason_against(self, public_id: str) -> str:
        """Return why an amendment cannot be put in; empty: it can."""
        return next((why for each, why in self.misfits if each.text.public_id == public_id), "")


def next_version(slug: str, chosen: Collection[str] | None = None) -> NextVersion | None:
    """Return the next version of a plan made of published amendments; without `chosen`: of all that fit.

    None: the plan has no version. Constant number of queries.
    """
    plan = get_plan(slug)
    base = latest_version(plan)
    if base is None:
        return None
    waiting = list_waiting(plan.id)
    texts = newest_texts(plan)
    wanted = [each for each in waiting if chosen is None or each.text.public_id in chosen]
    by_code: dict[str, list[WaitingAmendment]] = defaultdict(list)
    for each in wanted:
        by_code[each.code].append(each)
    by_key = {each.text.public_id: each for each in waiting}
    refused: list[tuple[WaitingAmendment, str]] = []
    places: list[ChangedPlace] = []
    remarks: list[str] = []
    for code, asked in by_code.items():
        node, state = texts[code]
        words = _words(state)
        wrong = misfits(words, [each.edit for each in asked])
        refused += _told_once(wrong, by_key)
        bad = {each.edit.key for each in wrong}
        good = [each.edit for each in asked if each.edit.key not in bad]
        if words is None or not good:
            continue
        remarks += [clash.words for clash in clashes(words, good)]
        places.append(_changed(node, state, words, good, by_key))
    order = {code: state.position for code, (_, state) in texts.items()}
    return NextVersion(
        plan=plan,
        base=base,
        base_name=version_name(base),
        waiting=tuple(waiting),
        chosen=tuple(wanted),
        places=tuple(sorted(places, key=lambda place: order[place.code])),
        misfits=tuple(refused),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def list_waiting(plan_id: int) -> list[WaitingAmendment]:
    """Return a plan's published amendments that stand in none of its versions, in the order of the points."""
    return [
        _waiting(*row)
        for row in db.session.execute(
            _amendments_of_plans()
            .where(PlanNode.plan_id == plan_id, *_is_public(), ~_is_applied())
            .order_by(Consultation.id, Point.number, Amendment.id)
        )
    ]


def _amendments_of_plans() -> Any:
    return (
        select(Amendment, PlanNode.code, Point, Consultation.title)
        .join(PlanNode, PlanNode.subject_id == Amendment.subject_id)
        .join(Point, Point.id == Amendment.point_id)
        .join(Consultation, Consultation.id == Point.consultation_id)
    )


def _waiting(amendment: Amendment, code: str, point: Point, title: str) -> WaitingAmendment:
    return WaitingAmendment(
        text=rows.amendment_text(amendment),
        code=code,
        point_number=point.number,
        point_title=point.title,
        point_public_id=point.public_id,
        consultation_title=title,
        published_at=amendment.published_at,
    )


def _is_public() -> tuple[Any, Any]:
    return Amendment.published_at.is_not(None), Amendment.unpublished_at.is_(None)


def _is_applied() -> Any:
    return select(AmendmentApplication.id).where(AmendmentApplication.amendment_id == Amendment.id).exists()


def _words(state: NodeText) -> str | None:
    """The words that an amendment changes: the text, or the title of a place that has none. None: it is gone."""
    return (state.text or state.title) if state.standing else None


def _told_once(
    wrong: Iterable[Misfit], by_key: dict[str, WaitingAmendment]
) -> list[tuple[WaitingAmendment, str]]:
    told: dict[str, list[str]] = defaultdict(list)
    for each in wrong:
        told[each.edit.key].append(each.why)
    return [(by_key[key], "".join(dict.fromkeys(whys))) for key, whys in told.items()]


def _changed(
    node: PlanNode,
    state: NodeText,
    words: str,
    edits: Sequence[Edit],
    by_key: dict[str, WaitingAmendment],
) -> ChangedPlace:
    done = amended(words, edits)
    return ChangedPlace(
        code=node.code,
        place=by_key[edits[0].key].text.place or name_of(node),
        is_title=not state.text,
        old=done.old,
        new=done.new,
        parts=done.parts,
        sentences=tuple(
            (sentence, tuple(by_key[key] for key in sentence.keys)) for sentence in done.sentences
        ),
    )


# ── Amendments at the desk ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PlanWithAmendments:
    """A plan with how many amendments were drafted, wait to be put in, and stand in it."""

    slug: str
    title: str
    drafted: int
    waiting: int
    applied: int


def list_plans_with_amendments() -> list[PlanWithAmendments]:
    """Return the plans that opinions change, in the order of the plans. One query."""
    is_drafted = and_(Amendment.published_at.is_(None), Amendment.removed_at.is_(None))
    is_public = and_(*_is_public())
    rows_ = db.session.execute(
        select(
            Plan.slug,
            Plan.title,
            func.count().filter(is_drafted).label("drafted"),
            func.count().filter(and_(is_public, ~_is_applied())).label("waiting"),
            func.count().filter(_is_applied()).label("applied"),
        )
        .select_from(Amendment)
        .join(Point, Point.id == Amendment.point_id)
        .join(PlanNode, PlanNode.subject_id == Amendment.subject_id)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(or_(Point.merged_into_id.is_(None), _is_applied()))
        .group_by(Plan.id, Plan.slug, Plan.title, Plan.position)
        .order_by(Plan.position)
    )
    return [PlanWithAmendments(*row) for row in rows_]


@dataclass(frozen=True)
class StaffClash:
    """Two amendments of one place that touch, as staff see it before a decision (修正の重なり)."""

    place: str
    words: str
    is_overlap: bool
    #: The other point: its number and public id.
    other_number: int
    other_public_id: str


def clashes_of_point(point_id: int) -> list[StaffClash]:
    """Return where the amendments of a point touch those of other points, drafted or published. One query."""
    own = (
        select(Amendment.subject_id)
        .where(Amendment.point_id == point_id, Amendment.removed_at.is_(None))
        .scalar_subquery()
    )
    found = db.session.execute(
        _amendments_of_plans()
        .add_columns(PlanNode.text, PlanNode.title)
        .where(Amendment.subject_id.in_(own), ~_is_applied(), Point.merged_into_id.is_(None))
        .where(
            or_(
                and_(Amendment.removed_at.is_(None), Amendment.unpublished_at.is_(None)),
                and_(*_is_public()),
            )
        )
        .order_by(Point.number, Amendment.id)
    ).all()
    by_place: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        by_place[row[1]].append(row)
    told: dict[tuple[str, str], StaffClash] = {}
    for beside in by_place.values():
        points = {row[0].public_id: row[2] for row in beside}
        edits = [edit_of(rows.amendment_text(row[0]), f"No.{row[2].number}") for row in beside]
        for clash in clashes(beside[0][4] or beside[0][5], edits):
            one, other = points[clash.first.key], points[clash.second.key]
            if point_id not in (one.id, other.id):
                continue
            rest = other if one.id == point_id else one
            told.setdefault(
                (beside[0][0].place, clash.words),
                StaffClash(beside[0][0].place, clash.words, clash.is_overlap, rest.number, rest.public_id),
            )
    return list(told.values())


# ── Reasons of a changed sentence ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SentenceChange:
    """A sentence that an opinion changed, as its author and readers see it (変わった文)."""

    key: str
    place: str
    place_path: str
    version_name: str
    version_path: str
    published_at: datetime | None
    old: str
    new: str
    point_number: int
    point_path: str
    remark: str


#: An application that the public may know of: its version was published, or is part of one that was.
def _is_read() -> Any:
    return AmendmentApplication.version_number <= Plan.current_number


def changed_by(opinion_ids: Sequence[int]) -> dict[int, list[SentenceChange]]:
    """Return opinion → the sentences of the plans that it changed, in the order of the versions.

    Through every point that it is in, and points that were merged into them. Two queries at most.
    """
    if not opinion_ids:
        return {}
    members: dict[int, list[int]] = defaultdict(list)
    roots: dict[int, int] = {}
    for opinion_id, root_id, point_id in db.session.execute(_points_of(list(opinion_ids))):
        roots[point_id] = root_id
        if point_id == root_id:
            members[root_id].append(opinion_id)
    found: dict[int, list[SentenceChange]] = defaultdict(list)
    for root_id, change in _changes_of_points(roots):
        for opinion_id in members[root_id]:
            found[opinion_id].append(change)
    return dict(found)


def _points_of(opinion_ids: list[int]) -> Any:
    """Opinion, the point in which it is, and that point or one that was merged into it, however often."""
    mine = PointOpinion.opinion_id.in_(opinion_ids)
    beginning = select(PointOpinion.point_id.label("root"), PointOpinion.point_id.label("point")).where(mine)
    known = beginning.distinct().cte("known", recursive=True)
    known = known.union(select(known.c.root, Point.id).join(Point, Point.merged_into_id == known.c.point))
    return (
        select(PointOpinion.opinion_id, known.c.root, known.c.point)
        .join(known, known.c.root == PointOpinion.point_id)
        .where(mine)
        .order_by(PointOpinion.opinion_id)
    )


def _changes_of_points(roots: Mapping[int, int]) -> list[tuple[int, SentenceChange]]:
    """Return (point where the opinions are, change) for points given as point → where its opinions are now."""
    if not roots:
        return []
    return [
        (
            roots[row.Point.id],
            SentenceChange(
                key=row.AmendmentApplication.public_id,
                place=row.Amendment.place,
                place_path=path_of(row.Subject.kind, row.Subject.reference),
                version_name=f"第{row.PlanVersion.number}版 {version_name(row.PlanVersion)}",
                version_path=_path_of_version(row.slug, row.PlanVersion.number, row.code),
                published_at=row.PlanVersion.published_at,
                old=row.AmendmentApplication.old_sentence,
                new=row.AmendmentApplication.new_sentence,
                point_number=row.Point.number,
                point_path=f"/points/{row.Point.public_id}",
                remark=_remark(row.Amendment, row.published_number),
            ),
        )
        for row in db.session.execute(
            _applications().where(Point.id.in_(list(roots)), _is_read()).order_by(*_READING)
        )
    ]


def _path_of_version(slug: str, number: int, code: str) -> str:
    return f"/plans/{slug}/versions/{number - 1}...{number}#{code}" if number > 1 else f"/plans/{slug}/{code}"


_READING = (
    AmendmentApplication.version_number,
    AmendmentApplication.node_id,
    AmendmentApplication.id,
)


def _applications() -> Any:
    return (
        select(
            AmendmentApplication,
            Amendment,
            Point,
            Subject,
            PlanVersion,
            Plan.slug,
            PlanNode.code,
            Consultation.title.label("consultation"),
            WardReply.published_number,
        )
        .join(Amendment, Amendment.id == AmendmentApplication.amendment_id)
        .join(Point, Point.id == Amendment.point_id)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .join(PlanNode, PlanNode.id == AmendmentApplication.node_id)
        .join(Plan, Plan.id == AmendmentApplication.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == AmendmentApplication.plan_id)
            & (PlanVersion.number == AmendmentApplication.version_number),
        )
        .join(Subject, Subject.id == Amendment.subject_id)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
    )


WITHDRAWN = "この修正のもとになった区の考え方は、そのあと取り下げられました。"
CORRECTED = "この修正は、そのあとの訂正で取りやめになりました。今の文は、新しい版で確かめてください。"


def _remark(amendment: Amendment, published_number: int | None) -> str:
    if amendment.unpublished_at is None:
        return ""
    return WITHDRAWN if published_number is None else CORRECTED


def reasons_between(plan_id: int, first: int, last: int) -> list[Reason]:
    """Return the reasons of the sentences that versions `first` to `last` of a plan changed. Few queries."""
    found = db.session.execute(
        _applications()
        .where(
            AmendmentApplication.plan_id == plan_id,
            AmendmentApplication.version_number.between(first, last),
        )
        .order_by(*_READING)
    ).all()
    if not found:
        return []
    roots = roots_of({row.Point.id for row in found})
    behind = _opinions_of({root.id for root in roots.values()})
    return [
        Reason(
            code=row.code,
            version_number=row.AmendmentApplication.version_number,
            key=row.AmendmentApplication.public_id,
            old=row.AmendmentApplication.old_sentence,
            new=row.AmendmentApplication.new_sentence,
            point=f"No.{roots[row.Point.id].number}「{roots[row.Point.id].title}」",
            point_path=f"/points/{row.Point.public_id}",
            consultation=row.consultation,
            opinion_count=len(behind[roots[row.Point.id].id]),
            opinions=tuple(behind[roots[row.Point.id].id][:OPINIONS_NAMED]),
            remark=_remark(row.Amendment, row.published_number),
        )
        for row in found
    ]


def _opinions_of(point_ids: set[int]) -> dict[int, list[SpokenFor]]:
    """Return point → its opinions by number; those that were taken back are not among them."""
    found: dict[int, list[SpokenFor]] = {each: [] for each in point_ids}
    for point_id, number, public_id, visibility in db.session.execute(
        select(PointOpinion.point_id, Opinion.number, Opinion.public_id, Contribution.visibility)
        .join(Opinion, Opinion.id == PointOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(PointOpinion.point_id.in_(point_ids), Contribution.visibility != Visibility.WITHDRAWN)
        .order_by(Opinion.number)
    ):
        path = f"/opinions/{public_id}" if visibility is Visibility.PUBLISHED else ""
        found[point_id].append(SpokenFor(number, path))
    return found
