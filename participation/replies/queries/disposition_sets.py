"""The sets of 対応区分 for administrators: what is offered, what was retired, how often each was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.replies.models import Disposition, DispositionScheme, ReplyVersion


@dataclass(frozen=True)
class SetLine:
    """A set of 対応区分 in the list of sets."""

    code: str
    name: str
    source: str
    offered: int
    retired: int
    consultations: int


@dataclass(frozen=True)
class DispositionLine:
    """One 対応区分 of a set, with how many versions of replies have it."""

    code: str
    symbol: str
    label: str
    meaning: str
    changes_plan: bool
    is_retired: bool
    used: int


@dataclass(frozen=True)
class SetPage:
    """A set of 対応区分 with everything in it."""

    scheme: DispositionScheme
    lines: tuple[DispositionLine, ...]
    consultations: tuple[tuple[str, str], ...]

    @property
    def offered(self) -> list[DispositionLine]:
        """Those that may be chosen, in their order."""
        return [each for each in self.lines if not each.is_retired]

    @property
    def retired(self) -> list[DispositionLine]:
        """Those that are no longer offered."""
        return [each for each in self.lines if each.is_retired]

    def get(self, code: str) -> DispositionLine:
        """Return one of them by its code; raises NotFound."""
        found = next((each for each in self.lines if each.code == code), None)
        if found is None:
            raise NotFound
        return found


def list_sets() -> list[SetLine]:
    """Return the sets, those in use first. One query."""
    using = (
        select(func.count())
        .select_from(Consultation)
        .where(Consultation.disposition_scheme == DispositionScheme.code)
        .correlate(DispositionScheme)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(
            DispositionScheme.code,
            DispositionScheme.name,
            DispositionScheme.source,
            func.count(Disposition.id).filter(Disposition.retired_at.is_(None)),
            func.count(Disposition.id).filter(Disposition.retired_at.is_not(None)),
            using,
        )
        .outerjoin(Disposition, Disposition.scheme_id == DispositionScheme.id)
        .group_by(
            DispositionScheme.id, DispositionScheme.code, DispositionScheme.name, DispositionScheme.source
        )
        .order_by(DispositionScheme.id)
    )
    return sorted((SetLine(*row) for row in found), key=lambda line: line.consultations == 0)


def get_set(code: str) -> SetPage:
    """Return a set with how often each of its 対応区分 was used; raises NotFound. Three queries."""
    scheme = _get(code)
    used = (
        select(func.count())
        .select_from(ReplyVersion)
        .where(ReplyVersion.disposition_id == Disposition.id)
        .correlate(Disposition)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Disposition, used)
        .where(Disposition.scheme_id == scheme.id)
        .order_by(Disposition.position, Disposition.id)
    )
    consultations = db.session.execute(
        select(Consultation.code, Consultation.title)
        .where(Consultation.disposition_scheme == code)
        .order_by(Consultation.id.desc())
        .limit(50)
    )
    return SetPage(
        scheme=scheme,
        lines=tuple(
            DispositionLine(
                each.code,
                each.symbol,
                each.label,
                each.meaning,
                each.changes_plan,
                each.retired_at is not None,
                count,
            )
            for each, count in found
        ),
        consultations=tuple((each.code, each.title) for each in consultations),
    )


def get_to_change(code: str) -> DispositionScheme:
    """Return a set and keep it from being changed by others until the commit; raises NotFound."""
    db.session.execute(
        select(DispositionScheme.id).where(DispositionScheme.code == code).with_for_update(key_share=True)
    )
    return _get(code)


def list_of(scheme: DispositionScheme) -> Sequence[Disposition]:
    """Return everything in a set, in its order."""
    return db.session.scalars(
        select(Disposition)
        .where(Disposition.scheme_id == scheme.id)
        .order_by(Disposition.position, Disposition.id)
    ).all()


def is_used(disposition: Disposition) -> bool:
    """Whether any version of a reply has it."""
    return bool(db.session.scalar(select(exists().where(ReplyVersion.disposition_id == disposition.id))))


def _get(code: str) -> DispositionScheme:
    scheme = db.session.scalars(select(DispositionScheme).where(DispositionScheme.code == code)).one_or_none()
    if scheme is None:
        raise NotFound
    return scheme
