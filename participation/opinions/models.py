"""Submissions, their texts as handed in, their opinions; apart from them, sealed, who submitted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.opinions.domain import Channel, OpinionStage
from participation.opinions.domain.dividing import AsideReason, PassageKind
from participation.opinions.domain.importing import ImportStatus
from participation.opinions.domain.scans import ScanKind
from participation.people.domain import AgeBand


class Submission(Base):
    """What one person or organisation handed in at one time (提出): counted in 人 or 団体."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_consultation", "consultation_id", "id"),
        Index("ix_submissions_same", "consultation_id", "submitter_key", "content_key"),
        Index("ix_submissions_author", "author_id", "id"),
        Index("ix_submissions_guest", "guest_hash", "id"),
        Index("ix_submissions_original_number", "consultation_id", "original_number"),
        Index("ix_submissions_origin", "origin", "id"),
        CheckConstraint("people_count >= 1", name="somebody_speaks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: 受付番号: "M26-4F7K-Q2".
    receipt_number: Mapped[str] = mapped_column(String(16), unique=True)
    #: Keyed hash of the 合言葉 with which its owner finds it again.
    secret_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = enum_text(Channel)
    #: When it reached the ward. On paper only the day is known: its beginning in Tokyo.
    received_at: Mapped[datetime]
    #: The day of the postmark (消印), which is neither the day of arrival nor that of entry.
    postmarked_on: Mapped[date | None]
    #: When and by whom it was entered, if by staff (代理入力).
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: The number on the paper itself (原本番号).
    original_number: Mapped[str] = mapped_column(String(40), default="")
    #: The occasion at which it was heard (聞いた場所), as "gathering:k7mw3fpxrt"; empty: none.
    origin: Mapped[str] = mapped_column(String(60), default="")
    #: What stands above it (件名): the subject of a mail, the title of a letter.
    title: Mapped[str] = mapped_column(String(200), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("community_organisations.id"))
    #: The organisation's name at that time; empty: handed in by a person.
    organisation_name: Mapped[str] = mapped_column(String(120), default="")
    #: Recognises a visitor within their visit.
    guest_hash: Mapped[str | None] = mapped_column(String(64))
    #: Equal for two submissions of one person or organisation: what 人 and 団体 are counted by.
    submitter_key: Mapped[str] = mapped_column(String(80))
    #: How many people speak in it; more than one only when a class or a group hands in together.
    people_count: Mapped[int] = mapped_column(default=1)
    #: Codes of 提出資格, as ticked.
    standings: Mapped[list[str]] = json_column()
    age_band: Mapped[AgeBand | None] = enum_text(AgeBand)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("residential_districts.id"))
    #: 地区 whose office (地区サービス事務所) took it in; None: it came to the ward in another way.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    language: Mapped[str] = mapped_column(String(12), default="ja")
    #: Reached the ward after the deadline (締切後到着): kept and flagged.
    is_late: Mapped[bool] = mapped_column(default=False)
    #: What staff wrote was read back to the person who spoke (読み返し確認).
    was_read_back: Mapped[bool] = mapped_column(default=False)
    #: Recognises the same words sent twice.
    content_key: Mapped[str] = mapped_column(String(64))
    #: Set when every opinion in it was withdrawn.
    withdrawn_at: Mapped[datetime | None]
    #: When its receipt was printed for who brought the paper; those printed together have the same moment.
    receipt_printed_at: Mapped[datetime | None]


class Opinion(Base):
    """One opinion (意見) about one subject: counted in 件. Its words are its contribution's."""

    __tablename__ = "opinions"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("submission_id", "position"),
        Index("ix_opinions_stage", "consultation_id", "stage", "id"),
        Index("ix_opinions_queue", "consultation_id", "id"),
        Index("ix_opinions_text_key", "consultation_id", "text_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    #: The text from which it was made, as it was handed in.
    original_id: Mapped[int] = mapped_column(ForeignKey("original_texts.id"), index=True)
    #: Counts the consultation's opinions: No. 12.
    number: Mapped[int]
    #: Its place in the submission, from 1.
    position: Mapped[int]
    stage: Mapped[OpinionStage] = enum_text(OpinionStage)
    stage_changed_at: Mapped[datetime]
    #: Equal for texts that say the same in the same words.
    text_key: Mapped[str] = mapped_column(String(64))
    #: Where the ward's answer stands on this site, once it is published.
    answer_path: Mapped[str] = mapped_column(String(300), default="")
    #: Kinds of personal data that the text seems to contain: for the person who screens it.
    flags: Mapped[list[str]] = json_column()
    #: Since when its words are a part of its original, as staff divided it; None: the whole of it.
    divided_at: Mapped[datetime | None]
    #: The opinion of the same original in which its words stand now; its number is not given again.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"))


class OriginalText(Base):
    """A text as it was handed in (原本の文章): never changed; all work is done on opinions."""

    __tablename__ = "original_texts"
    __table_args__ = (UniqueConstraint("submission_id", "position"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    #: Its place in the submission, from 1.
    position: Mapped[int]
    #: What it was handed in about.
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    body: Mapped[str] = mapped_column(Text)
    #: SHA-256 of the words; it stays when they have to be erased.
    sha256: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: From which file and line it was taken in; empty: typed.
    source: Mapped[str] = mapped_column(String(240), default="")
    #: How often it was divided into opinions: whoever divides it says which state they saw.
    division: Mapped[int] = mapped_column(default=0)
    #: The text whose place it takes: its author wrote it anew before it was divided.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("original_texts.id"))
    #: When the words of one of its opinions had to be erased: ■ stands there, and the hash no longer fits.
    partly_erased_at: Mapped[datetime | None]


class OriginalPassage(Base):
    """A stretch of a divided original (原本の区分): to which opinion it belongs, or why to none. Together: all of it."""

    __tablename__ = "original_passages"
    __table_args__ = (
        UniqueConstraint("original_id", "start"),
        Index("ix_original_passages_kind", "kind", "original_id"),
        Index("ix_original_passages_opinion", "opinion_id"),
        CheckConstraint('start >= 0 AND "end" > start', name="has_words"),
        CheckConstraint("(kind = 'opinion') = (opinion_id IS NOT NULL)", name="opinion_has_its_row"),
        CheckConstraint("(kind = 'aside') = (reason IS NOT NULL)", name="aside_has_a_reason"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("original_texts.id"))
    #: Characters of the original, from `start` up to, not including, `end`.
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[PassageKind] = enum_text(PassageKind)
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinions.id"))
    reason: Mapped[AsideReason | None] = enum_text(AsideReason)
    note: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class SubmissionFile(Base):
    """A scan of the paper, or a file that came with it (原本の写し・添付): kept unchanged, by its hash."""

    __tablename__ = "submission_files"
    __table_args__ = (Index("ix_submission_files_submission", "submission_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    #: SHA-256 of the content: under it the file is kept, and it stays when the file has to go.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: When the file itself was taken away: by mistake attached, or its time was over.
    removed_at: Mapped[datetime | None]
    #: Sent with the opinion by its author, not added by staff (本人の添付).
    by_author: Mapped[bool] = mapped_column(default=False)
    #: Whether its author allows that everybody reads it, once staff have looked at it.
    may_be_public: Mapped[bool] = mapped_column(default=False)
    #: Of a PDF file that could be read.
    pages: Mapped[int | None]
    #: What looks like personal data in it: [{"place", "kind"}] (domain.attachments.Finding).
    findings: Mapped[list[dict[str, Any]]] = json_column(default=list)
    #: Since when it stands beside the public opinions of its submission.
    published_at: Mapped[datetime | None]


class WaitingFile(Base):
    """A file chosen for opinions that are still being written (送る前の添付): its author's, for a day."""

    __tablename__ = "waiting_files"
    __table_args__ = (
        Index("ix_waiting_files_owner", "consultation_id", "owner_key"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    #: The account or the visit that chose it: "person:3", "guest:…".
    owner_key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = enum_text(ScanKind)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    pages: Mapped[int | None]
    findings: Mapped[list[dict[str, Any]]] = json_column(default=list)
    added_at: Mapped[datetime] = mapped_column(index=True)


class OpinionImport(Base):
    """A file of opinions that was uploaded at the desk (意見の取り込み): it waits, runs, and is told of."""

    __tablename__ = "opinion_imports"
    __table_args__ = (
        Index("ix_opinion_imports_consultation", "consultation_id", "id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    filename: Mapped[str] = mapped_column(String(200))
    #: The file, sealed: it may hold names and addresses. Emptied once it was taken in or thrown away.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: Which columns were named, and what holds where a row is silent.
    options: Mapped[dict[str, Any]] = json_column()
    status: Mapped[ImportStatus] = enum_text(ImportStatus)
    #: What was understood, told before anything changes: form, columns, first rows, notes.
    preview: Mapped[dict[str, Any]] = json_column()
    total: Mapped[int]
    #: Submissions of the file that were dealt with: where to go on after a stop.
    submissions_done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    #: Lines that were not taken in, with the reason.
    problems: Mapped[list[dict[str, Any]]] = json_column()
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    finished_at: Mapped[datetime | None]


class SubmitterIdentity(Base):
    """Name and address of who submitted (提出者の氏名・住所): sealed; every look is recorded with its reason."""

    __tablename__ = "submitter_identities"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class OpinionCounter(Base):
    """The last number given to an opinion of a consultation (意見の通し番号)."""

    __tablename__ = "opinion_counters"
    __table_args__ = ({"info": {"quiet": True}},)

    #: The consultation's own id.
    id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    last_number: Mapped[int]


class ReceiptGuess(Base):
    """A receipt number tried with a wrong secret: counted by number and by network, so that guessing is slow."""

    __tablename__ = "receipt_guesses"
    __table_args__ = ({"info": {"quiet": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_number: Mapped[str] = mapped_column(String(16), index=True)
    network_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
