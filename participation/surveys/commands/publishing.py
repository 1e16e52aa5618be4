"""Publishing figures beyond the single questions (集計の公表): two people, never computed anew."""

from __future__ import annotations

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.surveys import queries
from participation.surveys.domain.publications import OTHERS_SINCE, PublicationKind
from participation.surveys.domain.releases import ReleaseStatus
from participation.surveys.events import SurveyFiguresPublished
from participation.surveys.models import Survey, SurveyPublication
from participation.surveys.queries import Prepared

DECIDED_BEFORE = "もう決まっています。画面を開き直してください。"


def prepare_publication(survey: Survey, prepared: Prepared, *, note: str, by: Actor) -> SurveyPublication:
    """Keep what would be published, for somebody else to look at."""
    access.require(by, "surveys.prepare_publication", survey)
    _refuse_unless_whole(survey, prepared.kind, prepared.basis, prepared.seen_before)
    publication = SurveyPublication(
        survey_id=survey.id,
        kind=prepared.kind,
        status=ReleaseStatus.PREPARED,
        content=prepared.content,
        basis=prepared.basis,
        seen_before=prepared.seen_before,
        note=note,
        prepared_at=clock.now(),
        prepared_by_id=by.person_id,
        published_at=None,
        decided_at=None,
        decided_by_id=None,
    )
    db.session.add(publication)
    db.session.flush()
    audit.record(by, "surveys.prepare_publication", publication, changes={"kind": prepared.kind})
    return publication


def decide_publication(publication: SurveyPublication, *, publishes: bool, by: Actor) -> None:
    """Publish what somebody else prepared, or refuse it; proved again if anything was published since."""
    access.require(by, "surveys.decide_publication", publication)
    survey = db.session.scalars(
        select(Survey).where(Survey.id == publication.survey_id).with_for_update()
    ).one()
    db.session.refresh(publication)
    if publication.status is not ReleaseStatus.PREPARED:
        raise Conflict(DECIDED_BEFORE)
    now = clock.now()
    if publishes:
        _refuse_unless_whole(survey, publication.kind, publication.basis, publication.seen_before)
        publication.published_at = now
    publication.status = ReleaseStatus.PUBLISHED if publishes else ReleaseStatus.REFUSED
    publication.decided_at, publication.decided_by_id = now, by.person_id
    audit.record(by, "surveys.decide_publication", publication, changes={"publishes": publishes})
    if publishes:
        events.publish(SurveyFiguresPublished(survey.id, publication.id))


def withdraw_publication(publication: SurveyPublication, *, by: Actor) -> None:
    """Show it no more; it was seen, so what is published later is still held against it."""
    access.require(by, "surveys.withdraw_publication", publication)
    if publication.status is not ReleaseStatus.PUBLISHED:
        raise Conflict(DECIDED_BEFORE)
    publication.status = ReleaseStatus.WITHDRAWN
    publication.decided_at, publication.decided_by_id = clock.now(), by.person_id
    audit.record(by, "surveys.withdraw_publication", publication)


def _refuse_unless_whole(
    survey: Survey, kind: PublicationKind, basis: dict[str, object], seen_before: int
) -> None:
    """What is compared are figures that are public anyway; tables are proved beside what was public then."""
    if kind is PublicationKind.COMPARISON:
        return
    seen = queries.list_seen(survey)
    if sum(each.kind is not PublicationKind.COMPARISON for each in seen) != seen_before:
        raise Refused(OTHERS_SINCE)
    if queries.basis_of(survey, seen) != basis:
        raise Refused(OTHERS_SINCE)
