"""Changing surveys and answering them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update

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
from participation.surveys.domain import (
    EVERYBODY,
    MOST_QUESTIONS,
    Asked,
    QuestionDraft,
    State,
    SurveyDraft,
    SurveyStatus,
    counts_of,
    read_answers,
    state_at,
)
from participation.surveys.events import SurveyAnswered, SurveyClosed, SurveyPublished
from participation.surveys.models import Answer, AnswerCount, Question, Response, ResponseDraft, Survey
from participation.surveys.policies import NOT_YET, OVER

CHANGED_MEANWHILE = "ほかの人がこのアンケートを先に変更しました。画面を開き直して、もう一度直してください。"


def draft_survey(draft: SurveyDraft, *, by: Actor) -> Survey:
    """Begin a survey that only staff see."""
    access.require(by, "surveys.draft")
    survey = Survey(status=SurveyStatus.DRAFT, created_at=clock.now(), **_columns(draft))
    db.session.add(survey)
    audit.record(by, "surveys.draft", survey)
    return survey


def change_survey(survey: Survey, draft: SurveyDraft, *, by: Actor) -> None:
    """Change what a draft says about itself."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    if survey.version != draft.version:
        raise Conflict(CHANGED_MEANWHILE)
    for column, value in _columns(draft).items():
        setattr(survey, column, value)
    audit.record(by, "surveys.change", survey)


def add_question(survey: Survey, draft: QuestionDraft, *, by: Actor) -> Question:
    """Add a question at the end of a draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    questions = queries.list_questions(survey)
    if len(questions) >= MOST_QUESTIONS:
        raise Refused(f"設問は{MOST_QUESTIONS}問までです。長いアンケートは最後まで答えてもらえません。")
    number = max((int(question.code[1:]) for question in questions), default=0) + 1
    question = Question(
        survey_id=survey.id,
        code=f"q{number}",
        position=max((question.position for question in questions), default=0) + 1,
        text=draft.text,
        help=draft.help,
        is_required=draft.is_required,
        spec=draft.spec.model_dump(mode="json"),
    )
    db.session.add(question)
    audit.record(by, "surveys.change", survey, changes={"added": question.code})
    return question


def change_question(survey: Survey, code: str, draft: QuestionDraft, *, by: Actor) -> None:
    """Change a question of a draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    question = queries.get_question(survey, code)
    question.text, question.help, question.is_required = draft.text, draft.help, draft.is_required
    question.spec = draft.spec.model_dump(mode="json")
    audit.record(by, "surveys.change", survey, changes={"changed": code})


def move_question(survey: Survey, code: str, steps: int, *, by: Actor) -> None:
    """Move a question of a draft up (negative) or down; at the edge nothing happens."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    order = list(queries.list_questions(survey))
    place = order.index(queries.get_question(survey, code))
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    for position, each in enumerate(order, start=1):
        each.position = position
    audit.record(by, "surveys.change", survey, changes={"moved": code})


def remove_question(survey: Survey, code: str, *, by: Actor) -> None:
    """Take a question out of a draft: nobody has answered it yet."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    db.session.delete(queries.get_question(survey, code))
    audit.record(by, "surveys.change", survey, changes={"removed": code})


def publish_survey(survey: Survey, *, by: Actor) -> None:
    """Let people answer from the opening on; the questions stay as they are from now on."""
    access.require(by, "surveys.publish", survey)
    _lock(survey, SurveyStatus.DRAFT)
    questions = [queries.asked(question) for question in queries.list_questions(survey)]
    if not questions:
        raise Refused("設問がありません。1問以上つくってから公開してください。")
    if survey.is_one_tap and (len(questions) != 1 or questions[0].spec.kind != "single"):
        raise Refused("「ひとことで答える」は、一つだけ選ぶ設問1問のときに使えます。")
    if survey.closes_at <= clock.now():
        raise Refused("締切がもう過ぎています。受付期間を直してから公開してください。")
    survey.status = SurveyStatus.OPEN
    _replace_counts(survey, dict.fromkeys(_all_keys(questions), 0))
    audit.record(by, "surveys.publish", survey)
    events.publish(SurveyPublished(survey.id))


def close_survey(survey: Survey, *, by: Actor) -> None:
    """Take no more answers from this moment; answers being sent are finished first."""
    access.require(by, "surveys.close", survey)
    _lock(survey, SurveyStatus.OPEN)
    survey.status, survey.closed_at = SurveyStatus.CLOSED, clock.now()
    audit.record(by, "surveys.close", survey)
    events.publish(SurveyClosed(survey.id))


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
    questions = [queries.asked(question) for question in stored]
    answers, faults = read_answers(questions, given)
    if faults:
        code, fault = next(iter(faults.items()))
        raise Refused(fault, field=code or None)
    if not answers:
        raise Refused("答えが一つも選ばれていません。1問以上答えてから送ってください。")
    response, before = _claim_response(survey, questions, stored, by)
    response.shares_texts = shares_texts
    _store_answers(survey, response, list(zip(questions, stored, strict=True)), answers, by)
    _count(survey, set(before), set(counts_of(questions, answers)))
    if by.person_id is not None:
        _drop_draft(survey, by.person_id)
    audit.record(by, "surveys.answer", survey)
    events.publish(SurveyAnswered(survey.id, response.id))
    return response


def save_draft(survey: Survey, given: Mapping[str, Sequence[str]], *, by: Actor) -> None:
    """Keep what a member has written so far, as typed, to be finished later."""
    access.require(by, "surveys.save_draft", survey)
    codes = {question.code for question in queries.list_questions(survey)}
    kept = {code: list(values) for code, values in given.items() if code in codes and any(values)}
    key = {"survey_id": survey.id, "person_id": by.person_id}
    saved_at = clock.now()
    if insert_once(ResponseDraft, {**key, "given": kept, "saved_at": saved_at}, unique=list(key)) is None:
        db.session.execute(
            update(ResponseDraft)
            .where(ResponseDraft.survey_id == survey.id, ResponseDraft.person_id == by.person_id)
            .values(given=kept, saved_at=saved_at)
        )
    else:
        audit.record(by, "surveys.save_draft", survey)


def record_export(survey: Survey, *, by: Actor) -> None:
    """Note that somebody takes all answers out: free texts may name people."""
    access.require(by, "surveys.export", survey)
    audit.record(by, "surveys.export", survey)


def recount_surveys(*, check_only: bool = False, by: Actor) -> dict[str, int]:
    """Count all answers anew; return how many kept counts were wrong, by survey, and mend them."""
    access.require(by, "surveys.recount")
    wrong: dict[str, int] = {}
    for survey in db.session.scalars(select(Survey).order_by(Survey.id)).all():
        questions = [queries.asked(question) for question in queries.list_questions(survey)]
        true: dict[tuple[str, str], int] = {}
        for _, answers in queries.list_export_rows(survey):
            for key in counts_of(questions, answers):
                true[key] = true.get(key, 0) + 1
        kept = {key: count for key, count in queries.count_answers(survey).items() if count}
        differing = {key for key in true.keys() | kept.keys() if true.get(key, 0) != kept.get(key, 0)}
        if differing:
            wrong[survey.public_id] = len(differing)
            if not check_only:
                _replace_counts(survey, {**dict.fromkeys(_all_keys(questions), 0), **true})
    audit.record(by, "surveys.recount", "survey_counts", changes={"wrong": wrong, "check_only": check_only})
    return wrong


def _columns(draft: SurveyDraft) -> dict[str, Any]:
    if draft.closes_at <= draft.opens_at:
        raise Refused("締切は、受付開始よりあとにしてください。", field="closes_on")
    return {
        "title": draft.title,
        "intro": draft.intro,
        "subject_id": draft.subject_id,
        "consultation_id": draft.consultation_id,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "audience": draft.audience,
        "results_shown": draft.results_shown,
        "is_one_tap": draft.is_one_tap,
    }


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
    survey: Survey, questions: Sequence[Asked], stored: Sequence[Question], by: Actor
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
    return response, counts_of(questions, {codes[question_id]: value for question_id, value in earlier})


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
        if question.spec.kind == "text":
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


def _count(survey: Survey, before: set[tuple[str, str]], after: set[tuple[str, str]]) -> None:
    """Move the counts. Whoever counts first locks the survey's total, so that two answers never wait
    for each other's rows in turn (reliability: locks in one order)."""
    total = (AnswerCount.survey_id == survey.id, AnswerCount.question_code == "")
    db.session.execute(select(AnswerCount.id).where(*total).with_for_update())
    for keys, step in ((before - after, -1), (after - before, 1)):
        if keys:
            db.session.execute(
                update(AnswerCount)
                .where(
                    AnswerCount.survey_id == survey.id,
                    tuple_(AnswerCount.question_code, AnswerCount.choice).in_(sorted(keys)),
                )
                .values(count=AnswerCount.count + step)
                .execution_options(synchronize_session=False)
            )


def _all_keys(questions: Sequence[Asked]) -> list[tuple[str, str]]:
    keys = [("", EVERYBODY)]
    for question in questions:
        keys.append((question.code, EVERYBODY))
        keys += [(question.code, choice) for choice, _ in question.spec.choices()]
    return keys


def _lock(survey: Survey, expected: SurveyStatus) -> None:
    """Take the survey's row for this transaction and see that nobody changed its status meanwhile."""
    db.session.scalars(
        select(Survey)
        .where(Survey.id == survey.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if survey.status is not expected:
        raise Conflict(CHANGED_MEANWHILE)


def _replace_counts(survey: Survey, counts: Mapping[tuple[str, str], int]) -> None:
    db.session.execute(delete(AnswerCount).where(AnswerCount.survey_id == survey.id))
    for (code, choice), count in sorted(counts.items()):
        db.session.add(AnswerCount(survey_id=survey.id, question_code=code, choice=choice, count=count))


def _drop_draft(survey: Survey, person_id: int) -> None:
    db.session.execute(
        delete(ResponseDraft).where(
            ResponseDraft.survey_id == survey.id, ResponseDraft.person_id == person_id
        )
    )
