"""Reading discussions: any depth of a thread costs the same, whatever the number of posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations import queries as consultations
from participation.consultations.domain import Act
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility, covered_note
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.queries import may_read, visible_to
from participation.discussion.domain import (
    EDIT_WINDOW,
    HIDDEN_TITLE,
    POST_KIND_NAMES,
    ReactionKind,
    ThreadOrder,
    ancestors_of,
    depth_of,
    just_before,
)
from participation.discussion.models import Branch, Draft, Post, PostReaction, Thread
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, how_many_fit, keyset, pack, page, unpack
from participation.plans.models import NodeText, PlanNode
from participation.subjects.models import Subject

#: A statement whose rows are taken apart right below it.
Rows = Select[*tuple[Any, ...]]

PAGE = 50
#: A page of long posts is shorter, so that it stays light to load: at least so many are shown.
MOST_BYTES, FEWEST = 15_000, 10
THREADS = 20
ON_PAGE = 5


@dataclass(frozen=True)
class PostLine:
    """One post as a page shows it. Equal lines look alike: pages keep their HTML by this."""

    public_id: str
    author: str
    is_organisation: bool
    said_at: datetime
    kind: str
    depth: int
    #: shown, pending (seen by the author and staff), held, hidden, withdrawn, erased.
    state: str
    body: str
    reason: str
    #: Why words in it are covered (■); empty: nothing is.
    note: str
    is_revised: bool
    answered_name: str
    reply_count: int
    understood_count: int
    helpful_count: int
    #: What only this reader's page shows.
    is_for_member: bool = False
    is_mine: bool = False
    may_edit: bool = False
    has_understood: bool = False
    has_found_helpful: bool = False


@dataclass(frozen=True)
class ThreadHead:
    """A thread with its opening post and its subject."""

    thread_id: int
    opening_post_id: int
    public_id: str
    title: str
    opened_at: datetime
    closed_at: datetime | None
    closing_reason: str
    post_count: int
    opening: PostLine
    subject_id: int
    #: Whether its place in a plan has been changed by a version: then a reader is told how.
    has_moved_on: bool
    subject_public_id: str
    subject_kind: str
    subject_reference: str
    subject_title: str
    is_open: bool


@dataclass(frozen=True)
class ThreadLine:
    """One thread in a list, with the beginning of its opening post."""

    public_id: str
    title: str
    body: str
    author: str
    kind: str
    opened_at: datetime
    last_post_at: datetime
    post_count: int
    is_closed: bool
    subject_title: str
    subject_public_id: str


@dataclass(frozen=True)
class DiscussionOnPage:
    """What the page of a plan's node shows of its discussions."""

    subject_public_id: str
    is_open: bool
    thread_count: int
    post_count: int
    #: subject id → (threads, posts).
    counts: dict[int, tuple[int, int]]
    threads: Sequence[ThreadLine]


@dataclass(frozen=True)
class Revision:
    """One wording of a post, with when it was replaced (None: the present one)."""

    body: str
    replaced_at: datetime | None


@dataclass(frozen=True)
class PostContext:
    """A post with what it answers, for whoever has to judge it."""

    thread_title: str
    thread_public_id: str
    opening: str
    above: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Placed:
    """A post with its thread and its words, as commands need them."""

    post: Post
    said: Contribution
    thread: Thread
    subject: Subject


# ── Finding one ─────────────────────────────────────────────────────────────────────────────


def find_consultation(subject_id: int) -> Consultation | None:
    """Return the consultation in which talk about this subject counts now, if there is one.

    Talking itself does not depend on it: a subject is open or closed, whatever is being asked.
    """
    return next(
        (
            touching.consultation
            for touching in consultations.for_subjects([subject_id])
            if Act.DISCUSS in touching.procedure.acts()
        ),
        None,
    )


def get_placed(public_id: str, actor: Actor) -> Placed:
    """Return a post with its thread; raises NotFound, also where its place is not public."""
    row = db.session.execute(_PLACED, {"public_id": public_id}).one_or_none()
    if row is None or not _has_place(actor, row[1], row[0].reply_count):
        raise NotFound
    return Placed(*row)


def get_thread(public_id: str, actor: Actor) -> tuple[Thread, Subject]:
    """Return a thread with its subject; raises NotFound, also where this reader may not see it."""
    row = db.session.execute(
        select(Thread, Subject)
        .join(Subject, Subject.id == Thread.subject_id)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .where(Thread.public_id == public_id, _in_list(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_head(public_id: str, actor: Actor) -> ThreadHead:
    """Return a thread with its opening post as this reader may see it; raises NotFound."""
    row = db.session.execute(_HEAD.where(Thread.public_id == public_id, _in_list(actor))).one_or_none()
    if row is None:
        raise NotFound
    thread, subject = row[0], row[1]
    opening = _line(row, None, actor)
    return ThreadHead(
        thread_id=thread.id,
        opening_post_id=row.post_id,
        public_id=thread.public_id,
        title=thread.title if opening.state in ("shown", "pending") else HIDDEN_TITLE,
        opened_at=thread.opened_at,
        closed_at=thread.closed_at,
        closing_reason=thread.closing_reason,
        post_count=thread.post_count,
        opening=opening,
        subject_id=subject.id,
        has_moved_on=row.stands > 1,
        subject_public_id=subject.public_id,
        subject_kind=subject.kind,
        subject_reference=subject.reference,
        subject_title=subject.title,
        is_open=thread.closed_at is None and subject.opened_at is not None and subject.closed_at is None,
    )


# ── The posts of a thread ───────────────────────────────────────────────────────────────────


def get_thread_page(
    public_id: str, order: ThreadOrder, edge: Edge, actor: Actor
) -> tuple[ThreadHead, Page[PostLine]]:
    """Return a thread with one page of its posts as this reader sees them, in three queries at most."""
    head = get_head(public_id, actor)
    found, post_ids = _posts_of(head.thread_id, order, edge, actor)
    if actor.is_member:
        lines = _with_own_reactions([head.opening, *found.items], [head.opening_post_id, *post_ids], actor)
        head, found = replace(head, opening=lines[0]), replace(found, items=lines[1:])
    return head, found


def list_posts(thread_id: int, order: ThreadOrder, edge: Edge, actor: Actor) -> Page[PostLine]:
    """Return a page of the posts below the opening one, each reply under what it answers."""
    return _posts_of(thread_id, order, edge, actor)[0]


def _posts_of(
    thread_id: int, order: ThreadOrder, edge: Edge, actor: Actor
) -> tuple[Page[PostLine], list[int]]:
    if order is ThreadOrder.MOST_REPLIED:
        statement, backwards = _most_replied(thread_id, edge, actor)
        rows = db.session.execute(statement).all()
        keys: list[tuple[Any, ...]] = [(row.reply_rank, row.branch_number, row.place) for row in rows]
    else:
        column = Post.path if order is ThreadOrder.OLDEST else Post.newest_path
        statement, backwards = keyset(
            _posts(column).where(Post.thread_id == thread_id, column > "", _has_place_in_list(actor)),
            [column],
            edge,
            limit=PAGE,
        )
        rows = db.session.execute(statement).all()
        keys = [(row.place,) for row in rows]
    count = how_many_fit([_size(row) for row in rows], most_bytes=MOST_BYTES, fewest=FEWEST, limit=PAGE)
    lines = [_line(row, row.answered_name, actor) for row in rows[: count + 1]]
    found = page(lines, keys[: count + 1], edge, limit=max(count, 1), backwards=backwards)
    post_ids = [row.post_id for row in rows[:count]]
    return found, post_ids[::-1] if backwards else post_ids


def find_start(placed: Post) -> str | None:
    """Return the cursor of a page (oldest first) on which this post stands; None: the first page.

    The page begins with the branch of the post, so that one sees what it answers, if the post is near
    enough to the beginning of it; otherwise with the post itself.
    """
    if _count_between("", placed) < FEWEST:
        return None
    branch = [*ancestors_of(placed.path), placed.path][0]
    start = branch if _count_between(branch, placed) < FEWEST else placed.path
    return pack([just_before(start)])


def list_revisions(said: Contribution) -> list[Revision]:
    """Return all wordings of a post, oldest first; the last is the present one."""
    versions = db.session.scalars(
        select(ContributionVersion)
        .where(ContributionVersion.contribution_id == said.id)
        .order_by(ContributionVersion.revision)
    )
    return [*(Revision(v.body, v.replaced_at) for v in versions), Revision(said.body, None)]


def find_draft(place: str, actor: Actor) -> Draft | None:
    """Return what this person has written and not yet posted here."""
    if actor.person_id is None:
        return None
    return db.session.scalars(
        select(Draft).where(Draft.person_id == actor.person_id, Draft.place == place)
    ).one_or_none()


def find_context(contribution_id: int) -> PostContext | None:
    """Return where a contribution stands if it is a post: its thread and the posts above it."""
    row = db.session.execute(
        select(Post, Thread, Contribution.body)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .where(Post.contribution_id == contribution_id)
    ).one_or_none()
    if row is None:
        return None
    placed, thread, opening = row
    above = db.session.execute(
        select(Contribution.shown_name, Contribution.body)
        .join(Post, Post.contribution_id == Contribution.id)
        .where(
            Post.thread_id == thread.id,
            or_(Post.path.in_(ancestors_of(placed.path)), Post.id == placed.answered_id),
        )
        .order_by(Post.path)
    )
    return PostContext(thread.title, thread.public_id, opening, [(name, body) for name, body in above])


# ── Threads ─────────────────────────────────────────────────────────────────────────────────


def list_threads(subject_ids: Sequence[int], edge: Edge, actor: Actor) -> Page[ThreadLine]:
    """Return the discussions about these subjects, the one written in latest first."""
    statement, backwards = keyset(
        _threads(subject_ids, actor), [Thread.last_post_at, Thread.id], edge, limit=THREADS, descending=True
    )
    rows = db.session.execute(statement).all()
    return page(
        [_thread_line(row, actor) for row in rows],
        [(row[0].last_post_at, row[0].id) for row in rows],
        edge,
        limit=THREADS,
        backwards=backwards,
    )


def list_desk_threads(is_closed: bool, edge: Edge, actor: Actor) -> Page[ThreadLine]:
    """Return all discussions that people can write in, or those that ended; the one written in latest first."""
    state = Thread.closed_at.is_not(None) if is_closed else Thread.closed_at.is_(None)
    statement, backwards = keyset(
        _all_threads(actor).where(state),
        [Thread.last_post_at, Thread.id],
        edge,
        limit=THREADS,
        descending=True,
    )
    rows = db.session.execute(statement).all()
    return page(
        [_thread_line(row, actor) for row in rows],
        [(row[0].last_post_at, row[0].id) for row in rows],
        edge,
        limit=THREADS,
        backwards=backwards,
    )


def list_newest_threads(subject_ids: Sequence[int], actor: Actor, limit: int = THREADS) -> list[ThreadLine]:
    """Return the discussions about these subjects that were opened last, newest first."""
    rows = db.session.execute(_threads(subject_ids, actor).order_by(Thread.id.desc()).limit(limit))
    return [_thread_line(row, actor) for row in rows]


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> DiscussionOnPage:
    """Return what a page shows about its subject (the first) and the passages in it. Two queries."""
    visible = (
        select(Thread.subject_id, (Thread.post_count + _opening_counts()).label("posts"))
        .join(Contribution, Contribution.id == Thread.opening_id)
        .where(Thread.subject_id.in_(subject_ids), _in_list(actor))
        .subquery()
    )
    rows = db.session.execute(
        select(
            Subject.id,
            Subject.public_id,
            Subject.opened_at,
            Subject.closed_at,
            func.count(visible.c.subject_id),
            func.coalesce(func.sum(visible.c.posts), 0),
        )
        .join(visible, visible.c.subject_id == Subject.id, isouter=True)
        .where(Subject.id.in_(subject_ids))
        .group_by(Subject.id, Subject.public_id, Subject.opened_at, Subject.closed_at)
    ).all()
    own = next((row for row in rows if row[0] == subject_ids[0]), None)
    return DiscussionOnPage(
        subject_public_id=own[1] if own else "",
        is_open=own is not None and own[2] is not None and own[3] is None,
        thread_count=sum(row[4] for row in rows),
        post_count=sum(row[5] for row in rows),
        counts={row[0]: (row[4], row[5]) for row in rows},
        threads=list_newest_threads(subject_ids, actor, ON_PAGE),
    )


def list_subjects_below(subject: Subject) -> list[int]:
    """Return the subject and, if it is a place in a plan, the passages below it."""
    node, below = aliased(PlanNode), aliased(PlanNode)
    ids = db.session.scalars(
        select(below.subject_id)
        .join(node, and_(node.plan_id == below.plan_id, below.path.startswith(node.path + "/")))
        .where(node.subject_id == subject.id, below.standing)
    )
    return [subject.id, *ids]


# ── Made of ─────────────────────────────────────────────────────────────────────────────────

_LINE = (
    Contribution.public_id.label("public_id"),
    Contribution.author_id.label("author_id"),
    Contribution.shown_name.label("shown_name"),
    Contribution.organisation_id.label("organisation_id"),
    Contribution.said_at.label("said_at"),
    Contribution.body.label("body"),
    Contribution.visibility.label("visibility"),
    Contribution.visibility_reason.label("visibility_reason"),
    Contribution.revision.label("revision"),
    Contribution.covered_for.label("covered_for"),
    Post.id.label("post_id"),
    Post.kind.label("kind"),
    Post.path.label("path"),
    Post.reply_count.label("reply_count"),
    Post.numbered.label("numbered"),
    Post.understood_count.label("understood_count"),
    Post.helpful_count.label("helpful_count"),
)

#: How many wordings the thread's place in a plan has had.
_STANDS = (
    select(func.count())
    .select_from(NodeText)
    .join(PlanNode, PlanNode.id == NodeText.node_id)
    .where(PlanNode.subject_id == Subject.id)
    .correlate(Subject)
    .scalar_subquery()
    .label("stands")
)

_HEAD = (
    select(Thread, Subject, *_LINE, _STANDS)
    .join(Subject, Subject.id == Thread.subject_id)
    .join(Contribution, Contribution.id == Thread.opening_id)
    .join(Post, Post.contribution_id == Contribution.id)
)

_PLACED = (
    select(Post, Contribution, Thread, Subject)
    .join(Contribution, Contribution.id == Post.contribution_id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Subject, Subject.id == Thread.subject_id)
    .where(Contribution.public_id == bindparam("public_id"))
)

_STATES = {
    Visibility.PUBLISHED: "shown",
    Visibility.HIDDEN: "hidden",
    Visibility.WITHDRAWN: "withdrawn",
    Visibility.ERASED: "erased",
}


def _opening_counts() -> ColumnElement[int]:
    return case((Contribution.visibility == Visibility.PUBLISHED, 1), else_=0)


def _in_list(actor: Actor) -> ColumnElement[bool]:
    """A thread has a place in lists while its opening post may be read or others have posted to it."""
    return or_(visible_to(actor), Thread.post_count > 0)


def _has_place_in_list(actor: Actor) -> ColumnElement[bool]:
    """A post has a place: words or a mark; what waits for staff only where readable or answered."""
    waiting = Contribution.visibility.in_([Visibility.HELD, Visibility.RECEIVED])
    return or_(~waiting, Post.reply_count > 0, visible_to(actor))


def _has_place(actor: Actor, said: Contribution, reply_count: int) -> bool:
    waiting = said.visibility in (Visibility.HELD, Visibility.RECEIVED)
    return not waiting or reply_count > 0 or may_read(actor, said)


@lru_cache(maxsize=4)
def _posts(place: Any) -> Rows:
    """The rows of posts, to be narrowed; made once for each order, as making it takes longer than asking."""
    answered, its_words = aliased(Post), aliased(Contribution)
    return (
        select(*_LINE, its_words.shown_name.label("answered_name"), place.label("place"))
        .select_from(Post)
        .join(Contribution, Contribution.id == Post.contribution_id)
        .join(answered, answered.id == Post.answered_id, isouter=True)
        .join(
            its_words,
            and_(its_words.id == answered.contribution_id, its_words.visibility == Visibility.PUBLISHED),
            isouter=True,
        )
    )


def _most_replied(thread_id: int, edge: Edge, actor: Actor) -> tuple[Rows, bool]:
    """Return the page's statement: branches by rank, in each its posts in order; one scan of two indexes."""
    columns = [Branch.reply_count, Branch.number, Post.path]
    after, before = unpack(edge.after, columns), unpack(edge.before, columns)
    backwards = before is not None and after is None
    statement = (
        _posts(Post.path)
        .add_columns(Branch.reply_count.label("reply_rank"), Branch.number.label("branch_number"))
        .join(Branch, Branch.id == Post.branch_id)
        .where(Branch.thread_id == thread_id, _has_place_in_list(actor))
    )
    rank = tuple_(Branch.reply_count, Branch.number)
    if backwards and before is not None:
        count, number, path = before
        end = case((Branch.number == number, path), else_="9" * 25)
        statement = statement.where(rank >= tuple_(count, number), Post.path < end)
        order = (Branch.reply_count.asc(), Branch.number.asc(), Post.path.desc())
        return statement.order_by(*order).limit(PAGE + 1), True
    if after is not None:
        count, number, path = after
        start = case((Branch.number == number, path), else_="")
        statement = statement.where(rank <= tuple_(count, number), Post.path > start)
    order = (Branch.reply_count.desc(), Branch.number.desc(), Post.path.asc())
    return statement.order_by(*order).limit(PAGE + 1), False


def _size(row: Any) -> int:
    return len(row.body.encode("utf-8", "replace")) if row.visibility is Visibility.PUBLISHED else 0


def _line(row: Any, answered_name: str | None, actor: Actor) -> PostLine:
    is_mine = row.author_id is not None and row.author_id == actor.person_id
    state = _STATES.get(row.visibility) or ("pending" if is_mine or actor.sees_whole_ward else "held")
    is_readable = state in ("shown", "pending")
    is_member = actor.is_member
    return PostLine(
        public_id=row.public_id,
        author=(row.shown_name or "匿名") if is_readable else "",
        is_organisation=is_readable and row.organisation_id is not None,
        said_at=row.said_at,
        kind=POST_KIND_NAMES[row.kind],
        depth=max(depth_of(row.path), 0),
        state=state,
        body=row.body if is_readable else "",
        reason=row.visibility_reason if state in ("hidden", "pending") else "",
        note=covered_note(row.covered_for) if is_readable else "",
        is_revised=row.revision > 0,
        answered_name=answered_name or "",
        reply_count=row.reply_count,
        understood_count=row.understood_count,
        helpful_count=row.helpful_count,
        is_for_member=is_member,
        is_mine=is_mine,
        may_edit=is_mine and is_readable and row.numbered == 0 and clock.now() < row.said_at + EDIT_WINDOW,
    )


_OWN_REACTIONS = select(PostReaction.post_id, PostReaction.kind).where(
    PostReaction.person_id == bindparam("person_id"),
    PostReaction.post_id.in_(bindparam("post_ids", expanding=True)),
)


def _with_own_reactions(lines: list[PostLine], post_ids: list[int], actor: Actor) -> list[PostLine]:
    own = {
        (post_id, kind)
        for post_id, kind in db.session.execute(
            _OWN_REACTIONS, {"person_id": actor.person_id, "post_ids": post_ids}
        )
    }
    reacted = {post_id for post_id, _ in own}
    return [
        replace(
            line,
            has_understood=(post_id, ReactionKind.UNDERSTOOD) in own,
            has_found_helpful=(post_id, ReactionKind.HELPFUL) in own,
        )
        if post_id in reacted
        else line
        for line, post_id in zip(lines, post_ids, strict=True)
    ]


def _count_between(start: str, placed: Post) -> int:
    """Count the posts from a path up to this one, at most FEWEST of them."""
    some = (
        select(Post.id)
        .where(
            Post.thread_id == placed.thread_id, Post.path > "", Post.path >= start, Post.path < placed.path
        )
        .limit(FEWEST)
    )
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _threads(subject_ids: Sequence[int], actor: Actor) -> Rows:
    return _all_threads(actor).where(Thread.subject_id.in_(subject_ids))


def _all_threads(actor: Actor) -> Rows:
    return (
        select(Thread, Contribution, Post.kind, Subject)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .join(Post, Post.contribution_id == Thread.opening_id)
        .join(Subject, Subject.id == Thread.subject_id)
        .where(_in_list(actor))
    )


def _thread_line(row: Any, actor: Actor) -> ThreadLine:
    thread, said, kind, subject = row
    is_readable = said.visibility is Visibility.PUBLISHED or (
        said.visibility is Visibility.HELD and may_read(actor, said)
    )
    return ThreadLine(
        public_id=thread.public_id,
        title=thread.title if is_readable else HIDDEN_TITLE,
        body=said.body if is_readable else "",
        author=(said.shown_name or "匿名") if is_readable else "",
        kind=POST_KIND_NAMES[kind],
        opened_at=thread.opened_at,
        last_post_at=thread.last_post_at,
        post_count=thread.post_count,
        is_closed=thread.closed_at is not None,
        subject_title=subject.title,
        subject_public_id=subject.public_id,
    )
