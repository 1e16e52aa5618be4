"""Finding surveys and their questions, for lists, for pages of subjects, for the desk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Select, and_, select

from participation.access.actors import Actor
from participation.consultations.domain import State, Way, state_at
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db, is_writing
from participation.foundation.errors import NotFound
from participation.subjects import queries as subjects
from participation.subjects.models import Subject
from participation.surveys.domain import (
    EVERYBODY,
    AnySpec,
    Asked,
    Audience,
    Jump,
    Questionnaire,
    ResultsShown,
    Section,
    SurveyStatus,
    minutes_needed,
    read_condition,
    read_spec,
)
from participation.surveys.models import Answer, AnswerCount, Question, Response, Survey, SurveySection

MOST_LISTED = 200
#: Published surveys whose questions are remembered.
MOST_REMEMBERED = 50

_asked_before: OrderedDict[object, tuple[Questionnaire, dict[str, int], int]] = OrderedDict()
_asking = Lock()


@dataclass(frozen=True)
class SurveyRow:
    """A survey in a list."""

    public_id: str
    title: str
    state: State
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    is_one_tap: bool
    question_count: int
    minutes: int
    response_count: int
    results_shown: ResultsShown
    subject_title: str

    @property
    def has_public_results(self) -> bool:
        """Whether everybody may see the figures now."""
        return shows(self.results_shown, self.state)

    @property
    def changes_at(self) -> datetime | None:
        """The next moment at which it opens or closes by itself."""
        return _next_change(self.state, self.opens_at, self.closes_at)


@dataclass(frozen=True)
class Tap:
    """A question answered by one tap (ひとことで答える): its options, and what the reader chose before."""

    public_id: str
    text: str
    options: tuple[tuple[str, str], ...]
    response_count: int | None
    mine: str | None
    has_public_results: bool
    is_for_anyone: bool
    may_answer: bool


@dataclass(frozen=True)
class SurveysOnPage:
    """The surveys about the subjects of a page: one-tap questions, and the others."""

    taps: tuple[Tap, ...] = ()
    surveys: tuple[SurveyRow, ...] = ()
    #: The next moment at which one of them opens or closes.
    changes_at: datetime | None = None


@dataclass(frozen=True)
class SurveyPage:
    """A survey with its questions, as one page shows it."""

    survey: Survey
    state: State
    questionnaire: Questionnaire
    subject_title: str
    subject_address: str
    consultation_title: str | None
    consultation_code: str | None

    @property
    def questions(self) -> tuple[Asked, ...]:
        """The questions in order."""
        return self.questionnaire.questions

    @property
    def asking_count(self) -> int:
        """How many questions there are; what only informs is none."""
        return sum(question.spec.kind != "info" for question in self.questions)

    @property
    def takes_words(self) -> bool:
        """Whether somewhere words of one's own may be written."""
        return any(question.spec.takes_words for question in self.questions)

    @property
    def minutes(self) -> int:
        """How many minutes answering takes."""
        return minutes_needed(self.questions)

    @property
    def has_public_results(self) -> bool:
        """Whether everybody may see the figures now."""
        return shows(self.survey.results_shown, self.state)

    @property
    def changes_at(self) -> datetime | None:
        """The next moment at which it opens or closes by itself."""
        return _next_change(self.state, self.survey.opens_at, self.survey.closes_at)


def get_survey(public_id: str) -> Survey:
    """Return a survey by its public id; raises NotFound."""
    survey = db.session.scalars(select(Survey).where(Survey.public_id == public_id)).one_or_none()
    if survey is None:
        raise NotFound
    return survey


def get_public_survey(public_id: str) -> Survey:
    """Return a survey that is no draft; raises NotFound."""
    survey = get_survey(public_id)
    if survey.status is SurveyStatus.DRAFT:
        raise NotFound
    return survey


def find_by_code(code: str) -> Survey:
    """Return a survey by its code or its public id; raises NotFound in words for the shell."""
    survey = db.session.scalars(
        select(Survey).where((Survey.code == code) | (Survey.public_id == code)).order_by(Survey.id).limit(1)
    ).one_or_none()
    if survey is None:
        raise NotFound(f"アンケート「{code}」が見つかりません。")
    return survey


def find_led_to(survey: Survey) -> Survey | None:
    """Return the survey to which a one-tap question leads (くわしいアンケート), while it takes answers."""
    if survey.leads_to_id is None:
        return None
    found = db.session.get(Survey, survey.leads_to_id)
    if (
        found is None
        or state_at(found.status, found.opens_at, found.closes_at, clock.now()) is not State.OPEN
    ):
        return None
    return found


def list_sections(survey: Survey) -> Sequence[SurveySection]:
    """Return the sections of a survey in order."""
    return db.session.scalars(
        select(SurveySection)
        .where(SurveySection.survey_id == survey.id)
        .order_by(SurveySection.position, SurveySection.id)
    ).all()


def list_questions(survey: Survey, *, version: int | None = None) -> Sequence[Question]:
    """Return the questions of a survey in order: those asked now, or in a version of the questionnaire."""
    wanted = (
        select(Question)
        .join(SurveySection, SurveySection.id == Question.section_id)
        .where(Question.survey_id == survey.id)
        .order_by(SurveySection.position, SurveySection.id, Question.position, Question.id)
    )
    if version is None:
        wanted = wanted.where(Question.last_version.is_(None))
    else:
        wanted = wanted.where(
            Question.first_version <= version,
            Question.last_version.is_(None) | (Question.last_version >= version),
        )
    return db.session.scalars(wanted).all()


def get_questionnaire(survey: Survey, *, version: int | None = None) -> Questionnaire:
    """Return all that a survey asks, now or in a version of the questionnaire."""
    return _questionnaire(list_sections(survey), list_questions(survey, version=version))


def get_asked(survey: Survey, *, version: int | None = None) -> tuple[Questionnaire, dict[str, int]]:
    """Return all that a survey asks, and the id of the row of each question.

    What a published survey asks stays as it is until its row says that it changed (a correction makes a
    new version): what was read of it once is not read again, for every page and every answer needs it.
    Whoever changes a survey reads it with :func:`get_questionnaire`.
    """
    key = (survey.public_id, survey.version, survey.form_version, version)
    if survey.status is SurveyStatus.DRAFT:
        return _read_asked(survey, version)
    with _asking:
        known = _asked_before.get(key)
    if known is None or known[2] != survey.id:
        questionnaire, ids = _read_asked(survey, version)
        known = (questionnaire, ids, survey.id)
        if not is_writing():  # What is not committed yet may never be.
            with _asking:
                _asked_before[key] = known
                while len(_asked_before) > MOST_REMEMBERED:
                    _asked_before.popitem(last=False)
    return known[0], dict(known[1])


def _read_asked(survey: Survey, version: int | None) -> tuple[Questionnaire, dict[str, int]]:
    questions = list_questions(survey, version=version)
    return _questionnaire(list_sections(survey), questions), {each.code: each.id for each in questions}


def get_spec(question_id: int) -> AnySpec:
    """Return the settings of a question."""
    return asked(db.session.get_one(Question, question_id)).spec


def _questionnaire(sections: Sequence[SurveySection], questions: Sequence[Question]) -> Questionnaire:
    by_section: dict[int, list[Asked]] = {section.id: [] for section in sections}
    for question in questions:
        by_section[question.section_id].append(asked(question))
    return Questionnaire(
        tuple(
            Section(
                code=section.code,
                title=section.title,
                intro=section.intro,
                starts_page=section.starts_page,
                condition=read_condition(section.condition),
                jumps=tuple(
                    Jump(jump["to"], read_condition(jump.get("condition"))) for jump in section.jumps
                ),
                shuffles=section.shuffles,
                easy=section.easy,
                questions=tuple(by_section[section.id]),
            )
            for section in sections
        )
    )


def get_question(survey: Survey, code: str) -> Question:
    """Return a question of this survey; raises NotFound."""
    question = db.session.scalars(
        select(Question).where(Question.survey_id == survey.id, Question.code == code)
    ).one_or_none()
    if question is None:
        raise NotFound
    return question


def asked(question: Question) -> Asked:
    """Return a stored question as it is asked."""
    return Asked(
        code=question.code,
        text=question.text,
        help=question.help,
        is_required=question.is_required,
        spec=read_spec(question.spec),
        condition=read_condition(question.condition),
        is_attribute=question.is_attribute,
        results_shown=question.results_shown,
        bank_key=question.bank_key or "",
        image=question.image,
        image_text=question.image_text,
        easy=question.easy,
    )


def show_survey(survey: Survey) -> SurveyPage:
    """Return a survey with its questions and what it is about."""
    subject, consultation = db.session.execute(
        select(Subject, Consultation)
        .outerjoin(Consultation, Consultation.id == survey.consultation_id)
        .where(Subject.id == survey.subject_id)
    ).one()
    return SurveyPage(
        survey=survey,
        state=state_at(survey.status, survey.opens_at, survey.closes_at, clock.now()),
        questionnaire=get_asked(survey)[0],
        subject_title=subject.title,
        subject_address=subjects.address_of(subject),
        consultation_title=consultation.title if consultation else None,
        consultation_code=consultation.code if consultation else None,
    )


def list_surveys(*, with_drafts: bool = False) -> list[SurveyRow]:
    """Return surveys, those that close last first; drafts for staff only."""
    wanted = _with_counts().order_by(Survey.closes_at.desc(), Survey.id.desc()).limit(MOST_LISTED)
    if not with_drafts:
        wanted = wanted.where(Survey.status != SurveyStatus.DRAFT)
    surveys = db.session.execute(wanted).all()
    questions = _questions_of([survey.id for survey, _, _ in surveys])
    return [_row(survey, title, count or 0, questions) for survey, title, count in surveys]


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> SurveysOnPage:
    """Return the surveys about these subjects, in three queries whatever their number.

    A visitor's own answers are not looked up: the page is kept and shown to other visitors too.
    """
    surveys = db.session.execute(
        _with_counts()
        .where(Survey.subject_id.in_(subject_ids), Survey.status != SurveyStatus.DRAFT)
        .order_by(Survey.closes_at.desc(), Survey.id.desc())
        .limit(MOST_LISTED)
    ).all()
    if not surveys:
        return SurveysOnPage()
    questions = _questions_of([survey.id for survey, _, _ in surveys])
    mine = _single_answers([survey.id for survey, _, _ in surveys if survey.is_one_tap], actor)
    rows = [_row(survey, title, count or 0, questions) for survey, title, count in surveys]
    taps = [
        _tap(survey, row, questions[survey.id][0], mine, actor)
        for (survey, _, _), row in zip(surveys, rows, strict=True)
        if survey.is_one_tap and row.state is State.OPEN
    ]
    return SurveysOnPage(
        taps=tuple(taps),
        surveys=tuple(row for row in rows if not (row.is_one_tap and row.state is State.OPEN)),
        changes_at=min((row.changes_at for row in rows if row.changes_at is not None), default=None),
    )


def ways_into(consultation_id: int) -> list[Way]:
    """Return the surveys of a consultation as ways to take part in it, those that close first first."""
    now = clock.now()
    surveys = db.session.scalars(
        select(Survey)
        .where(Survey.consultation_id == consultation_id, Survey.status != SurveyStatus.DRAFT)
        .order_by(Survey.closes_at, Survey.id)
        .limit(MOST_LISTED)
    )
    ways = []
    for survey in surveys:
        state = state_at(survey.status, survey.opens_at, survey.closes_at, now)
        changes_at = {State.COMING: survey.opens_at, State.OPEN: survey.closes_at}.get(state)
        is_open = state is State.OPEN
        ways.append(
            Way("アンケートに答える", survey.title, "surveys.show", survey.public_id, is_open, changes_at)
        )
    return ways


def shows(results_shown: ResultsShown, state: State) -> bool:
    """Return whether figures with this setting are public in this state."""
    if results_shown is ResultsShown.LIVE:
        return state in (State.OPEN, State.CLOSED)
    return results_shown is ResultsShown.AFTER_CLOSING and state is State.CLOSED


def _next_change(state: State, opens_at: datetime, closes_at: datetime) -> datetime | None:
    return {State.COMING: opens_at, State.OPEN: closes_at}.get(state)


def _with_counts() -> Select[Survey, str, int | None]:
    everybody = and_(
        AnswerCount.survey_id == Survey.id, AnswerCount.question_code == "", AnswerCount.choice == EVERYBODY
    )
    return (
        select(Survey, Subject.title, AnswerCount.count)
        .join(Subject, Subject.id == Survey.subject_id)
        .outerjoin(AnswerCount, everybody)
    )


def _questions_of(survey_ids: Sequence[int]) -> dict[int, list[Asked]]:
    found: dict[int, list[Asked]] = {survey_id: [] for survey_id in survey_ids}
    for question in db.session.scalars(
        select(Question)
        .join(SurveySection, SurveySection.id == Question.section_id)
        .where(Question.survey_id.in_(survey_ids), Question.last_version.is_(None))
        .order_by(Question.survey_id, SurveySection.position, Question.position, Question.id)
    ):
        found[question.survey_id].append(asked(question))
    return found


def _row(survey: Survey, subject_title: str, count: int, questions: Mapping[int, list[Asked]]) -> SurveyRow:
    return SurveyRow(
        public_id=survey.public_id,
        title=survey.title,
        state=state_at(survey.status, survey.opens_at, survey.closes_at, clock.now()),
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        audience=survey.audience,
        is_one_tap=survey.is_one_tap,
        question_count=len(questions[survey.id]),
        minutes=minutes_needed(questions[survey.id]),
        response_count=count,
        results_shown=survey.results_shown,
        subject_title=subject_title,
    )


def _single_answers(survey_ids: Sequence[int], actor: Actor) -> dict[int, str]:
    if actor.person_id is None or not survey_ids:
        return {}
    rows = db.session.execute(
        select(Response.survey_id, Answer.value)
        .join(Answer, Answer.response_id == Response.id)
        .where(Response.survey_id.in_(survey_ids), Response.respondent_key == f"person:{actor.person_id}")
    )
    return {survey_id: str(value) for survey_id, value in rows}


def _tap(survey: Survey, row: SurveyRow, question: Asked, mine: Mapping[int, str], actor: Actor) -> Tap:
    return Tap(
        public_id=survey.public_id,
        text=question.text,
        options=question.spec.choices(),
        response_count=row.response_count if row.has_public_results else None,
        mine=mine.get(survey.id),
        has_public_results=row.has_public_results,
        is_for_anyone=survey.audience is Audience.ANYONE,
        may_answer=survey.audience is Audience.ANYONE or actor.is_member,
    )
