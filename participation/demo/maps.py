"""The opinion maps of the demo: one that takes votes, and one of which a version is published."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import select

from participation.access.actors import visitor
from participation.consultations.queries import get_consultation
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import clock
from participation.foundation.db import db, let_go, transaction
from participation.jobs.models import RunStatus
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import apart
from participation.opinion_map.domain.maps import Audience, MapAnswer, MapDraft, ResultsShown
from participation.opinion_map.models import MapStatement, OpinionMap

EDITOR = "s06"
#: How likely somebody of a leaning agrees, and how likely they pass: -2 hardly ever … 2 nearly always.
_AGREES = {-2: 0.06, -1: 0.28, 0: 0.5, 1: 0.74, 2: 0.94}
_PASSES = {-2: 0.05, -1: 0.14, 0: 0.3, 1: 0.12, 2: 0.04}


class Maps:
    """Plays the opinion maps."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._maps: dict[str, int] = {}

    def schedule(self) -> None:
        """Let staff prepare maps, people answer and offer, and staff look, name and publish."""
        for entry in reading.listed("maps"):
            opens = self.timeline.moment(entry["opens"], "00:05")
            self.timeline.add(opens, self._open, entry)
            last = min(entry["closes"], 0) - 1
            for number in range(entry["people"]):
                day = entry["opens"] + 1 + number * (last - entry["opens"] - 1) // entry["people"]
                moment = self.timeline.some_time(day, f"map-{entry['id']}-{number}")
                self.timeline.add(moment, self._answer, entry, number)
            for offered in entry.get("offered", ()):
                moment = self.timeline.some_time(offered["day"], offered["text"])
                self.timeline.add(moment, self._offer, entry, offered)
            version = entry.get("version")
            day = version["day"] if version else last
            self.timeline.add_long(self.timeline.moment(day, "23:30"), self._compute, entry)

    def _open(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(EDITOR)
        opinion_map = commands.draft_map(
            MapDraft(
                question=entry["question"],
                explanation=entry["explanation"],
                subject_id=self.places.subject_id(entry["about"]),
                consultation_id=get_consultation(calls.code_of(entry["consultation"])).id,
                opens_at=self.timeline.moment(entry["opens"]),
                closes_at=self.timeline.moment(entry["closes"]),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.LIVE,
                takes_statements=entry["takes_statements"],
            ),
            by=by,
        )
        commands.seed_statements(opinion_map, [each["text"] for each in entry["statements"]], by=by)
        commands.open_map(opinion_map, by=by)
        self._maps[entry["id"]] = opinion_map.id

    def _map(self, entry: dict[str, Any]) -> OpinionMap:
        return db.session.get_one(OpinionMap, self._maps[entry["id"]])

    def _answer(self, entry: dict[str, Any], number: int) -> None:
        """One visitor answers what comes, with the leaning of their camp."""
        opinion_map = self._map(entry)
        dice = random.Random(f"{entry['id']}-{number}")  # noqa: S311 (demo data, repeatable)
        leanings = {each["text"]: each["leans"] for each in entry["statements"]}
        camps = len(entry["statements"][0]["leans"])
        camp, who = number % camps, visitor(guest_key=f"demo-map-{entry['id']}-{number}")
        for statement in queries.list_statements(opinion_map):
            if statement.status != "shown" or dice.random() > entry["share"]:
                continue
            lean = leanings.get(statement.text, [1] * camps)[camp]
            if dice.random() < _PASSES[lean]:
                answer = MapAnswer.PASS
            else:
                answer = MapAnswer.AGREE if dice.random() < _AGREES[lean] else MapAnswer.DISAGREE
            commands.vote(opinion_map, statement, answer, by=who)

    def _offer(self, entry: dict[str, Any], offered: dict[str, Any]) -> None:
        who = visitor(guest_key=f"demo-map-{entry['id']}-{offered['day']}")
        commands.offer_statement(self._map(entry), offered["text"], by=who)
        if offered["shown"]:
            statement = db.session.scalars(
                select(MapStatement).where(MapStatement.text == offered["text"])
            ).one()
            commands.show_statement(statement, by=self.cast.actor(EDITOR))

    def _compute(self, entry: dict[str, Any]) -> None:
        read = queries.read_votes(self._map(entry))
        content = apart.as_file(read.votes)
        let_go()
        found = apart.compute_votes(content, seed=0)
        with transaction():
            self._keep(entry, content, found, read.changes)

    def _keep(self, entry: dict[str, Any], content: bytes, found: dict[str, Any], changes: int) -> None:
        opinion_map, by = self._map(entry), self.cast.actor(EDITOR)
        run = commands.record_run(opinion_map, content, found, changes=changes, by=by)
        for waiting in queries.list_under_way(opinion_map):
            # What the votes asked for is done with this.
            waiting.status, waiting.finished_at = RunStatus.DONE, clock.now()
            waiting.result = {"number": run.number}
        version = entry.get("version")
        if version is None:
            return
        for number, name in enumerate(version["names"][: run.group_count], start=1):
            commands.name_group(run, number, name, by=by)
        commands.publish_run(opinion_map, run, version["note"], by=by)
