"""What a machine proposed for a topic gets there by a person's hand only; the rest changes nothing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from participation.access.actors import Actor, Role, system
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.domain.drafting import LABEL_MARK, DraftKind, DraftStatus, check
from participation.reading.domain.runs import TopicsStatus
from participation.reading.models import Topic, TopicMember, TopicRun
from participation.reading.queries import drafting
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.people import a_member_of_staff, actor_of, log_in

EDITOR = Actor(roles=frozenset({Role.EDITOR}))
SYSTEM = system("tests")
SAID = "区報の字が小さくて読めません。"


@pytest.fixture
def consultation(app):
    found = an_open_consultation()
    an_opinion(said=SAID, to=found)
    return found


@pytest.fixture
def topic(consultation):
    with transaction():
        run = TopicRun(
            consultation_id=consultation.id,
            status=TopicsStatus.DRAFT,
            method="tests",
            seed=0,
            texts_sha256="",
            result_sha256="",
            text_count=1,
            stability=None,
            coverage=1.0,
            warnings=[],
            seconds=0.1,
            computed_at=clock.now(),
            asked_by_id=None,
            signed_at=None,
            signed_by_id=None,
        )
        db.session.add(run)
        db.session.flush()
        found = Topic(
            run_id=run.id, parent_id=None, position=1, label="区報", terms=[], stances={}, merged_into_id=None
        )
        db.session.add(found)
    return found


def proposed(consultation, kind, topic=None, text="区報の字の大きさ", quote="区報の字が小さくて"):
    question = drafting.question_of(consultation, kind, [1], topic)
    with transaction():
        draft = commands.ask_machine(question, "127.0.0.1", "small", {"opinions": 1}, by=EDITOR)
        answer = json.dumps({"text": text, "citations": [{"number": 1, "quote": quote}]})
        commands.note_answer(draft, answer, check(kind, answer, question.given), by=SYSTEM)
    return draft


def test_a_label_and_a_summary_reach_their_topic_only_when_somebody_takes_them_up(consultation, topic):
    label = proposed(consultation, DraftKind.LABEL, topic)
    assert db.session.get_one(Topic, topic.id).label == "区報"
    with transaction():
        commands.adopt_draft(label, by=EDITOR)
    assert db.session.get_one(Topic, topic.id).label == "区報の字の大きさ"
    summary = proposed(consultation, DraftKind.SUMMARY, topic, text="字を大きくしてほしいという意見です。")
    with transaction():
        commands.adopt_draft(summary, by=EDITOR)
    assert db.session.get_one(Topic, topic.id).note == (
        "字を大きくしてほしいという意見です。\n\n（機械がつくった案を、職員が読んで採りました。）"
    )
    another = proposed(consultation, DraftKind.SUMMARY, topic, text="別の要約です。")
    with pytest.raises(Refused, match="もう職員の説明があります"), transaction():
        commands.adopt_draft(another, by=EDITOR)
    assert drafting.get_draft(another.public_id).status is DraftStatus.PROPOSED


def test_one_that_is_not_taken_up_changes_nothing_and_a_refused_one_cannot_be(consultation, topic):
    label = proposed(consultation, DraftKind.LABEL, topic)
    with transaction():
        commands.discard_draft(label, by=EDITOR)
    assert db.session.get_one(Topic, topic.id).label == "区報"
    wrong = proposed(consultation, DraftKind.LABEL, topic, quote="どこにもない文です")
    assert wrong.status is DraftStatus.REFUSED
    with pytest.raises(Denied), transaction():
        commands.adopt_draft(wrong, by=EDITOR)


def test_an_answer_that_comes_twice_or_too_late_is_not_kept(consultation):
    draft = proposed(consultation, DraftKind.REPLY, text="字を大きくします。")
    with transaction():
        commands.note_answer(draft, "{}", check(DraftKind.REPLY, "{}", ()), by=SYSTEM)
        commands.note_no_answer(draft, "だめでした", by=SYSTEM)
    assert (draft.status, draft.text) == (DraftStatus.PROPOSED, "字を大きくします。")
    with pytest.raises(Denied), transaction():
        commands.note_no_answer(draft, "", by=EDITOR)
    with pytest.raises(Denied), transaction():
        question = drafting.question_of(consultation, DraftKind.REPLY, [1], None)
        commands.ask_machine(question, "h", "m", {}, by=Actor(roles=frozenset({Role.AUDITOR})))


def test_a_name_worded_by_a_machine_is_marked_with_who_took_it_up_until_staff_word_it_themselves(
    consultation, topic, client
):
    person = a_member_of_staff(Role.EDITOR)
    log_in(client, person)

    def pages():
        run = f"/desk/reading/{topic_run().public_id}"
        views = [f"{run}?view={view}" for view in ("list", "tree", "scatter")]
        others = (f"/desk/reading/topics/{topic.public_id}", f"{run}/topics.csv")
        return [client.get(path).text for path in (*views, *others)]

    def topic_run():
        return db.session.get_one(TopicRun, topic.run_id)

    with transaction():
        opinion = db.session.scalars(select(Opinion)).one()
        db.session.add(
            TopicMember(
                run_id=topic.run_id,
                opinion_id=opinion.id,
                topic_id=topic.id,
                machine_topic_id=topic.id,
                place=0,
                x=0.0,
                y=0.0,
            )
        )
    assert not any(LABEL_MARK in page for page in pages())
    label = proposed(consultation, DraftKind.LABEL, topic)
    with transaction():
        commands.adopt_draft(label, by=actor_of(person))
    assert all(f"{LABEL_MARK}（{person.nickname}さんが" in page for page in pages())
    with transaction():
        commands.empty_drafts([opinion.id], by=SYSTEM)
    assert all(LABEL_MARK in page for page in pages())
    with transaction():
        commands.rename_topic(topic, "読みやすさ", "", version=topic.version, by=EDITOR)
    shown = pages()
    assert not any(LABEL_MARK in page for page in shown)
    assert "職員が付けた名前" in shown[1]
    assert '"読みやすさ","",1,1,"100.0","職員が付けた名前"' in shown[4]
