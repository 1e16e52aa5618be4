"""A consultation with as many opinions as one likes, written directly: through commands 200,000 take an hour.

What is written is what `opinions.commands` would have written, as far as searches and pages read it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from participation.consultations.models import Consultation
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.ids import code, new_public_id
from participation.opinions.domain import Channel, OpinionStage, text_key
from participation.opinions.models import Opinion, OpinionCounter, OriginalText, Submission
from participation.people.domain import AgeBand, Standing
from participation.places.models import ResidentialDistrict
from participation.plans.models import PlanNode

_PORTION = 2000


def fill(consultation: Consultation, texts: Iterable[str]) -> int:
    """Hand in these texts, one in each submission, over the last weeks, from all over the ward; return how many."""
    dice = random.Random(11)
    subjects = list(db.session.scalars(select(PlanNode.subject_id).where(PlanNode.subject_id.is_not(None))))
    districts = list(db.session.scalars(select(ResidentialDistrict.id)))
    consultation_id, now = consultation.id, clock.now()
    rest, count = iter(texts), 0
    while some := list(islice(rest, _PORTION)):
        with transaction():
            submissions = _add(Submission, (_submission(consultation_id, dice, districts, now) for _ in some))
            abouts = [dice.choice(subjects) for _ in some]
            said = _add(
                Contribution,
                (
                    {
                        "public_id": new_public_id(),
                        "kind": ContributionKind.OPINION,
                        "subject_id": about,
                        "consultation_id": consultation_id,
                        "body": text,
                        "said_at": now,
                        "visibility": Visibility.RECEIVED,
                    }
                    for text, about in zip(some, abouts, strict=True)
                ),
            )
            originals = _add(
                OriginalText,
                (
                    {
                        "submission_id": submission,
                        "position": 1,
                        "subject_id": about,
                        "body": text,
                        "sha256": "0" * 64,
                        "entered_at": now,
                    }
                    for submission, about, text in zip(submissions, abouts, some, strict=True)
                ),
            )
            _add(
                Opinion,
                (
                    {
                        "public_id": new_public_id(),
                        "submission_id": submission,
                        "consultation_id": consultation_id,
                        "contribution_id": contribution,
                        "original_id": original,
                        "number": count + at,
                        "position": 1,
                        "stage": OpinionStage.SCREENED,
                        "stage_changed_at": now,
                        "text_key": text_key(text),
                        "flags": [],
                    }
                    for at, (submission, contribution, original, text) in enumerate(
                        zip(submissions, said, originals, some, strict=True), start=1
                    )
                ),
            )
        count += len(some)
    with transaction():
        counter = db.session.get(OpinionCounter, consultation_id) or OpinionCounter(id=consultation_id)
        counter.last_number = count
        db.session.add(counter)
    return count


def words_of(opinion_id: int) -> str:
    """Return the words of an opinion."""
    return db.session.scalars(
        select(Contribution.body)
        .join(Opinion, Opinion.contribution_id == Contribution.id)
        .where(Opinion.id == opinion_id)
    ).one()


def _add(
    model: type[Submission | Contribution | OriginalText | Opinion], rows: Iterable[dict[str, Any]]
) -> Sequence[int]:
    """Insert rows and return their ids in the same order."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return db.session.scalars(statement, list(rows)).all()


def _submission(
    consultation_id: int, dice: random.Random, districts: list[int], now: datetime
) -> dict[str, Any]:
    on_paper = dice.random() < 0.2
    return {
        "public_id": new_public_id(),
        "consultation_id": consultation_id,
        "receipt_number": code(14),
        "secret_hash": "0" * 64,
        "channel": Channel.POST if on_paper else Channel.WEB,
        "received_at": now - timedelta(minutes=dice.randrange(60 * 24 * 28)),
        "entered_at": now,
        "guest_hash": f"{dice.getrandbits(128):032x}",
        "submitter_key": f"guest:{dice.getrandbits(64):016x}",
        "standings": [dice.choice(list(Standing)).value] if dice.random() < 0.9 else [],
        "age_band": dice.choice(list(AgeBand)),
        "district_id": dice.choice(districts) if districts else None,
        "content_key": "0" * 64,
    }
