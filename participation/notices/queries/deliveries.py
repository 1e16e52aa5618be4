"""How the ward's messages reached who handed something in (届いたかどうか): counts, rows, letters on paper.

Nothing here knows a name, an address or a mail address: submissions go by their receipt number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.jobs.models import OutboxRow
from participation.notices.domain import (
    DELIVERY_NAMES,
    FOR_EVERYBODY,
    DeliveryState,
    LetterState,
    NotificationKind,
    Worded,
    wordings,
)
from participation.notices.models import LetterBatch, Notification, PaperLetter, SentMail
from participation.opinions.domain import CHANNEL_NAMES
from participation.opinions.models import Opinion, Submission, SubmitterIdentity
from participation.organisations.models import Section
from participation.people.models import Person

ROWS_SHOWN = 50
#: One sheet of the printer's tray: more are made in the next batch.
LETTERS_AT_ONCE = 200
BATCHES_SHOWN = 30


# ── On the receipt's page ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TellingLine:
    """What somebody was told about one of their opinions (知らせたこと)."""

    title: str
    wordings: tuple[Worded, ...]
    path: str
    at: datetime


def told_about(contribution_ids: Sequence[int]) -> dict[int, list[TellingLine]]:
    """Return contribution → what its author was told, latest first, with an account or without. One query."""
    if not contribution_ids:
        return {}
    found: dict[int, list[TellingLine]] = defaultdict(list)
    for each, language in db.session.execute(
        select(Notification, Contribution.language)
        .join(Contribution, Contribution.id == Notification.contribution_id)
        .where(
            Notification.contribution_id.in_(list(contribution_ids)),
            Notification.kind.in_(FOR_EVERYBODY),
        )
        .order_by(Notification.id.desc())
    ):
        assert each.contribution_id is not None
        said = wordings(each.text, each.easy, each.child, language)
        line = TellingLine(each.title, said, each.path, each.created_at)
        found[each.contribution_id].append(line)
    return dict(found)


# ── The report ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DeliveryCount:
    """How many submissions are at one stage of delivery."""

    state: DeliveryState
    count: int

    @property
    def name(self) -> str:
        """The state in words."""
        return DELIVERY_NAMES[self.state][0]

    @property
    def meaning(self) -> str:
        """What is to be done about it."""
        return DELIVERY_NAMES[self.state][1]

    @property
    def kind(self) -> str:
        """The kind of tag."""
        return DELIVERY_NAMES[self.state][2]


@dataclass(frozen=True)
class DeliveryRow:
    """One submission with how far its message is; without anything that says whose it is."""

    submission_id: int
    receipt_number: str
    public_id: str
    channel: str
    state: DeliveryState
    #: Pieces of news in this state, and the latest of them.
    news: int
    told_at: datetime
    #: Why a mail could not be sent, in words.
    failure: str
    letter_id: str

    @property
    def name(self) -> str:
        """The state in words."""
        return DELIVERY_NAMES[self.state][0]

    @property
    def kind(self) -> str:
        """The kind of tag."""
        return DELIVERY_NAMES[self.state][2]


def _constant(state: DeliveryState) -> ColumnElement[str]:
    """A state as it stands in a statement: PostgreSQL groups only by what is written the same twice."""
    return literal_column(f"'{state.value}'", String)


def _state() -> ColumnElement[str]:
    """How far one notice is: asked of the letter, the mail, the outbox, and whether there is an address at all."""
    return case(
        (PaperLetter.state.is_not(None), type_coerce(PaperLetter.state, String)),
        (
            Notification.person_id.is_not(None),
            case(
                (Notification.mailed_at.is_(None), _constant(DeliveryState.WAITING)),
                (Notification.mail_id.is_(None), _constant(DeliveryState.SITE_ONLY)),
                # Done work is let go of after a while.
                (
                    or_(OutboxRow.id.is_(None), OutboxRow.done_at.is_not(None)),
                    _constant(DeliveryState.SENT),
                ),
                (OutboxRow.given_up_at.is_not(None), _constant(DeliveryState.FAILED)),
                else_=_constant(DeliveryState.SENDING),
            ),
        ),
        (SubmitterIdentity.id.is_not(None), _constant(DeliveryState.PAPER)),
        else_=_constant(DeliveryState.RECEIPT_ONLY),
    )


def _told(*columns: Any) -> Select[Any]:
    """Every notice about an opinion that stands, with what tells how it was delivered."""
    return (
        select(*columns)
        .select_from(Notification)
        .join(Opinion, Opinion.contribution_id == Notification.contribution_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .outerjoin(SentMail, SentMail.id == Notification.mail_id)
        .outerjoin(OutboxRow, OutboxRow.id == SentMail.outbox_id)
        .outerjoin(PaperLetter, PaperLetter.id == Notification.letter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submission_id == Submission.id)
        .where(
            Notification.kind.in_(FOR_EVERYBODY),
            Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED)),
        )
    )


def count_by_state(consultation_id: int) -> list[DeliveryCount]:
    """Return how many submissions are at each stage, in the order of the stages; one may be at two. One query."""
    state = _state().label("state")
    counted = {
        str(found): count
        for found, count in db.session.execute(
            _told(state, func.count(Submission.id.distinct()))
            .where(Opinion.consultation_id == consultation_id)
            .group_by(state)
        )
    }
    return [DeliveryCount(each, counted[each.value]) for each in DeliveryState if each.value in counted]


def count_told(consultation_id: int) -> tuple[int, int]:
    """Return how many submissions were handed in (and not taken back), and about how many there is news."""
    told = (
        _told(func.count(Submission.id.distinct()))
        .where(Opinion.consultation_id == consultation_id)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(func.count(), told).where(
            Submission.consultation_id == consultation_id, Submission.withdrawn_at.is_(None)
        )
    ).one()
    return row[0], row[1]


def list_rows(consultation_id: int, state: DeliveryState | None, edge: Edge) -> Page[DeliveryRow]:
    """Return the submissions with how far their messages are, by the time of arrival. One query."""
    column = _state()
    found = (
        _told(
            Submission.id.label("submission_id"),
            Submission.receipt_number,
            Submission.public_id,
            Submission.channel,
            column.label("state"),
            func.count().label("news"),
            func.max(Notification.created_at).label("told_at"),
            func.max(func.coalesce(OutboxRow.error, "")).label("error"),
            func.max(func.coalesce(PaperLetter.public_id, "")).label("letter"),
        )
        .where(Opinion.consultation_id == consultation_id)
        .group_by(Submission.id, Submission.receipt_number, Submission.public_id, Submission.channel, column)
        .subquery()
    )
    statement: Select[Any] = select(found)
    if state is not None:
        statement = statement.where(found.c.state == state.value)
    columns: Any = [found.c.submission_id, found.c.state]
    ordered, backwards = keyset(statement, columns, edge, limit=ROWS_SHOWN)
    rows = db.session.execute(ordered).all()
    shown = page(
        rows, [(row.submission_id, row.state) for row in rows], edge, limit=ROWS_SHOWN, backwards=backwards
    )
    return Page([_row(row) for row in shown.items], shown.after, shown.before)


def _row(row: Any) -> DeliveryRow:
    state = DeliveryState(str(row.state))
    return DeliveryRow(
        submission_id=row.submission_id,
        receipt_number=row.receipt_number,
        public_id=row.public_id,
        channel=CHANNEL_NAMES[row.channel],
        state=state,
        news=row.news,
        told_at=row.told_at,
        failure=failure_in_words(row.error)
        if state in (DeliveryState.FAILED, DeliveryState.SENDING) and row.error
        else "",
        letter_id=row.letter,
    )


def failure_in_words(error: str) -> str:
    """Return why a mail could not be sent, without the address that the server's own words may hold."""
    kind, _, rest = error.partition(":")
    code = f"（応答 {rest.strip()}）" if rest.strip().replace(", ", "").isdigit() else ""
    if kind == "AddressRefused":
        return f"相手のメールサーバーが、この宛先を受け付けませんでした{code}。"
    if kind == "ServerRefused":
        return f"メールサーバーが、送信を断りました{code}。"
    if kind.endswith(("Timeout", "TimeoutError", "ConnectionRefusedError", "gaierror", "OSError")):
        return "メールサーバーにつながりませんでした。"
    return f"送れませんでした（{kind[:40]}）。"


def list_failed_work(consultation_id: int) -> list[int]:
    """Return the numbers of the work that was given up, of mails about a consultation."""
    return list(
        db.session.scalars(
            _told(SentMail.outbox_id)
            .where(Opinion.consultation_id == consultation_id, OutboxRow.given_up_at.is_not(None))
            .where(Notification.letter_id.is_(None))
            .distinct()
        )
    )


@dataclass(frozen=True)
class ToldConsultation:
    """A consultation about which somebody was told something."""

    code: str
    title: str
    told: int
    failed: int
    paper: int


def list_consultations() -> list[ToldConsultation]:
    """Return the consultations with messages, the latest first, with what asks for work. One query."""
    state = _state()
    each = (
        _told(
            Opinion.consultation_id.label("consultation_id"),
            Submission.id.label("submission_id"),
            state.label("state"),
        )
        .distinct()
        .subquery()
    )
    to_do = [
        DeliveryState.PAPER.value,
        DeliveryState.PREPARED.value,
        DeliveryState.PRINTED.value,
    ]
    rows = db.session.execute(
        select(
            Consultation.code,
            Consultation.title,
            func.count(each.c.submission_id.distinct()),
            func.count(case((each.c.state == DeliveryState.FAILED.value, 1))),
            func.count(case((each.c.state.in_(to_do), 1))),
        )
        .join(each, each.c.consultation_id == Consultation.id)
        .group_by(Consultation.id, Consultation.code, Consultation.title)
        .order_by(Consultation.id.desc())
    )
    return [ToldConsultation(*row) for row in rows]


# ── Letters on paper ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class LetterPart:
    """What a letter says about one opinion: the words quoted, and the news about them."""

    opinion_number: int
    words: str
    note: str
    news: tuple[TellingLine, ...]


@dataclass(frozen=True)
class LetterContent:
    """A letter without its address (文書の中身)."""

    public_id: str
    submission_id: int
    submission_public_id: str
    receipt_number: str
    consultation: str
    consultation_code: str
    section: str
    state: LetterState
    parts: tuple[LetterPart, ...]


@dataclass(frozen=True)
class BatchLine:
    """A batch of letters in the list of a consultation."""

    public_id: str
    number: int
    made_at: datetime
    letters: int
    printed_at: datetime | None
    posted_on: date | None
    cancelled_at: datetime | None

    @property
    def state_name(self) -> str:
        """How far it is."""
        if self.cancelled_at:
            return "取りやめた"
        if self.posted_on:
            return "発送した"
        return "印刷した（発送待ち）" if self.printed_at else "印刷待ち"


def list_to_prepare(consultation_id: int) -> list[tuple[Notification, int]]:
    """Return the notices that are to go on paper, with their submissions, held for the one who prepares them.

    Those of people without an account who gave name and address, and mails that were given up where
    the procedure asked for an address. What is in a letter already is not among them.
    """
    rows = db.session.execute(
        _told(Notification, Submission.id)
        .where(
            Opinion.consultation_id == consultation_id,
            Notification.letter_id.is_(None),
            SubmitterIdentity.id.is_not(None),
            or_(
                Notification.person_id.is_(None),
                and_(OutboxRow.given_up_at.is_not(None), Notification.mail_id.is_not(None)),
            ),
        )
        .order_by(Submission.id, Notification.id)
        .with_for_update(of=Notification)
    )
    return [(notification, submission_id) for notification, submission_id in rows]


def list_of_submission(submission_id: int) -> list[Notification]:
    """Return the notices about a submission that are in no letter yet, held for the one who hands them over."""
    return list(
        db.session.scalars(
            _told(Notification)
            .where(Submission.id == submission_id, Notification.letter_id.is_(None))
            .with_for_update(of=Notification)
        )
    )


def list_batches(consultation_id: int) -> list[BatchLine]:
    """Return the latest batches of letters, newest first. One query."""
    rows = db.session.execute(
        select(
            LetterBatch.public_id,
            LetterBatch.number,
            LetterBatch.made_at,
            func.count(PaperLetter.id),
            LetterBatch.printed_at,
            LetterBatch.posted_on,
            LetterBatch.cancelled_at,
        )
        .outerjoin(PaperLetter, PaperLetter.batch_id == LetterBatch.id)
        .where(LetterBatch.consultation_id == consultation_id)
        .group_by(LetterBatch.id)
        .order_by(LetterBatch.id.desc())
        .limit(BATCHES_SHOWN)
    )
    return [BatchLine(*row) for row in rows]


def last_batch_number(consultation_id: int) -> int:
    """Return the number of the latest batch of a consultation; 0: there is none."""
    return (
        db.session.scalar(
            select(func.max(LetterBatch.number)).where(LetterBatch.consultation_id == consultation_id)
        )
        or 0
    )


def get_batch(public_id: str, *, to_change: bool = False) -> LetterBatch:
    """Return a batch of letters, held until the end of the transaction if it is to change; raises NotFound."""
    statement = select(LetterBatch).where(LetterBatch.public_id == public_id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def letters_of_batch(batch: LetterBatch) -> list[PaperLetter]:
    """Return the letters of a batch, in the order in which they are printed."""
    return list(
        db.session.scalars(
            select(PaperLetter).where(PaperLetter.batch_id == batch.id).order_by(PaperLetter.id)
        )
    )


def list_contents(batch: LetterBatch) -> list[LetterContent]:
    """Return what the letters of a batch say, in the order of printing. One query."""
    rows = db.session.execute(
        select(
            PaperLetter, Submission, Consultation, Section.name, Opinion.number, Contribution, Notification
        )
        .join(Submission, Submission.id == PaperLetter.submission_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .outerjoin(Section, Section.id == Consultation.section_id)
        .outerjoin(Notification, Notification.letter_id == PaperLetter.id)
        .outerjoin(Opinion, Opinion.contribution_id == Notification.contribution_id)
        .outerjoin(Contribution, Contribution.id == Opinion.contribution_id)
        .where(PaperLetter.batch_id == batch.id)
        .order_by(PaperLetter.id, Opinion.number, Notification.id)
    ).all()
    by_letter: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_letter[row[0].id].append(row)
    return [_content(each) for each in by_letter.values()]


def _content(rows: Sequence[Any]) -> LetterContent:
    letter, submission, consultation, section = rows[0][:4]
    news: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row[6] is not None:
            news[row[4]].append(row)
    return LetterContent(
        public_id=letter.public_id,
        submission_id=submission.id,
        submission_public_id=submission.public_id,
        receipt_number=submission.receipt_number,
        consultation=consultation.title,
        consultation_code=consultation.code,
        section=section or "",
        state=letter.state,
        parts=tuple(_part(number, each) for number, each in news.items()),
    )


def _part(number: int, rows: Sequence[Any]) -> LetterPart:
    said: Contribution = rows[0][5]
    told = [row[6] for row in rows]
    # What was corrected before anybody was told is not told.
    latest = {each.path: each.id for each in told if each.kind is NotificationKind.ANSWERED}
    return LetterPart(
        opinion_number=number,
        words=said.body,
        note=said.covered_note,
        news=tuple(
            TellingLine(
                each.title,
                wordings(each.text, each.easy, each.child, said.language),
                each.path,
                each.created_at,
            )
            for each in told
            if each.kind is not NotificationKind.ANSWERED or latest[each.path] == each.id
        ),
    )


def consultation_of(batch: LetterBatch) -> Consultation:
    """Return the consultation of a batch."""
    return db.session.get_one(Consultation, batch.consultation_id)


def name_of_person(person_id: int | None) -> str:
    """Return the name of a member of staff, for the record of who did it."""
    if person_id is None:
        return ""
    return db.session.scalar(select(Person.nickname).where(Person.id == person_id)) or ""
