"""Starting discussions, posting, changing, withdrawing, reacting."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.discussion import commands, queries
from participation.discussion.domain import PostDraft, PostKind, ReactionKind, ThreadOrder
from participation.discussion.events import PostPublished, ReplyReceived
from participation.discussion.models import Branch, Draft, Post, PostReaction, Thread
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.people.models import Person
from tests.conftest import Clock
from tests.support.builders.discussion import a_post, a_subject, a_thread, place_of
from tests.support.people import a_delegate, a_member_of_staff, a_resident, actor_of, an_organisation

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def heard() -> list[object]:
    facts: list[object] = []
    for event in (PostPublished, ReplyReceived):
        events.subscribe(event, facts.append)
    yield facts
    for event in (PostPublished, ReplyReceived):
        events._subscribers[event].remove(facts.append)


def read(thread: Thread, order: ThreadOrder = ThreadOrder.OLDEST, actor: Actor | None = None) -> list[str]:
    """What stands in a thread, indented by depth."""
    db.session.rollback()
    page = queries.list_posts(thread.id, order, Edge(), actor or actor_of(a_resident()))
    return ["　" * line.depth + (line.body or f"（{line.state}）") for line in page.items]


def fresh(thread: Thread) -> Thread:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Thread, thread.id)


def newcomer(clock: Clock) -> Person:
    person = a_resident()
    with transaction():
        db.session.get_one(Person, person.id).created_at = clock.moment - timedelta(days=2, hours=23)
    return person


def change(said: Contribution, after: Visibility) -> None:
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said.id), after)


def test_a_thread_opens_with_its_first_post(heard) -> None:
    thread = a_thread("題名", "はじめの投稿")
    opening = db.session.get_one(Contribution, thread.opening_id)
    assert (opening.body, opening.visibility) == ("はじめの投稿", Visibility.PUBLISHED)
    assert heard == [PostPublished(opening.id, opens_thread=True)]
    assert fresh(thread).post_count == 0


def test_replies_stand_under_what_they_answer_in_all_three_orders() -> None:
    thread = a_thread()
    one = a_post(thread, "一")
    two = a_post(thread, "二")
    three = a_post(thread, "三")
    below = a_post(thread, "二の一", to=two)
    a_post(thread, "二の二", to=two)
    a_post(thread, "一の一", to=one)
    a_post(thread, "二の一の一", to=below)
    assert read(thread) == ["一", "　一の一", "二", "　二の一", "　　二の一の一", "　二の二", "三"]
    newest = ["三", "二", "　二の一", "　　二の一の一", "　二の二", "一", "　一の一"]
    assert read(thread, ThreadOrder.NEWEST) == newest
    replied = ["二", "　二の一", "　　二の一の一", "　二の二", "一", "　一の一", "三"]
    assert read(thread, ThreadOrder.MOST_REPLIED) == replied
    assert fresh(thread).post_count == 7
    assert place_of(two).reply_count == 3
    assert place_of(three).reply_count == 0


def test_below_the_third_reply_the_tree_stays_flat_and_says_whom_it_answers(heard) -> None:
    thread = a_thread()
    said = a_post(thread, "零")
    for words in ("一", "二", "三"):
        said = a_post(thread, words, to=said)
    answered = said
    deeper = a_post(thread, "四", to=said, by=a_resident("つばめ"))
    a_post(thread, "五", to=deeper)
    lines = queries.list_posts(thread.id, ThreadOrder.OLDEST, Edge(), actor_of(a_resident())).items
    assert [(line.body, line.depth) for line in lines] == [
        ("零", 0),
        ("一", 1),
        ("二", 2),
        ("三", 3),
        ("四", 3),
        ("五", 3),
    ]
    assert lines[-1].answered_name == "つばめ"
    assert lines[3].answered_name == ""
    assert ReplyReceived(deeper.id, answered.id) in heard


def test_answering_the_opening_post_writes_to_the_thread() -> None:
    thread = a_thread()
    opening = db.session.get_one(Contribution, thread.opening_id)
    a_post(thread, "答え", to=opening)
    assert read(thread) == ["答え"]


def test_an_organisation_speaks_through_its_delegate_only() -> None:
    thread, organisation = a_thread(), an_organisation("さくら坂町会")
    said = a_post(thread, by=a_delegate(organisation), organisation_id=organisation.id)
    assert (said.shown_name, said.organisation_id) == ("さくら坂町会", organisation.id)
    with pytest.raises(Denied, match="担当者"):
        a_post(thread, by=a_resident(), organisation_id=organisation.id)


def test_nobody_posts_where_the_subject_is_not_open() -> None:
    with pytest.raises(Denied, match="受け付けていません"):
        a_thread(about=a_subject(is_open=False))


def test_nobody_posts_to_a_closed_thread() -> None:
    thread, editor = a_thread(), actor_of(a_member_of_staff(Role.EDITOR))
    with transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), "結果を公表しました。", by=editor)
    with pytest.raises(Denied, match="終わりました"):
        a_post(thread)


def test_a_thread_that_was_taken_up_again_takes_posts() -> None:
    thread, editor = a_thread(), actor_of(a_member_of_staff(Role.EDITOR))
    with transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), "結果を公表しました。", by=editor)
    with transaction():
        commands.reopen_thread(db.session.get_one(Thread, thread.id), by=editor)
    assert read_thread(thread) == (None, "")
    a_post(thread, "続きです。")


def read_thread(thread: Thread) -> tuple[object, str]:
    return tuple(
        db.session.execute(
            select(Thread.closed_at, Thread.closing_reason).where(Thread.id == thread.id)
        ).one()
    )


@pytest.mark.parametrize(
    ("reason", "says"), [("", "理由を書いて"), (" \n", "理由を書いて"), ("あ" * 301, "300文字")]
)
def test_a_thread_is_not_closed_without_a_reason_people_can_read(reason: str, says: str) -> None:
    thread, editor = a_thread(), actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Refused, match=says), transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), reason, by=editor)
    assert read_thread(thread) == (None, "")


def test_whoever_closes_or_reopens_second_is_told() -> None:
    thread, editor = a_thread(), actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Conflict, match="もう再開"), transaction():
        commands.reopen_thread(db.session.get_one(Thread, thread.id), by=editor)
    with transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), "役目を終えました。", by=editor)
    with pytest.raises(Conflict, match="もう終わって"), transaction():
        commands.close_thread(db.session.get_one(Thread, thread.id), "別の理由", by=editor)
    assert read_thread(thread)[1] == "役目を終えました。"


def test_the_second_post_within_ten_seconds_is_refused(clock: Clock) -> None:
    thread, person = a_thread(), a_resident()
    a_post(thread, "一", by=person)
    clock.advance(timedelta(seconds=9))
    with pytest.raises(Refused, match="10秒"):
        a_post(thread, "二", by=person)
    clock.advance(timedelta(seconds=1))
    a_post(thread, "二", by=person)


@pytest.mark.parametrize(("is_new", "most"), [(False, 30), (True, 10)])
def test_the_posts_of_a_day_are_limited(clock: Clock, is_new: bool, most: int) -> None:
    thread, person = a_thread(), a_resident()
    if is_new:
        with transaction():
            db.session.get_one(Person, person.id).email_confirmed_at = None
    for number in range(most):
        a_post(thread, f"投稿{number}", by=person)
        clock.advance(timedelta(seconds=10))
    with pytest.raises(Refused, match=f"{most}件"):
        a_post(thread, "もう一つ", by=person)
    clock.advance(timedelta(days=1))
    a_post(thread, "もう一つ", by=person)


def test_the_same_words_within_five_minutes_are_refused(clock: Clock) -> None:
    thread, person = a_thread(), a_resident()
    a_post(thread, "同じ文", by=person)
    clock.advance(timedelta(minutes=4, seconds=59))
    with pytest.raises(Refused, match="同じ文"):
        a_post(thread, "同じ文", by=person)
    clock.advance(timedelta(seconds=1))
    a_post(thread, "同じ文", by=person)


@pytest.mark.parametrize("words", ["", " 　\n", "あ" * 1001, "あ" + "\u3099" * 9000])
def test_nothing_and_too_much_are_refused(words: str) -> None:
    thread = a_thread()
    with pytest.raises(Refused) as refused:
        a_post(thread, words)
    assert refused.value.field == "body"


def test_a_thousand_characters_of_joined_emoji_fit() -> None:
    a_post(a_thread(), "👨‍👩‍👧" * 1000)


def test_posts_of_new_accounts_wait_and_count_only_when_they_are_shown(clock: Clock, heard) -> None:
    thread = a_thread()
    heard.clear()
    person = newcomer(clock)
    said = a_post(thread, "はじめまして", by=person)
    assert (said.visibility, heard) == (Visibility.HELD, [])
    assert fresh(thread).post_count == 0
    assert read(thread) == []
    assert read(thread, actor=actor_of(person)) == ["はじめまして"]
    change(said, Visibility.PUBLISHED)
    assert fresh(thread).post_count == 1
    assert heard == [PostPublished(said.id, opens_thread=False), ReplyReceived(said.id, thread.opening_id)]
    change(said, Visibility.HELD)
    change(said, Visibility.PUBLISHED)
    assert len(heard) == 2, "a second appearance is no news"


def test_a_first_post_with_a_link_waits_and_a_later_one_does_not(clock: Clock) -> None:
    thread, person = a_thread(), a_resident()
    assert a_post(thread, "見て https://example.jp/", by=person).visibility is Visibility.HELD
    clock.advance(timedelta(seconds=10))
    assert a_post(thread, "ふつうの投稿", by=person).visibility is Visibility.PUBLISHED
    clock.advance(timedelta(seconds=10))
    assert a_post(thread, "資料 https://example.jp/", by=person).visibility is Visibility.PUBLISHED


def test_a_link_slipped_in_afterwards_waits_too() -> None:
    thread, person = a_thread(), a_resident()
    said, actor = a_post(thread, "ふつうの投稿", by=person), actor_of(person)
    with transaction():
        commands.edit(said, place_of(said), "見て https://example.jp/", by=actor)
    assert db.session.get_one(Contribution, said.id).visibility is Visibility.HELD


def test_words_may_be_changed_for_fifteen_minutes_and_the_old_ones_stay(clock: Clock) -> None:
    thread, person = a_thread(), a_resident()
    said, actor = a_post(thread, "前の文", by=person), actor_of(person)
    clock.advance(timedelta(minutes=14, seconds=59))
    with transaction():
        commands.edit(said, place_of(said), "後の文", by=actor)
    assert [revision.body for revision in queries.list_revisions(said)] == ["前の文", "後の文"]
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Denied, match="15分"), transaction():
        commands.edit(said, place_of(said), "さらに後", by=actor)


def test_words_that_were_answered_are_not_changed() -> None:
    thread, person = a_thread(), a_resident()
    said, actor = a_post(thread, by=person), actor_of(person)
    a_post(thread, "返信", to=said)
    with pytest.raises(Denied, match="返信が付いた"), transaction():
        commands.edit(said, place_of(said), "別のこと", by=actor)


def test_an_opening_post_that_was_answered_is_not_changed() -> None:
    person = a_resident()
    thread, actor = a_thread(by=person), actor_of(person)
    a_post(thread)
    opening = db.session.get_one(Contribution, thread.opening_id)
    with pytest.raises(Denied, match="返信が付いた"), transaction():
        commands.edit(opening, place_of(opening), "別のこと", by=actor)


def test_only_the_author_changes_or_withdraws() -> None:
    thread = a_thread()
    said, other = a_post(thread), actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.edit(said, place_of(said), "いたずら", by=other)
    with pytest.raises(Denied), transaction():
        commands.withdraw(said, by=other)


def test_what_is_withdrawn_leaves_a_mark_and_its_replies() -> None:
    thread, person = a_thread(), a_resident()
    said, actor = a_post(thread, "あとで取り下げる", by=person), actor_of(person)
    a_post(thread, "残る返信", to=said)
    with transaction():
        commands.withdraw(said, by=actor)
    assert read(thread) == ["（withdrawn）", "　残る返信"]
    assert fresh(thread).post_count == 1


@pytest.mark.parametrize("gone", [Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.HELD])
def test_what_is_gone_cannot_be_answered(gone: Visibility) -> None:
    thread = a_thread()
    said = a_post(thread)
    change(said, gone)
    with pytest.raises(Conflict):
        a_post(thread, "返信", to=said)


def test_a_held_post_with_replies_keeps_its_place_without_its_words() -> None:
    thread = a_thread()
    said = a_post(thread, "確認される")
    a_post(thread, "返信", to=said)
    change(said, Visibility.HELD)
    assert read(thread) == ["（held）", "　返信"]


def test_a_thread_whose_opening_is_hidden_hides_its_title_too() -> None:
    thread = a_thread("ひどい題名")
    a_post(thread)
    change(db.session.get_one(Contribution, thread.opening_id), Visibility.HIDDEN)
    visitor = actor_of(a_resident())
    head = queries.get_head(thread.public_id, visitor)
    assert "ひどい" not in head.title
    assert head.opening.body == ""
    assert "ひどい" not in queries.on_subjects([thread.subject_id], visitor).threads[0].title


def test_a_reaction_is_set_and_taken_back_and_counted() -> None:
    said, person = a_post(a_thread()), actor_of(a_resident())
    for is_on, count in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        with transaction():
            commands.react(said, ReactionKind.UNDERSTOOD, is_on, by=person)
        assert place_of(said).understood_count == count


def test_nobody_reacts_to_their_own_post_or_to_one_that_is_gone() -> None:
    thread, person = a_thread(), a_resident()
    said, other = a_post(thread, by=person), actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.react(said, ReactionKind.HELPFUL, True, by=actor_of(person))
    change(said, Visibility.HIDDEN)
    with pytest.raises(Denied), transaction():
        commands.react(said, ReactionKind.HELPFUL, True, by=other)


def test_a_draft_is_kept_changed_and_gone_after_posting(clock: Clock) -> None:
    thread, person = a_thread(), a_resident()
    actor, place = actor_of(person), f"thread:{thread.public_id}"
    for words in ("書きかけ", "書きかけの続き"):
        with transaction():
            commands.save_draft(place, "", words, "worry", by=actor)
    assert db.session.scalars(select(Draft.body)).all() == ["書きかけの続き"]
    assert queries.find_draft(place, actor_of(a_resident())) is None
    a_post(thread, "書きかけの続き。", by=person)
    assert db.session.scalars(select(Draft)).all() == []


def test_saving_an_empty_draft_throws_the_old_one_away() -> None:
    actor = actor_of(a_resident())
    with transaction():
        commands.save_draft("thread:x", "", "書きかけ", "", by=actor)
        commands.save_draft("thread:x", "", " ", "", by=actor)
    assert db.session.scalars(select(Draft)).all() == []


def test_every_act_leaves_a_record() -> None:
    thread = a_thread()
    a_post(thread)
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"discussion.start", "discussion.post"} <= actions


# ── At the same moment ──────────────────────────────────────────────────────────────────────


def at_once(app: Flask, acts: list) -> list[object]:
    """Do all acts in threads that begin at the same moment; return what came of each."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    act()
                outcomes.append("done")
            except Exception as error:
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return outcomes


def test_twelve_replies_at_once_keep_order_and_counters(app: Flask) -> None:
    thread = a_thread()
    said = a_post(thread, "問い")
    people = [actor_of(a_resident()) for _ in range(12)]

    def reply(by: Actor, number: int) -> None:
        answered = place_of(said) if number % 2 else None
        commands.post(
            db.session.get_one(Thread, thread.id),
            answered,
            PostDraft(f"答え{number}", PostKind.REASON),
            by=by,
        )

    acts = [lambda by=by, number=number: reply(by, number) for number, by in enumerate(people)]
    assert at_once(app, acts) == ["done"] * 12
    assert fresh(thread).post_count == 13
    assert place_of(said).reply_count == 6
    assert db.session.scalar(select(Branch.reply_count).where(Branch.number == 1)) == 6
    paths = db.session.scalars(select(Post.path).where(Post.path > "").order_by(Post.path)).all()
    assert len(set(paths)) == 13
    assert sum(len(path) == 12 for path in paths) == 6


def test_hiding_while_people_reply_leaves_true_counters(app: Flask) -> None:
    thread = a_thread()
    said = a_post(thread, "問い")
    people = [actor_of(a_resident()) for _ in range(6)]

    def reply(by: Actor) -> None:
        commands.post(
            db.session.get_one(Thread, thread.id), place_of(said), PostDraft("答え", PostKind.REASON), by=by
        )

    def hide() -> None:
        contribution = db.session.get_one(Contribution, said.id, with_for_update={"key_share": True})
        contributions.change_visibility(contribution, Visibility.HIDDEN)

    outcomes = at_once(app, [hide, *[lambda by=by: reply(by) for by in people]])
    assert set(outcomes) <= {"done", "Conflict"}
    shown = db.session.scalar(
        select(func.count())
        .select_from(Post)
        .join(Contribution, Contribution.id == Post.contribution_id)
        .where(Post.path > "", Contribution.visibility == Visibility.PUBLISHED)
    )
    assert fresh(thread).post_count == shown
    assert place_of(said).reply_count == shown


def test_fifty_identical_reactions_are_one(app: Flask) -> None:
    said, person = a_post(a_thread()), actor_of(a_resident())

    def react() -> None:
        commands.react(db.session.get_one(Contribution, said.id), ReactionKind.HELPFUL, True, by=person)

    assert at_once(app, [react] * 50) == ["done"] * 50
    assert place_of(said).helpful_count == 1
    assert db.session.scalar(select(func.count()).select_from(PostReaction)) == 1


def test_of_two_posts_of_one_person_at_once_one_must_wait(app: Flask) -> None:
    thread, person = a_thread(), actor_of(a_resident())

    def say(words: str) -> None:
        commands.post(
            db.session.get_one(Thread, thread.id), None, PostDraft(words, PostKind.REASON), by=person
        )

    assert sorted(at_once(app, [lambda: say("一"), lambda: say("二")])) == ["Refused", "done"]
