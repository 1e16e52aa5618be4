"""The larger survey of the demo: sections, branches, every kind of question; a template and its next wave."""

from __future__ import annotations

from typing import Any

from participation.consultations.queries import get_consultation
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import ids
from participation.foundation.db import db
from participation.surveys import commands
from participation.surveys.domain import (
    Audience,
    Layout,
    Questionnaire,
    ResultsShown,
    SurveyDraft,
)
from participation.surveys.domain.option_lines import read_options, read_spots
from participation.surveys.domain.packing import unpack
from participation.surveys.models import Survey

EDITOR = "s06"
#: The codes of what is typed in lines begin with these letters.
PREFIXES = {"options": "a", "rows": "r", "columns": "c"}
#: What stands beside the settings of a question.
BESIDE = frozenset({"code", "text", "help", "required", "attribute", "condition", "easy"})


class Questionnaires:
    """Plays how staff build the survey, correct it, keep it, and prepare its next wave."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._surveys: dict[str, int] = {}

    def schedule(self) -> None:
        """Let staff build on the day before the opening, and go on afterwards."""
        for entry in reading.listed("questionnaires"):
            opens = entry["opens"]
            self.timeline.add(self.timeline.moment(opens - 1, "14:10"), self._publish, entry)
            self.timeline.add(self.timeline.moment(opens + 1, "09:20"), self._correct, entry)
            self.timeline.add(self.timeline.moment(-2, "10:40"), self._prepare_next_wave, entry)

    def _publish(self, entry: dict[str, Any]) -> None:
        with ids.seeded(entry["seed"]):
            draft = SurveyDraft(
                title=entry["title"],
                intro=entry["introduction"],
                subject_id=self.places.subject_id(entry["about"]),
                consultation_id=get_consultation(calls.code_of(entry["consultation"])).id,
                opens_at=self.timeline.moment(entry["opens"]),
                closes_at=self.timeline.moment(entry["closes"]),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.AFTER_CLOSING,
                is_one_tap=False,
                code=entry["code"],
                layout=Layout.PAGES,
                series=entry["series"],
                wave=entry["wave"],
            )
            by = self.cast.actor(EDITOR)
            survey = commands.draft_from_form(draft, questionnaire_of(entry), by=by)
            commands.publish_survey(survey, by=by)
            commands.keep_template(survey, entry["template"]["title"], entry["template"]["note"], by=by)
            self._surveys[entry["id"]] = survey.id

    def _correct(self, entry: dict[str, Any]) -> None:
        correction = entry["correction"]
        commands.correct_question(
            db.session.get_one(Survey, self._surveys[entry["id"]]),
            correction["question"],
            text=correction["text"],
            help_text="",
            words={},
            reason=correction["reason"],
            by=self.cast.actor(EDITOR),
        )

    def _prepare_next_wave(self, entry: dict[str, Any]) -> None:
        with ids.seeded(entry["seed"] + 1):
            survey = db.session.get_one(Survey, self._surveys[entry["id"]])
            draft = SurveyDraft(
                title=entry["next_wave"],
                intro=entry["introduction"],
                subject_id=survey.subject_id,
                consultation_id=None,
                opens_at=self.timeline.moment(entry["closes"] + 340),
                closes_at=self.timeline.moment(entry["closes"] + 370),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.AFTER_CLOSING,
                is_one_tap=False,
                layout=Layout.PAGES,
            )
            commands.copy_survey(survey, draft, is_next_wave=True, by=self.cast.actor(EDITOR))


def questionnaire_of(entry: dict[str, Any]) -> Questionnaire:
    """Return the questionnaire that stands in the content, its options typed as staff type them."""
    jumps = entry.get("jumps", {})
    return unpack(
        [
            {
                "code": section["code"],
                "title": section["title"],
                "intro": section.get("intro", ""),
                "starts_page": True,
                "shuffles": False,
                "condition": section.get("condition"),
                "jumps": jumps.get(section["code"], []),
                "easy": None,
                "questions": [_packed(question) for question in section["questions"]],
            }
            for section in entry["sections"]
        ]
    )


def _packed(question: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": question["code"],
        "text": question["text"],
        "help": question.get("help", ""),
        "is_required": question.get("required", False),
        "spec": {name: _setting(name, value) for name, value in question.items() if name not in BESIDE},
        "condition": question.get("condition"),
        "is_attribute": question.get("attribute", False),
        "results_shown": None,
        "bank_key": "",
        "image": "",
        "image_text": "",
        "easy": question.get("easy"),
    }


def _setting(name: str, value: Any) -> Any:
    if name in PREFIXES:
        return [option.model_dump() for option in read_options(value, prefix=PREFIXES[name], least=1)]
    if name == "spots":
        return [spot.model_dump() for spot in read_spots(value)]
    if name == "between":
        return value.split("\n")
    return value
