"""The opinion maps of the demo."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.access.actors import system, visitor
from participation.consultations.domain import State
from participation.demo import reading
from participation.foundation.db import db, transaction
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.maps import StatementStatus
from participation.opinion_map.models import OpinionMap


def test_one_map_takes_votes_and_of_another_a_named_version_is_published(demo_ward: Flask) -> None:
    shown = {each.map.question: each for each in queries.list_maps(visitor())}
    for entry in reading.listed("maps"):
        each = shown[entry["question"]]
        assert each.voters == entry["people"]
        assert each.votes > 500
        assert (each.state is State.CLOSED) == ("version" in entry) == (each.published == 1)
    closed = next(each.map for each in shown.values() if each.published)
    picture = queries.get_publication(closed, 1).picture
    assert [group["name"] for group in picture["groups"]] == ["全文を読みたい", "要点を知りたい"]
    assert picture["unites"]
    assert picture["divides"]


def test_what_was_offered_yesterday_waits_and_the_counts_are_those_of_a_recount(demo_ward: Flask) -> None:
    waiting = [
        statement
        for opinion_map in db.session.scalars(select(OpinionMap))
        for statement in queries.list_statements(opinion_map, StatementStatus.WAITING)
    ]
    assert len(waiting) == 1
    with transaction():
        assert commands.recount_maps(check_only=True, by=system("tests")) == []


def test_names_of_groups_speak_of_what_they_answered(demo_ward: Flask) -> None:
    for entry in reading.listed("maps"):
        camps = {len(each["leans"]) for each in entry["statements"]}
        assert len(camps) == 1
        assert len({each["text"] for each in entry["statements"]}) == len(entry["statements"])
