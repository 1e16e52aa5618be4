"""Sorting is kept once, new opinions join without moving the old, and what the machine said first is never lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Actor, Role, system
from participation.contributions.domain import Visibility
from participation.contributions.events import VisibilityChanged
from participation.contributions.models import Contribution
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.jobs import long_runs
from participation.jobs.models import RunStatus
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.models import Topic, TopicMember, TopicRun, TopicSentence
from participation.reading.queries import comparing, computing, runs
from participation.reading.subscribers import topics
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.reading import (
    ANALYST,
    a_consultation_with,
    ask,
    members_in,
    sayings,
    topics_in,
    topics_of,
)
from tests.support.people import a_member_of_staff, actor_of

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")


def places(run):
    rows = db.session.execute(
        select(
            TopicMember.opinion_id,
            TopicMember.topic_id,
            TopicMember.subtopic_id,
            TopicMember.machine_topic_id,
            TopicMember.x,
            TopicMember.y,
        ).where(TopicMember.run_id == run.id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def public_ids(members):
    return [db.session.get_one(Opinion, member.opinion_id).public_id for member in members]


def test_every_opinion_is_in_one_topic_and_the_same_opinions_give_the_same_topics(app):
    consultation = a_consultation_with(sayings(36))
    one, other = topics_of(consultation), topics_of(consultation)
    assert len(places(one)) == 36
    assert (one.texts_sha256, one.result_sha256) == (other.texts_sha256, other.result_sha256)
    everything = topics_of(None)
    assert everything.text_count == 36
    assert runs.find_latest_run(consultation.id).id == other.id


def test_a_run_done_twice_is_kept_once(app):
    consultation = a_consultation_with(sayings(12))
    run = topics_of(consultation)
    found = computing.sort_opinions(consultation.id, seed=0)
    with transaction():
        again = commands.record_topics(
            consultation.id, found, public_id=run.public_id, asked_by_id=None, by=system("tests")
        )
    assert again.id == run.id
    assert db.session.query(TopicRun).count() == 1


def test_where_there_is_nothing_to_read_the_run_says_so(app):
    ask(an_open_consultation())
    long_runs.work_off()
    (run,) = long_runs.list_all()
    assert (run.status, run.reason) == (RunStatus.FAILED, computing.NO_TEXTS)


@pytest.mark.parametrize(
    "said",
    [
        ["賛成"],
        ["😀😀", "🎉"],
        ["a" * 3000, "あ", "。", "12"],
        ["公園", "公園", "Park please", "공원", "公園很好", "🙂"],
    ],
)
def test_odd_texts_are_all_kept_somewhere(app, said):
    run = topics_of(a_consultation_with(said, each=10))
    assert len(places(run)) == len(said)
    assert run.warnings or run.stability is None


def test_later_opinions_join_and_nobody_else_moves(app):
    consultation = a_consultation_with(sayings(36))
    run = topics_of(consultation)
    before = places(run)
    new = an_opinion(said="待機児童が多いので保育園と学童クラブを増やしてほしいです。", to=consultation)
    odd = an_opinion(said="🙂", to=consultation)
    assert runs.count_new(run) == 2
    with transaction():
        commands.ask_to_join(runs.get_run(run.public_id), by=ANALYST)
    long_runs.work_off()
    after = places(run)
    assert {key: after[key] for key in before} == before
    topic = db.session.get_one(Topic, after[new.id][0])
    companions = db.session.scalars(
        select(Contribution.body)
        .join(Opinion, Opinion.contribution_id == Contribution.id)
        .join(TopicMember, TopicMember.opinion_id == Opinion.id)
        .where(TopicMember.topic_id == topic.id, Opinion.id.in_(before))
    ).all()
    assert all(any(word in body for word in ("保育園", "児童", "学童")) for body in companions)
    assert db.session.get_one(Topic, after[odd.id][0]).is_other
    db.session.expire_all()
    assert runs.count_new(runs.get_run(run.public_id)) == 0


def test_signed_off_topics_take_in_the_opinions_of_the_day_before_by_themselves(app):
    consultation = a_consultation_with(sayings(24))
    run = topics_of(consultation)
    an_opinion(said="避難所の備蓄倉庫を増やしてほしいです。", to=consultation)
    topics.let_join_daily()
    assert not long_runs.is_due()
    with transaction():
        commands.sign_off_topics(runs.get_run(run.public_id), by=ANALYST)
    topics.let_join_daily()
    topics.let_join_daily()
    assert long_runs.work_off() == 1
    assert len(places(run)) == 25


def test_merging_splitting_and_moving_keep_what_the_machine_said_first(app):
    run = topics_of(a_consultation_with(sayings(36)))
    one, two, *_ = topics_in(run)
    first = {key: value[2] for key, value in places(run).items()}
    chosen = public_ids(members_in(one))[:2]
    with transaction():
        new = commands.split_topic(one, chosen, "備え", by=OFFICER)
    with transaction():
        commands.move_opinions(two, public_ids(members_in(one))[:1], by=OFFICER)
    with transaction():
        commands.merge_topics(one, two, by=OFFICER)
    now = places(run)
    assert {key: value[2] for key, value in now.items()} == first
    assert not [value for value in now.values() if value[0] == one.id]
    assert len(members_in(new)) == 2
    assert {topic.id for topic in topics_in(run)} >= {two.id, new.id}
    assert one.id not in {topic.id for topic in topics_in(run)}
    child = db.session.scalars(select(Topic).where(Topic.parent_id == one.id)).all()
    assert child == []
    with transaction(), pytest.raises(Refused, match="もうほかの話題"):
        commands.rename_topic(one, "名前", "", version=one.version, by=OFFICER)
    other = next(topic for topic in topics_in(run) if topic.is_other)
    with transaction(), pytest.raises(Refused, match="その他"):
        commands.merge_topics(other, two, by=OFFICER)


def test_a_part_becomes_a_part_of_another_topic_and_a_topic_never_a_part_of_itself(app):
    run = topics_of(a_consultation_with(sayings(60)))
    parts = db.session.scalars(
        select(Topic).where(Topic.run_id == run.id, Topic.parent_id.is_not(None))
    ).all()
    assert parts
    part = parts[0]
    whole = db.session.get_one(Topic, part.parent_id)
    target = next(topic for topic in topics_in(run) if topic.id != whole.id)
    with transaction(), pytest.raises(Refused, match="その中の"):
        commands.merge_topics(whole, part, by=OFFICER)
    ids = [member.id for member in db.session.query(TopicMember).filter_by(subtopic_id=part.id)]
    with transaction():
        commands.merge_topics(part, target, by=OFFICER)
    db.session.expire_all()
    moved = [db.session.get_one(TopicMember, member_id) for member_id in ids]
    assert {(member.topic_id, member.subtopic_id) for member in moved} == {(target.id, None)}


def test_signed_off_topics_stand_still_until_they_are_reopened(app):
    run = topics_of(a_consultation_with(sayings(12)))
    topic = topics_in(run)[0]
    with transaction(), pytest.raises(Denied):
        commands.sign_off_topics(run, by=OFFICER)
    with transaction():
        commands.sign_off_topics(run, by=ANALYST)
    with transaction(), pytest.raises(Denied, match="確定"):
        commands.rename_topic(topic, "名前", "", version=0, by=OFFICER)
    with transaction():
        commands.reopen_topics(run, by=ANALYST)
    with transaction():
        commands.rename_topic(topic, "名前", "", version=0, by=OFFICER)
    with transaction(), pytest.raises(Conflict):
        commands.rename_topic(topic, "べつの名前", "", version=0, by=OFFICER)


def test_erased_words_are_quoted_nowhere(app):
    run = topics_of(a_consultation_with(sayings(24)))
    sentence = db.session.scalars(select(TopicSentence)).first()
    opinion = db.session.get_one(Opinion, sentence.opinion_id)
    said = db.session.get_one(Contribution, opinion.contribution_id)
    with transaction():
        events.publish(VisibilityChanged(said.id, Visibility.PUBLISHED, Visibility.ERASED))
    left = db.session.scalars(select(TopicSentence).where(TopicSentence.opinion_id == opinion.id)).all()
    assert left == []
    assert run.text_count == 24


def test_everybody_labels_the_same_sample_and_agreement_follows_merging(app):
    run = topics_of(a_consultation_with(sayings(36)))
    people = [actor_of(a_member_of_staff(Role.ANALYST)) for _ in range(2)]
    for person in people:
        with transaction():
            commands.draw_sample(run, 30, by=person)
    with transaction(), pytest.raises(Refused, match="もう始めて"):
        commands.draw_sample(run, 30, by=people[0])
    orders = [comparing.compare(run, person.person_id).next.opinion for person in people]
    assert orders[0] == orders[1]
    known = {topic.id: topic for topic in topics_in(run)}
    for person in people:
        for _ in range(30):
            opinion = comparing.compare(run, person.person_id).next.opinion
            member = runs.members_of(run.id, [opinion])[0]
            with transaction():
                commands.label_opinion(run, opinion, known[member.machine_topic_id], by=person)
    found = comparing.compare(run, people[0].person_id)
    assert (found.next, found.labelled, found.compared, found.people) == (None, 30, 60, 2)
    assert found.kappa == 1
    assert found.alpha == 1
    one, two = topics_in(run)[:2]
    with transaction():
        commands.merge_topics(one, two, by=OFFICER)
    assert comparing.compare(run, people[0].person_id).kappa in (1, None)
    with transaction(), pytest.raises(NotFound):
        commands.label_opinion(run, "nothing", two, by=people[0])
