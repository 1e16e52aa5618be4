"""Starting discussions, posting, changing, withdrawing, reacting, keeping drafts.

Whoever writes takes locks in one order on PostgreSQL: contribution, thread, branch, posts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar, cast

from sqlalchemy import Table, bindparam, case, delete, exists, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.domain import ModerationMode
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility, personal_data_in
from participation.contributions.models import Contribution
from participation.discussion import queries
from participation.discussion.domain import (
    MAX_DEPTH,
    MOST_BODY,
    MOST_CLOSING_REASON,
    MOST_TITLE,
    PAUSE,
    POSTS_A_DAY,
    POSTS_A_DAY_NEW,
    SAME_BODY,
    AuthorState,
    PostDraft,
    ReactionKind,
    ancestors_of,
    depth_of,
    has_link,
    newest_path,
    path_below,
    reason_to_hold,
)
from participation.discussion.events import PostPublished, ReplyReceived
from participation.discussion.models import Branch, Draft, Post, PostReaction, Thread
from participation.discussion.policies import CLOSED
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.foundation.text import character_count
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.subjects.models import Subject

MOST_DRAFT = 20_000

R = TypeVar("R", Contribution, Post)

#: The statements of a post, made once: making one takes longer than the database takes to answer it.
#: The counters are not read again in the transaction that moves them, so rows in memory are left alone.
_threads, _branches, _posts, _drafts = (
    cast(Table, model.__table__) for model in (Thread, Branch, Post, Draft)
)
_LOCK_AUTHOR = (
    select(Person.id, Person.created_at, Person.email_confirmed_at)
    .where(Person.id == bindparam("person"))
    .with_for_update(key_share=True)
)
_RECENT = (
    select(Contribution.said_at, Contribution.body == bindparam("words"))
    .where(
        Contribution.author_id == bindparam("person"),
        Contribution.said_at > bindparam("since"),
        Contribution.kind == ContributionKind.POST,
    )
    .order_by(Contribution.said_at.desc())
    .limit(bindparam("most"))
)
_NUMBER_IN_THREAD = (
    update(_threads)
    .where(_threads.c.id == bindparam("thread"), _threads.c.closed_at.is_(None))
    .values(numbered=_threads.c.numbered + 1)
    .returning(_threads.c.numbered)
)
_NUMBER_AND_COUNT_IN_THREAD = _NUMBER_IN_THREAD.values(
    post_count=_threads.c.post_count + 1, last_post_at=bindparam("at")
)
_COUNT_IN_BRANCH = (
    update(_branches)
    .where(_branches.c.id == bindparam("branch"))
    .values(reply_count=_branches.c.reply_count + bindparam("step"))
)
_NUMBER_BELOW = (
    update(_posts)
    .where(_posts.c.thread_id == bindparam("thread"), _posts.c.path.in_(bindparam("paths", expanding=True)))
    .values(
        numbered=_posts.c.numbered + case((_posts.c.id == bindparam("parent"), 1), else_=0),
        reply_count=_posts.c.reply_count + bindparam("step"),
    )
    .returning(_posts.c.id, _posts.c.numbered)
)
_DROP_DRAFT = delete(_drafts).where(
    _drafts.c.person_id == bindparam("person"), _drafts.c.place == bindparam("at_place")
)


def start_thread(subject: Subject, title: str, draft: PostDraft, *, by: Actor) -> Thread:
    """Open a discussion about a subject with its first post."""
    access.require(by, "discussion.start", subject, draft.organisation_id)
    if not title.strip():
        raise Refused("何について話したいかを、短く書いてください。", field="title")
    if character_count(title) > MOST_TITLE:
        raise Refused(f"題名は{MOST_TITLE}文字以内にしてください。", field="title")
    said = _say(subject.id, draft, by, also=title)
    thread = Thread(
        subject_id=subject.id,
        title=title,
        opening_id=said.id,
        opened_at=said.said_at,
        last_post_at=said.said_at,
        post_count=0,
        numbered=0,
    )
    db.session.add(thread)
    db.session.flush()  # The opening post names the thread.
    db.session.add(
        Post(
            contribution_id=said.id,
            thread_id=thread.id,
            kind=draft.kind,
            path="",
            newest_path="",
            published_at=said.said_at if said.visibility is Visibility.PUBLISHED else None,
        )
    )
    _drop_draft(by, f"subject:{subject.public_id}")
    audit.record(by, "discussion.start", thread)
    if said.visibility is Visibility.PUBLISHED:
        events.publish(PostPublished(said.id, opens_thread=True))
    return thread


def post(thread: Thread, answered: Post | None, draft: PostDraft, *, by: Actor) -> Contribution:
    """Post to a discussion, or answer a post in it; below the third reply the tree stays flat."""
    access.require(by, "discussion.post", thread, _subject_of(thread), draft.organisation_id)
    if answered is not None and answered.thread_id != thread.id:
        raise NotFound
    if answered is not None and answered.branch_id is None:
        answered = None  # Who answers the opening post writes to the thread.
    if answered is not None:
        _refuse_unless_shown(answered)
    said = _say(thread.subject_id, draft, by)
    is_shown = said.visibility is Visibility.PUBLISHED
    number = _number_in(thread, is_shown, said)
    parent = _parent_for(answered)
    branch_id: int | None
    if parent is None:
        branch_id, path = _new_branch(thread, number), path_below("", number)
    else:
        branch_id, path = parent.branch_id, path_below(parent.path, _number_below(parent, int(is_shown)))
    placed = Post(
        contribution_id=said.id,
        thread_id=thread.id,
        branch_id=branch_id,
        kind=draft.kind,
        path=path,
        newest_path=newest_path(path),
        answered_id=answered.id if answered is not None and answered is not parent else None,
        published_at=said.said_at if is_shown else None,
    )
    db.session.add(placed)
    _drop_draft(by, f"post:{_public_id_of(answered)}" if answered else f"thread:{thread.public_id}")
    audit.record(by, "discussion.post", placed)
    if is_shown:
        events.publish(PostPublished(said.id, opens_thread=False))
        events.publish(ReplyReceived(said.id, answered.contribution_id if answered else thread.opening_id))
    return said


def edit(said: Contribution, placed: Post, body: str, *, by: Actor) -> None:
    """Change one's words, within 15 minutes and until somebody answers; the old ones stay readable."""
    access.require(by, "discussion.edit", _locked(said), _locked(placed))
    _refuse_length(body)
    if body != said.body:
        contributions.revise(said, body)
        reason = _reason_to_hold(said.subject_id, _lock_author(by), body, besides=said.id)[1]
        if reason and said.visibility is Visibility.PUBLISHED:
            # Otherwise a link could be slipped in after the first look.
            contributions.change_visibility(said, Visibility.HELD, reason=reason)
    audit.record(by, "discussion.edit", placed, {"revision": said.revision})


def withdraw(said: Contribution, *, by: Actor) -> None:
    """Take one's words back (取り下げ): a mark stays in their place, and so do the replies."""
    access.require(by, "discussion.withdraw", _locked(said))
    contributions.change_visibility(said, Visibility.WITHDRAWN)
    audit.record(by, "discussion.withdraw", said)


def react(said: Contribution, kind: ReactionKind, is_on: bool, *, by: Actor) -> None:
    """Set or take back one's reaction; doing it twice changes nothing."""
    access.require(by, "discussion.react", said)
    placed = db.session.scalars(select(Post).where(Post.contribution_id == said.id)).one_or_none()
    if placed is None:
        raise NotFound
    if is_on:
        values = {"post_id": placed.id, "person_id": by.person_id, "kind": kind, "at": clock.now()}
        step = 0 if insert_once(PostReaction, values, unique=["post_id", "person_id", "kind"]) is None else 1
    else:
        taken = db.session.execute(
            delete(PostReaction)
            .where(
                PostReaction.post_id == placed.id,
                PostReaction.person_id == by.person_id,
                PostReaction.kind == kind,
            )
            .returning(PostReaction.id)
        ).all()
        step = -len(taken)
    if step:
        column = Post.understood_count if kind is ReactionKind.UNDERSTOOD else Post.helpful_count
        db.session.execute(update(Post).where(Post.id == placed.id).values({column: column + step}))
        audit.record(by, "discussion.react", placed, {"kind": kind.value, "on": is_on})


def save_draft(place: str, title: str, body: str, kind: str, *, by: Actor) -> None:
    """Keep what somebody has written so far; only they ever see it."""
    access.require(by, "discussion.save_draft")
    if len(body) + len(title) > MOST_DRAFT:
        raise Refused(f"長すぎて保存できません。{MOST_DRAFT:,}文字までにしてください。", field="body")
    words = {"title": title, "body": body, "kind": kind[:20], "saved_at": clock.now()}
    if not (title.strip() or body.strip()):
        _drop_draft(by, place)
        return
    values = {"person_id": by.person_id, "place": place, **words}
    draft_id = insert_once(Draft, values, unique=["person_id", "place"])
    if draft_id is None:
        db.session.execute(
            update(Draft).where(Draft.person_id == by.person_id, Draft.place == place).values(**words)
        )
    else:
        # Once per draft, not per keystroke.
        audit.record(by, "discussion.save_draft", "drafts", {"id": draft_id})


def discard_draft(place: str, *, by: Actor) -> None:
    """Throw one's draft away."""
    access.require(by, "discussion.discard_draft")
    _drop_draft(by, place)
    audit.record(by, "discussion.discard_draft", "drafts")


def forget_drafts(before: datetime, *, by: Actor) -> int:
    """Let go of drafts that nobody has touched since this moment; return how many."""
    access.require(by, "discussion.forget_drafts")
    gone = db.session.execute(delete(Draft).where(Draft.saved_at < before).returning(Draft.id)).all()
    audit.record(by, "discussion.forget_drafts", "drafts", {"rows": len(gone)})
    return len(gone)


def close_thread(thread: Thread, reason: str, *, by: Actor) -> None:
    """Let people only read the discussion from now on (話し合いを終える); the reason is public."""
    access.require(by, "discussion.close", thread)
    if not reason.strip():
        raise Refused(
            "話し合いを終える理由を書いてください。理由は、話し合いのページに出ます。", field="reason"
        )
    if character_count(reason) > MOST_CLOSING_REASON:
        raise Refused(f"理由は{MOST_CLOSING_REASON}文字以内にしてください。", field="reason")
    if _lock_thread(thread).closed_at is not None:
        raise Conflict("この話し合いは、もう終わっています。")
    thread.closed_at, thread.closing_reason = clock.now(), reason
    audit.record(by, "discussion.close", thread)


def reopen_thread(thread: Thread, *, by: Actor) -> None:
    """Let people write in the discussion again (話し合いを再開する)."""
    access.require(by, "discussion.reopen", thread)
    if _lock_thread(thread).closed_at is None:
        raise Conflict("この話し合いは、もう再開しています。")
    thread.closed_at, thread.closing_reason = None, ""
    audit.record(by, "discussion.reopen", thread)


def recount(contribution_id: int, before: Visibility, after: Visibility, *, by: Actor) -> None:
    """Bring the counters in line when a post appears or disappears, and announce its first appearance."""
    access.require(by, "discussion.recount")
    step = (after is Visibility.PUBLISHED) - (before is Visibility.PUBLISHED)
    placed = db.session.scalars(select(Post).where(Post.contribution_id == contribution_id)).one_or_none()
    if placed is None or not step:
        return
    if placed.branch_id is not None:
        _count_in_thread(placed.thread_id, step)
        if depth_of(placed.path):
            _count_reply(placed, step)
    audit.record(by, "discussion.recount", placed, {"step": step})
    if step > 0 and placed.published_at is None:
        placed.published_at = clock.now()
        events.publish(PostPublished(contribution_id, opens_thread=placed.branch_id is None))
        if placed.branch_id is not None:
            events.publish(ReplyReceived(contribution_id, _answered_by(placed)))


# ── Saying it ───────────────────────────────────────────────────────────────────────────────


def _say(subject_id: int, draft: PostDraft, by: Actor, also: str = "") -> Contribution:
    _refuse_length(draft.body)
    author = _lock_author(by)
    _refuse_haste(draft.body, author)
    consultation_id, reason = _reason_to_hold(subject_id, author, f"{also}\n{draft.body}")
    shown_name = by.name
    if draft.organisation_id is not None:
        shown_name = db.session.get_one(CommunityOrganisation, draft.organisation_id).name
    return contributions.say(
        ContributionKind.POST,
        draft.body,
        subject_id=subject_id,
        consultation_id=consultation_id,
        author_id=by.person_id,
        organisation_id=draft.organisation_id,
        shown_name=shown_name,
        visibility=Visibility.HELD if reason else Visibility.PUBLISHED,
        visibility_reason=reason,
    )


def _refuse_length(body: str) -> None:
    if not body.strip():
        raise Refused("投稿する文を書いてください。", field="body")
    count = character_count(body)
    # The second bound stops letters piled high with marks, which count as one each.
    if count > MOST_BODY or len(body) > 8 * MOST_BODY:
        raise Refused(f"{MOST_BODY:,}文字以内にしてください（今は{count:,}文字）。", field="body")


def _lock_author(by: Actor) -> AuthorState:
    """Read the author's row under a lock: two tabs at once count one after the other."""
    row = db.session.execute(_LOCK_AUTHOR, {"person": by.person_id}).one()
    return AuthorState(row.id, row.created_at, row.email_confirmed_at is not None)


def _refuse_haste(body: str, author: AuthorState) -> None:
    """Keep one account from flooding a discussion (reliability.md A-01)."""
    now = clock.now()
    most = POSTS_A_DAY_NEW if author.is_new(now) else POSTS_A_DAY
    since = now - timedelta(days=1)
    recent = db.session.execute(
        _RECENT, {"words": body, "person": author.person_id, "since": since, "most": most}
    ).all()
    if any(is_same and said_at > now - SAME_BODY for said_at, is_same in recent):
        raise Refused(
            "同じ文を、少し前に投稿しています。もう一度書くときは、5分ほどたってからにしてください。",
            field="body",
        )
    if recent and recent[0][0] > now - PAUSE:
        raise Refused("続けての投稿は、10秒ほど待ってからお願いします。文はこのまま残っています。")
    if len(recent) >= most:
        raise Refused(f"1日に投稿できるのは{most}件までです。続きは明日お願いします。")


def _reason_to_hold(
    subject_id: int, author: AuthorState, text: str, *, besides: int = 0
) -> tuple[int | None, str]:
    consultation = queries.find_consultation(subject_id)
    mode = consultation.moderation if consultation else ModerationMode.HOLD_NEW
    is_first_link = has_link(text) and not _has_published(author, besides)
    reason = reason_to_hold(
        mode,
        author,
        clock.now(),
        is_first_link=is_first_link,
        has_personal_data=mode is ModerationMode.HOLD_FLAGGED and bool(personal_data_in(text)),
    )
    return consultation.id if consultation else None, reason


def _has_published(author: AuthorState, besides: int) -> bool:
    earlier = exists().where(
        Contribution.author_id == author.person_id,
        Contribution.kind == ContributionKind.POST,
        Contribution.visibility == Visibility.PUBLISHED,
        Contribution.id != besides,
    )
    return bool(db.session.scalar(select(earlier)))


# ── The place in the thread ─────────────────────────────────────────────────────────────────


def _subject_of(thread: Thread) -> Subject:
    return db.session.get_one(Subject, thread.subject_id)


def _public_id_of(placed: Post) -> str:
    return db.session.get_one(Contribution, placed.contribution_id).public_id


def _refuse_unless_shown(answered: Post) -> None:
    said = db.session.get_one(Contribution, answered.contribution_id)
    if said.visibility is not Visibility.PUBLISHED:
        raise Conflict("返信先の投稿は、表示が止められたか、取り下げられました。別の投稿に返信してください。")


def _parent_for(answered: Post | None) -> Post | None:
    """Return under which post a reply hangs: the answered one, or the one above it at full depth."""
    if answered is None or depth_of(answered.path) < MAX_DEPTH:
        return answered
    return db.session.scalars(
        select(Post).where(Post.thread_id == answered.thread_id, Post.path == ancestors_of(answered.path)[-1])
    ).one()


def _answered_by(placed: Post) -> int:
    """Return the contribution that a post answers: what it names, else the one above, else the opening."""
    condition = Post.id == placed.answered_id
    if placed.answered_id is None:
        above = ancestors_of(placed.path)[-1] if depth_of(placed.path) else ""
        condition = (Post.thread_id == placed.thread_id) & (Post.path == above)
    return db.session.scalars(select(Post.contribution_id).where(condition)).one()


def _number_in(thread: Thread, is_shown: bool, said: Contribution) -> int:
    """Take the thread's lock with the first statement, and the next number in it."""
    values: dict[str, object] = {"thread": thread.id}
    if is_shown:
        row = db.session.execute(_NUMBER_AND_COUNT_IN_THREAD, values | {"at": said.said_at})
    else:
        row = db.session.execute(_NUMBER_IN_THREAD, values)
    number = row.scalar_one_or_none()
    if number is None:
        raise Denied(CLOSED)  # It was closed while this post waited for the thread.
    return int(number)


def _lock_thread(thread: Thread) -> Thread:
    db.session.refresh(thread, with_for_update={"key_share": True})
    return thread


def _count_in_thread(thread_id: int, step: int) -> None:
    db.session.execute(
        update(Thread).where(Thread.id == thread_id).values({Thread.post_count: Thread.post_count + step})
    )


def _new_branch(thread: Thread, number: int) -> int:
    # The opening post counts what answers it too: from the first answer on it is not changed.
    db.session.execute(
        update(Post)
        .where(Post.contribution_id == thread.opening_id)
        .values({Post.numbered: Post.numbered + 1})
    )
    branch = Branch(thread_id=thread.id, number=number, reply_count=0)
    db.session.add(branch)
    db.session.flush()
    return branch.id


def _number_below(parent: Post, step: int) -> int:
    """Take the next number below a post, and count the reply there and above if it is shown.

    One statement for all rows: PostgreSQL checks foreign keys again when a transaction changes a
    row twice, and would then wait for whoever is about to hide the post.
    """
    if step:
        _count_in_branch(parent.branch_id, step)
    paths = [*ancestors_of(parent.path), parent.path]
    rows = db.session.execute(
        _NUMBER_BELOW,
        {"thread": parent.thread_id, "paths": paths, "parent": parent.id, "step": step},
    ).all()
    numbers: dict[int, int] = {row.id: row.numbered for row in rows}
    return numbers[parent.id]


def _count_in_branch(branch_id: int | None, step: int) -> None:
    db.session.execute(_COUNT_IN_BRANCH, {"branch": branch_id, "step": step})


def _count_reply(placed: Post, step: int) -> None:
    _count_in_branch(placed.branch_id, step)
    db.session.execute(
        update(Post)
        .where(Post.thread_id == placed.thread_id, Post.path.in_(ancestors_of(placed.path)))
        .values({Post.reply_count: Post.reply_count + step})
    )


def _locked(row: R) -> R:
    db.session.refresh(row, with_for_update={"key_share": True})
    return row


def _drop_draft(by: Actor, place: str) -> None:
    db.session.execute(_DROP_DRAFT, {"person": by.person_id, "at_place": place})
