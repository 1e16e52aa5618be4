"""Builders of submissions and opinions: by the web or on paper, through the commands."""

from __future__ import annotations

from collections.abc import Sequence

from participation.access.actors import Actor, system, visitor
from participation.consultations.models import Consultation
from participation.consultations.queries import hold_procedure, list_subjects
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.ids import new_token
from participation.opinions import commands, queries
from participation.opinions.domain import Channel, OpinionText, PaperDraft, SubmissionDraft
from participation.opinions.models import Opinion, Submission
from participation.people.models import Person
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.people import actor_of

WORDS = "区報の字が小さくて読めません。大きな字の版を駅にも置いてください。"


def a_submission(
    said: Sequence[str] = (WORDS,),
    *,
    about: Subject | None = None,
    to: Consultation | None = None,
    by: Person | Actor | None = None,
    **draft: object,
) -> Submission:
    """A submission by the web; without `by`: by a visitor of their own."""
    consultation = to or an_open_consultation(about=[about] if about else ())
    actor = actor_of(by) if isinstance(by, Person) else by or visitor(new_token())
    public_id = about.public_id if about else _first_subject(consultation)
    with transaction():
        return commands.submit_opinions(
            hold_procedure(consultation.code),
            SubmissionDraft(tuple(OpinionText(public_id, text) for text in said), **draft),  # type: ignore[arg-type]
            by=actor,
        )


def a_paper_submission(
    said: Sequence[str] = (WORDS,),
    *,
    about: Subject | None = None,
    to: Consultation | None = None,
    by: Actor | None = None,
    channel: Channel = Channel.POST,
    **draft: object,
) -> Submission:
    """A submission entered by staff, received today unless `received_on` says otherwise."""
    consultation = to or an_open_consultation(about=[about] if about else ())
    public_id = about.public_id if about else _first_subject(consultation)
    says: dict[str, object] = {"received_on": clock.today()} | draft
    with transaction():
        return commands.record_paper_submission(
            hold_procedure(consultation.code),
            PaperDraft(
                channel=channel,
                opinions=tuple(OpinionText(public_id, text) for text in said),
                **says,  # type: ignore[arg-type]
            ),
            by=by or system("tests"),
        )


def an_opinion(
    *,
    about: Subject | None = None,
    said: str = WORDS,
    to: Consultation | None = None,
    by: Person | Actor | None = None,
) -> Opinion:
    """One opinion in a submission of its own."""
    return opinions_of(a_submission([said], about=about, to=to, by=by))[0]


def opinions_of(submission: Submission) -> list[Opinion]:
    """The opinions of a submission, in order."""
    return [each.opinion for each in queries.get_receipt(submission.receipt_number).opinions]


def words_of(opinion: Opinion) -> Contribution:
    """The contribution of an opinion."""
    return db.session.get_one(Contribution, opinion.contribution_id, populate_existing=True)


def _first_subject(consultation: Consultation) -> str:
    return list_subjects(consultation.id)[0].public_id
