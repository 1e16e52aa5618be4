"""The register of submissions for staff: one submission, its original texts and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from participation.consultations.models import Consultation
from participation.contributions.domain import RedactionState, cover_words
from participation.contributions.models import Contribution, Redaction
from participation.contributions.queries import covered_words
from participation.foundation import files
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.opinions.domain import (
    STAGES,
    Channel,
    OpinionStage,
)
from participation.opinions.domain.importing import (
    hash_of,
)
from participation.opinions.models import (
    Opinion,
    OriginalText,
    Submission,
    SubmissionFile,
    SubmitterIdentity,
)
from participation.people.models import Person
from participation.plans.domain.text_diff import difference
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

ENTERED_PER_PAGE = 50
#: How many texts are read at once.
PORTION = 500


@dataclass(frozen=True)
class EnteredSubmission:
    """One row of the list of submissions (受付簿)."""

    submission: Submission
    opinion_count: int
    first_words: str
    #: Scans and attachments.
    file_count: int = 0


@dataclass(frozen=True)
class DeskOpinion:
    """An opinion as staff see it."""

    opinion: Opinion
    said: Contribution
    subject_title: str
    subject_path: str


@dataclass(frozen=True)
class DeskSubmission:
    """A submission as staff see it: everything but name and address."""

    submission: Submission
    consultation: Consultation
    opinions: list[DeskOpinion]
    author_nickname: str
    entered_by: str
    has_identity: bool
    same_text_count: int


def list_submissions(
    consultation_id: int, edge: Edge, *, channel: Channel | None = None, area_id: int | None = None
) -> Page[EnteredSubmission]:
    """Return the submissions of a consultation (受付簿), latest first; of one 地区's office, or all."""
    statement = select(Submission).where(Submission.consultation_id == consultation_id, *taken_in_by(area_id))
    if channel is not None:
        statement = statement.where(Submission.channel == channel)
    statement, backwards = keyset(statement, [Submission.id], edge, limit=ENTERED_PER_PAGE, descending=True)
    rows = db.session.scalars(statement).all()
    found = page(rows, [(row.id,) for row in rows], edge, limit=ENTERED_PER_PAGE, backwards=backwards)
    words: dict[int, list[str]] = {}
    for submission_id, body in db.session.execute(
        select(Opinion.submission_id, func.substr(Contribution.body, 1, 120))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.submission_id.in_([each.id for each in found.items]), Opinion.merged_into_id.is_(None))
        .order_by(Opinion.submission_id, Opinion.position)
    ):
        words.setdefault(submission_id, []).append(body)
    files_of = count_files([each.id for each in found.items])
    entered = [
        EnteredSubmission(
            each, len(words.get(each.id, [])), (words.get(each.id) or [""])[0], files_of.get(each.id, 0)
        )
        for each in found.items
    ]
    return Page(entered, found.after, found.before)


def taken_in_by(area_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for what the office of a 地区 took in (none: whatever reached the ward)."""
    return () if area_id is None else (Submission.area_id == area_id,)


def get_submission(public_id: str, *, area_id: int | None = None) -> DeskSubmission:
    """Return a submission for staff; raises NotFound, also where another office took it in."""
    author, enterer = aliased(Person), aliased(Person)
    row = db.session.execute(
        select(Submission, Consultation, author.nickname, enterer.nickname, SubmitterIdentity.id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .outerjoin(author, author.id == Submission.author_id)
        .outerjoin(enterer, enterer.id == Submission.entered_by_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submission_id == Submission.id)
        .where(Submission.public_id == public_id, *taken_in_by(area_id))
    ).one_or_none()
    if row is None:
        raise NotFound
    submission, consultation, nickname, entered_by, identity_id = row
    rows = db.session.execute(
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.submission_id == submission.id)
        .order_by(Opinion.position)
    ).all()
    keys = [opinion.text_key for opinion, _, _ in rows]
    same = db.session.scalar(
        select(func.count()).where(
            and_(
                Opinion.consultation_id == consultation.id,
                Opinion.text_key.in_(keys),
                Opinion.submission_id != submission.id,
            )
        )
    )
    return DeskSubmission(
        submission=submission,
        consultation=consultation,
        opinions=[
            DeskOpinion(opinion, said, subject.title, path_of(subject.kind, subject.reference))
            for opinion, said, subject in rows
        ],
        author_nickname=nickname or "",
        entered_by=entered_by or "",
        has_identity=identity_id is not None,
        same_text_count=same or 0,
    )


@dataclass(frozen=True)
class OriginalPart:
    """One text as it was handed in, beside the opinions that were made of it."""

    original: OriginalText
    subject_title: str
    entered_by: str
    opinions: list[DeskOpinion]
    #: The words as staff read them: what is covered in the opinions is covered here too (黒塗り).
    shown: str

    @property
    def is_intact(self) -> bool:
        """Whether the words are still those of the hash; an erased text is no longer there to be compared."""
        if self.is_erased or self.original.partly_erased_at is not None:
            return True
        return hash_of(self.original.body) == self.original.sha256

    @property
    def is_erased(self) -> bool:
        """Whether the words had to be erased."""
        return not self.original.body

    def changes(self, each: DeskOpinion) -> Sequence[tuple[str, str]]:
        """Return how an opinion differs from what was handed in; nothing: not at all."""
        if each.opinion.divided_at or each.said.body == self.shown or not each.said.body or self.is_erased:
            return []
        return difference(self.shown, each.said.body)


def list_originals(desk: DeskSubmission) -> list[OriginalPart]:
    """Return what was handed in, text by text, in the order of the paper."""
    rows = db.session.execute(
        select(OriginalText, Subject.title, Person.nickname)
        .join(Subject, Subject.id == OriginalText.subject_id)
        .outerjoin(Person, Person.id == OriginalText.entered_by_id)
        .where(OriginalText.submission_id == desk.submission.id)
        .order_by(OriginalText.position)
    ).all()
    covered = words_covered_in([original.id for original, _, _ in rows])
    return [
        OriginalPart(
            original,
            title,
            nickname or "",
            [each for each in desk.opinions if each.opinion.original_id == original.id],
            cover_words(original.body, covered.get(original.id, ())),
        )
        for original, title, nickname in rows
    ]


def words_covered_in(original_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return original → the words that are covered in the opinions made of it. Two queries at most."""
    made = dict(
        db.session.execute(
            select(Opinion.contribution_id, Opinion.original_id)
            .join(Redaction, Redaction.contribution_id == Opinion.contribution_id)
            .where(Opinion.original_id.in_(original_ids), Redaction.state == RedactionState.CONFIRMED)
        ).all()
    )
    found: dict[int, list[str]] = {}
    for contribution_id, words in (covered_words(list(made)) if made else {}).items():
        found.setdefault(made[contribution_id], []).extend(words)
    return found


def list_files(submission_id: int) -> list[tuple[SubmissionFile, str]]:
    """Return the scans of a submission with who attached them, in the order of attaching."""
    rows = db.session.execute(
        select(SubmissionFile, Person.nickname)
        .outerjoin(Person, Person.id == SubmissionFile.added_by_id)
        .where(SubmissionFile.submission_id == submission_id)
        .order_by(SubmissionFile.id)
    )
    return [(file, nickname or "") for file, nickname in rows]


def names_of_files(submission_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return submission → the names of its files."""
    found: dict[int, list[str]] = {}
    for submission_id, name in db.session.execute(
        select(SubmissionFile.submission_id, SubmissionFile.name)
        .where(SubmissionFile.submission_id.in_(submission_ids), SubmissionFile.removed_at.is_(None))
        .order_by(SubmissionFile.id)
    ):
        found.setdefault(submission_id, []).append(name)
    return found


def count_files(submission_ids: Sequence[int]) -> dict[int, int]:
    """Return submission → how many files it has, scans and attachments."""
    rows = db.session.execute(
        select(SubmissionFile.submission_id, func.count())
        .where(SubmissionFile.submission_id.in_(submission_ids), SubmissionFile.removed_at.is_(None))
        .group_by(SubmissionFile.submission_id)
    )
    return dict(rows.all())


def get_file(public_id: str) -> tuple[SubmissionFile, Submission]:
    """Return a scan with its submission; raises NotFound."""
    row = db.session.execute(
        select(SubmissionFile, Submission)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .where(SubmissionFile.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def find_damaged() -> Iterator[str]:
    """Yield in words each text and each file that is no longer what was handed in, some rows at a time."""
    edge = 0
    while rows := db.session.scalars(
        select(OriginalText).where(OriginalText.id > edge).order_by(OriginalText.id).limit(PORTION)
    ).all():
        for each in rows:
            if each.body and not each.partly_erased_at and hash_of(each.body) != each.sha256:
                yield f"原本の文章 {each.id} が、受け付けたときと違います。"
        edge = rows[-1].id
        db.session.expunge_all()
    for file in db.session.scalars(select(SubmissionFile).where(SubmissionFile.removed_at.is_(None))).all():
        try:
            files.read(file.sha256)
        except files.Lost:
            yield f"写し {file.public_id}（{file.sha256[:12]}…）がないか、壊れています。"


def get_opinion(public_id: str) -> Opinion:
    """Return an opinion by its public id; raises NotFound."""
    found = db.session.scalars(select(Opinion).where(Opinion.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def submission_of(opinion: Opinion) -> Submission:
    """Return the submission of an opinion."""
    return db.session.get_one(Submission, opinion.submission_id)


def opinions_of_consultation(consultation_id: int, stages: Sequence[OpinionStage] = STAGES) -> list[Opinion]:
    """Return the opinions of a consultation at these stages, in the order of their numbers."""
    return list(
        db.session.scalars(
            select(Opinion)
            .where(Opinion.consultation_id == consultation_id, Opinion.stage.in_(stages))
            .order_by(Opinion.number)
        )
    )
