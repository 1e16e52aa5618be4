"""What the composed pages gather: the four steps, an item with everything said about it, the whole plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from participation.access.actors import visitor
from participation.consultations.domain import ModerationMode, Tally
from participation.foundation import clock as app_clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.front import queries
from participation.front.queries import get_home, get_topic_page, loop_of
from participation.opinions.queries import OpinionsOnPage
from participation.plans.models import PlanNode
from participation.replies.queries.published import RepliesOnPage
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation, close
from tests.support.builders.discussion import a_post, a_thread
from tests.support.builders.opinions import a_submission, an_opinion
from tests.support.builders.replies import a_point, published
from tests.support.builders.votes import a_vote
from tests.support.people import a_resident

PLAN, VIEWPOINT = "meguro-basic-plan", "MP-2-2-2"
GUEST = visitor("guest")
NOTHING_SAID = OpinionsOnPage(Tally(), {}, [])
NOTHING_ANSWERED = RepliesOnPage(0, 0, 0, 0, ())


def subject_of(code: str) -> Subject:
    return db.session.scalars(
        select(Subject).join(PlanNode, PlanNode.subject_id == Subject.id).where(PlanNode.code == code)
    ).one()


def topic():
    db.session.rollback()
    return get_topic_page(PLAN, VIEWPOINT, GUEST)


def said(**counts: int) -> OpinionsOnPage:
    return OpinionsOnPage(Tally(**counts), {}, [])


# ── The four steps ──────────────────────────────────────────────────────────────────────────


def test_before_anybody_spoke_the_ward_waits():
    loop = loop_of(NOTHING_SAID, NOTHING_ANSWERED, in_page=True)
    assert (loop.heard.count, loop.heard.note) == (0, "意見を待っています")
    assert (loop.considered.count, loop.decided.count, loop.changed.count) == (None, None, None)
    assert loop.current is None
    assert [step.href for step in (loop.heard, loop.considered, loop.decided, loop.changed)] == [None] * 4


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"people": 72, "organisations": 14}, "72人・14団体から"),
        ({"people": 1}, "1人から"),
        ({"organisations": 1284}, "1,284団体から"),
    ],
)
def test_people_and_organisations_are_counted_apart_from_opinions(counts, words):
    loop = loop_of(said(opinions=168, **counts), NOTHING_ANSWERED, in_page=True)
    assert (loop.heard.count, loop.heard.unit, loop.heard.note) == (168, "件", words)


@pytest.mark.parametrize(
    ("answered", "current"),
    [
        (RepliesOnPage(0, 0, 0, 0, ()), "heard"),
        (RepliesOnPage(5, 5, 0, 0, ()), "considered"),
        (RepliesOnPage(5, 1, 4, 0, ()), "decided"),
        (RepliesOnPage(5, 0, 5, 2, ()), "changed"),
    ],
)
def test_the_furthest_step_that_was_reached_is_the_present_one(answered, current):
    assert loop_of(said(opinions=9, people=9), answered, in_page=True).current == current


def test_what_is_still_considered_is_said_beside_what_is_done():
    loop = loop_of(said(opinions=9, people=9), RepliesOnPage(5, 2, 3, 1, ()), in_page=True)
    assert loop.considered.note == "うち検討中 2論点"
    assert (loop.decided.count, loop.changed.count, loop.changed.unit) == (3, 1, "か所")


def test_steps_lead_to_sections_of_a_page_that_has_them_only():
    full = said(opinions=9, people=9), RepliesOnPage(5, 2, 3, 1, ())
    inside, outside = loop_of(*full, in_page=True), loop_of(*full, in_page=False)
    assert (inside.heard.href, inside.decided.href) == ("#opinions", "#replies")
    assert {step.href for step in (outside.heard, outside.considered, outside.decided, outside.changed)} == {
        None
    }


# ── An item of the plan ─────────────────────────────────────────────────────────────────────


def test_an_item_gathers_what_was_said_about_it_and_its_parts(app):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2"), subject_of("MP-2-2-2-1")])
    an_opinion(to=consultation, about=subject_of("MP-2-2-2"))
    an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    an_opinion(about=subject_of("MP-2-2-1"))
    a_post(a_thread(about=subject_of("MP-2-2-2-2")))
    page = topic()
    assert page.opinions.tally.opinions == 2
    part = subject_of("MP-2-2-2-1").id
    assert page.counts_of(part) == "意見 1件"
    assert page.counts_of(subject_of("MP-2-2-2-2").id) == "話し合い 2件"
    assert page.counts_of(subject_of("MP-2-2-2-3").id) is None
    public_ids = {passage.node.subject_id: passage.node.subject_public_id for passage in page.page.passages}
    assert public_ids[part] == subject_of("MP-2-2-2-1").public_id


def test_a_post_that_waits_for_the_ward_is_not_counted_yet(app):
    an_open_consultation(about=[subject_of("MP-2-2-2-1")], moderation=ModerationMode.HOLD_ALL)
    a_thread(about=subject_of("MP-2-2-2-1"))
    assert topic().counts_of(subject_of("MP-2-2-2-1").id) is None


def test_every_part_of_an_item_can_be_spoken_about_at_its_own_address(app):
    page = topic()
    assert page.page.passages
    parts = [passage.node for passage in page.page.passages]
    assert all(part.subject_public_id == subject_of(part.code).public_id for part in parts)
    assert len({part.subject_public_id for part in parts}) == len(parts)


def test_two_opinions_of_one_person_are_one_person(app):
    place = subject_of("MP-2-2-2")
    a_submission(["区報の字が小さいです。", "掲示板が遠いです。"], about=place, by=a_resident())
    tally = topic().opinions.tally
    assert (tally.people, tally.submissions, tally.opinions) == (1, 1, 2)


def test_an_opinion_can_be_handed_in_while_one_is_asked_for_only(app):
    assert topic().open_consultation is None
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2")])
    assert topic().open_consultation.consultation.id == consultation.id
    close(consultation)
    assert topic().open_consultation is None


def test_the_page_says_when_it_changes_by_itself(app, clock):
    assert topic().changes_at is None
    vote = a_vote(subject_id=subject_of("MP-2-2-2").id, closes_at=clock.moment + timedelta(hours=1))
    an_open_consultation(about=[subject_of("MP-2-2-2")])
    assert topic().changes_at == vote.closes_at
    clock.advance(timedelta(hours=1))
    midnight = app_clock.start_of(app_clock.today() + timedelta(days=1))
    assert topic().changes_at == midnight, "「あと18日」 is another number tomorrow"


def test_what_the_ward_published_stands_on_the_page(app):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2")])
    point = a_point([an_opinion(to=consultation, about=subject_of("MP-2-2-2"))])
    assert topic().loop.current == "considered"
    published(point)
    page = topic()
    assert page.loop.current == "decided"
    assert (page.replies.decided_count, page.loop.decided.count) == (1, 1)


@pytest.mark.parametrize(("plan", "code"), [(PLAN, "MP-9-9-9"), ("no-plan", VIEWPOINT)])
def test_an_item_that_is_not_there_is_not_found(app, plan, code):
    with pytest.raises(NotFound):
        get_topic_page(plan, code, GUEST)


# ── The first page ──────────────────────────────────────────────────────────────────────────


def cards(home):
    return {card.line.code: card for group in home.groups for card in group.topics}


def test_the_first_page_shows_the_wards_own_plan_whole(app):
    home = get_home(GUEST)
    assert home.tree.plan.slug == PLAN
    assert VIEWPOINT in cards(home)
    assert [len(group.topics) for group in home.groups] == [3, 3, 7], "13 viewpoints under 3 guidelines"
    assert all(group.topics for group in home.groups), "no heading without anything under it"


def test_the_first_page_counts_parts_with_their_viewpoint(app):
    consultation = an_open_consultation(about=[subject_of("MP-2-2-2"), subject_of("MP-2-2-2-1")])
    an_opinion(to=consultation, about=subject_of("MP-2-2-2"))
    an_opinion(to=consultation, about=subject_of("MP-2-2-2-1"))
    a_thread(about=subject_of("MP-2-2-2-3"))
    card = cards(get_home(GUEST))[VIEWPOINT]
    assert (card.opinion_count, card.post_count) == (2, 1)


def test_what_is_asked_now_comes_first_and_not_without_end(app, clock):
    closed = close(an_open_consultation())
    asked = [an_open_consultation() for _ in range(queries.NEWEST_CONSULTATIONS)]
    shown = [each.procedure.consultation.id for each in get_home(GUEST).consultations]
    assert set(shown) == {each.id for each in asked}
    assert closed.id not in shown
    assert get_home(GUEST).changes_at > clock.moment


def test_the_first_page_asks_the_same_number_of_questions_however_much_was_said(app):
    def questions():
        seen = []

        def note(*arguments):
            seen.append(arguments[2])

        db.session.rollback()
        event.listen(db.engine, "before_cursor_execute", note)
        get_home(GUEST)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    consultation = an_open_consultation(about=[subject_of("MP-2-2-2")])
    an_opinion(to=consultation, about=subject_of("MP-2-2-2"))
    few = questions()
    for _ in range(5):
        an_opinion(to=consultation, about=subject_of("MP-2-2-2"))
        a_thread(about=subject_of("MP-2-2-2"))
    assert questions() == few
