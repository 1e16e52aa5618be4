"""The wave before of the demo's survey: answered on paper, weighted, published by two people, compared with today's."""

from __future__ import annotations

from typing import Any

from participation.demo import reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.questionnaires import questionnaire_of
from participation.demo.timeline import Timeline
from participation.foundation import ids
from participation.foundation.db import db
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, ResultsShown, SurveyDraft
from participation.surveys.domain.answer_files import FileAnswer
from participation.surveys.domain.margins import read_margins
from participation.surveys.domain.matching import match_margins
from participation.surveys.models import Survey

EDITOR, ANALYST, APPROVER = "s06", "s04", "s03"


class Waves:
    """Plays a survey by post that is over: what was published of it stays."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places, *, issuer: str) -> None:
        self.timeline, self.cast, self.places, self.issuer = timeline, cast, places, issuer
        self._surveys: dict[str, int] = {}

    def schedule(self) -> None:
        """Let staff ask, take the answers in, weight them, publish, and compare once there is a next wave."""
        for entry in reading.listed("waves"):
            at = self.timeline.moment
            self.timeline.add(at(entry["opens"] - 1, "15:30"), self._publish, entry)
            self.timeline.add(at(entry["imported"], "10:15"), self._take_in, entry)
            self.timeline.add(at(entry["prepared"], "14:20"), self._tabulate, entry)
            self.timeline.add(at(entry["decided"], "11:40"), self._weight, entry)
            self.timeline.add(at(entry["compared"], "16:40"), self._compare, entry)

    def _publish(self, entry: dict[str, Any]) -> None:
        draft = SurveyDraft(
            title=entry["title"],
            intro=entry["introduction"],
            subject_id=self.places.subject_id(entry["about"]),
            consultation_id=None,
            opens_at=self.timeline.moment(entry["opens"]),
            closes_at=self.timeline.moment(entry["closes"]),
            audience=Audience.ANYONE,
            results_shown=ResultsShown.AFTER_CLOSING,
            is_one_tap=False,
            code=entry["code"],
            series=entry["series"],
            wave=entry["wave"],
        )
        by = self.cast.actor(EDITOR)
        with ids.seeded(entry["seed"]):
            survey = commands.draft_from_form(draft, questionnaire_of(entry), by=by)
            commands.publish_survey(survey, by=by)
        self._surveys[entry["id"]] = survey.id

    def _take_in(self, entry: dict[str, Any]) -> None:
        """Take the answers in as the firm typed them that opened the letters."""
        survey = self._survey(entry)
        content = (reading.CONTENT / "wave_answers.csv").read_bytes()
        for portion in queries.open_answers(survey, content).portions:
            answers = [each for each in portion if isinstance(each, FileAnswer)]
            if len(answers) != len(portion):
                raise ValueError(f"wave_answers.csv: {portion}")
            commands.import_answers(survey, answers, by=self.cast.actor(EDITOR))

    def _tabulate(self, entry: dict[str, Any]) -> None:
        page = queries.show_survey(self._survey(entry))
        chosen = entry["table"]
        self._let_out(entry, "tables", queries.prepare_tables(page, chosen["rows"], chosen["columns"]))

    def _weight(self, entry: dict[str, Any]) -> None:
        """Weight the answers to an invented population, age and district at once, and publish the shares."""
        page = queries.show_survey(self._survey(entry))
        variables = queries.list_variables(page)
        margins = read_margins((reading.CONTENT / "wave_margins.csv").read_text(encoding="utf-8")).margins
        matches = match_margins(margins, queries.guess_questions(margins, variables))
        commands.weight_survey(page.survey, matches, by=self.cast.actor(ANALYST))
        self._let_out(entry, "weighted", queries.prepare_weighted(page))

    def _compare(self, entry: dict[str, Any]) -> None:
        page = queries.show_survey(self._survey(entry))
        prepared = queries.prepare_comparison(page, entry["compares"], issuer=self.issuer)
        self._let_out(entry, "comparison", prepared)

    def _let_out(self, entry: dict[str, Any], kind: str, prepared: queries.Prepared) -> None:
        """One prepares, another decides."""
        survey, note = self._survey(entry), entry["notes"][kind]
        with ids.seeded(entry["seed"] + len(note)):
            waiting = commands.prepare_publication(survey, prepared, note=note, by=self.cast.actor(ANALYST))
        commands.decide_publication(waiting, publishes=True, by=self.cast.actor(APPROVER))

    def _survey(self, entry: dict[str, Any]) -> Survey:
        return db.session.get_one(Survey, self._surveys[entry["id"]])
