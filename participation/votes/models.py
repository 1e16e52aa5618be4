"""Votes, their options, who took part, the ballots, and what shows that nothing of it was changed."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.foundation.db import Base, enum_text, json_column, public_id
from participation.people.domain import AgeBand
from participation.votes.domain import (
    Audience,
    Keeping,
    Origin,
    ResultsShown,
    VoteKind,
    VoteStatus,
)
from participation.votes.domain.equal_shares import Completion
from participation.votes.domain.rooms import BatchStatus
from participation.votes.domain.rules import Rule
from participation.votes.domain.stances import Stance

#: So many rows make one figure together.
SHARDS = 8


def new_ballot_id() -> int:
    """Return a random number: the ids of ballots tell nothing of their order."""
    return secrets.randbelow(2**62) + 1


def new_salt() -> str:
    """Return the random text that a ballot is sealed with."""
    return secrets.token_hex(16)


class Vote(Base):
    """An advisory vote (参考投票) on a subject."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ends_after_it_begins"),
        Index("ix_votes_subject", "subject_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    question: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[VoteKind] = enum_text(VoteKind)
    status: Mapped[VoteStatus] = enum_text(VoteStatus)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    audience: Mapped[Audience] = enum_text(Audience)
    #: Which standings (people.domain.Standing) may vote, where the audience is by standing.
    standings: Mapped[list[str]] = json_column(default=list)
    results_shown: Mapped[ResultsShown] = enum_text(ResultsShown)
    #: Whether a voter may add a reason (理由).
    asks_reason: Mapped[bool] = mapped_column(default=True)
    keeping: Mapped[Keeping] = enum_text(Keeping, default=Keeping.SIGNAL)
    #: The rule that counts (数え方), declared beforehand.
    rule: Mapped[Rule] = enum_text(Rule, default=Rule.PLURALITY)
    compares: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int] = mapped_column(default=1)
    least: Mapped[int] = mapped_column(default=1)
    most: Mapped[int | None]
    #: 持ち点 of each voter.
    points: Mapped[int | None]
    #: 予算, in yen.
    budget: Mapped[int | None] = mapped_column(BigInteger)
    completion: Mapped[Completion] = enum_text(Completion, default=Completion.NONE)
    #: The public figure that becomes the seed of the lot; empty: a hidden seed whose hash is published.
    seed_source: Mapped[str] = mapped_column(String(200), default="")
    #: くじの種: hidden until the closing, or told by staff after it.
    seed: Mapped[str | None] = mapped_column(String(100))
    seed_hash: Mapped[str] = mapped_column(String(64), default="")
    #: Whether ballots are cast in rooms too: then staff settle it, and nothing is told before.
    has_rooms: Mapped[bool] = mapped_column(default=False)
    #: When the last seals were put into the chain and the trees made (確定).
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)

    @property
    def is_draft(self) -> bool:
        """Whether nobody outside sees it yet."""
        return self.status is VoteStatus.DRAFT


class VoteOption(Base):
    """Something that can be voted for (選択肢): a project with its cost where a budget is divided."""

    __tablename__ = "vote_options"
    __table_args__ = (UniqueConstraint("vote_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    code: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    #: 費用, in yen.
    cost: Mapped[int | None] = mapped_column(BigInteger)
    #: What of the plan it is about.
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"))
    position: Mapped[int]


class Elector(Base):
    """One line of the electoral list, or one invitation (投票できる人の名簿・招待): hashed with a key kept elsewhere."""

    __tablename__ = "electors"
    __table_args__ = (UniqueConstraint("vote_id", "identifier_hash"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    identifier_hash: Mapped[str] = mapped_column(String(64))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))


class ElectorGuess(Base):
    """A number that stands on no list (名簿にない番号の入力): counted by network, so that guessing is slow."""

    __tablename__ = "elector_guesses"
    __table_args__ = (Index("ix_elector_guesses_vote", "vote_id", "network_hash"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    network_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class Participation(Base):
    """That somebody voted (投票したこと): one row a voter, with the day alone; never for what."""

    __tablename__ = "participations"
    __table_args__ = (UniqueConstraint("vote_id", "voter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    #: "person:7", or the hash of a visitor's key with this vote's id: two votes cannot be joined.
    voter_key: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    #: As the voter's account or the list said when they voted: for the turnout by area and by age.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    age_band: Mapped[AgeBand | None] = enum_text(AgeBand)


class Ballot(Base):
    """One ballot (一人の票); the last that a voter cast counts.

    A signal carries its voter's key. A secret ballot carries nothing of who cast it, nor when: its id
    is random, and only the hash of the receipt's code leads to it.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("vote_id", "voter_key"),
        UniqueConstraint("vote_id", "receipt_hash"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, default=new_ballot_id
    )
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    #: Of signals alone.
    voter_key: Mapped[str | None] = mapped_column(String(80))
    #: As domain/marking.py writes it.
    content: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32), default=new_salt)
    receipt_hash: Mapped[str | None] = mapped_column(String(64))
    origin: Mapped[Origin] = enum_text(Origin, default=Origin.WEB)
    #: Of signals alone.
    cast_at: Mapped[datetime | None]
    #: The reason given with a signal, held until staff have looked at it.
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), unique=True)
    #: In which link of the chain its seal stands; None: it still waits.
    link_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_links.id"), index=True)


class BallotLink(Base):
    """One day of the chain over a vote's seals (記録の鎖): its head is published on the day."""

    __tablename__ = "ballot_links"
    __table_args__ = (UniqueConstraint("vote_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    number: Mapped[int]
    day: Mapped[date]
    previous: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))


class ReplacedSeal(Base):
    """The seal of a ballot that its voter changed after it stood in the chain (変えられた票の封印)."""

    __tablename__ = "replaced_seals"

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    seal: Mapped[str] = mapped_column(String(64))
    added_id: Mapped[int] = mapped_column(ForeignKey("ballot_links.id"))
    #: None: the next link takes it out.
    removed_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_links.id"))


class RoomBatch(Base):
    """What came from one room (会場の票の束), written down by two people; taken in where they agree."""

    __tablename__ = "room_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    place: Mapped[str] = mapped_column(String(120))
    origin: Mapped[Origin] = enum_text(Origin)
    held_on: Mapped[date]
    #: How many the room counted.
    counted: Mapped[int]
    status: Mapped[BatchStatus] = enum_text(BatchStatus)
    #: content → how many, sorted: the order of the papers is not kept.
    first: Mapped[dict[str, int] | None] = json_column()
    second: Mapped[dict[str, int] | None] = json_column()
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    #: Why both wrote down another number than the room counted.
    gap_reason: Mapped[str] = mapped_column(String(300), default="")
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class VoteCount(Base):
    """How many ballots an option has (集計), or, without an option, how many there are: equal to a recount.

    Each figure is the sum of some rows, so that voters do not wait for each other's commit at one row.
    """

    __tablename__ = "vote_counts"
    __table_args__ = (UniqueConstraint("option_id", "shard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    option_id: Mapped[int | None] = mapped_column(ForeignKey("vote_options.id"))
    shard: Mapped[int] = mapped_column(default=0)
    count: Mapped[int] = mapped_column(default=0)


class VoiceStance(Base):
    """What one person, or one organisation, thinks of a published voice (声への賛否); the last counts.

    Private to who gave it: pages and files tell counts alone, and those not of a few.
    """

    __tablename__ = "voice_stances"
    __table_args__ = (UniqueConstraint("contribution_id", "voter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    #: "person:7" or "organisation:3".
    voter_key: Mapped[str] = mapped_column(String(80))
    is_organisation: Mapped[bool] = mapped_column(default=False)
    stance: Mapped[Stance] = enum_text(Stance)
    at: Mapped[datetime]
