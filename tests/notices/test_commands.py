"""Telling people what happened: on the site, and by letter when they want one."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role, system
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.events import AuthorTold, ContributionAnswered
from participation.contributions.models import Contribution
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge
from participation.jobs import worker
from participation.moderation import commands as moderation
from participation.moderation import queries as rules
from participation.notices import commands, queries
from participation.notices.domain import Worded
from participation.notices.models import Follow, Notification
from participation.notices.queries import deliveries
from participation.people.models import Person
from participation.subjects.models import Subject
from tests.support.builders.discussion import a_post, a_subject, a_thread
from tests.support.builders.moderation import a_voice
from tests.support.people import a_member_of_staff, a_resident, actor_of


def notices_of(person):
    db.session.rollback()
    db.session.expire_all()
    return queries.list_notices(person.id, Edge()).items


def publish(event):
    with transaction():
        events.publish(event)


def test_the_author_is_told_of_the_answer_once_with_why_and_how_to_stop(app, letters):
    author = a_resident("かもめ")
    said = a_voice(author, "字を大きくしてください。")
    publish(ContributionAnswered(said.id, "/points/abc"))
    worker.drain()
    worker.drain()
    (notice,) = notices_of(author)
    assert (notice.path, notice.is_read) == ("/points/abc", False)
    (letter,) = letters
    assert letter["to"] == author.email
    for words in (
        "かもめ さん",
        "字を大きくしてください。",
        "http://localhost/points/abc",
        "あなたの意見に、区が考え方を公表したため",
        "http://localhost/notices/stop/",
    ):
        assert words in letter["body"]


def test_a_guest_is_told_by_no_letter_but_on_the_page_of_the_receipt(app, letters):
    said = a_voice(None)
    publish(ContributionAnswered(said.id, "/points/abc", "No.1の区の考え方です。"))
    worker.drain()
    assert letters == []
    assert db.session.scalars(select(Notification.person_id)).all() == [None]
    (line,) = deliveries.told_about([said.id])[said.id]
    assert (line.path, line.wordings) == ("/points/abc", (Worded("", "No.1の区の考え方です。"),))


@pytest.mark.parametrize(
    "columns",
    [
        {"wants_mail": False},
        {"email_confirmed_at": None},
        {"email": None},
    ],
)
def test_no_letter_goes_where_none_is_wanted_or_none_can_go(app, letters, columns):
    author = a_resident()
    with transaction():
        for name, value in columns.items():
            setattr(db.session.get_one(Person, author.id), name, value)
    publish(ContributionAnswered(a_voice(author).id, "/points/abc"))
    worker.drain()
    assert letters == []
    assert len(notices_of(author)) == 1


def test_a_reply_is_told_to_whom_it_answers_and_to_nobody_else(app, letters):
    opener, answered, replier = a_resident(), a_resident(), a_resident("つばめ")
    thread = a_thread(by=opener)
    said = a_post(thread, "問い", by=answered)
    a_post(thread, "答えです", to=said, by=replier)
    worker.drain()
    assert [notice.title for notice in notices_of(answered)] == ["つばめさんが返信しました"]
    assert len(notices_of(opener)) == 1, "the post to the thread, not the reply to somebody else"
    assert notices_of(replier) == []
    assert {letter["to"] for letter in letters} == {opener.email, answered.email}


def test_nobody_is_told_of_their_own_reply(app, clock):
    person = a_resident()
    thread = a_thread(by=person)
    clock.advance(timedelta(seconds=10))
    a_post(thread, "続きです", by=person)
    assert notices_of(person) == []


def test_words_hidden_before_the_letter_is_written_do_not_go_out(app, letters):
    opener = a_resident()
    said = a_post(a_thread(by=opener), "ひどい文")
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said.id), Visibility.HIDDEN)
    worker.drain()
    assert [letter for letter in letters if "ひどい文" in letter["body"]] == []
    assert "ひどい文" not in notices_of(opener)[0].text


def test_a_held_reply_is_told_when_it_is_shown(app):
    opener, newcomer = a_resident(), a_resident()
    with transaction():
        db.session.get_one(Person, newcomer.id).email_confirmed_at = None
    said = a_post(a_thread(by=opener), "はじめまして", by=newcomer)
    assert notices_of(opener) == []
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    with transaction():
        moderation.restore(db.session.get_one(Contribution, said.id), by=screener)
    assert len(notices_of(opener)) == 1


def test_the_author_of_a_hidden_post_gets_clause_reason_and_the_way_to_object(app, letters):
    author, screener = a_resident(), actor_of(a_member_of_staff(Role.SCREENER))
    said = a_voice(author)
    with transaction():
        decision = moderation.hide(said, rules.get_clause(2), "番地があるためです。", by=screener)
    worker.drain()
    (letter,) = letters
    assert f"/my/decisions/{decision.public_id}" in letter["body"]
    assert "ルール2" in letter["body"]
    assert "番地があるためです。" in letter["body"]


def test_followers_hear_of_a_new_discussion_on_the_site_only(app, letters):
    subject, follower, author = a_subject(), a_resident(), a_resident()
    for person in (follower, author):
        by = actor_of(person)
        with transaction():
            commands.follow_subject(db.session.get_one(Subject, subject.id), by=by)
            commands.follow_subject(db.session.get_one(Subject, subject.id), by=by)
    assert db.session.scalar(select(func.count()).select_from(Follow)) == 2
    a_thread(about=subject, by=author)
    worker.drain()
    assert len(notices_of(follower)) == 1
    assert notices_of(author) == []
    assert letters == []


def test_who_stopped_following_hears_no_more(app):
    subject, follower = a_subject(), a_resident()
    by = actor_of(follower)
    with transaction():
        commands.follow_subject(db.session.get_one(Subject, subject.id), by=by)
        commands.unfollow_subject(db.session.get_one(Subject, subject.id), by=by)
    a_thread(about=subject)
    assert notices_of(follower) == []


def test_two_workers_write_each_letter_once(app, letters):
    author = a_resident()
    for number in range(5):
        publish(AuthorTold(a_voice(author, f"{number}").id, "題", f"文{number}", "/x"))

    def work():
        with app.app_context():
            worker.drain()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(re.search(r"文\d", letter["body"]).group() for letter in letters) == [
        f"文{n}" for n in range(5)
    ]


def test_a_title_with_line_breaks_makes_no_header(app, letters):
    publish(AuthorTold(a_voice(a_resident()).id, "題\nBcc: x@example.jp", "文", "/x"))
    worker.drain()
    assert letters[0]["subject"] == "題"
    assert letters[0]["to"].count("@") == 1


def test_marking_read_is_for_oneself_only(app):
    one, two = a_resident(), a_resident()
    for person in (one, two):
        publish(AuthorTold(a_voice(person).id, "題", "文", "/x"))
    by = actor_of(one)
    with transaction():
        commands.mark_all_read(by=by)
    assert (queries.count_unread(one.id), queries.count_unread(two.id)) == (0, 1)
    assert notices_of(one)[0].is_read


def answered_together(author, *said_and_paths):
    """Several opinions of one person, answered in one publishing; return what they said."""
    voices = [(a_voice(author, words), path) for words, path in said_and_paths]
    with transaction():
        for said, path in voices:
            events.publish(ContributionAnswered(said.id, path))
    return [said for said, _ in voices]


def test_several_answers_at_once_come_in_one_letter(app, letters):
    author, other = a_resident("かもめ"), a_resident()
    answered_together(
        author,
        ("字を大きくしてください。", "/points/a"),
        ("紙でも配ってください。", "/points/b"),
        ("回覧板を残してください。", "/points/b"),
    )
    publish(ContributionAnswered(a_voice(other, "別の人の意見です。").id, "/points/a"))
    worker.drain()
    letter, single = sorted(letters, key=lambda each: each["to"] != author.email)
    assert letter["subject"] == "あなたの意見3件に、区の考え方が公表されました"
    for words in (
        "字を大きくしてください。",
        "紙でも配ってください。",
        "回覧板を残してください。",
        "/notices/stop/",
    ):
        assert words in letter["body"]
    assert letter["body"].count("http://localhost/points/b") == 1, "one answer stands once"
    assert "別の人の意見です。" not in letter["body"]
    assert single["to"] == other.email
    assert len(notices_of(author)) == 3, "on the site each opinion has its notice"


def test_what_is_not_an_answer_keeps_its_own_letter(app, letters):
    author = a_resident()
    said = answered_together(author, ("一つめ", "/points/a"), ("二つめ", "/points/b"))
    publish(AuthorTold(said[0].id, "投稿についてのお知らせ", "言い方を直してください。", "/my/opinions"))
    worker.drain()
    assert sorted(letter["subject"] for letter in letters) == [
        "あなたの意見2件に、区の考え方が公表されました",
        "投稿についてのお知らせ",
    ]


def test_a_worker_killed_before_its_commit_writes_the_letter_later_and_once(app, letters):
    author = a_resident()
    answered_together(author, ("一つめ", "/points/a"), ("二つめ", "/points/b"))
    with pytest.raises(KeyboardInterrupt), transaction():
        commands.write_letters(by=system("tests"))
        raise KeyboardInterrupt  # As if the process had been ended here.
    worker.drain()
    worker.drain()
    assert [letter["subject"] for letter in letters] == ["あなたの意見2件に、区の考え方が公表されました"]


def test_two_workers_at_once_write_one_letter_to_each_person(app, letters):
    authors = [a_resident() for _ in range(6)]
    for author in authors:
        answered_together(author, ("一つめ", "/points/a"), ("二つめ", "/points/b"))
    start = threading.Barrier(3)

    def write():
        with app.app_context():
            start.wait()
            with transaction():
                commands.write_letters(by=system("tests"))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.drain()
    assert sorted(letter["to"] for letter in letters) == sorted(author.email for author in authors)
