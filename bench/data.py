"""The data that is measured: one thread of 5,000 posts, a consultation with 20,000 opinions, members to act.

Everything is said through the commands, as in life, with the clock put to the past; only the accounts
that act are written directly, because hashing two thousand passwords would measure argon2.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from participation.access.actors import Actor, Role
from participation.consultations.domain import ModerationMode
from participation.consultations.queries import get_procedure
from participation.contributions.models import Contribution
from participation.discussion import commands as discussion
from participation.discussion.domain import PostDraft, PostKind
from participation.discussion.models import Post, Thread
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionText, SubmissionDraft
from participation.people.models import LoginSession, Person, StaffRole
from participation.plans.models import PlanNode
from participation.subjects.models import Subject
from participation.web import identity
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.votes import a_vote

VIEWPOINT = "MP-2-2-2"
SENTENCES = (
    "区報は読みますが、若い世代には届いていないと思います。",
    "掲示板とスマートフォンの両方で知らせてほしいです。",
    "会議の時間が平日の昼ばかりで、働いている人は出られません。",
    "やさしい日本語の版も一緒に出してください。",
    "どの意見がどう生かされたかを、後から確かめられるとうれしいです。",
    "町会の回覧板は高齢の方に大事なので、残してほしいです。",
    "子育て中の人が夜でも参加できる方法を考えてほしいです。",
    "集会所の予約が分かりにくいので、空き状況を見やすくしてください。",
)


@dataclass(frozen=True)
class Prepared:
    """What the runs need to know of the data."""

    viewpoint: str
    thread: str
    deep: str
    reply_to: list[str]
    vote: str
    queue: str
    members: list[str]
    staff: str
    posts: int
    opinions: int


def prepare(*, posts: int, opinions_count: int, accounts: int) -> Prepared:
    """Make the data in an empty ward and return where it stands."""
    chance = random.Random(7)
    people = members(accounts)
    node = db.session.scalars(select(PlanNode).where(PlanNode.code == VIEWPOINT)).one()
    subject = db.session.get_one(Subject, node.subject_id)
    plan, _, _ = subject.reference.partition("/")
    thread_id, replies = _talk(subject, people, posts, chance)
    consultation_code = _opinions(subject, people, opinions_count, chance)
    vote = a_vote(subject_id=subject.id)
    deep = _cursor_in_the_middle(thread_id)
    return Prepared(
        viewpoint=f"/plans/{plan}/{VIEWPOINT}",
        thread=f"/talk/{thread_id}",
        deep=deep,
        reply_to=replies,
        vote=f"/votes/{vote.public_id}",
        queue=f"/desk/opinions?consultation={consultation_code}",
        members=[token for _, token in people],
        staff=staff(),
        posts=posts,
        opinions=opinions_count,
    )


def actor(person_id: int) -> Actor:
    """Return a member as an actor."""
    return Actor(roles=frozenset({Role.RESIDENT}), person_id=person_id, name=f"かもめ{person_id}")


def _talk(
    subject: Subject, people: Sequence[tuple[int, str]], count: int, chance: random.Random
) -> tuple[str, list[str]]:
    """Say so many posts in one thread, over the last weeks; return its public id and some posts to answer."""
    began = clock.now() - timedelta(minutes=count + 10)
    with clock.at(began), transaction():
        thread = discussion.start_thread(
            db.session.get_one(Subject, subject.id),
            "お知らせの届け方",
            PostDraft(words(chance, 3), PostKind.QUESTION),
            by=actor(people[0][0]),
        )
        thread_key, public_id = thread.id, thread.public_id
    said: list[int] = []
    for start in range(1, count, 200):
        with transaction():
            for number in range(start, min(start + 200, count)):
                with clock.at(began + timedelta(minutes=number)):
                    post = discussion.post(
                        db.session.get_one(Thread, thread_key),
                        _some_post(said, chance),
                        PostDraft(
                            f"{words(chance, chance.randint(1, 4))}（{number}）",
                            chance.choice(list(PostKind)),
                        ),
                        by=actor(people[number % len(people)][0]),
                    )
                    said.append(post.id)
    answerable = db.session.scalars(
        select(Contribution.public_id).where(Contribution.id.in_(said[-200:])).order_by(Contribution.id)
    )
    return public_id, list(answerable)


def _some_post(said: list[int], chance: random.Random) -> Post | None:
    if not said or chance.random() < 0.4:
        return None
    chosen = chance.choice(said[-300:])
    return db.session.scalars(select(Post).where(Post.contribution_id == chosen)).one()


def _cursor_in_the_middle(thread_id: str) -> str:
    """Return the address to which the permalink of a post in the middle leads."""
    thread = db.session.scalars(select(Thread).where(Thread.public_id == thread_id)).one()
    middle = db.session.scalars(
        select(Contribution.public_id)
        .join(Post, Post.contribution_id == Contribution.id)
        .where(Post.thread_id == thread.id)
        .order_by(Post.path)
        .offset(thread.post_count // 2)
        .limit(1)
    ).one()
    return f"/talk/posts/{middle}"


def _opinions(subject: Subject, people: Sequence[tuple[int, str]], count: int, chance: random.Random) -> str:
    """Hand in so many opinions, two a submission; return the consultation's code."""
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.PUBLISH_FIRST)
    code = consultation.code
    began = clock.now() - timedelta(days=5)
    for start in range(0, count // 2, 200):
        with transaction():
            procedure = get_procedure(code)
            for number in range(start, min(start + 200, count // 2)):
                texts = tuple(
                    OpinionText(
                        subject.public_id, f"{words(chance, chance.randint(2, 9))}（{number}-{part}）"
                    )
                    for part in range(2)
                )
                with clock.at(began + timedelta(seconds=number * 20)):
                    opinions.submit_opinions(
                        procedure, SubmissionDraft(opinions=texts), by=actor(people[number % len(people)][0])
                    )
    return code


def words(chance: random.Random, sentences: int) -> str:
    """Return some sentences."""
    return "".join(chance.choice(SENTENCES) for _ in range(sentences))


def members(count: int) -> list[tuple[int, str]]:
    """Return (person id, log-in secret) of so many members with accounts of two months."""
    now, made = clock.now(), []
    with transaction():
        for number in range(count):
            person = Person(
                email=f"bench{number}@example.jp",
                email_confirmed_at=now,
                nickname=f"かもめ{number}",
                nickname_key=f"bench-{number}",
                language="ja",
                is_staff=False,
                wants_mail=False,
                created_at=now - timedelta(days=60),
            )
            db.session.add(person)
        db.session.flush()
        ids = list(
            db.session.scalars(select(Person.id).where(Person.email.like("bench%")).order_by(Person.id))
        )
        for person_id in ids:
            token, token_hash = identity.new_secret()
            made.append((person_id, token))
            db.session.execute(
                insert(LoginSession).values(
                    token_hash=token_hash,
                    person_id=person_id,
                    created_at=now,
                    last_seen_at=now,
                    ends_at=now + timedelta(days=1),
                    device="bench",
                )
            )
    return made


def staff(*roles: Role) -> str:
    """Return the log-in secret of a member of staff with these roles; without any, of one who may look at the queue."""
    now = clock.now()
    token, token_hash = identity.new_secret()
    with transaction():
        person = db.session.scalars(select(Person).where(Person.nickname_key == "bench-staff")).one_or_none()
        is_new = person is None
        person = person or Person(
            email="staff@example.jp",
            email_confirmed_at=now,
            nickname="職員",
            nickname_key="bench-staff",
            is_staff=True,
            language="ja",
            wants_mail=False,
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        for role in (roles or (Role.SCREENER, Role.EDITOR)) if is_new else ():
            db.session.add(StaffRole(person_id=person.id, role=role))
        db.session.add(
            LoginSession(
                token_hash=token_hash,
                person_id=person.id,
                created_at=now,
                last_seen_at=now,
                ends_at=now + timedelta(hours=12),
                device="bench",
            )
        )
    return token
