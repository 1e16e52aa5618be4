"""Replies given before (前例): found by what they say, by 対応区分, 課, place and time; the most like one first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.foundation import clock as clocks
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge
from participation.replies import commands
from participation.replies.queries import precedents
from participation.replies.queries.precedents import Search
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_draft, a_point, an_approver, published, the_schemes
from tests.support.people import a_section


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def answered(title, summary="要旨です。", **given):
    point = a_point(title=title, summary=summary, **given)
    published(point)
    return point


def found(**conditions):
    return [each.title for each in precedents.search(Search(**conditions)).items]


def test_every_word_must_be_there_wherever_it_stands(app):
    answered("区報の文字", "大きくしてほしい。")
    answered("掲示板の場所", "駅にも置いてほしい。")
    assert found(text="区報") == ["区報の文字"]
    assert found(text="区報 大きく") == ["区報の文字"]
    assert found(text="区報 駅に置いて") == []
    assert found(text="駅にも置けるよう") == ["掲示板の場所", "区報の文字"]  # Both replies say so.
    assert found(text="100%") == []


def test_a_search_without_conditions_shows_all_the_latest_first(app):
    answered("先")
    answered("後")
    assert found() == ["後", "先"]


def test_what_is_not_public_or_was_taken_back_is_no_precedent(app):
    a_draft(a_point(title="下書き"))
    gone = answered("取り下げた")
    with transaction():
        commands.withdraw_reply(gone.public_id, "誤り", by=an_approver())
    assert found() == []
    with pytest.raises(NotFound):
        precedents.get_precedent(gone.public_id)


def test_the_other_conditions_narrow_it(app, clock):
    section, subject = a_section("公園課"), a_subject(title="みどりの視点")
    consultation = an_open_consultation(about=[subject])
    park = answered("公園", opinions=[an_opinion(to=consultation, about=subject)], section=section)
    clock.advance(timedelta(days=3))
    answered("道路")
    assert found(section="公園課") == ["公園"]
    assert found(place="みどり") == ["公園"]
    assert found(disposition="反映") == ["道路", "公園"]
    assert found(disposition="対応困難") == []
    today = clocks.today()
    assert found(since=today) == ["道路"]
    assert found(until=today - timedelta(days=3)) == ["公園"]
    (precedent,) = precedents.search(Search(section="公園課")).items
    assert precedent.public_id == park.public_id
    assert precedent.disposition == "A 反映"


def test_a_long_list_is_read_page_by_page(app, monkeypatch):
    monkeypatch.setattr(precedents, "SHOWN", 2)
    consultation = an_open_consultation()
    for number in range(3):
        answered(f"論点{number}", to=consultation)
    first = precedents.search(Search())
    second = precedents.search(Search(), Edge(after=first.after))
    assert [each.title for each in (*first.items, *second.items)] == ["論点2", "論点1", "論点0"]


def test_the_most_like_point_comes_first_and_rare_words_count_more(app):
    consultation = an_open_consultation()
    for number in range(4):
        answered(f"意見の募集と周知その{number}", "意見の募集を広く周知してほしい。", to=consultation)
    answered("駐輪場の台数", "駅前の駐輪場の台数を増やしてほしい。", to=consultation)
    new = a_point(to=consultation, title="駐輪場の周知", summary="駐輪場の台数が足りない。")
    assert precedents.like(new)[0].title == "駐輪場の台数"


def test_a_point_with_nothing_in_common_proposes_nothing(app):
    answered("図書館の時間", "夜も開けてほしい。", to=an_open_consultation())
    assert precedents.like(a_point(title="あいさつ", summary="よろしく。")) == []
    assert precedents.like(a_point(title="乗馬教室", summary="乗馬を習いたい。")) == []


def test_proposing_asks_the_database_once(app):
    answered("区報の文字")
    new = a_point(title="区報の文字と色")
    db.session.refresh(new)
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    assert [each.title for each in precedents.like(new)] == ["区報の文字"]
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 1


def test_the_choices_are_what_published_replies_have(app):
    answered("公園", section=a_section("公園課"))
    a_point(section=a_section("道路課"))
    choices = precedents.search_choices()
    assert choices.dispositions == (("反映", "A 反映"),)
    assert choices.sections == ("公園課",)
