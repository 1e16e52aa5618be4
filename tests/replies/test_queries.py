"""What is found and counted of points: on a viewpoint's page, on the board, for the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from participation.access.actors import Role, system, visitor
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge
from participation.opinions import commands as opinion_commands
from participation.opinions.models import Opinion
from participation.replies.queries import board, on_subjects, precedents, readiness
from participation.replies.queries.counting import Count, count_of_points
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, an_opinion, opinions_of
from tests.support.builders.replies import a_draft, a_point, approved, published, submitted, the_schemes
from tests.support.people import a_member_of_staff, a_resident, a_section, actor_of


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def queries_of(call):
    statements: list[str] = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return sum(1 for statement in statements if not statement.startswith(("BEGIN", "PRAGMA")))


def test_people_are_counted_once_and_a_class_as_many_as_it_is():
    consultation = an_open_consultation()
    person = a_resident()
    members = [
        *opinions_of(a_submission(["一つ目です。", "二つ目です。"], to=consultation, by=person)),
        an_opinion(to=consultation, by=person, said="三つ目です。"),
        *opinions_of(a_paper_submission(["学級の意見です。"], to=consultation, people_count=24)),
        *opinions_of(
            a_paper_submission(["町会の意見です。"], to=consultation, organisation_name="さくら坂町会")
        ),
    ]
    point = a_point(members)
    assert count_of_points([point.id]) == {
        point.id: Count(opinions=5, people=25, organisations=1, distinct_texts=5)
    }
    assert count_of_points([point.id])[point.id].in_words() == "5件（25人・1団体）"


def test_a_withdrawn_opinion_no_longer_counts():
    consultation = an_open_consultation()
    one, two = an_opinion(to=consultation), an_opinion(to=consultation)
    point = a_point([one, two])
    with transaction():
        opinion_commands.withdraw_opinion(db.session.get_one(Opinion, one.id), holds=True, by=system("t"))
    assert count_of_points([point.id])[point.id].opinions == 1
    assert readiness.of_consultation(consultation.id).opinion_count == 1


def test_the_page_of_a_subject_shows_its_replies_and_the_steps_in_few_queries():
    here, elsewhere = a_subject("ここ"), a_subject("よそ")
    consultation = an_open_consultation(about=[here, elsewhere])
    published(a_point([an_opinion(to=consultation, about=here)], title="公表した論点"))
    a_point([an_opinion(to=consultation, about=here)])
    published(a_point([an_opinion(to=consultation, about=elsewhere)], title="よその論点"))
    shown = on_subjects([here.id], visitor())
    assert (shown.considered_count, shown.considering_count, shown.decided_count) == (2, 1, 1)
    assert [reply.title for reply in shown.latest] == ["公表した論点"]
    ids = [here.id, elsewhere.id]
    assert queries_of(lambda: on_subjects(ids, visitor())) <= 3
    assert on_subjects([], visitor()).decided_count == 0


def test_the_board_filters_by_status_section_and_words():
    ours = a_section("広報課")
    consultation = an_open_consultation()
    mine = a_point(to=consultation, title="掲示板のこと", section=ours)
    submitted(a_point(to=consultation, title="決裁を待つもの"))
    officer = actor_of(a_member_of_staff(Role.OFFICER, section=ours))

    def titles(**chosen):
        found = board.board(board.BoardFilter(**chosen), officer, Edge())
        return [row.title for row in found.items]

    assert titles(mine=True) == ["掲示板のこと"]
    assert titles(status="waiting") == ["決裁を待つもの"]
    assert titles(text="掲示") == ["掲示板のこと"]
    assert titles(text="%") == []
    assert titles(section=ours.code, status="draft") == []
    assert len(titles(status="no-such-status")) == 2
    a_draft(mine)
    counts = board.count_by_status(board.BoardFilter(), officer)
    assert {status.value: count for status, count in counts.items() if count} == {"draft": 1, "waiting": 1}


def test_readiness_names_what_is_still_to_do():
    consultation = an_open_consultation()
    an_opinion(to=consultation)
    a_point([an_opinion(to=consultation)])
    approved(a_point([an_opinion(to=consultation)]))
    ready = readiness.of_consultation(consultation.id)
    assert (ready.opinion_count, ready.unassigned_count, ready.approved_count) == (3, 1, 1)
    assert ready.undecided_numbers == (1,)
    assert not ready.is_final_ready


def test_replies_to_similar_points_are_found_and_strangers_are_not():
    old = a_point(title="掲示板とスマートフォンの両方で", summary="紙と画面の両方で知らせてほしい。")
    published(old)
    published(a_point(title="公園の日よけ", summary="公園に木陰を増やしてほしい。"))
    new = a_point(title="スマートフォンと掲示板", summary="画面と紙の両方で知らせてほしい。")
    assert [each.public_id for each in precedents.like(new)] == [old.public_id]
