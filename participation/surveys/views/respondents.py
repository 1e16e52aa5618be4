"""Who is answering: an account, a visitor known by a key, somebody invited, or back by a secret link."""

from __future__ import annotations

from flask import request, session

from participation.foundation.db import transaction
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, Page, Respondent
from participation.surveys.forms import EASY, Course, Sent, kept_files, put_down
from participation.surveys.models import Survey
from participation.surveys.queries import SurveyPage, Walk
from participation.web.access import current_actor, guest_key

#: In the visit's signed cookie: survey → the key of the draft to which a secret link led.
RESUMED = "survey_resumed"
#: Survey → the code of an invitation that admitted.
CODES = "survey_codes"
#: Survey → the secret of a new link, until it is shown.
LINKS = "survey_links"
MOST_REMEMBERED = 8


def respondent_for(survey: Survey) -> Respondent | None:
    """Return under which key this reader answers a survey; None for somebody not yet admitted."""
    if survey.audience is Audience.INVITED:
        return queries.admit(survey, remembered(CODES, survey)).respondent
    if current_actor().person_id is None:
        resumed = remembered(RESUMED, survey)
        if resumed:
            return Respondent(resumed)
        guest_key()
    key = queries.respondent_key(survey, current_actor())
    return None if key is None else Respondent(key)


def walk_for(page: SurveyPage) -> Walk:
    """Return where this reader stands in a survey."""
    actor = current_actor()
    return queries.walk_of(
        page, respondent_for(page.survey), key_in=lambda other: queries.respondent_key(other, actor)
    )


def remember(name: str, survey: Survey, value: str) -> None:
    """Keep something about a survey in the visit's cookie, the latest few only."""
    known = {key: each for key, each in session.get(name, {}).items() if key != survey.public_id}
    known[survey.public_id] = value
    session[name] = dict(list(known.items())[-MOST_REMEMBERED:])


def remembered(name: str, survey: Survey) -> str:
    """Return what the visit's cookie knows about a survey, "" for nothing."""
    value = session.get(name, {}).get(survey.public_id, "")
    return value if isinstance(value, str) else ""


def forget(name: str, survey: Survey) -> str:
    """Return what the visit's cookie knows about a survey, and forget it."""
    value = remembered(name, survey)
    if value:
        session[name] = {key: each for key, each in session[name].items() if key != survey.public_id}
    return value


def course_of(survey: Survey) -> Course:
    """Return the course of somebody who really answers."""
    return Course(
        public_id=survey.public_id,
        endpoints={
            "start": "surveys.show",
            "page": "surveys.page",
            "review": "surveys.review",
            "saved": "surveys.saved",
            "draft": "surveys.save_draft",
            "send": "surveys.answer",
        },
        template="surveys/page.html",
        keep=keep,
        is_easy=request.args.get("wording") == EASY,
    )


def keep(walk: Walk, page: Page, sent: Sent, section: str) -> Walk:
    """Keep what a page sent as a draft, with its files, and return the walk as it is kept."""
    survey, respondent, by = walk.survey, walk.respondent, current_actor()
    put_down(sent)
    with transaction():
        given = dict(walk.given) | with_files(walk, sent)
        commands.save_draft(survey, given, section=section, respondent=respondent, by=by)
        wants_link = request.form.get("go") == "save" and by.person_id is None
        if wants_link and respondent is not None and not respondent.is_invited:
            draft = queries.find_draft_of(survey, respondent.key)
            if draft is not None and draft.secret_hash is None:
                remember(LINKS, survey, commands.give_link(survey, respondent=respondent, by=by))
    return walk_for(queries.show_survey(queries.get_public_survey(survey.public_id)))


def with_files(walk: Walk, sent: Sent) -> dict[str, list[str]]:
    """Note the files that a page sent as this respondent's, and return them as answers."""
    respondent, by = walk.respondent, current_actor()
    if respondent is None:
        return {}
    return kept_files(
        sent,
        lambda code, checked: (
            commands.attach_file(walk.survey, code, checked, respondent=respondent, by=by).public_id
        ),
    )
