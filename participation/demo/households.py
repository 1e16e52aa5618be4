"""The demo's survey by invitation: one code for each household, some answered, some stopped on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from participation.access.actors import visitor
from participation.consultations.queries import get_consultation
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.questionnaires import questionnaire_of
from participation.demo.timeline import Timeline
from participation.foundation import ids
from participation.foundation.db import db
from participation.surveys import commands, queries
from participation.surveys.domain import (
    Audience,
    InvitationKind,
    Layout,
    Respondent,
    ResultsShown,
    SurveyDraft,
)
from participation.surveys.domain.inviting import BatchDraft, Invitee, shown_code
from participation.surveys.models import Survey

EDITOR = "s06"
DISTRICTS = ("北部", "東部", "中央", "南部", "西部")
#: Codes that the survey's page itself tells, for whoever tries the demo.
TOLD = 4


class Households:
    """Plays the invitations of households and what they answer."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._surveys: dict[str, int] = {}
        self._codes: list[str] = []

    def schedule(self) -> None:
        """Let staff invite on the day before the opening, and households answer one after the other."""
        for entry in reading.listed("households"):
            self.timeline.add(self.timeline.moment(entry["opens"] - 1, "15:20"), self._publish, entry)
            days = -entry["opens"]
            for kind, act in (("answers", self._answer), ("stopped", self._stop)):
                for place, row in enumerate(entry[kind]):
                    moment = self.timeline.some_time(place % days - days, f"{entry['id']}-{kind}-{place}")
                    self.timeline.add(moment, act, entry, row)

    def _publish(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(EDITOR)
        with ids.seeded(entry["seed"]):
            draft = SurveyDraft(
                title=entry["title"],
                intro=entry["introduction"],
                subject_id=self.places.subject_id(entry["about"]),
                consultation_id=get_consultation(calls.code_of(entry["consultation"])).id,
                opens_at=self.timeline.moment(entry["opens"]),
                closes_at=self.timeline.moment(entry["closes"]),
                audience=Audience.INVITED,
                results_shown=ResultsShown.AFTER_CLOSING,
                is_one_tap=False,
                code=entry["code"],
                layout=Layout.PAGES,
            )
            survey = commands.draft_from_form(draft, questionnaire_of(entry), by=by)
            invitees = tuple(
                Invitee(f"{number + 1:05}", {"地区": DISTRICTS[number % len(DISTRICTS)]})
                for number in range(entry["invited"])
            )
            batch = commands.issue_invitations(
                survey, BatchDraft(InvitationKind.HOUSEHOLD, "無作為抽出40世帯", invitees=invitees), by=by
            )
            self._codes = [taken.code for taken in commands.take_codes(survey, batch, by=by)]
            told = "\n".join(shown_code(code) for code in (self._codes.pop() for _ in range(TOLD)))
            intro = f"{entry['introduction']}\n\n{entry['demo'].format(codes=told)}"
            commands.change_survey(survey, replace(draft, intro=intro, version=survey.version), by=by)
            commands.publish_survey(survey, by=by)
        self._surveys[entry["id"]] = survey.id

    def _household(self, survey: Survey) -> Respondent:
        respondent = queries.admit(survey, self._codes.pop(0)).respondent
        if respondent is None:
            raise ValueError("a code that was taken out admits")
        return respondent

    def _answer(self, entry: dict[str, Any], row: str) -> None:
        survey = db.session.get_one(Survey, self._surveys[entry["id"]])
        who = self._household(survey)
        codes = dict(zip(("q1", "q2", "q3", "q4"), row.split(), strict=True))
        given = {code: value.split(",") for code, value in codes.items() if value != "-"}
        commands.answer_survey(survey, given, respondent=who, by=visitor())

    def _stop(self, entry: dict[str, Any], row: str) -> None:
        survey = db.session.get_one(Survey, self._surveys[entry["id"]])
        section, q1, q2 = row.split()
        given = {"q1": [q1], "q2": [q2]}
        commands.save_draft(survey, given, section=section, respondent=self._household(survey), by=visitor())
