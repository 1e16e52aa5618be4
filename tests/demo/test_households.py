"""The demo's survey by invitation, which anybody may try with the codes that its page tells."""

from __future__ import annotations

import re

from flask import Flask

from participation.access.actors import system
from participation.demo import reading
from participation.demo.questionnaires import questionnaire_of
from participation.foundation.db import transaction
from participation.surveys import commands, queries
from participation.surveys.domain import faults_of


def test_households_answered_some_stopped_and_the_codes_on_the_page_open_it(demo_ward: Flask) -> None:
    survey = queries.find_by_code("tonari-2026")
    (entry,) = reading.listed("households")
    assert faults_of(questionnaire_of(entry)) == []
    told = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", survey.intro)
    assert len(set(told)) == 4
    for code in told:
        assert queries.admit(survey, code).respondent is not None
    (everybody, *_) = queries.show_response_rates(survey)
    assert (everybody.invited, everybody.answered) == (entry["invited"], len(entry["answers"]))
    reached = queries.list_reached(queries.show_survey(survey))
    assert [each.stopped for each in reached] == [0, 1, 2]
    assert reached[0].reached == len(entry["answers"]) + len(entry["stopped"])
    with transaction():
        assert commands.recount_surveys(check_only=True, by=system("tests")) == {}
