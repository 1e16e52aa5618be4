"""The same and nearly the same words: finding them, and reading what people confirmed (同文の束)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, visitor
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.lazily import lazily
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.opinions.domain import CHANNEL_NAMES, Channel
from participation.opinions.domain.wording import BUNDLED_NAMES, FOLDED, BundledAs, mark_own_words
from participation.opinions.models import Opinion, OpinionCounter, Submission
from participation.opinions.queries.counting import heard, stands
from participation.replies.domain import BundleFound, BundleStatus
from participation.replies.domain.bundling import FIND_BUNDLES, search_of
from participation.replies.domain.bursts import Burst, bursts_in
from participation.replies.models import BundledOpinion, BundleSearch, GatherAct, LeadingText, TextBundle
from participation.replies.queries import acts

if TYPE_CHECKING:
    from participation.opinions.domain import alike
else:  # It loads numpy, which no page needs.
    alike = lazily("participation.opinions.domain.alike")

BUNDLES_SHOWN = 30
#: So many bundles are offered to put one together with.
OTHERS_SHOWN = 100
MEMBERS_SHOWN = 30
#: What stands beside the bundle is read in full up to here; the rest is a link away.
READ_WHOLE = 600
PORTION = 1000


def _silent(_done: int, _words: str) -> None:
    """Tell nobody."""


def find_bundles(
    consultation_id: int, tell: Callable[[int, str], None] = _silent
) -> tuple[list[BundleFound], int]:
    """Return what is the same or nearly so among the standing opinions of a consultation, and the last number seen.

    `tell` is told how far it is, in opinions: each is read, sketched, compared, and looked through for additions.
    """
    said: dict[str, list[int]] = {}
    words: dict[str, str] = {}
    keys: dict[int, str] = {}
    last = 0
    while True:
        rows = db.session.execute(
            select(Opinion.id, Opinion.number, Opinion.text_key, Contribution.body)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id == consultation_id,
                Opinion.number > last,
                _is_read(),
            )
            .order_by(Opinion.number)
            .limit(PORTION)
        ).all()
        for opinion_id, number, key, body in rows:
            said.setdefault(key, []).append(opinion_id)
            words.setdefault(key, body)
            keys[opinion_id] = key
            last = number
        tell(len(keys), "意見を読んでいます。")
        if len(rows) < PORTION:
            break
    found = alike.clusters(
        (alike.Wording(tuple(ids), words[key]) for key, ids in said.items()),
        lambda done: tell(len(keys) + done, "文面を見比べています。"),
    )
    return [
        BundleFound(
            each.head.opinions[0],
            {member: (relation.value, keys[member]) for member, relation in each.relations.items()},
        )
        for each in found
    ], last


def with_new_texts() -> list[int]:
    """Return the consultations with opinions that nobody compared yet. One query."""
    return list(
        db.session.scalars(
            select(OpinionCounter.id)
            .outerjoin(BundleSearch, BundleSearch.id == OpinionCounter.id)
            .where(or_(BundleSearch.id.is_(None), OpinionCounter.last_number > BundleSearch.last_number))
            .order_by(OpinionCounter.id)
        )
    )


def count_texts(consultation_id: int) -> int:
    """Return how many opinions of a consultation a search reads. One query."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Opinion)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Opinion.consultation_id == consultation_id, _is_read())
        )
        or 0
    )


def _is_read() -> ColumnElement[bool]:
    return and_(stands(), Contribution.visibility != Visibility.ERASED)


def texts_to_remember(consultation_id: int, after: int = 0) -> list[int]:
    """Return the next opinions whose words are not in the index yet; the same words may come twice. One query."""
    known = select(LeadingText.id).where(
        LeadingText.consultation_id == consultation_id, LeadingText.text_key == Opinion.text_key
    )
    return list(
        db.session.scalars(
            select(Opinion.id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id == consultation_id, Opinion.id > after, _is_read(), ~known.exists()
            )
            .order_by(Opinion.id)
            .limit(PORTION)
        )
    )


def list_searches(consultation_id: int) -> list[LongRun]:
    """Return the latest search that was done in the background, if there was one. One query."""
    return long_runs.list_about(search_of(consultation_id), kinds=(FIND_BUNDLES,), limit=1)


def get_bundle_to_change(public_id: str) -> TextBundle:
    """Return a bundle and keep it from being changed by others until the commit; raises NotFound."""
    found = db.session.scalars(
        select(TextBundle)
        .where(TextBundle.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_folded() -> ColumnElement[bool]:
    """Return the condition under which an opinion is shown as one with others; joined: BundledOpinion, Opinion."""
    return and_(
        BundledOpinion.opinion_id == Opinion.id,
        BundledOpinion.confirmed_at.is_not(None),
        BundledOpinion.relation.in_(FOLDED),
        BundledOpinion.text_key == Opinion.text_key,
    )


def folded_opinions(bundle_public_ids: Sequence[str], *conditions: ColumnElement[bool]) -> list[str]:
    """Return the public ids of the standing opinions that are shown as one in these bundles. One query."""
    return list(
        db.session.scalars(
            select(Opinion.public_id)
            .join(BundledOpinion, is_folded())
            .join(TextBundle, TextBundle.id == BundledOpinion.bundle_id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(TextBundle.public_id.in_(bundle_public_ids), stands(), *conditions)
            .order_by(Opinion.number)
        )
    )


def opinions_ticked(ticked: Sequence[str], *conditions: ColumnElement[bool]) -> list[str]:
    """Return the public ids behind ticks: of single opinions, and of bundles (bundle:…) those that they fold."""
    named = [each.removeprefix("bundle:") for each in ticked if each.startswith("bundle:")]
    single = [each for each in ticked if not each.startswith("bundle:")]
    return single + (folded_opinions(named, *conditions) if named else [])


@dataclass(frozen=True)
class BundleRow:
    """A bundle in the list."""

    public_id: str
    status: BundleStatus
    head_number: int
    head_words: str
    #: How many opinions are in it as what.
    counts: dict[BundledAs, int]
    waiting: int
    #: How many people and organisations said what is, or would be, shown as one.
    people: int = 0

    @property
    def folded(self) -> int:
        """How many opinions are, or would be, shown as one."""
        return sum(self.counts.get(relation, 0) for relation in FOLDED)

    @property
    def in_words(self) -> str:
        """「同文 97件・95人（うち、ほぼ同文 3件）」."""
        near = self.counts.get(BundledAs.NEAR, 0)
        return f"同文 {self.folded:,}件・{self.people:,}人" + (
            f"（うち、ほぼ同文 {near:,}件）" if near else ""
        )

    @property
    def beside(self) -> list[tuple[str, int]]:
        """What stands beside it and is never folded: (name, how many)."""
        return [
            (BUNDLED_NAMES[relation], self.counts[relation])
            for relation in (BundledAs.ADDED, BundledAs.OPPOSED)
            if self.counts.get(relation)
        ]


def list_bundles(consultation_id: int, status: BundleStatus, edge: Edge) -> Page[BundleRow]:
    """Return the bundles of a consultation that wait, or that were decided on. Three queries."""
    statement, backwards = keyset(
        select(TextBundle, Opinion.number, func.substr(Contribution.body, 1, 200))
        .join(Opinion, Opinion.id == TextBundle.head_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(TextBundle.consultation_id == consultation_id, TextBundle.status == status),
        [TextBundle.id],
        edge,
        limit=BUNDLES_SHOWN,
    )
    rows = db.session.execute(statement).all()
    found = page(rows, [(row[0].id,) for row in rows], edge, limit=BUNDLES_SHOWN, backwards=backwards)
    ids = [bundle.id for bundle, _, _ in found.items]
    (counts, waiting), people = _counts(ids), _people(ids)
    return Page(
        [
            BundleRow(
                bundle.public_id,
                bundle.status,
                number,
                words,
                counts.get(bundle.id, {}),
                waiting.get(bundle.id, 0),
                people.get(bundle.id, 0),
            )
            for bundle, number, words in found.items
        ],
        found.after,
        found.before,
    )


def _counts(bundle_ids: Sequence[int]) -> tuple[dict[int, dict[BundledAs, int]], dict[int, int]]:
    counts: dict[int, dict[BundledAs, int]] = {}
    waiting: dict[int, int] = {}
    for bundle_id, relation, total, unconfirmed in db.session.execute(
        select(
            BundledOpinion.bundle_id,
            BundledOpinion.relation,
            func.count(),
            func.count().filter(BundledOpinion.confirmed_at.is_(None)),
        )
        .join(Opinion, Opinion.id == BundledOpinion.opinion_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            BundledOpinion.bundle_id.in_(bundle_ids),
            BundledOpinion.text_key == Opinion.text_key,
            stands(),
        )
        .group_by(BundledOpinion.bundle_id, BundledOpinion.relation)
    ):
        counts.setdefault(bundle_id, {})[relation] = total
        waiting[bundle_id] = waiting.get(bundle_id, 0) + unconfirmed
    return counts, waiting


def _people(bundle_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people and organisations said what each bundle shows as one: as all counts of people."""
    counts = heard(
        BundledOpinion.bundle_id,
        BundledOpinion.bundle_id.in_(bundle_ids),
        BundledOpinion.relation.in_(FOLDED),
        BundledOpinion.text_key == Opinion.text_key,
        through=(BundledOpinion, BundledOpinion.opinion_id == Opinion.id),
    )
    return {row.group_id: int(row.people) for row in db.session.execute(counts)}


@dataclass(frozen=True)
class Arrivals:
    """How what a bundle shows as one came in: when many came at once, and from how few."""

    bursts: list[Burst]
    #: The most opinions in it from one account or one visit of a browser.
    most_from_one: int
    #: How many accounts and visits sent more than one.
    senders_of_several: int
    channels: list[tuple[str, int]]

    @property
    def ways(self) -> str:
        """「このサイト 40件、郵送 2件」."""
        return "、".join(f"{name} {count:,}件" for name, count in self.channels)


def arrivals_of(bundle: TextBundle) -> Arrivals:
    """Return how the opinions of a bundle came in. One query; says nothing of anybody's address in the net."""
    rows = db.session.execute(
        select(Submission.received_at, Submission.channel, Submission.author_id, Submission.guest_hash)
        .join(Opinion, Opinion.submission_id == Submission.id)
        .join(BundledOpinion, BundledOpinion.opinion_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            BundledOpinion.bundle_id == bundle.id,
            BundledOpinion.relation.in_(FOLDED),
            BundledOpinion.text_key == Opinion.text_key,
            stands(),
        )
    ).all()
    senders = Counter(
        row.author_id or row.guest_hash for row in rows if row.author_id is not None or row.guest_hash
    )
    channels = Counter(row.channel for row in rows)
    # Of paper only the day is known: it never comes within minutes.
    timed = [row.received_at for row in rows if row.channel is Channel.WEB]
    return Arrivals(
        bursts=bursts_in(timed),
        most_from_one=max(senders.values(), default=0),
        senders_of_several=sum(count > 1 for count in senders.values()),
        channels=[(CHANNEL_NAMES[channel], count) for channel, count in channels.most_common()],
    )


@dataclass(frozen=True)
class BundleMember:
    """An opinion in a bundle."""

    public_id: str
    number: int
    body: str
    relation: BundledAs
    is_waiting: bool
    #: The words in parts, those marked that are the writer's own; only where they are not folded.
    parts: tuple[tuple[str, str | None], ...]

    @property
    def shown_parts(self) -> list[tuple[str, str | None]]:
        """The parts up to READ_WHOLE characters: the page stays light however long the letters are."""
        return cut_parts(self.parts, READ_WHOLE)

    @property
    def is_cut(self) -> bool:
        """Whether `shown_parts` leaves something out."""
        return sum(len(text) for text, _ in self.parts) > READ_WHOLE


@dataclass(frozen=True)
class BundlePage:
    """A bundle with its opinions, those that need a person's eye first."""

    bundle: TextBundle
    consultation: Consultation
    row: BundleRow
    head_public_id: str
    head_body: str
    members: Page[BundleMember]


def cut_parts(parts: Sequence[tuple[str, str | None]], most: int) -> list[tuple[str, str | None]]:
    """Return the parts up to `most` characters, and … if something follows."""
    kept: list[tuple[str, str | None]] = []
    left = most
    for text, kind in parts:
        if len(text) > left:
            kept += [(text[:left], kind)] if left else []
            return [*kept, ("…", None)]
        kept.append((text, kind))
        left -= len(text)
    return kept


def get_bundle(public_id: str, edge: Edge | None = None) -> BundlePage:
    """Return a bundle with its standing opinions, a page at a time; raises NotFound. Five queries.

    First come those that are not folded, then the nearly same, then the same.
    """
    where = edge or Edge()
    head = db.session.execute(
        select(TextBundle, Consultation, Opinion, Contribution)
        .join(Consultation, Consultation.id == TextBundle.consultation_id)
        .join(Opinion, Opinion.id == TextBundle.head_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(TextBundle.public_id == public_id)
    ).one_or_none()
    if head is None:
        raise NotFound
    bundle, consultation, opinion, said = head
    place = case(
        (BundledOpinion.relation.not_in(FOLDED), 0), (BundledOpinion.relation != BundledAs.SAME, 1), else_=2
    )
    statement, backwards = keyset(
        select(Opinion, Contribution, BundledOpinion, place)
        .join(BundledOpinion, BundledOpinion.opinion_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            BundledOpinion.bundle_id == bundle.id,
            BundledOpinion.text_key == Opinion.text_key,
            stands(),
        ),
        [place, Opinion.number],
        where,
        limit=MEMBERS_SHOWN,
    )
    rows = db.session.execute(statement).all()
    shown = page(
        rows, [(row[3], row[0].number) for row in rows], where, limit=MEMBERS_SHOWN, backwards=backwards
    )
    (counts, waiting), people = _counts([bundle.id]), _people([bundle.id])
    return BundlePage(
        bundle=bundle,
        consultation=consultation,
        row=BundleRow(
            bundle.public_id,
            bundle.status,
            opinion.number,
            said.body,
            counts.get(bundle.id, {}),
            waiting.get(bundle.id, 0),
            people.get(bundle.id, 0),
        ),
        head_public_id=opinion.public_id,
        head_body=said.body,
        members=Page(
            [
                BundleMember(
                    each.public_id,
                    each.number,
                    words.body,
                    member.relation,
                    member.confirmed_at is None,
                    tuple(mark_own_words(said.body, words.body)) if member.relation not in FOLDED else (),
                )
                for each, words, member, _ in shown.items
            ],
            shown.after,
            shown.before,
        ),
    )


def list_others(bundle: TextBundle) -> list[tuple[str, str]]:
    """Return the bundles with which one can be put together: (public id, how it begins). One query."""
    rows = db.session.execute(
        select(TextBundle.public_id, Opinion.number, func.substr(Contribution.body, 1, 60))
        .join(Opinion, Opinion.id == TextBundle.head_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            TextBundle.consultation_id == bundle.consultation_id,
            TextBundle.id != bundle.id,
            TextBundle.status != BundleStatus.REFUSED,
        )
        .order_by(Opinion.number)
        .limit(OTHERS_SHOWN)
    )
    return [(public_id, f"意見 {number}　{excerpt(words, 30)}") for public_id, number, words in rows]


@dataclass(frozen=True)
class SearchState:
    """When the same texts were last looked for, and what came since."""

    asked_at: datetime | None
    finished_at: datetime | None
    #: Opinions that came after it.
    newer: int
    #: Bundles that wait for a person.
    waiting: int
    confirmed: int
    #: What the reader did last with the consultation's opinions, if it may be undone.
    to_undo: GatherAct | None

    @property
    def is_unfinished(self) -> bool:
        """Whether the last search has not come to its end: it is under way, or somebody or something stopped it."""
        return self.asked_at is not None and self.finished_at is None


def get_search(consultation_id: int, actor: Actor | None = None) -> SearchState:
    """Return how the search for the same texts stands, and what `actor` may undo. One query."""
    acted = aliased(GatherAct)
    newer = (
        select(func.count())
        .select_from(Opinion)
        .where(
            Opinion.consultation_id == consultation_id,
            Opinion.number > func.coalesce(BundleSearch.last_number, 0),
        )
        .correlate(BundleSearch)
        .scalar_subquery()
    )
    statuses = [
        select(func.count())
        .select_from(TextBundle)
        .where(TextBundle.consultation_id == consultation_id, TextBundle.status == status)
        .scalar_subquery()
        for status in (BundleStatus.PROPOSED, BundleStatus.CONFIRMED)
    ]
    row = db.session.execute(
        select(BundleSearch.asked_at, BundleSearch.finished_at, newer, *statuses, acted)
        .select_from(Consultation)
        .outerjoin(BundleSearch, BundleSearch.id == Consultation.id)
        .outerjoin(acted, acted.id == acts.id_to_undo(Consultation.id, actor or visitor("")))
        .where(Consultation.id == consultation_id)
    ).one()
    return SearchState(*row)
