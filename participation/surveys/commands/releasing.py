"""Giving answers out as open data (オープンデータの公開): two people, one file, never computed anew."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.csv_text import csv_line
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.surveys import queries
from participation.surveys.domain.releases import LEAST_LINES, ReleaseStatus, hide_rare
from participation.surveys.events import SurveyReleased
from participation.surveys.models import Survey, SurveyRelease, SurveyReleasePart

_PART = 1_000


def prepare_release(survey: Survey, codes: Sequence[str], *, note: str, by: Actor) -> SurveyRelease:
    """Make the file that would be given out, for somebody else to look at."""
    access.require(by, "surveys.prepare_release", survey)
    columns, lines = queries.open_lines(queries.show_survey(survey), codes)
    if not columns:
        raise Refused("公開する設問を1つ以上選んでください。", field="codes")
    _refuse_counting(survey, [column.name for column in columns])
    if len(lines) < LEAST_LINES:
        raise Refused(
            f"答えた人が{LEAST_LINES}人に満たないため、1行ずつのデータは公開できません（今は{len(lines)}人）。"
        )
    hidden = hide_rare(lines, [place for place, column in enumerate(columns) if column.is_attribute])
    secrets.SystemRandom().shuffle(lines)
    parts = [csv_line([column.name for column in columns])]
    parts += [
        "".join(csv_line(line) for line in lines[start : start + _PART])
        for start in range(0, len(lines), _PART)
    ]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    release = SurveyRelease(
        survey_id=survey.id,
        status=ReleaseStatus.PREPARED,
        columns=[[column.name, column.title, column.labels] for column in columns],
        note=note,
        line_count=len(lines),
        hidden_count=hidden,
        sha256=digest.hexdigest(),
        prepared_at=clock.now(),
        prepared_by_id=by.person_id,
        decided_at=None,
        decided_by_id=None,
    )
    db.session.add(release)
    db.session.flush()
    db.session.add_all(
        SurveyReleasePart(release_id=release.id, number=number, text=part)
        for number, part in enumerate(parts)
    )
    audit.record(by, "surveys.prepare_release", release, changes={"sha256": release.sha256})
    return release


def _refuse_counting(survey: Survey, columns: Sequence[str]) -> None:
    table = queries.find_table_given_away(survey, columns)
    if table is not None:
        raise Refused(
            f"公表した表「{table}」で出していない数が、この公開データから数えられてしまいます。"
            "表の行か列の設問を外してください。",
            field="codes",
        )


def decide_release(release: SurveyRelease, *, publishes: bool, by: Actor) -> None:
    """Publish what somebody else prepared, in place of the one before; or refuse it."""
    access.require(by, "surveys.decide_release", release)
    if release.status is not ReleaseStatus.PREPARED:
        raise Refused("この公開データは、もう決まっています。画面を開き直してください。")
    if publishes:
        survey = db.session.get_one(Survey, release.survey_id)
        _refuse_counting(survey, [name for name, *_ in release.columns])
        before = queries.find_published_release(survey)
        if before is not None:
            before.status = ReleaseStatus.WITHDRAWN
    release.status = ReleaseStatus.PUBLISHED if publishes else ReleaseStatus.REFUSED
    release.decided_at, release.decided_by_id = clock.now(), by.person_id
    audit.record(by, "surveys.decide_release", release, changes={"publishes": publishes})
    if publishes:
        events.publish(SurveyReleased(release.survey_id, release.id))


def withdraw_release(release: SurveyRelease, *, by: Actor) -> None:
    """Give a release out no more; what was taken already cannot be called back."""
    access.require(by, "surveys.withdraw_release", release)
    if release.status is not ReleaseStatus.PUBLISHED:
        raise Refused("公開しているデータだけを取り下げられます。")
    release.status = ReleaseStatus.WITHDRAWN
    release.decided_at, release.decided_by_id = clock.now(), by.person_id
    audit.record(by, "surveys.withdraw_release", release)
