"""Answering a survey (回答)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.surveys import queries
from participation.surveys.commands.counting import _move_counts
from participation.surveys.domain import (
    WORDS,
    Asked,
    Origin,
    Questionnaire,
    State,
    SurveyStatus,
    counts_of,
    read_answers,
    state_at,
)
from participation.surveys.events import SurveyAnswered
from participation.surveys.models import Answer, Question, Response, ResponseDraft, Survey
from participation.surveys.policies import NOT_YET, OVER


def answer_survey(
    survey: Survey, given: Mapping[str, Sequence[str]], *, shares_texts: bool = False, by: Actor
) -> Response:
    """Take an answer, or a changed one: the last counts, and the one before is not kept.

    The survey's row is locked before the time is looked at, so an answer is either before the closing
    and counted, or after it and refused. `given` is read here once more, whatever the form found.
    """
    access.require(by, "surveys.answer", survey)
    _refuse_unless_open(survey)
    stored = queries.list_questions(survey)
    questionnaire = queries.get_questionnaire(survey)
    reading = read_answers(questionnaire, given)
    if reading.faults:
        code, fault = next(iter(reading.faults.items()))
        raise Refused(fault, field=code or None)
    answers = reading.answers
    if not answers:
        raise Refused("答えが一つも選ばれていません。1問以上答えてから送ってください。")
    response, before = _claim_response(survey, questionnaire, stored, by)
    response.shares_texts = shares_texts
    _store_answers(survey, response, list(zip(questionnaire.questions, stored, strict=True)), answers, by)
    _move_counts(survey, set(before), set(counts_of(questionnaire, answers)))
    _drop_draft(survey, response.respondent_key)
    audit.record(by, "surveys.answer", survey)
    events.publish(SurveyAnswered(survey.id, response.id))
    return response


def save_draft(survey: Survey, given: Mapping[str, Sequence[str]], *, by: Actor) -> None:
    """Keep what a member has written so far, as typed, to be finished later."""
    access.require(by, "surveys.save_draft", survey)
    codes = {question.code for question in queries.list_questions(survey)}
    kept = {
        name: list(values)
        for name, values in given.items()
        if name.partition("-")[0] in codes and any(values)
    }
    key = {"survey_id": survey.id, "respondent_key": queries.respondent_key(survey, by)}
    values = {"given": kept, "form_version": survey.form_version, "saved_at": clock.now()}
    if insert_once(ResponseDraft, {**key, **values, "section": ""}, unique=list(key)) is None:
        db.session.execute(
            update(ResponseDraft)
            .where(ResponseDraft.survey_id == survey.id)
            .where(ResponseDraft.respondent_key == key["respondent_key"])
            .values(**values)
        )
    else:
        audit.record(by, "surveys.save_draft", survey)


def _refuse_unless_open(survey: Survey) -> None:
    locked: tuple[SurveyStatus, datetime, datetime] | None = db.session.execute(
        select(Survey.status, Survey.opens_at, Survey.closes_at)
        .where(Survey.id == survey.id)
        .with_for_update(read=True)
    ).one_or_none()
    if locked is None:
        raise NotFound
    state = state_at(*locked, clock.now())
    if state is not State.OPEN:
        raise Conflict(NOT_YET if state is State.COMING else OVER)


def cover_words(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words of a free text here too, where it is kept as an answer, or let them stand again."""
    access.require(by, "surveys.cover_words")
    answer = db.session.scalars(select(Answer).where(Answer.contribution_id == contribution_id)).one_or_none()
    for before, after in texts:
        if answer is not None and answer.value == before:
            answer.value = after
            audit.record(by, "surveys.cover_words", answer)
            return


def _claim_response(
    survey: Survey, questionnaire: Questionnaire, stored: Sequence[Question], by: Actor
) -> tuple[Response, list[tuple[str, str]]]:
    """Return the respondent's one row, locked, and what it added to the counts so far."""
    key = queries.respondent_key(survey, by)
    if key is None:
        raise Refused("回答する端末を確かめられませんでした。画面を開き直してください。")
    now = clock.now()
    values = {
        "survey_id": survey.id,
        "respondent_key": key,
        "shares_texts": False,
        "answered_at": now,
        "changed_at": None,
        "form_version": survey.form_version,
        "origin": Origin.WEB,
        "seed": 0,
        "attributes": {},
        "paper_number": None,
        "entered_by_id": None,
    }
    new_id = insert_once(Response, values, unique=["survey_id", "respondent_key"])
    if new_id is not None:
        return db.session.get_one(Response, new_id), []
    response = db.session.scalars(
        select(Response)
        .where(Response.survey_id == survey.id, Response.respondent_key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    codes = {question.id: question.code for question in stored}
    earlier = db.session.execute(
        select(Answer.question_id, Answer.value).where(Answer.response_id == response.id)
    ).all()
    response.changed_at = now
    return response, counts_of(questionnaire, {codes[question_id]: value for question_id, value in earlier})


def _store_answers(
    survey: Survey,
    response: Response,
    questions: Sequence[tuple[Asked, Question]],
    answers: Mapping[str, Any],
    by: Actor,
) -> None:
    kept = {
        answer.question_id: answer
        for answer in db.session.scalars(select(Answer).where(Answer.response_id == response.id))
    }
    for question, stored in questions:
        answer = kept.get(stored.id)
        if question.code not in answers:
            if answer is not None:
                _take_back(answer)
                db.session.delete(answer)
            continue
        if answer is None:
            answer = Answer(response_id=response.id, question_id=stored.id, contribution_id=None)
            db.session.add(answer)
        answer.value = answers[question.code]
        if question.spec.kind in WORDS:
            _share(survey, answer, shares=response.shares_texts, by=by)


def _share(survey: Survey, answer: Answer, *, shares: bool, by: Actor) -> None:
    """Put a free text into the register if its author agrees; staff look before it is shown."""
    if not shares:
        _take_back(answer)
        return
    said = db.session.get(Contribution, answer.contribution_id) if answer.contribution_id else None
    if said is not None and said.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED):
        if said.body != answer.value:
            contributions.revise(said, answer.value)
            contributions.change_visibility(said, Visibility.HELD)
        return
    said = contributions.say(
        ContributionKind.SURVEY_TEXT,
        answer.value,
        subject_id=survey.subject_id,
        consultation_id=survey.consultation_id,
        author_id=by.person_id,
        visibility=Visibility.HELD,
    )
    answer.contribution_id = said.id


def _take_back(answer: Answer) -> None:
    if answer.contribution_id is None:
        return
    said = db.session.get_one(Contribution, answer.contribution_id)
    if said.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED):
        contributions.change_visibility(said, Visibility.WITHDRAWN)


def _drop_draft(survey: Survey, respondent_key: str) -> None:
    db.session.execute(
        delete(ResponseDraft).where(
            ResponseDraft.survey_id == survey.id, ResponseDraft.respondent_key == respondent_key
        )
    )
