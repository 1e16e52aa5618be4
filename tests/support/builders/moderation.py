"""Builders of moderation: the rules loaded, and a voice to decide about."""

from __future__ import annotations

from participation.access.actors import system
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.moderation import commands
from participation.moderation.domain import read_clauses
from participation.moderation.models import GuidelineClause
from participation.people.models import Person
from participation.subjects.models import Subject


def the_rules() -> list[GuidelineClause]:
    """Load the published rules; return the clauses in force, by number."""
    with transaction():
        commands.load_rules(read_clauses(), by=system("tests"))
    return list(db.session.query(GuidelineClause).order_by(GuidelineClause.number))


def a_subject(title: str = "情報発信力・収集力の強化", *, is_open: bool = True) -> Subject:
    """A subject that people may speak about."""
    with transaction():
        subject = Subject(
            kind="plan_node",
            reference="meguro-basic-plan/MP-2-2-2",
            title=title,
            opened_at=clock.now() if is_open else None,
        )
        db.session.add(subject)
        db.session.flush()
    return subject


def a_voice(
    author: Person | None,
    body: str = "区報の字が小さくて読みにくいです。",
    *,
    visibility: Visibility = Visibility.PUBLISHED,
    kind: ContributionKind = ContributionKind.POST,
) -> Contribution:
    """A contribution in the register, without the slice it would belong to."""
    subject = a_subject()
    with transaction():
        return contributions.say(
            kind,
            body,
            subject_id=subject.id,
            visibility=visibility,
            author_id=author.id if author else None,
            shown_name=author.nickname if author else "",
        )
