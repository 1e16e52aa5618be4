"""Local news: its numbers, their pieces, and what a piece may be taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participation.access.actors import visitor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.discussion.models import Thread
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.text import excerpt
from participation.i18n.dates import datetime_ja
from participation.organisations.models import CommunityOrganisation
from participation.spaces.domain import (
    CONSENT_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
    AgendaState,
    NewsSource,
    tally,
    text_of_issue,
)
from participation.spaces.models import (
    AgendaItem,
    ConsensusAnswer,
    ConsensusCheck,
    IssueStep,
    LocalIssue,
    LocalNews,
    NewsPiece,
    Space,
    SpaceMeeting,
)

#: How much of a source is offered as the text of a piece, and how many sources of each kind.
MOST_WORDS, MOST_OFFERED = 300, 30
GONE = "（この声は、今は表示していません。）"


@dataclass(frozen=True)
class Offered:
    """Something of the space that a piece may be taken from."""

    source: NewsSource
    source_id: int
    heading: str
    text: str

    @property
    def key(self) -> str:
        """As a form names it: "issue:12"."""
        return f"{self.source.value}:{self.source_id}"

    @property
    def label(self) -> str:
        """As a list names it."""
        return f"{SOURCE_NAMES[self.source]}：{self.heading}"


@dataclass(frozen=True)
class Piece:
    """A piece as it is read."""

    id: int
    source: NewsSource
    heading: str
    text: str


@dataclass(frozen=True)
class NewsPage:
    """A number of the news with its pieces."""

    news: LocalNews
    space: Space
    pieces: Sequence[Piece]
    #: 発行: the secretariat's organisation, or the ward's staff.
    issuer: str

    @property
    def name(self) -> str:
        """As it is called: 「油面住区ニュース 第3号」."""
        return f"{self.space.name}ニュース　第{self.news.number}号"


def get_news(public_id: str) -> tuple[LocalNews, Space]:
    """Return a number with its space; raises NotFound."""
    row = db.session.execute(
        select(LocalNews, Space)
        .join(Space, Space.id == LocalNews.space_id)
        .where(LocalNews.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_news_page(public_id: str, *, drafts: bool = False) -> NewsPage:
    """Return a published number, or a draft too, for its page; raises NotFound."""
    news, space = get_news(public_id)
    if news.published_at is None and not drafts:
        raise NotFound
    secretariat = db.session.scalar(
        select(CommunityOrganisation.name).where(CommunityOrganisation.id == space.organisation_id)
    )
    return NewsPage(news, space, _pieces_of(news), secretariat or "区の職員")


def get_piece(news: LocalNews, piece_id: int) -> NewsPiece:
    """Return a piece of a number; raises NotFound."""
    piece = db.session.scalars(
        select(NewsPiece).where(NewsPiece.news_id == news.id, NewsPiece.id == piece_id)
    ).one_or_none()
    if piece is None:
        raise NotFound
    return piece


def list_news_drafts(space: Space) -> Sequence[LocalNews]:
    """Return the numbers that are being written."""
    return db.session.scalars(
        select(LocalNews)
        .where(LocalNews.space_id == space.id, LocalNews.published_at.is_(None))
        .order_by(LocalNews.number)
    ).all()


def list_offered_pieces(space: Space) -> list[Offered]:
    """Return what of the space may be taken into its news: agenda, issues, decisions, voices. Four queries."""
    return [*_agenda(space), *_issues(space), *_decisions(space), *_voices(space)]


def find_offered_piece(space: Space, source: NewsSource, source_id: int | None) -> Offered | None:
    """Return one of what is offered."""
    return next(
        (each for each in list_offered_pieces(space) if (each.source, each.source_id) == (source, source_id)),
        None,
    )


def _agenda(space: Space) -> list[Offered]:
    rows = db.session.execute(
        select(AgendaItem, SpaceMeeting.starts_at)
        .outerjoin(SpaceMeeting, SpaceMeeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.space_id == space.id, AgendaItem.state != AgendaState.DROPPED)
        .order_by(AgendaItem.id.desc())
        .limit(MOST_OFFERED)
    )
    return [
        Offered(
            NewsSource.AGENDA,
            item.id,
            item.title,
            item.outcome
            or "\n".join(filter(None, (item.text, datetime_ja(at) + "の会議で話します。" if at else ""))),
        )
        for item, at in rows
    ]


def _issues(space: Space) -> list[Offered]:
    latest = (
        select(IssueStep.reason)
        .where(IssueStep.issue_id == LocalIssue.id)
        .order_by(IssueStep.id.desc())
        .limit(1)
        .correlate(LocalIssue)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(LocalIssue, Contribution.body, latest)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .where(LocalIssue.space_id == space.id, visible_to(visitor()))
        .order_by(LocalIssue.id.desc())
        .limit(MOST_OFFERED)
    )
    return [
        Offered(
            NewsSource.ISSUE,
            issue.id,
            issue.title,
            f"{excerpt(text_of_issue(body, issue.title), MOST_WORDS)}\n【{STAGE_NAMES[issue.stage][0]}】{step}",
        )
        for issue, body, step in rows
    ]


def _decisions(space: Space) -> list[Offered]:
    checks = db.session.scalars(
        select(ConsensusCheck)
        .where(ConsensusCheck.space_id == space.id, ConsensusCheck.closed_at.is_not(None))
        .order_by(ConsensusCheck.id.desc())
        .limit(MOST_OFFERED)
    ).all()
    said: dict[int, list[ConsensusAnswer]] = {}
    for answer in db.session.scalars(
        select(ConsensusAnswer).where(ConsensusAnswer.check_id.in_([check.id for check in checks]))
    ):
        said.setdefault(answer.check_id, []).append(answer)
    return [
        Offered(
            NewsSource.DECISION,
            check.id,
            check.title,
            f"{check.conclusion}\n"
            + "、".join(
                f"{name}{count}人" for name, count in tally([each.consent for each in said.get(check.id, [])])
            ),
        )
        for check in checks
    ]


def _voices(space: Space) -> list[Offered]:
    """What people said of the space's issues: reasons in checks, and the beginnings of talks."""
    answers = db.session.execute(
        select(Contribution.id, Contribution.body, ConsensusAnswer.consent, ConsensusCheck.title)
        .join(ConsensusAnswer, ConsensusAnswer.contribution_id == Contribution.id)
        .join(ConsensusCheck, ConsensusCheck.id == ConsensusAnswer.check_id)
        .where(ConsensusCheck.space_id == space.id, visible_to(visitor()))
        .order_by(Contribution.id.desc())
        .limit(MOST_OFFERED)
    ).all()
    talks = db.session.execute(
        select(Contribution.id, Contribution.body, LocalIssue.title)
        .join(Thread, Thread.opening_id == Contribution.id)
        .join(LocalIssue, LocalIssue.subject_id == Thread.subject_id)
        .where(LocalIssue.space_id == space.id, visible_to(visitor()))
        .order_by(Contribution.id.desc())
        .limit(MOST_OFFERED)
    ).all()
    return [
        *(
            Offered(NewsSource.VOICE, id_, f"{title}：「{CONSENT_NAMES[consent][0]}」の理由", body)
            for id_, body, consent, title in answers
        ),
        *(Offered(NewsSource.VOICE, id_, f"「{title}」の話し合いから", body) for id_, body, title in talks),
    ]


def _pieces_of(news: LocalNews) -> list[Piece]:
    """The pieces in their order. A voice is read as it stands in the register now, and not once it is hidden."""
    rows = db.session.scalars(
        select(NewsPiece).where(NewsPiece.news_id == news.id).order_by(NewsPiece.position)
    ).all()
    voices = {
        said.id: said
        for said in db.session.scalars(
            select(Contribution).where(
                Contribution.id.in_([row.source_id for row in rows if row.source is NewsSource.VOICE])
            )
        )
    }

    def text_of(row: NewsPiece) -> str:
        if row.source is not NewsSource.VOICE:
            return row.text
        said = voices.get(row.source_id or 0)
        return said.body if said is not None and said.visibility is Visibility.PUBLISHED else GONE

    return [Piece(row.id, row.source, row.heading, text_of(row)) for row in rows]
