"""Answering a survey (回答)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.domain import State, state_at
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.surveys import queries
from participation.surveys.commands.attaching import _keep_with
from participation.surveys.commands.counting import _move_counts
from participation.surveys.commands.inviting import _claim_invitation
from participation.surveys.commands.reaching import Reached, _begun, _move_reached, _sent
from participation.surveys.domain import (
    Asked,
    Origin,
    Questionnaire,
    Respondent,
    SurveyStatus,
    counts_of,
    reached_in,
    read_answers,
)
from participation.surveys.events import SurveyAnswered
from participation.surveys.models import Answer, Response, ResponseDraft, Survey
from participation.surveys.policies import NOT_YET, OVER

NOTHING_ANSWERED = "答えが一つも選ばれていません。1問以上答えてから送ってください。"

ON_PAPER = "この番号では、紙の回答をもう受け取っています。直したいときは、担当の課に連絡してください。"


def answer_survey(
    survey: Survey,
    given: Mapping[str, Sequence[str]],
    *,
    shares_texts: bool = False,
    respondent: Respondent | None = None,
    by: Actor,
) -> Response:
    """Take an answer, or a changed one: the last counts, and the one before is not kept.

    The survey's row is locked before the time is looked at, so an answer is either before the closing
    and counted, or after it and refused. `given` is read here once more, whatever the form found.
    `respondent` is named where the actor alone does not say under which key the answer counts.
    """
    access.require(by, "surveys.answer", survey, respondent)
    _refuse_unless_open(survey)
    questionnaire, ids = queries.get_asked(survey)
    reading = read_answers(questionnaire, given)
    if reading.faults:
        code, fault = next(iter(reading.faults.items()))
        raise Refused(fault, field=code or None)
    if not reading.answers:
        raise Refused(NOTHING_ANSWERED)
    who = _admitted(survey, respondent or _respondent_of(survey, by))
    claimed = _claim_response(survey, questionnaire, who)
    response = claimed.response
    response.shares_texts = shares_texts
    _keep_with(response, questionnaire, reading.answers)
    _store_answers(survey, claimed, questionnaire, ids, reading.answers, by)
    _move_counts(survey, set(claimed.counted), set(counts_of(questionnaire, reading.answers)))
    pages = reached_in(questionnaire, survey.layout, reading.answers)
    _move_reached(survey.id, claimed.reached, _sent(pages))
    audit.record(by, "surveys.answer", survey)
    events.publish(SurveyAnswered(survey.id, response.id))
    return response


def cover_words(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words of one's own here too, where they are kept as an answer, or let them stand again."""
    access.require(by, "surveys.cover_words")
    found = _answer_of(contribution_id)
    if found is None:
        return
    answer, spec = found
    for before, after in texts:
        if spec.free_text(answer.value) == before:
            answer.value = spec.with_free_text(answer.value, after)
            audit.record(by, "surveys.cover_words", answer)
            return


def erase_words(contribution_id: int, *, by: Actor) -> None:
    """Erase words here too, when they were erased in the register; that the question was answered stays."""
    access.require(by, "surveys.erase_words")
    found = _answer_of(contribution_id)
    if found is not None:
        answer, spec = found
        answer.value = spec.with_free_text(answer.value, "")
        audit.record(by, "surveys.erase_words", answer)


def _answer_of(contribution_id: int) -> tuple[Answer, Any] | None:
    answer = db.session.scalars(select(Answer).where(Answer.contribution_id == contribution_id)).one_or_none()
    return None if answer is None else (answer, queries.get_spec(answer.question_id))


def _respondent_of(survey: Survey, by: Actor) -> Respondent:
    key = queries.respondent_key(survey, by)
    if key is None:
        raise Refused("回答する端末を確かめられませんでした。画面を開き直してください。")
    return Respondent(key)


def _admitted(survey: Survey, who: Respondent) -> Respondent:
    """Return who answers with a code, the code claimed: a second one of the same invitation opens nothing."""
    if not who.code:
        return who
    if queries.has_paper(survey, who.key):
        raise Refused(ON_PAPER)
    invitation = _claim_invitation(survey, who.code)
    return Respondent(invitation.respondent_key, invitation.strata)


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


@dataclass(frozen=True)
class _Claimed:
    """The respondent's one row, locked, what it added to the counts so far, and its answers."""

    response: Response
    counted: Sequence[tuple[str, str]]
    answers: Mapping[int, Answer]
    #: What it, and its draft, added to the counts of pages so far.
    reached: Reached = field(default_factory=Counter)


def _claim_response(survey: Survey, questionnaire: Questionnaire, who: Respondent) -> _Claimed:
    now = clock.now()
    seed, reached = _drop_draft(survey, questionnaire, who)
    values = {
        "survey_id": survey.id,
        "respondent_key": who.key,
        "shares_texts": False,
        "answered_at": now,
        "changed_at": None,
        "form_version": survey.form_version,
        "origin": Origin.WEB,
        "seed": seed,
        "attributes": dict(who.attributes),
        "paper_number": None,
        "entered_by_id": None,
    }
    new_id = insert_once(Response, values, unique=["survey_id", "respondent_key"])
    if new_id is not None:
        return _Claimed(db.session.get_one(Response, new_id), (), {}, reached)
    response = db.session.scalars(
        select(Response)
        .where(Response.survey_id == survey.id, Response.respondent_key == who.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    answers = db.session.scalars(select(Answer).where(Answer.response_id == response.id)).all()
    # It was counted as the version asked that it answered.
    asked, ids = queries.get_asked(survey, version=response.form_version)
    by_id = {answer.question_id: answer.value for answer in answers}
    before = {code: by_id[question_id] for code, question_id in ids.items() if question_id in by_id}
    response.changed_at, response.form_version = now, survey.form_version
    reached += _sent(reached_in(asked, survey.layout, before))
    rows = {answer.question_id: answer for answer in answers}
    return _Claimed(response, counts_of(asked, before), rows, reached)


def _store_answers(
    survey: Survey,
    claimed: _Claimed,
    questionnaire: Questionnaire,
    ids: Mapping[str, int],
    answers: Mapping[str, Any],
    by: Actor,
) -> None:
    response, kept = claimed.response, dict(claimed.answers)
    fresh: list[dict[str, Any]] = []
    for question in questionnaire.questions:
        if question.code not in answers:
            continue
        answer = kept.pop(ids[question.code], None)
        if answer is not None:
            answer.value = answers[question.code]
            if question.spec.takes_words:
                answer.contribution_id = _share(survey, answer, question, shares=response.shares_texts, by=by)
            continue
        text = question.spec.free_text(answers[question.code]) if response.shares_texts else ""
        fresh.append(
            {
                "response_id": response.id,
                "question_id": ids[question.code],
                "value": answers[question.code],
                "contribution_id": _say(survey, text, by) if text else None,
            }
        )
    for answer in kept.values():  # Taken back, hidden by another answer, or asked no more.
        _take_back(answer.contribution_id)
        db.session.delete(answer)
    if fresh:
        db.session.execute(insert(cast(Table, Answer.__table__)), fresh)


def _share(survey: Survey, answer: Answer, question: Asked, *, shares: bool, by: Actor) -> int | None:
    """Put words into the register if their author agrees; staff look before they are shown."""
    text = question.spec.free_text(answer.value) if shares else ""
    if not text:
        _take_back(answer.contribution_id)
        return answer.contribution_id
    said = db.session.get(Contribution, answer.contribution_id) if answer.contribution_id else None
    if said is not None and said.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED):
        if said.body != text:
            contributions.revise(said, text)
            contributions.change_visibility(said, Visibility.HELD)
        return said.id
    return _say(survey, text, by)


def _say(survey: Survey, text: str, by: Actor) -> int:
    return contributions.say(
        ContributionKind.SURVEY_TEXT,
        text,
        subject_id=survey.subject_id,
        consultation_id=survey.consultation_id,
        author_id=by.person_id,
        visibility=Visibility.HELD,
    ).id


def _take_back(contribution_id: int | None) -> None:
    if contribution_id is None:
        return
    said = db.session.get_one(Contribution, contribution_id)
    if said.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED):
        contributions.change_visibility(said, Visibility.WITHDRAWN)


def _drop_draft(survey: Survey, questionnaire: Questionnaire, who: Respondent) -> tuple[int, Reached]:
    """Let the draft go; return the seed under which it was seen, and what it added to the counts of pages."""
    gone = db.session.execute(
        delete(ResponseDraft)
        .where(ResponseDraft.survey_id == survey.id, ResponseDraft.respondent_key == who.key)
        .returning(ResponseDraft.seed, ResponseDraft.section, ResponseDraft.reached)
    ).one_or_none()
    if gone is None:
        return who.seed, Counter()
    seed, section, reached = gone
    return seed, _begun(questionnaire, survey, section, reached)
