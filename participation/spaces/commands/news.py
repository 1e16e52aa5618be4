"""Local news (住区ニュース): begun, composed of what happened in the space, published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.spaces import queries
from participation.spaces.commands.holding import _hold, _lock, _refuse_empty, _refuse_stale
from participation.spaces.domain import MOST_PIECES, NewsSource
from participation.spaces.events import LocalNewsPublished
from participation.spaces.models import LocalNews, NewsPiece, Space


@dataclass(frozen=True)
class NewsDraft:
    """What stands at the head and at the foot of a number."""

    title: str
    lead: str = ""
    contact: str = ""


def begin_news(space: Space, draft: NewsDraft, *, by: Actor) -> LocalNews:
    """Begin the next number of a space's news; nobody else sees it before it is published."""
    access.require(by, "spaces.write_news", space)
    _hold(space, Right.DRAFT, by)
    _lock(space)
    number = db.session.scalar(select(func.max(LocalNews.number)).where(LocalNews.space_id == space.id)) or 0
    news = LocalNews(
        space_id=space.id,
        number=number + 1,
        title=_refuse_empty(draft.title, "title", "ニュースの題名を書いてください。"),
        lead=draft.lead.strip(),
        contact=draft.contact.strip(),
        begun_at=clock.now(),
    )
    db.session.add(news)
    db.session.flush()
    audit.record(by, "spaces.write_news", news)
    return news


def change_news(space: Space, news: LocalNews, draft: NewsDraft, seen_version: int, *, by: Actor) -> None:
    """Change what stands at the head and at the foot of a number that is not published."""
    access.require(by, "spaces.write_news", space, news)
    _hold(space, Right.DRAFT, by)
    _lock(news)
    access.require(by, "spaces.write_news", space, news)
    _refuse_stale(news.version, seen_version)
    news.title = _refuse_empty(draft.title, "title", "ニュースの題名を書いてください。")
    news.lead, news.contact = draft.lead.strip(), draft.contact.strip()
    audit.record(by, "spaces.write_news", news)


def add_piece(
    space: Space,
    news: LocalNews,
    source: NewsSource,
    source_id: int | None,
    heading: str = "",
    text: str = "",
    *,
    by: Actor,
) -> NewsPiece:
    """Add a piece: written for the news, or taken from the space; then heading and text are offered from there.

    The words of a voice are never copied: they are shown as they stand in the register.
    """
    access.require(by, "spaces.write_news", space, news)
    _hold(space, Right.DRAFT, by)
    _lock(news)
    access.require(by, "spaces.write_news", space, news)
    count = db.session.scalar(select(func.count()).where(NewsPiece.news_id == news.id)) or 0
    if count >= MOST_PIECES:
        raise Refused(f"記事は{MOST_PIECES}件までです。")
    if source is not NewsSource.OWN:
        offered = queries.find_offered_piece(space, source, source_id)
        if offered is None:
            raise Refused("この空間のものを、一覧から選んでください。", field="taken")
        heading, text = heading.strip() or offered.heading, text.strip() or offered.text
        if source is NewsSource.VOICE:
            text = ""
    highest = db.session.scalar(select(func.max(NewsPiece.position)).where(NewsPiece.news_id == news.id))
    piece = NewsPiece(
        news_id=news.id,
        position=(highest or 0) + 1,
        source=source,
        source_id=source_id if source is not NewsSource.OWN else None,
        heading=_refuse_empty(heading, "heading", "見出しを書いてください。"),
        text=text.strip(),
    )
    db.session.add(piece)
    db.session.flush()
    audit.record(by, "spaces.write_news", news, {"piece": source.value})
    return piece


def remove_piece(space: Space, news: LocalNews, piece: NewsPiece, *, by: Actor) -> None:
    """Take a piece out of a number that is not published."""
    access.require(by, "spaces.write_news", space, news)
    _hold(space, Right.DRAFT, by)
    _lock(news)
    access.require(by, "spaces.write_news", space, news)
    if piece.news_id != news.id:
        raise Refused("このニュースの記事を選んでください。")
    db.session.delete(piece)
    audit.record(by, "spaces.write_news", news, {"removed": piece.id})


def raise_piece(space: Space, news: LocalNews, piece: NewsPiece, *, by: Actor) -> None:
    """Put a piece one place higher; the first stays where it is."""
    access.require(by, "spaces.write_news", space, news)
    _hold(space, Right.DRAFT, by)
    _lock(news)
    above = db.session.scalars(
        select(NewsPiece)
        .where(NewsPiece.news_id == news.id, NewsPiece.position < piece.position)
        .order_by(NewsPiece.position.desc())
        .limit(1)
    ).one_or_none()
    if above is not None:
        above.position, piece.position = piece.position, above.position
    audit.record(by, "spaces.write_news", news)


def publish_news(space: Space, news: LocalNews, *, by: Actor) -> None:
    """Publish a number (発行): from now on everybody reads it, and nobody changes it."""
    access.require(by, "spaces.publish_news", space, news)
    _hold(space, Right.SUBMIT, by)
    _lock(news)
    access.require(by, "spaces.publish_news", space, news)
    if not db.session.scalar(select(func.count()).where(NewsPiece.news_id == news.id)):
        raise Refused("記事を1つ以上載せてから、発行してください。")
    news.published_at = clock.now()
    audit.record(by, "spaces.publish_news", news)
    events.publish(LocalNewsPublished(news.id))
