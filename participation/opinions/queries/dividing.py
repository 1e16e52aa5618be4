"""How an original stands divided: its pieces, the opinions made of it, which of them may still change, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.consultations.models import Consultation
from participation.consultations.queries import list_subjects
from participation.contributions.domain import Visibility, cover_words
from participation.contributions.models import Contribution
from participation.contributions.queries import uncovered_body
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.opinions.domain import STAGES, OpinionStage
from participation.opinions.domain.dividing import (
    ASIDE_NAMES,
    Arrangement,
    PassageKind,
    Piece,
    Range,
    Standing,
    Unit,
    joined_ranges,
    passages,
    suggested_cuts,
    units,
)
from participation.opinions.models import Opinion, OriginalPassage, OriginalText, Submission
from participation.opinions.queries.register import words_covered_in
from participation.subjects.models import Subject

OPEN_SHOWN = 50

#: Why the words of an opinion may no longer be put elsewhere.
_FIXED_BY_VISIBILITY = {
    Visibility.WITHDRAWN: "出した人が取り下げた意見です。",
    Visibility.HIDDEN: "表示を止めた意見です。先に表示に戻すと、分け直せます。",
    Visibility.ERASED: "文章を消した意見です。",
}
_FIXED_BY_STAGE = {
    OpinionStage.CONSIDERED: "区の考え方の決裁が済んだ意見です。差し戻すと、分け直せます。",
    OpinionStage.ANSWERED: "区の考え方を公表した意見です。公表を取り下げると、分け直せます。",
    OpinionStage.REFLECTED: "区の考え方を公表した意見です。公表を取り下げると、分け直せます。",
}


@dataclass(frozen=True)
class PartOpinion:
    """An opinion made of an original, with the stretches that are its words."""

    opinion: Opinion
    said: Contribution
    subject: Subject
    ranges: tuple[Range, ...]

    @property
    def why_fixed(self) -> str:
        """Why it has to stay as it is; empty: it may be divided otherwise."""
        by_visibility = _FIXED_BY_VISIBILITY.get(self.said.visibility, "")
        return by_visibility or _FIXED_BY_STAGE.get(self.opinion.stage, "")

    @property
    def standing(self) -> Standing:
        """It as the rules of dividing know it."""
        return Standing(self.opinion.id, self.opinion.number, self.ranges)


@dataclass(frozen=True)
class Division:
    """An original as it stands divided now."""

    submission: Submission
    consultation: Consultation
    original: OriginalText
    #: The words to be divided: those handed in, or those into which their author corrected them.
    text: str
    #: The same as staff read them, with ■.
    shown: str
    opinions: tuple[PartOpinion, ...]
    pieces: tuple[Piece, ...]
    is_corrected: bool

    @property
    def version(self) -> str:
        """Names exactly this state: whoever changes it says which one they saw."""
        parts = [f"{each.opinion.id}.{each.said.revision}" for each in self.opinions]
        return f"{self.original.division}:{','.join(parts)}"

    @property
    def is_divided(self) -> bool:
        """Whether staff divided it before."""
        return self.original.division > 0

    @property
    def is_erased(self) -> bool:
        """Whether the words had to be erased."""
        return not self.original.body

    @property
    def units(self) -> list[Unit]:
        """Its sentences and lines."""
        return units(self.text)

    @property
    def cuts(self) -> list[int]:
        """Where it is cut now."""
        return [piece.start for piece in self.pieces if piece.start]

    @property
    def suggested(self) -> list[int]:
        """Where it might be cut."""
        return suggested_cuts(self.text)

    @property
    def open_count(self) -> int:
        """How many stretches wait (まだ分けていないところ)."""
        return sum(piece.kind is PassageKind.OPEN for piece in self.pieces)

    def words(self, start: int, end: int) -> str:
        """Return the words of a stretch as staff read them."""
        return self.shown[start:end]

    def opinion_at(self, label: int | None) -> PartOpinion | None:
        """Return the opinion behind a number of the present arrangement, from 1."""
        return self.opinions[label - 1] if label else None

    def fixed_at(self, start: int, end: int) -> PartOpinion | None:
        """Return the opinion that has to stay as it is and says words of this stretch."""
        touched = (each for each in self.opinions if each.why_fixed)
        return next((each for each in touched if any(a < end and start < b for a, b in each.ranges)), None)

    def suggestion(self) -> Arrangement:
        """Return the present pieces as an arrangement."""
        return Arrangement(
            self.pieces, {n: each.subject.public_id for n, each in enumerate(self.opinions, 1)}
        )


def get_division(submission_public_id: str, position: int, *, to_change: bool = False) -> Division:
    """Return how one text of a submission is divided; raises NotFound. Five queries at most.

    To change it is to keep it, and its opinions, from being changed by others until the commit.
    """
    statement = (
        select(Submission, Consultation, OriginalText)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .join(OriginalText, OriginalText.submission_id == Submission.id)
        .where(Submission.public_id == submission_public_id, OriginalText.position == position)
    )
    if to_change:
        statement = statement.with_for_update(of=OriginalText).execution_options(populate_existing=True)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return division_of(*row, to_change=to_change)


def division_of(
    submission: Submission, consultation: Consultation, original: OriginalText, *, to_change: bool = False
) -> Division:
    """Return how a text is divided."""
    made = (
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.original_id == original.id, Opinion.merged_into_id.is_(None))
        .order_by(Opinion.position)
    )
    if to_change:
        made = made.with_for_update(of=(Opinion, Contribution)).execution_options(populate_existing=True)
    rows = db.session.execute(made).all()
    kept = db.session.scalars(
        select(OriginalPassage)
        .where(OriginalPassage.original_id == original.id)
        .order_by(OriginalPassage.start)
    ).all()
    is_corrected = not kept and len(rows) == 1 and rows[0][1].revision > 0 and bool(rows[0][1].body)
    text = uncovered_body(rows[0][1]) if is_corrected else original.body
    is_corrected = is_corrected and text != original.body
    label = {opinion.id: place for place, (opinion, _, _) in enumerate(rows, start=1)}
    pieces = tuple(
        Piece(each.start, each.end, label.get(each.opinion_id or 0), each.reason, each.note) for each in kept
    ) or ((Piece(0, len(text), 1),) if rows and text else ())
    spoken = {place: [(p.start, p.end) for p in pieces if p.opinion == place] for place in label.values()}
    covered = words_covered_in([original.id]).get(original.id, [])
    return Division(
        submission=submission,
        consultation=consultation,
        original=original,
        text=text,
        shown=cover_words(text, covered),
        opinions=tuple(
            PartOpinion(opinion, said, subject, tuple(joined_ranges(spoken[label[opinion.id]])))
            for opinion, said, subject in rows
        ),
        pieces=pieces,
        is_corrected=is_corrected,
    )


def choices_of_subjects(division: Division) -> list[tuple[str, str]]:
    """Return what a part may be about, as (public id, title): what was asked, and what it is about now. One query."""
    asked = {each.public_id: each.title for each in list_subjects(division.consultation.id)}
    now = {each.subject.public_id: each.subject.title for each in division.opinions}
    return list((now | asked).items())


# ── Of one letter ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class LetterPart:
    """A stretch of a letter as its author reads it: as which opinion it is handled, or why as none."""

    words: str
    number: int | None
    public_id: str
    why: str


@dataclass(frozen=True)
class DividedLetter:
    """A letter that the ward handles as several opinions."""

    original_id: int
    numbers: tuple[int, ...]
    parts: tuple[LetterPart, ...]


def letters_of(submission_ids: Sequence[int]) -> dict[int, list[DividedLetter]]:
    """Return submission → its letters that were divided, stretch by stretch. Three queries at most."""
    rows = db.session.execute(
        select(OriginalText, OriginalPassage, Opinion)
        .join(OriginalPassage, OriginalPassage.original_id == OriginalText.id)
        .outerjoin(Opinion, Opinion.id == OriginalPassage.opinion_id)
        .where(OriginalText.submission_id.in_(submission_ids))
        .order_by(OriginalText.position, OriginalPassage.start)
    ).all()
    covered = words_covered_in(list({original.id for original, _, _ in rows})) if rows else {}
    found: dict[int, list[DividedLetter]] = {}
    by_original: dict[int, tuple[OriginalText, list[LetterPart]]] = {}
    for original, passage, opinion in rows:
        shown = cover_words(original.body, covered.get(original.id, ()))
        why = ASIDE_NAMES[passage.reason] if passage.reason else ""
        part = LetterPart(
            words=shown[passage.start : passage.end],
            number=opinion.number if opinion else None,
            public_id=opinion.public_id if opinion else "",
            why=f"{why}：{passage.note}" if why and passage.note else why,
        )
        by_original.setdefault(original.id, (original, []))[1].append(part)
    for original, parts in by_original.values():
        numbers = tuple(sorted({part.number for part in parts if part.number is not None}))
        found.setdefault(original.submission_id, []).append(DividedLetter(original.id, numbers, tuple(parts)))
    return found


def siblings_of(opinion: Opinion) -> list[Opinion]:
    """Return the other opinions of the same letter that still stand, in order."""
    return list(
        db.session.scalars(
            select(Opinion)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.original_id == opinion.original_id,
                Opinion.id != opinion.id,
                Opinion.merged_into_id.is_(None),
                Contribution.visibility != Visibility.WITHDRAWN,
                Opinion.stage.in_(STAGES[: STAGES.index(OpinionStage.ANSWERED)]),
            )
            .order_by(Opinion.position)
        )
    )


# ── What is open ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class OpenPassage:
    """A stretch of an original that belongs to no opinion yet (まだ分けていないところ)."""

    submission_public_id: str
    receipt_number: str
    position: int
    words: str


def count_open(consultation_id: int) -> int:
    """Return how many stretches of the consultation's originals belong to no opinion and have no reason. One query."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OriginalPassage)
            .join(OriginalText, OriginalText.id == OriginalPassage.original_id)
            .join(Submission, Submission.id == OriginalText.submission_id)
            .where(
                OriginalPassage.kind == PassageKind.OPEN,
                Submission.consultation_id == consultation_id,
                Submission.withdrawn_at.is_(None),
            )
        )
        or 0
    )


def list_open(consultation_id: int, edge: Edge) -> Page[OpenPassage]:
    """Return these stretches, in the order of their submissions. Three queries at most."""
    statement, backwards = keyset(
        select(OriginalPassage, OriginalText, Submission)
        .join(OriginalText, OriginalText.id == OriginalPassage.original_id)
        .join(Submission, Submission.id == OriginalText.submission_id)
        .where(
            OriginalPassage.kind == PassageKind.OPEN,
            Submission.consultation_id == consultation_id,
            Submission.withdrawn_at.is_(None),
        ),
        [OriginalPassage.id],
        edge,
        limit=OPEN_SHOWN,
    )
    rows = db.session.execute(statement).all()
    found = page(rows, [(row[0].id,) for row in rows], edge, limit=OPEN_SHOWN, backwards=backwards)
    covered = words_covered_in(list({original.id for _, original, _ in found.items}))
    return Page(
        [
            OpenPassage(
                sent.public_id,
                sent.receipt_number,
                original.position,
                excerpt(
                    cover_words(original.body, covered.get(original.id, ()))[passage.start : passage.end], 160
                ),
            )
            for passage, original, sent in found.items
        ],
        found.after,
        found.before,
    )


def find_misdivided() -> list[str]:
    """Return in words each opinion whose words are no longer those of its stretches, coverings aside."""
    rows = db.session.execute(
        select(Opinion, Contribution, OriginalText, OriginalPassage)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(OriginalText, OriginalText.id == Opinion.original_id)
        .join(OriginalPassage, OriginalPassage.opinion_id == Opinion.id)
        .where(
            Opinion.merged_into_id.is_(None),
            OriginalText.body != "",
            OriginalText.partly_erased_at.is_(None),
            Contribution.visibility != Visibility.ERASED,
        )
        .order_by(Opinion.id, OriginalPassage.start)
    )
    ranges: dict[int, list[Range]] = {}
    texts: dict[int, tuple[int, str, str]] = {}
    for opinion, said, original, passage in rows:
        ranges.setdefault(opinion.id, []).append((passage.start, passage.end))
        texts[opinion.id] = (opinion.number, said.body, original.body)
    wrong = []
    for opinion_id, (number, body, text) in texts.items():
        expected = "\n".join(text[start:end] for start, end in passages(text, ranges[opinion_id]))
        same = len(body) == len(expected) and all(
            one in (other, "■") for one, other in zip(body, expected, strict=True)
        )
        if not same:
            wrong.append(f"意見 No.{number}の文章が、原本の区切りと違います。")
    return wrong
