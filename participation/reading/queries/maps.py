"""The topics of a run as pages show them: counted under a filter, drawn, one topic with its opinions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, select, union_all

from participation.consultations.models import Consultation
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.csv_text import Cell
from participation.foundation.db import db
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.opinions.domain import CHANNEL_NAMES, Channel
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.counting import heard
from participation.people.domain import AGE_BAND_NAMES, STANDING_NAMES, AgeBand, Standing
from participation.places.models import Area, ResidentialDistrict
from participation.plans.models import Plan, PlanLevel, PlanNode
from participation.plans.queries import find_node, name_of, subject_ids_below
from participation.reading.domain import drawing
from participation.reading.domain.runs import SUBMITTER_NAMES, Submitter, TopicFilter
from participation.reading.domain.suppression import hidden_cells
from participation.reading.models import Topic, TopicMember, TopicRun, TopicSentence
from participation.reading.queries.drafting import AdoptedLabel, adopted_label, with_label_drafts
from participation.reading.queries.runs import is_readable, masked

MEMBERS_SHOWN = 25
#: Sentences of each topic in the list; its own page has all.
SENTENCES_IN_LIST = 2
DOTS_SHOWN = 1500
WORDS_SHOWN = 300


@dataclass(frozen=True)
class Quoted:
    """A sentence of an opinion that speaks for a topic."""

    number: int
    opinion: str
    words: str


@dataclass
class TopicRow:
    """A topic as a list shows it; `count` is None where it would point at few people."""

    id: int
    public_id: str
    label: str
    machine_label: str
    is_other: bool
    parent_id: int | None
    terms: list[str]
    x: float
    y: float
    count: int | None = 0
    people: int = 0
    #: As `people`, but a class that handed in together is one: by it small numbers are hidden.
    senders: int = 0
    share: float = 0.0
    children: list[TopicRow] = field(default_factory=list)
    sentences: list[Quoted] = field(default_factory=list)
    #: If its name is worded by a machine: which proposal it was, and who took it up.
    adopted: AdoptedLabel | None = None

    @property
    def named_by(self) -> str:
        """From where its name is, in words; empty: from its own terms, as every name in the beginning."""
        if self.adopted is not None:
            return self.adopted.in_words
        return "" if self.label == self.machine_label else "職員が付けた名前"

    @property
    def in_words(self) -> str:
        """「12件・9人」."""
        if self.count is None:
            return "少数のため表示しません"
        return f"{self.count:,}件・{self.people:,}人"


@dataclass(frozen=True)
class TopicsPage:
    """The topics of a run under a filter, the largest first, 「その他」 last."""

    run: TopicRun
    consultation: Consultation | None
    topics: list[TopicRow]
    total: int
    is_suppressed: bool

    @property
    def shown(self) -> list[TopicRow]:
        """The topics whose numbers are shown and not 0."""
        return [each for each in self.topics if each.count]


def conditions_of(chosen: TopicFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter; joined: Opinion, Submission, Contribution."""
    found: list[ColumnElement[bool]] = []
    if chosen.place:
        slug, _, code = chosen.place.partition("/")
        node = find_node(slug, code)
        found.append(Contribution.subject_id.in_(subject_ids_below(node) if node is not None else []))
    if chosen.consultation:
        found.append(
            Opinion.consultation_id.in_(
                select(Consultation.id).where(Consultation.code == chosen.consultation)
            )
        )
    if chosen.channel in set(Channel):
        found.append(Submission.channel == Channel(chosen.channel))
    if chosen.from_on:
        found.append(Submission.received_at >= clock.start_of(chosen.from_on))
    if chosen.to_on:
        found.append(Submission.received_at < clock.end_of(chosen.to_on))
    if chosen.age in set(AgeBand):
        found.append(Submission.age_band == AgeBand(chosen.age))
    if chosen.area:
        in_area = (
            select(ResidentialDistrict.id)
            .join(Area, Area.id == ResidentialDistrict.area_id)
            .where(Area.code == chosen.area)
        )
        found.append(Submission.district_id.in_(in_area))
    if chosen.submitter in set(Submitter):
        is_person = Submission.organisation_name == ""
        found.append(is_person if chosen.submitter == Submitter.PERSON else ~is_person)
    if chosen.standing in set(Standing):
        # A list of codes, kept as JSON: on both databases its text holds each in quotation marks.
        found.append(cast(Submission.standings, Text).contains(f'"{chosen.standing}"', autoescape=True))
    return found


def show_topics(run: TopicRun, chosen: TopicFilter, *, sentences: bool = True) -> TopicsPage:
    """Return the topics of a run under a filter. Six queries at most."""
    conditions = conditions_of(chosen)
    rows: dict[int, TopicRow] = {}
    of_run = select(Topic).where(Topic.run_id == run.id, Topic.merged_into_id.is_(None))
    for found in db.session.execute(with_label_drafts(of_run.order_by(Topic.position))):
        each: Topic = found.Topic
        row = rows.setdefault(
            each.id,
            TopicRow(
                each.id,
                each.public_id,
                each.label,
                each.machine_label,
                each.is_other,
                each.parent_id,
                list(each.terms),
                each.x,
                each.y,
            ),
        )
        row.adopted = adopted_label(found, each.label) or row.adopted
    for counted in _counts(run, conditions):
        if counted.group_id in rows:
            found_row = rows[counted.group_id]
            found_row.count, found_row.people = int(counted.opinions), int(counted.people)
            found_row.senders = counted.senders
    topics = [row for row in rows.values() if row.parent_id is None]
    for row in rows.values():
        if row.parent_id in rows:
            rows[row.parent_id].children.append(row)
    hidden = _hide(rows, topics) if chosen.is_about_people else False
    total = sum(row.count or 0 for row in topics)
    for row in topics:
        row.share = (row.count or 0) / total if total else 0.0
        row.children.sort(key=lambda child: -(child.count or 0))
        row.children = [child for child in row.children if child.count != 0]
    topics.sort(key=lambda row: (row.is_other, -(row.count or 0)))
    # What staff made empty by moving is gone from the list; 「その他」 stays, so that one sees that it is empty.
    kept = [row for row in topics if row.count != 0 or row.is_other or conditions]
    if sentences:
        _quote(kept)
    consultation = db.session.get(Consultation, run.consultation_id) if run.consultation_id else None
    return TopicsPage(run, consultation, kept, total, hidden)


def _counts(run: TopicRun, conditions: Sequence[ColumnElement[bool]]) -> Sequence[Row[Any]]:
    """Return topic or part of a topic, opinions, people, senders: of both levels in one statement."""
    return db.session.execute(
        union_all(
            *(
                heard(
                    column,
                    TopicMember.run_id == run.id,
                    is_readable(),
                    *conditions,
                    through=(TopicMember, TopicMember.opinion_id == Opinion.id),
                )
                for column in (TopicMember.topic_id, TopicMember.subtopic_id)
            )
        )
    ).all()


def _hide(rows: dict[int, TopicRow], topics: Sequence[TopicRow]) -> bool:
    """Take small numbers away, level by level; return whether there were any."""
    hidden = set(hidden_cells({row.id: row.senders for row in topics}))
    for topic in topics:
        below = {child.id: child.senders for child in topic.children}
        # What is in no part of the topic is a cell too: a part could be worked out from it.
        below[-1] = max(topic.senders - sum(below.values()), 0)
        hidden |= set(below) if topic.id in hidden else set(hidden_cells(below))
    for topic_id in hidden & set(rows):
        rows[topic_id].count, rows[topic_id].people, rows[topic_id].senders = None, 0, 0
    return bool(hidden & set(rows))


def _quote(topics: Sequence[TopicRow]) -> None:
    found = _sentences([row.id for row in topics if row.count])
    for row in topics:
        row.sentences = found.get(row.id, [])[:SENTENCES_IN_LIST]


def _sentences(topic_ids: Sequence[int]) -> dict[int, list[Quoted]]:
    """Return the sentences of topics; those of opinions that do not stand any more are left out."""
    found: dict[int, list[Quoted]] = {}
    for topic_id, words, number, opinion in db.session.execute(
        select(TopicSentence.topic_id, TopicSentence.words, Opinion.number, Opinion.public_id)
        .join(Opinion, Opinion.id == TopicSentence.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(TopicSentence.topic_id.in_(topic_ids), is_readable())
        .order_by(TopicSentence.topic_id, TopicSentence.position)
    ):
        found.setdefault(topic_id, []).append(Quoted(number, opinion, words))
    return found


# ── As a file ───────────────────────────────────────────────────────────────────────────────

FILE_HEADER = (
    "話題",
    "小さな話題",
    "意見の件数",
    "人・団体の数",
    "割合（%）",
    "名前の出どころ",
    "目立つ言葉から自動で付いた名前",
    "目立つ言葉",
)


def file_rows(shown: TopicsPage) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of a table of topics, each followed by its parts; small numbers stay empty."""
    for topic in shown.topics:
        yield _file_row(topic, "", topic)
        for child in topic.children:
            yield _file_row(topic, child.label, child)


def _file_row(topic: TopicRow, part: str, row: TopicRow) -> tuple[Cell, ...]:
    hidden = row.count is None
    return (
        topic.label,
        part,
        row.count,
        None if hidden else row.people,
        f"{row.share * 100:.1f}" if not part and not hidden else "",
        row.named_by or "目立つ言葉から自動",
        row.machine_label,
        "" if hidden else "、".join(row.terms),
    )


# ── Drawings ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DrawnTopic:
    """A topic on a drawing."""

    row: TopicRow
    tile: drawing.Tile | None = None
    parts: tuple[drawing.Tile, ...] = ()
    spot: tuple[int, int] = (0, 0)
    radius: float = 0.0
    dots: str = ""
    #: Its number in the table below the drawing.
    number: int = 0


def draw_tree_map(shown: TopicsPage) -> list[DrawnTopic]:
    """Return the topics as tiles, each with its parts."""
    rows = shown.shown
    labels = [f"{number}. {row.label}" for number, row in enumerate(rows, start=1)]
    found = []
    for tile in drawing.tiles([row.count or 0 for row in rows], labels):
        row = rows[tile.place]
        sizes = [child.count or 0 for child in row.children]
        rest = max((row.count or 0) - sum(sizes), 0)
        box = (tile.x, tile.y, tile.width, tile.height)
        parts = tuple(drawing.tiles([*sizes, rest], box=box)) if sizes else ()
        found.append(DrawnTopic(row, tile, parts, number=tile.place + 1))
    return sorted(found, key=lambda each: each.number)


def draw_scatter(shown: TopicsPage, chosen: TopicFilter) -> list[DrawnTopic]:
    """Return the topics as discs among dots, a dot an opinion; of very many opinions some are drawn. One query."""
    rows = shown.shown
    count = sum(row.count or 0 for row in rows)
    visible = [row.id for row in rows]
    places = db.session.execute(
        select(TopicMember.topic_id, TopicMember.x, TopicMember.y, TopicMember.opinion_id)
        .join(Opinion, Opinion.id == TopicMember.opinion_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(TopicMember.run_id == shown.run.id, TopicMember.topic_id.in_(visible), is_readable())
        .where(*conditions_of(chosen))
        .order_by(TopicMember.topic_id, TopicMember.place, TopicMember.opinion_id)
    ).all()
    scale = drawing.scale_of([(row.x, row.y) for row in places])
    step = max(1, -(-len(places) // DOTS_SHOWN))
    dots: dict[int, list[tuple[int, int]]] = {}
    middles: dict[int, list[tuple[float, float]]] = {}
    for at, row in enumerate(places):
        middles.setdefault(row.topic_id, []).append((row.x, row.y))
        # A single dot of a small group would point at somebody.
        if at % step == 0 and not chosen.is_about_people:
            dots.setdefault(row.topic_id, []).append(scale(row.x, row.y))
    spots = [
        scale(
            sum(each[0] for each in middles[row.id]) / len(middles[row.id]),
            sum(each[1] for each in middles[row.id]) / len(middles[row.id]),
        )
        for row in rows
    ]
    radii = [12 + 34 * math.sqrt((row.count or 0) / max(count, 1)) for row in rows]
    placed = drawing.apart(spots, radii)
    return [
        DrawnTopic(
            row,
            spot=placed[at],
            radius=round(radii[at], 1),
            dots=drawing.dots_path(dots.get(row.id, [])),
            number=at + 1,
        )
        for at, row in enumerate(rows)
    ]


# ── One topic ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Member:
    """An opinion in a topic, personal data covered."""

    public_id: str
    number: int
    words: str
    is_cut: bool
    #: Where the machine had put it, if staff moved it.
    machine_label: str
    joined: bool


@dataclass(frozen=True)
class TopicPage:
    """A topic with its summary and its opinions."""

    run: TopicRun
    topic: Topic
    parent: Topic | None
    consultation: Consultation | None
    row: TopicRow
    sentences: list[Quoted]
    members: Page[Member]
    #: Topics to which opinions can be moved, and into which this one can be merged.
    others: list[tuple[str, str]]


def show_topic(run: TopicRun, topic: Topic, chosen: TopicFilter, edge: Edge) -> TopicPage:
    """Return a topic with a page of its opinions. Nine queries at most."""
    shown = show_topics(run, chosen, sentences=False)
    rows = {each.id: each for row in shown.topics for each in (row, *row.children)}
    row = rows.get(topic.id) or TopicRow(
        topic.id, topic.public_id, topic.label, topic.machine_label, topic.is_other, topic.parent_id, [], 0, 0
    )
    parent = next((each for each in shown.topics if each.id == topic.parent_id), None)
    return TopicPage(
        run,
        topic,
        db.session.get(Topic, topic.parent_id) if topic.parent_id else None,
        shown.consultation,
        row,
        _sentences([topic.id]).get(topic.id, []) if row.count is not None else [],
        _list_members(topic, chosen, edge) if row.count is not None else Page([]),
        _choices(shown, besides=topic.id, inside=parent.id if parent else None),
    )


def _choices(shown: TopicsPage, *, besides: int, inside: int | None) -> list[tuple[str, str]]:
    """Return the topics, and the parts of the topic in question, as choices."""
    found = []
    for row in shown.topics:
        if row.id != besides:
            found.append((row.public_id, row.label))
        if row.id in (besides, inside):
            found += [
                (each.public_id, f"　{row.label} ＞ {each.label}")
                for each in row.children
                if each.id != besides
            ]
    return found


def _list_members(topic: Topic, chosen: TopicFilter, edge: Edge) -> Page[Member]:
    column = TopicMember.subtopic_id if topic.parent_id else TopicMember.topic_id
    machine = select(Topic.label).where(Topic.id == TopicMember.machine_topic_id).scalar_subquery()
    statement, backwards = keyset(
        select(TopicMember, Opinion.public_id, Opinion.number, Contribution.body, machine.label("machine"))
        .join(Opinion, Opinion.id == TopicMember.opinion_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(column == topic.id, is_readable(), *conditions_of(chosen)),
        [TopicMember.place, TopicMember.id],
        edge,
        limit=MEMBERS_SHOWN,
    )
    rows = db.session.execute(statement).all()
    found = page(
        rows, [(row[0].place, row[0].id) for row in rows], edge, limit=MEMBERS_SHOWN, backwards=backwards
    )
    members = []
    for member, public_id, number, body, label in found.items:
        words = masked(body[: WORDS_SHOWN * 4])
        members.append(
            Member(
                public_id,
                number,
                excerpt(words, WORDS_SHOWN),
                len(body) > WORDS_SHOWN,
                label if member.machine_topic_id != member.topic_id else "",
                member.joined_at is not None,
            )
        )
    return Page(members, found.after, found.before)


# ── What the filter offers ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FilterChoices:
    """What the filter offers."""

    places: list[tuple[str, str]]
    consultations: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    channels: list[tuple[str, str]]
    ages: list[tuple[str, str]]
    submitters: list[tuple[str, str]]
    standings: list[tuple[str, str]]


def filter_choices(run: TopicRun) -> FilterChoices:
    """Return what the filter of a run offers. Three queries."""
    nodes = db.session.execute(
        select(PlanNode, Plan.slug, Plan.short_title)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .where(
            PlanNode.standing,
            Plan.is_reference.is_(False),
            PlanLevel.within.is_(False),
            PlanNode.subject_id.in_(_subjects(run)),
        )
        .order_by(Plan.position, PlanNode.position)
    ).all()
    consultations = (
        db.session.execute(
            select(Consultation.code, Consultation.title)
            .where(
                Consultation.id.in_(
                    select(Opinion.consultation_id)
                    .join(TopicMember, TopicMember.opinion_id == Opinion.id)
                    .where(TopicMember.run_id == run.id)
                )
            )
            .order_by(Consultation.id.desc())
        ).all()
        if run.consultation_id is None
        else []
    )
    areas = db.session.execute(select(Area.code, Area.name).order_by(Area.position)).all()
    return FilterChoices(
        [(f"{slug}/{node.code}", f"{short} › {name_of(node)}") for node, slug, short in nodes],
        [(code, title) for code, title in consultations],
        [(code, name) for code, name in areas],
        [(each.value, name) for each, name in CHANNEL_NAMES.items()],
        [(each.value, name) for each, name in AGE_BAND_NAMES.items()],
        [(each.value, name) for each, name in SUBMITTER_NAMES.items()],
        [(each.value, name) for each, name in STANDING_NAMES.items()],
    )


def _subjects(run: TopicRun) -> Select[Any]:
    return (
        select(Contribution.subject_id)
        .join(Opinion, Opinion.contribution_id == Contribution.id)
        .join(TopicMember, TopicMember.opinion_id == Opinion.id)
        .where(TopicMember.run_id == run.id)
        .distinct()
    )
