"""Reading opinions: counts, what a page shows of a subject, one's own, a receipt, a submission at the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from participation.access.actors import Actor
from participation.consultations.domain import PhaseKind, Tally
from participation.consultations.models import Consultation, ConsultationSubject
from participation.consultations.queries import Procedure, phases_of
from participation.contributions.domain import RedactionState, Visibility, cover_words
from participation.contributions.models import Contribution, Redaction
from participation.contributions.queries import covered_words
from participation.foundation import clock, files, sealing
from participation.foundation.csv_text import Cell
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.paging import Edge, Page, how_many_fit, keyset, page
from participation.foundation.text import excerpt, fold
from participation.i18n.dates import date_ja, deadline_ja
from participation.opinions.domain import (
    CHANNEL_NAMES,
    SECRET_LENGTH,
    STAGE_MEANINGS,
    STAGE_MEANINGS_PAST,
    STAGE_NAMES,
    STAGE_PROMISES,
    STAGES,
    Channel,
    OpinionStage,
)
from participation.opinions.domain.importing import (
    WHOLE,
    WHOLE_KIND,
    WHOLE_TITLE,
    Comparison,
    ImportChoices,
    ImportColumn,
    ImportedSubmission,
    ImportProblem,
    ImportStatus,
    Reading,
    Registered,
    compare,
    gather,
    hash_of,
    read_rows,
)
from participation.opinions.domain.mailbox import looks_like_mail, read_mails
from participation.opinions.models import (
    Opinion,
    OpinionImport,
    OriginalText,
    Submission,
    SubmissionFile,
    SubmitterIdentity,
)
from participation.opinions.policies import owns
from participation.people.domain import AGE_BAND_NAMES, LANGUAGES, STANDING_NAMES, Standing
from participation.people.models import Person
from participation.people.queries import account_of
from participation.places.queries import list_districts
from participation.plans.domain.text_diff import difference
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

LATEST = 3
OWN_PER_PAGE = 20
ENTERED_PER_PAGE = 50
SAMPLES = 20
PUBLISHED_PER_PAGE = 25
#: A page of long opinions is shorter.
MOST_BYTES = 25_000


# ── Counts ──────────────────────────────────────────────────────────────────────────────────


def count_for_consultation(consultation_id: int) -> Tally:
    """Return people, organisations, submissions, opinions and distinct texts; withdrawn ones are not counted."""
    return count_for_consultations([consultation_id]).get(consultation_id, Tally())


def count_for_consultations(consultation_ids: Sequence[int]) -> dict[int, Tally]:
    """Return consultation → counts, in two queries."""
    per_submission = (
        _counted()
        .add_columns(Opinion.consultation_id.label("group_id"))
        .where(Opinion.consultation_id.in_(consultation_ids))
        .group_by(Opinion.consultation_id, *_submission_columns())
        .subquery()
    )
    distinct = dict(
        db.session.execute(
            select(Opinion.consultation_id, func.count(Opinion.text_key.distinct()))
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id.in_(consultation_ids),
                Contribution.visibility != Visibility.WITHDRAWN,
            )
            .group_by(Opinion.consultation_id)
        ).all()
    )
    return {
        row.group_id: replace(_as_tally(row), distinct_texts=distinct[row.group_id])
        for row in db.session.execute(_tally_of(per_submission))
    }


def _as_tally(row: Any) -> Tally:
    # PostgreSQL adds whole numbers up to a Decimal.
    return Tally(int(row.people), int(row.organisations), int(row.submissions), int(row.opinions))


def _submission_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    return (
        Submission.id,
        Submission.submitter_key,
        Submission.organisation_name,
        Submission.people_count,
    )


def _counted() -> Any:
    """One row a submission: whose it is and how many of its opinions count."""
    return (
        select(
            Submission.submitter_key.label("submitter_key"),
            Submission.organisation_name.label("organisation_name"),
            Submission.people_count.label("people_count"),
            func.count().label("opinions"),
        )
        .select_from(Opinion)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.visibility != Visibility.WITHDRAWN)
    )


def _tally_of(rows: Subquery) -> Select[Any]:
    """Group id → people (a class that hands in together counts each child), organisations, submissions, opinions."""
    is_person = rows.c.organisation_name == ""
    key = rows.c.submitter_key
    return select(
        rows.c.group_id,
        (
            func.count(case((is_person, key)).distinct())
            + func.coalesce(func.sum(case((is_person, rows.c.people_count - 1))), 0)
        ).label("people"),
        func.count(case((~is_person, key)).distinct()).label("organisations"),
        func.count().label("submissions"),
        func.sum(rows.c.opinions).label("opinions"),
    ).group_by(rows.c.group_id)


# ── On the page of a subject ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ShownOpinion:
    """A public opinion as a page shows it."""

    public_id: str
    number: int
    subject_id: int
    subject_title: str
    subject_path: str
    shown_name: str
    is_organisation: bool
    body: str
    #: Why words in it are covered (■); empty: nothing is.
    note: str
    said_at: datetime
    stage: OpinionStage
    answer_path: str


@dataclass(frozen=True)
class OpinionsOnPage:
    """What a page shows of the opinions about its subjects: counts (人・団体・件) and the latest public ones."""

    tally: Tally
    count_by_subject: dict[int, int]
    latest: list[ShownOpinion]


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> OpinionsOnPage:
    """Return counts and the latest public opinions about the subjects of one page. Two queries.

    The same for every reader (`actor` is asked by the contract of all ways of speaking): what somebody
    sent and nobody else may read yet stands on their own page.
    """
    if not subject_ids:
        return OpinionsOnPage(Tally(), {}, [])
    per_submission = (
        _counted()
        .add_columns(literal(0).label("group_id"))
        .where(Contribution.subject_id.in_(subject_ids))
        .group_by(*_submission_columns())
        .subquery()
    )
    whole = _tally_of(per_submission)
    per_subject = (
        select(
            Contribution.subject_id.label("group_id"),
            literal(0).label("people"),
            literal(0).label("organisations"),
            literal(0).label("submissions"),
            func.count().label("opinions"),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.subject_id.in_(subject_ids), Contribution.visibility != Visibility.WITHDRAWN)
        .group_by(Contribution.subject_id)
    )
    tally = Tally()
    by_subject: dict[int, int] = {}
    row: Any
    for row in db.session.execute(union_all(whole, per_subject)):
        if row.group_id == 0:
            tally = _as_tally(row)
        else:
            by_subject[row.group_id] = row.opinions
    return OpinionsOnPage(tally, by_subject, _list_latest(subject_ids))


def _list_latest(subject_ids: Sequence[int]) -> list[ShownOpinion]:
    rows = db.session.execute(
        _published()
        .where(Contribution.subject_id.in_(subject_ids))
        .order_by(Contribution.said_at.desc(), Opinion.id.desc())
        .limit(LATEST)
    )
    return [_shown(*row) for row in rows]


def list_published(consultation_id: int, edge: Edge, *, subject_id: int | None = None) -> Page[ShownOpinion]:
    """Return the public opinions of a consultation, about one subject or all, in the order of their numbers."""
    statement = _published().where(Opinion.consultation_id == consultation_id)
    if subject_id is not None:
        statement = statement.where(Contribution.subject_id == subject_id)
    statement, backwards = keyset(statement, [Opinion.number], edge, limit=PUBLISHED_PER_PAGE)
    rows = [_shown(*row) for row in db.session.execute(statement)]
    sizes = [len(row.body.encode("utf-8", "replace")) for row in rows]
    fit = how_many_fit(sizes, most_bytes=MOST_BYTES, fewest=1, limit=PUBLISHED_PER_PAGE)
    rows = rows[: fit + 1]
    return page(rows, [(row.number,) for row in rows], edge, limit=fit, backwards=backwards)


def get_published(public_id: str) -> tuple[ShownOpinion, Procedure]:
    """Return a public opinion and its consultation; raises NotFound for one that is not public."""
    row = db.session.execute(_published().where(Opinion.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    consultation_id = row[0].consultation_id
    return _shown(*row), _procedures({consultation_id})[consultation_id]


def _published() -> Any:
    return (
        select(Opinion, Contribution, Submission.organisation_name, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Contribution.visibility == Visibility.PUBLISHED)
    )


def _shown(opinion: Opinion, said: Contribution, organisation_name: str, subject: Subject) -> ShownOpinion:
    return ShownOpinion(
        public_id=opinion.public_id,
        number=opinion.number,
        subject_id=subject.id,
        subject_title=subject.title,
        subject_path=path_of(subject.kind, subject.reference),
        shown_name=said.shown_name,
        is_organisation=bool(organisation_name),
        body=said.body,
        note=said.covered_note,
        said_at=said.said_at,
        stage=opinion.stage,
        answer_path=opinion.answer_path,
    )


# ── One's own ───────────────────────────────────────────────────────────────────────────────


def guest_hash_of(actor: Actor) -> str | None:
    """Return the hash under which a visitor's submissions are found again during the visit."""
    if actor.person_id is not None or not actor.guest_key:
        return None
    return sealing.keyed_hash("opinions.guest", actor.guest_key)


def holds(actor: Actor, submission: Submission) -> bool:
    """Return whether the actor handed the submission in, as far as account or visit can tell."""
    return owns(actor, submission, guest_hash_of(actor))


def secret_of(receipt_number: str, stored_hash: str | None = None) -> str:
    """Return the 合言葉 of a receipt number, as k7mw3fpx: derived from the key, never stored.

    With the stored hash, the one made under the key of that time is found again.
    """
    made = sealing.derived_codes("receipts.code", receipt_number, SECRET_LENGTH)
    if stored_hash is None:
        return made[0]
    right = [
        each
        for each in made
        if sealing.is_hash_of("receipts.secret", f"{receipt_number}:{each}", stored_hash)
    ]
    return right[0] if right else ""


@dataclass(frozen=True)
class OpinionStep:
    """One step on the way of an opinion: state is done, current or next (as the component `steps` names them)."""

    title: str
    state: str
    text: str
    when: str


@dataclass(frozen=True)
class OwnOpinion:
    """An opinion as its author sees it: words, state, what comes next, where the answer stands."""

    opinion: Opinion
    said: Contribution
    subject_title: str
    subject_path: str
    steps: list[OpinionStep]

    @property
    def is_withdrawn(self) -> bool:
        """Whether its author took it back."""
        return self.said.visibility is Visibility.WITHDRAWN

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it."""
        return self.said.visibility is Visibility.PUBLISHED

    @property
    def stage_name(self) -> str:
        """How far it is, in a word."""
        return STAGE_NAMES[self.opinion.stage]


@dataclass(frozen=True)
class OwnSubmission:
    """A submission as its author sees it."""

    submission: Submission
    procedure: Procedure
    opinions: list[OwnOpinion]

    @property
    def secret(self) -> str:
        """The 合言葉, in two groups: k7mw-3fpx."""
        plain = secret_of(self.submission.receipt_number, self.submission.secret_hash)
        return f"{plain[:4]}-{plain[4:]}" if plain else ""


def get_receipt(number: str) -> OwnSubmission:
    """Return a submission by its receipt number; raises NotFound. The caller checks who asks."""
    submission = db.session.scalars(
        select(Submission).where(Submission.receipt_number == number)
    ).one_or_none()
    if submission is None:
        raise NotFound
    return _own([submission])[0]


def list_own(actor: Actor, edge: Edge) -> Page[OwnSubmission]:
    """Return what somebody handed in (and those of the organisations they act for), latest first."""
    mine = Submission.author_id == actor.person_id
    if actor.organisation_ids:
        mine = or_(mine, Submission.organisation_id.in_(actor.organisation_ids))
    statement, backwards = keyset(
        select(Submission).where(mine), [Submission.id], edge, limit=OWN_PER_PAGE, descending=True
    )
    rows = db.session.scalars(statement).all()
    found = page(rows, [(row.id,) for row in rows], edge, limit=OWN_PER_PAGE, backwards=backwards)
    return Page(_own(found.items), found.after, found.before)


def _own(submissions: Sequence[Submission]) -> list[OwnSubmission]:
    """Three queries, however many submissions there are."""
    rows = db.session.execute(
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.submission_id.in_([each.id for each in submissions]))
        .order_by(Opinion.submission_id, Opinion.position)
    ).all()
    procedures = _procedures({each.consultation_id for each in submissions})
    by_submission: dict[int, list[OwnOpinion]] = {}
    for opinion, said, subject in rows:
        steps = steps_of(opinion, procedures[opinion.consultation_id])
        by_submission.setdefault(opinion.submission_id, []).append(
            OwnOpinion(opinion, said, subject.title, path_of(subject.kind, subject.reference), steps)
        )
    return [
        OwnSubmission(each, procedures[each.consultation_id], by_submission.get(each.id, []))
        for each in submissions
    ]


def _procedures(consultation_ids: set[int]) -> dict[int, Procedure]:
    consultations = db.session.scalars(select(Consultation).where(Consultation.id.in_(consultation_ids)))
    phases = phases_of(list(consultation_ids))
    return {each.id: Procedure(each, tuple(phases.get(each.id, []))) for each in consultations}


def steps_of(opinion: Opinion, procedure: Procedure) -> list[OpinionStep]:
    """Return the way of an opinion as steps: what each means, when it came there, when the next is expected."""
    reached = STAGES.index(opinion.stage)
    steps = []
    for place, stage in enumerate(STAGES):
        text = STAGE_MEANINGS[stage] if place <= reached else STAGE_PROMISES[stage]
        if place < reached:
            text = STAGE_MEANINGS_PAST.get(stage, text)
        state = "done" if place < reached else "current" if place == reached else "next"
        when = date_ja(opinion.stage_changed_at) if place == reached else ""
        steps.append(
            OpinionStep(STAGE_NAMES[stage], state, text, when or _expected(stage, place > reached, procedure))
        )
    return steps


def _expected(stage: OpinionStage, is_to_come: bool, procedure: Procedure) -> str:
    if not is_to_come:
        return ""
    period = procedure.open_period
    published = next((p.period for p in procedure.phases if p.kind is PhaseKind.PUBLISHED), None)
    if stage is OpinionStage.ANSWERED and published is not None:
        return f"{date_ja(published.opens_at)}ごろの予定"
    if stage is OpinionStage.GROUPED and period is not None and clock.now() < period.closes_at:
        return "" if period.is_endless else f"{deadline_ja(period.closes_at)}に募集が終わったあと"
    return ""


# ── At the desk ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class EnteredSubmission:
    """One row of the list of submissions (受付簿)."""

    submission: Submission
    opinion_count: int
    first_words: str


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
    consultation_id: int, edge: Edge, *, channel: Channel | None = None
) -> Page[EnteredSubmission]:
    """Return the submissions of a consultation (受付簿), latest first."""
    statement = select(Submission).where(Submission.consultation_id == consultation_id)
    if channel is not None:
        statement = statement.where(Submission.channel == channel)
    statement, backwards = keyset(statement, [Submission.id], edge, limit=ENTERED_PER_PAGE, descending=True)
    rows = db.session.scalars(statement).all()
    found = page(rows, [(row.id,) for row in rows], edge, limit=ENTERED_PER_PAGE, backwards=backwards)
    words: dict[int, list[str]] = {}
    for submission_id, body in db.session.execute(
        select(Opinion.submission_id, func.substr(Contribution.body, 1, 120))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.submission_id.in_([each.id for each in found.items]))
        .order_by(Opinion.submission_id, Opinion.position)
    ):
        words.setdefault(submission_id, []).append(body)
    entered = [
        EnteredSubmission(each, len(words.get(each.id, [])), (words.get(each.id) or [""])[0])
        for each in found.items
    ]
    return Page(entered, found.after, found.before)


def get_submission(public_id: str) -> DeskSubmission:
    """Return a submission for staff; raises NotFound."""
    author, enterer = aliased(Person), aliased(Person)
    row = db.session.execute(
        select(Submission, Consultation, author.nickname, enterer.nickname, SubmitterIdentity.id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .outerjoin(author, author.id == Submission.author_id)
        .outerjoin(enterer, enterer.id == Submission.entered_by_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submission_id == Submission.id)
        .where(Submission.public_id == public_id)
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
class ListedImport:
    """One uploaded file as listed."""

    public_id: str
    filename: str
    status: ImportStatus
    total: int
    added: int
    skipped: int
    uploaded_at: datetime
    uploaded_by: str | None


@dataclass(frozen=True)
class ImportPreview:
    """What taking a file in would do: counts, what is wrong, the first submissions, files that came with mails."""

    added: int
    skipped: int
    late: int
    problems: tuple[ImportProblem, ...]
    samples: list[dict[str, str]]
    #: Files that came with mails: how many are kept, and which are not, with the reason.
    file_count: int
    files_left_out: list[str]


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
        return self.is_erased or hash_of(self.original.body) == self.original.sha256

    @property
    def is_erased(self) -> bool:
        """Whether the words had to be erased."""
        return not self.original.body

    def changes(self, each: DeskOpinion) -> Sequence[tuple[str, str]]:
        """Return how an opinion differs from what was handed in; nothing: not at all."""
        if each.said.body == self.shown or not each.said.body or self.is_erased:
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
    covered = _words_covered_in([original.id for original, _, _ in rows])
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


def _words_covered_in(original_ids: Sequence[int]) -> dict[int, list[str]]:
    """Original → the words that are covered in the opinions made of it. Two queries at most."""
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
        select(OriginalText).where(OriginalText.id > edge).order_by(OriginalText.id).limit(EXPORT_PORTION)
    ).all():
        for each in rows:
            if each.body and hash_of(each.body) != each.sha256:
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


# ── Imports and exports ─────────────────────────────────────────────────────────────────────

IMPORTS_SHOWN = 30
EXPORT_PORTION = 500


def choices_for(procedure: Procedure, options: Mapping[str, str]) -> ImportChoices:
    """Return what the rows of a file are read with: the items asked about, the districts, what was chosen.

    Raises Refused for a choice that does not exist.
    """
    nodes, node = _nodes_of(procedure.consultation)
    if options.get("node"):
        named = nodes.get(fold(options["node"]))
        if named is None:
            raise Refused(f"項目「{options['node']}」は、この案件の対象にありません。", field="node")
        node = named
    period = procedure.open_period
    received_on = options.get("received_on")
    return ImportChoices(
        nodes=nodes,
        districts={fold(name): each.id for each in list_districts() for name in (each.name, each.code)},
        node=node,
        channel=Channel(options.get("channel") or Channel.POST),
        received_on=date.fromisoformat(received_on) if received_on else None,
        opens_at=period.opens_at if period else None,
        closes_at=period.closes_at if period else None,
        counts_postmark=procedure.consultation.counts_postmark,
    )


def _nodes_of(consultation: Consultation) -> tuple[dict[str, int], int]:
    """Return every way of naming an item (public id, reference, code, title) → subject id, and what silence means.

    Who names no item speaks about the one that is asked about, or, of several, about the whole (WHOLE).
    """
    rows = db.session.execute(
        select(Subject.id, Subject.public_id, Subject.reference, Subject.title)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(ConsultationSubject.consultation_id == consultation.id)
        .order_by(ConsultationSubject.id.desc())
    ).all()
    named = {fold(consultation.code): WHOLE, fold(WHOLE_TITLE): WHOLE}
    for by_title in (True, False):  # A code is surer than a title, and the first item than a later one.
        for subject_id, public_id, reference, title in rows:
            names = (title,) if by_title else (reference.rpartition("/")[2], reference, public_id)
            named |= {fold(name): subject_id for name in names}
    return named, rows[0][0] if len(rows) == 1 else WHOLE


def find_whole(consultation: Consultation) -> Subject | None:
    """Return the subject of opinions that name no item (案件の全体), if there are any."""
    return db.session.scalars(
        select(Subject)
        .where(Subject.kind == WHOLE_KIND, Subject.reference == consultation.code)
        .order_by(Subject.id)
        .limit(1)
    ).one_or_none()


def list_registered(consultation_id: int, numbers: Sequence[str]) -> dict[str, Registered]:
    """Return number → what the register holds under it: by the number on the original, or its receipt number."""
    last = (
        select(func.max(Opinion.position))
        .where(Opinion.submission_id == Submission.id)
        .correlate(Submission)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Submission.id,
            Submission.original_number,
            Submission.receipt_number,
            Submission.withdrawn_at,
            OriginalText.sha256,
            last.label("last_position"),
        )
        .join(OriginalText, OriginalText.submission_id == Submission.id)
        .where(
            Submission.consultation_id == consultation_id,
            or_(Submission.original_number.in_(numbers), Submission.receipt_number.in_(numbers)),
        )
        .order_by(Submission.id.desc())
    )
    found: dict[str, Registered] = {}
    asked = set(numbers)
    for row in rows:
        for number in asked & {row.original_number, row.receipt_number}:
            hashes = found[number].hashes if number in found else ()
            found[number] = Registered(
                row.id, (*hashes, row.sha256), row.withdrawn_at is not None, row.last_position or 0
            )
    return found


def read_import(
    name: str, content: bytes, mapping: Mapping[ImportColumn, str], choices: ImportChoices
) -> Reading:
    """Return what a file holds: a table, one mail, or a mailbox; raises Unreadable."""
    if looks_like_mail(name, content):
        form, rows = read_mails(content)
        return gather(form, (), rows, choices)
    form, columns, rows = read_rows(content, mapping)
    return gather(form, columns, rows, choices)


def preview_import(consultation_id: int, reading: Reading) -> ImportPreview:
    """Return what taking a file in would do, without doing it."""
    added, skipped, late = 0, 0, 0
    problems = list(reading.problems)
    samples: list[dict[str, str]] = []
    for portion in reading.batches():
        there = list_registered(consultation_id, [read.number for read in portion])
        for read in portion:
            comparison = compare(read, there.get(read.number))
            added += len(comparison.new)
            skipped += comparison.skipped
            late += bool(comparison.new and read.is_late)
            problems.extend(comparison.problems)
            if len(samples) < SAMPLES and comparison.new:
                samples.append(_sample(read, comparison))
    problems.sort(key=lambda problem: problem.line or 0)
    left_out = [words for read in reading.submissions for words in read.files_left_out]
    kept = sum(len(read.files_to_keep) for read in reading.submissions)
    return ImportPreview(added, skipped, late, tuple(problems), samples, kept, left_out)


def _sample(read: ImportedSubmission, comparison: Comparison) -> dict[str, str]:
    return {
        "number": read.number,
        "channel": CHANNEL_NAMES[read.channel],
        "received": date_ja(read.received_at),
        "who": read.organisation_name or ("氏名あり" if read.submitter else "個人"),
        "opinions": str(len(comparison.new)),
        "words": excerpt(comparison.new[0].body, 60),
        "late": "締切後" if read.is_late else "",
    }


def list_imports(consultation_id: int) -> list[ListedImport]:
    """Return the latest uploaded files of a consultation, newest first."""
    rows = db.session.execute(
        select(
            OpinionImport.public_id,
            OpinionImport.filename,
            OpinionImport.status,
            OpinionImport.total,
            OpinionImport.added,
            OpinionImport.skipped,
            OpinionImport.uploaded_at,
            Person.nickname,
        )
        .outerjoin(Person, Person.id == OpinionImport.uploaded_by_id)
        .where(OpinionImport.consultation_id == consultation_id)
        .order_by(OpinionImport.id.desc())
        .limit(IMPORTS_SHOWN)
    )
    return [ListedImport(*row) for row in rows]


def get_import(public_id: str) -> tuple[OpinionImport, Consultation]:
    """Return an uploaded file with its consultation; raises NotFound."""
    row = db.session.execute(
        select(OpinionImport, Consultation)
        .join(Consultation, Consultation.id == OpinionImport.consultation_id)
        .where(OpinionImport.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def content_of(kept: OpinionImport) -> bytes:
    """Return the file itself while it is kept; raises NotFound afterwards."""
    if kept.sealed is None:
        raise NotFound
    return sealing.unseal_bytes("opinions.import", kept.sealed)


def read_kept(kept: OpinionImport) -> Reading:
    """Return what an uploaded file holds, read as it was when it was looked at; raises Unreadable, NotFound."""
    consultation = db.session.get_one(Consultation, kept.consultation_id)
    procedure = _procedures({consultation.id})[consultation.id]
    mapping = {ImportColumn(name): theirs for name, theirs in kept.options.get("mapping", {}).items()}
    return read_import(kept.filename, content_of(kept), mapping, choices_for(procedure, kept.options))


def uploader_of(kept: OpinionImport) -> Actor:
    """Return who uploaded a file, with the roles they hold now; raises NotFound for somebody who is gone."""
    person = db.session.get(Person, kept.uploaded_by_id) if kept.uploaded_by_id else None
    if person is None:
        raise NotFound
    return account_of(person, clock.now()).as_actor()


def export_originals(consultation_id: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the register for a file, in the columns of an import: what was handed in, in its first words.

    Without names and addresses; what is covered in the opinions (黒塗り) is covered here. What was withdrawn or erased is left out. In portions, so that a long
    register does not fill the memory.
    """
    districts = {each.id: each.name for each in list_districts()}
    edge = (0, 0)
    while True:
        rows = db.session.execute(_exported(consultation_id, edge)).all()
        covered = _words_covered_in([row.id for row in rows])
        for row in rows:
            yield _export_row(row, districts, cover_words(row.body, covered.get(row.id, ())))
        if len(rows) < EXPORT_PORTION:
            return
        edge = (rows[-1].submission_id, rows[-1].position)


def _exported(consultation_id: int, edge: tuple[int, int]) -> Any:
    stands = exists().where(
        Opinion.original_id == OriginalText.id,
        Contribution.id == Opinion.contribution_id,
        Contribution.visibility.not_in([Visibility.WITHDRAWN, Visibility.ERASED]),
    )
    return (
        select(
            OriginalText.id,
            OriginalText.submission_id,
            OriginalText.position,
            OriginalText.body,
            Submission,
            Subject.reference,
        )
        .join(Submission, Submission.id == OriginalText.submission_id)
        .join(Subject, Subject.id == OriginalText.subject_id)
        .where(
            Submission.consultation_id == consultation_id,
            tuple_(OriginalText.submission_id, OriginalText.position) > edge,
            stands,
        )
        .order_by(OriginalText.submission_id, OriginalText.position)
        .limit(EXPORT_PORTION)
    )


def _export_row(row: Any, districts: dict[int, str], body: str) -> tuple[Cell, ...]:
    sent: Submission = row.Submission
    values: dict[ImportColumn, Cell] = {
        ImportColumn.NUMBER: sent.original_number or sent.receipt_number,
        ImportColumn.BODY: body,
        ImportColumn.CHANNEL: CHANNEL_NAMES[sent.channel],
        ImportColumn.RECEIVED_ON: _written(sent.received_at),
        ImportColumn.POSTMARKED_ON: sent.postmarked_on.isoformat() if sent.postmarked_on else "",
        ImportColumn.NODE: row.reference.rpartition("/")[2],
        ImportColumn.ORGANISATION: sent.organisation_name,
        ImportColumn.PEOPLE_COUNT: sent.people_count,
        ImportColumn.STANDINGS: "、".join(STANDING_NAMES[Standing(each)] for each in sent.standings),
        ImportColumn.AGE_BAND: AGE_BAND_NAMES[sent.age_band] if sent.age_band else "",
        ImportColumn.DISTRICT: districts.get(sent.district_id or 0, ""),
        ImportColumn.LANGUAGE: LANGUAGES.get(sent.language, sent.language),
        ImportColumn.TITLE: sent.title,
    }
    return tuple(values.get(column, "") for column in ImportColumn)


def _written(moment: datetime) -> str:
    local = moment.astimezone(clock.JST)
    return local.strftime("%Y-%m-%d" if local.time() == time() else "%Y-%m-%d %H:%M:%S")
