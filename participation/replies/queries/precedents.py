"""Replies that were given before (前例): found by words, 対応区分, 課, place and time; the most like one proposed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, or_, select

from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.replies.domain import Source, SourceKind, bigrams
from participation.replies.models import (
    Boilerplate,
    BoilerplateVersion,
    Disposition,
    Point,
    ReplyPublication,
    ReplyVersion,
    WardReply,
)
from participation.subjects.models import Subject

SHOWN = 20
#: How many replies are compared for likeness, those with words in common first.
COMPARED = 300
PROPOSED = 5
#: Below this two points have little more in common than everyday words.
LEAST_LIKENESS = 0.05
#: From here on two points are alike in words that few others have: somewhat, much.
SOMEWHAT, MUCH = 0.09, 0.16
#: What being about the same place in the plan is worth, beside likeness of words.
SAME_PLACE = 0.1
WORDS_ASKED = 8
MOST_WORDS = 6

#: Words that carry what a text is about: runs of kanji or katakana.
_TERM = re.compile(r"[一-龠々]{2,8}|[ァ-ヶー]{3,12}")
#: In nearly every point, and therefore of no help.
_EVERYWHERE = frozenset(["意見", "計画", "区民", "地域", "必要", "検討", "目黒区", "記載", "内容", "取組"])


@dataclass(frozen=True)
class Search:
    """Which replies somebody looks for; kept in the address."""

    text: str = ""
    disposition: str = ""
    section: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return self == Search()


@dataclass(frozen=True)
class Precedent:
    """A reply that stands in public."""

    point_id: int
    public_id: str
    number: int
    version_number: int
    consultation_title: str
    title: str
    summary: str
    body: str
    disposition: str
    section_name: str
    place: str
    published_at: datetime
    #: How alike its point is, in words; empty where it was searched for.
    likeness: str = ""

    @property
    def token(self) -> str:
        """How it is named as the source of a reply."""
        return Source(SourceKind.PRECEDENT, self.public_id, self.version_number).token


def search(chosen: Search, edge: Edge | None = None) -> Page[Precedent]:
    """Return published replies that fit, latest first. One query."""
    where = edge or Edge()
    statement = _published().where(*_conditions(chosen))
    ordered, backwards = keyset(statement, [ReplyPublication.id], where, limit=SHOWN, descending=True)
    rows = db.session.execute(ordered).all()
    return page(
        [_precedent(row) for row in rows],
        [(row.publication_id,) for row in rows],
        where,
        limit=SHOWN,
        backwards=backwards,
    )


def like(point: Point, *, limit: int = PROPOSED) -> list[Precedent]:
    """Return published replies to similar points of any consultation, most alike first. One query.

    Rare words weigh more than those that half of the points have. Compared are at most COMPARED replies:
    those that share a term with the point, or its place in the plan.
    """
    terms = _terms(f"{point.title} {point.summary}")
    if not terms:
        return []
    shares = [column.contains(term, autoescape=True) for term in terms for column in _HEADS]
    rows = db.session.execute(
        _published()
        .where(Point.id != point.id, or_(*shares, Point.subject_id == point.subject_id))
        .order_by(ReplyPublication.id.desc())
        .limit(COMPARED)
    ).all()
    own = bigrams(f"{point.title} {point.summary}")
    heads = [bigrams(f"{row.title} {row.summary}") for row in rows]
    weigh = _weights([own, *heads])
    ranked = sorted(
        (
            (
                _alike(own, head, weigh) + (SAME_PLACE if row.subject_id == point.subject_id else 0),
                -place,
                row,
            )
            for place, (row, head) in enumerate(zip(rows, heads, strict=True))
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    return [
        _precedent(row, likeness=_in_words(value))
        for value, _, row in ranked[:limit]
        if value >= LEAST_LIKENESS
    ]


def get_precedent(public_id: str) -> Precedent:
    """Return the reply that stands in public at a point; raises NotFound."""
    row = db.session.execute(_published().where(Point.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return _precedent(row)


@dataclass(frozen=True)
class SourceLine:
    """From what a version of a reply was written, with where it can be read."""

    token: str
    kind: SourceKind
    title: str
    public_id: str
    number: int
    #: Whether there is a newer version of it since.
    has_newer: bool


def named(tokens: Sequence[str]) -> list[SourceLine]:
    """Return what the tokens of a form name; what is unknown is left out. At most two queries."""
    read = [source for source in map(Source.read, dict.fromkeys(tokens)) if source is not None]
    asked = {kind: [each.public_id for each in read if each.kind is kind] for kind in SourceKind}
    titles: dict[tuple[SourceKind, str], tuple[str, int]] = {}
    if asked[SourceKind.BOILERPLATE]:
        for public_id, title, number in db.session.execute(
            select(Boilerplate.public_id, BoilerplateVersion.title, Boilerplate.latest_number)
            .join(
                BoilerplateVersion,
                (BoilerplateVersion.boilerplate_id == Boilerplate.id)
                & (BoilerplateVersion.number == Boilerplate.latest_number),
            )
            .where(Boilerplate.public_id.in_(asked[SourceKind.BOILERPLATE]))
        ):
            titles[SourceKind.BOILERPLATE, public_id] = title, number
    if asked[SourceKind.PRECEDENT]:
        for public_id, number, title, shown in db.session.execute(
            select(Point.public_id, Point.number, Point.title, WardReply.published_number)
            .join(WardReply, WardReply.point_id == Point.id)
            .where(Point.public_id.in_(asked[SourceKind.PRECEDENT]))
        ):
            titles[SourceKind.PRECEDENT, public_id] = f"No.{number} {title}", shown or 0
    return [
        _line(each, *titles[each.kind, each.public_id])
        for each in read
        if (each.kind, each.public_id) in titles
    ]


def _line(source: Source, title: str, newest: int) -> SourceLine:
    return SourceLine(
        source.token, source.kind, title, source.public_id, source.number, newest > source.number
    )


_HEADS = (ReplyVersion.title, ReplyVersion.summary)


def _published() -> Select[Any]:
    statement: Any = (
        select(
            Point.id,
            Point.public_id,
            Point.number,
            Point.subject_id,
            ReplyVersion.number.label("version_number"),
            ReplyVersion.title,
            ReplyVersion.summary,
            ReplyVersion.body,
            ReplyVersion.supplement,
            Consultation.title.label("consultation_title"),
            Disposition.symbol,
            Disposition.label,
            ReplyPublication.id.label("publication_id"),
            ReplyPublication.section_name,
            ReplyPublication.published_at,
            Subject.title.label("place"),
        )
        .select_from(Point)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(
            ReplyVersion,
            (ReplyVersion.reply_id == WardReply.id) & (ReplyVersion.number == WardReply.published_number),
        )
        .join(
            ReplyPublication,
            (ReplyPublication.reply_id == WardReply.id) & ReplyPublication.ended_at.is_(None),
        )
        .join(Consultation, Consultation.id == Point.consultation_id)
        .join(Subject, Subject.id == Point.subject_id)
        .outerjoin(Disposition, Disposition.id == ReplyVersion.disposition_id)
        # One that says only 「No.1と同じ」 is no help: No.1 is found itself.
        .where(ReplyVersion.same_as_point_id.is_(None))
    )
    return cast("Select[Any]", statement)


def _conditions(chosen: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in chosen.text.split()[:MOST_WORDS]:
        conditions.append(
            or_(
                *(
                    column.contains(word, autoescape=True)
                    for column in (*_HEADS, ReplyVersion.body, ReplyVersion.supplement)
                )
            )
        )
    if chosen.disposition:
        conditions.append(Disposition.label == chosen.disposition)
    if chosen.section:
        conditions.append(ReplyPublication.section_name == chosen.section)
    if chosen.place:
        conditions.append(Subject.title.contains(chosen.place, autoescape=True))
    if chosen.since is not None:
        conditions.append(ReplyPublication.published_at >= clock.start_of(chosen.since))
    if chosen.until is not None:
        conditions.append(ReplyPublication.published_at < clock.start_of(chosen.until + timedelta(days=1)))
    return conditions


def _precedent(row: Any, *, likeness: str = "") -> Precedent:
    return Precedent(
        point_id=row.id,
        public_id=row.public_id,
        number=row.number,
        version_number=row.version_number,
        consultation_title=row.consultation_title,
        title=row.title,
        summary=row.summary,
        body="\n\n".join(filter(None, (row.body, row.supplement))),
        disposition=f"{row.symbol} {row.label}" if row.label else "",
        section_name=row.section_name,
        place=row.place,
        published_at=row.published_at,
        likeness=likeness,
    )


def _terms(text: str) -> list[str]:
    """The longest words of a text, each once."""
    found = dict.fromkeys(each for each in _TERM.findall(text) if each not in _EVERYWHERE)
    return sorted(found, key=len, reverse=True)[:WORDS_ASKED]


def _weights(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much a pair of characters tells: little if many of the texts have it."""
    count = Counter(pair for text in texts for pair in text)
    return {pair: math.log(1 + len(texts) / times) for pair, times in count.items()}


def _alike(one: frozenset[str], other: frozenset[str], weigh: dict[str, float]) -> float:
    """How alike two texts are: what they have in common of what they have, by weight."""
    whole = _sum(one | other, weigh)
    return _sum(one & other, weigh) / whole if whole else 0.0


def _in_words(value: float) -> str:
    """In words: a number would promise a precision that it does not have."""
    return "高い" if value >= MUCH else "ややある" if value >= SOMEWHAT else "低い"


def _sum(pairs: Iterable[str], weigh: dict[str, float]) -> float:
    return sum(weigh[pair] for pair in pairs)


@dataclass(frozen=True)
class SearchChoices:
    """What a search may be narrowed to: what published replies really have."""

    dispositions: tuple[tuple[str, str], ...]
    sections: tuple[str, ...]


def search_choices() -> SearchChoices:
    """Return the 対応区分 and 課 of published replies. Two queries."""
    labels = db.session.execute(
        select(Disposition.label, Disposition.symbol)
        .join(ReplyVersion, ReplyVersion.disposition_id == Disposition.id)
        .join(
            WardReply,
            (WardReply.id == ReplyVersion.reply_id) & (WardReply.published_number == ReplyVersion.number),
        )
        .distinct()
        .order_by(Disposition.label)
    )
    sections = db.session.scalars(
        select(ReplyPublication.section_name)
        .where(ReplyPublication.ended_at.is_(None), ReplyPublication.section_name != "")
        .distinct()
        .order_by(ReplyPublication.section_name)
    )
    by_label = {label: f"{symbol} {label}" for label, symbol in labels}
    return SearchChoices(tuple(by_label.items()), tuple(sections))
