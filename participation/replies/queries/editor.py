"""What stands ready where a reply is written: its 対応区分, the 定型文, from what it was written so far.

One query for all three: the working page shows much, and each question costs its way to the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.replies.domain import Source, SourceKind
from participation.replies.models import (
    Boilerplate,
    BoilerplateVersion,
    Disposition,
    DispositionScheme,
    Point,
    ReplySource,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries.precedents import SourceLine


@dataclass(frozen=True)
class Offered:
    """What may be chosen: (code, 「1 趣旨を踏まえて修正」), (public id, 「分類：題名」), and the sources."""

    dispositions: tuple[tuple[str, str], ...]
    boilerplates: tuple[tuple[str, str], ...]
    sources: tuple[SourceLine, ...]


_DISPOSITION, _BOILERPLATE, _FROM_BOILERPLATE, _FROM_PRECEDENT = range(4)
_NOTHING = cast(null(), Integer)


def offered(
    scheme_code: str, section_ids: Sequence[int], reply_id: int | None = None, number: int = 0
) -> Offered:
    """Return what is offered to a writer for these sections; `reply_id`, `number`: the version to be edited."""
    latest = (BoilerplateVersion.boilerplate_id == Boilerplate.id) & (
        BoilerplateVersion.number == Boilerplate.latest_number
    )
    taken = aliased(ReplyVersion)
    parts = [
        select(
            literal(_DISPOSITION).label("kind"),
            Disposition.code.label("key"),
            Disposition.symbol.label("first"),
            Disposition.label.label("second"),
            _NOTHING.label("number"),
            _NOTHING.label("newest"),
            Disposition.position.label("place"),
        )
        .join(DispositionScheme, DispositionScheme.id == Disposition.scheme_id)
        .where(DispositionScheme.code == scheme_code, Disposition.retired_at.is_(None)),
        select(
            literal(_BOILERPLATE),
            Boilerplate.public_id,
            BoilerplateVersion.category,
            BoilerplateVersion.title,
            _NOTHING,
            _NOTHING,
            # Those of the section come before those of the whole ward.
            cast(Boilerplate.section_id.is_(None), Integer),
        )
        .join(BoilerplateVersion, latest)
        .where(
            Boilerplate.retired_at.is_(None),
            or_(Boilerplate.section_id.is_(None), Boilerplate.section_id.in_(section_ids)),
        ),
    ]
    if reply_id is not None:
        version = (ReplyVersion.reply_id == reply_id) & (ReplyVersion.number == number)
        parts += [
            select(
                literal(_FROM_BOILERPLATE),
                Boilerplate.public_id,
                literal(""),
                BoilerplateVersion.title,
                BoilerplateVersion.number,
                Boilerplate.latest_number,
                ReplySource.id,
            )
            .select_from(ReplySource)
            .join(ReplyVersion, ReplyVersion.id == ReplySource.version_id)
            .join(BoilerplateVersion, BoilerplateVersion.id == ReplySource.boilerplate_version_id)
            .join(Boilerplate, Boilerplate.id == BoilerplateVersion.boilerplate_id)
            .where(version),
            select(
                literal(_FROM_PRECEDENT),
                Point.public_id,
                cast(Point.number, BoilerplateVersion.title.type),
                Point.title,
                taken.number,
                WardReply.published_number,
                ReplySource.id,
            )
            .select_from(ReplySource)
            .join(ReplyVersion, ReplyVersion.id == ReplySource.version_id)
            .join(taken, taken.id == ReplySource.precedent_version_id)
            .join(WardReply, WardReply.id == taken.reply_id)
            .join(Point, Point.id == WardReply.point_id)
            .where(version),
        ]
    rows = db.session.execute(union_all(*parts)).all()
    return Offered(
        dispositions=tuple(
            (row.key, f"{row.first} {row.second}")
            for row in sorted((row for row in rows if row.kind == _DISPOSITION), key=lambda row: row.place)
        ),
        boilerplates=tuple(
            (row.key, f"{row.first}：{row.second}" if row.first else row.second)
            for row in sorted(
                (row for row in rows if row.kind == _BOILERPLATE),
                key=lambda row: (row.place, row.first, row.second),
            )
        ),
        sources=tuple(
            _source(row.kind, row.key, row.first, row.second, row.number, row.newest)
            for row in sorted((row for row in rows if row.kind > _BOILERPLATE), key=lambda row: row.place)
        ),
    )


def _source(kind: int, key: str, first: str, title: str, number: int, newest: int | None) -> SourceLine:
    source = Source(
        SourceKind.BOILERPLATE if kind == _FROM_BOILERPLATE else SourceKind.PRECEDENT, key, number
    )
    name = title if kind == _FROM_BOILERPLATE else f"No.{first} {title}"
    return SourceLine(source.token, source.kind, name, key, number, (newest or number) > number)
