"""What may still be changed after the opening: words put right, a question ended or replaced (公開したあとの訂正)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.surveys import queries
from participation.surveys.commands.counting import _keys_of
from participation.surveys.commands.editing import _lock
from participation.surveys.commands.editing_questions import _new_code, _question_columns, _refuse_stale
from participation.surveys.domain import (
    CorrectionKind,
    QuestionDraft,
    SurveyStatus,
    faults_of,
)
from participation.surveys.domain.packing import (
    easy_reworded,
    easy_words_in,
    reworded,
    words_in,
    written_out,
)
from participation.surveys.models import (
    AnswerCount,
    Question,
    QuestionCorrection,
    Survey,
    SurveySection,
    WordingCorrection,
)

#: What begins the keys of words in やさしい日本語.
EASY = "easy:"


def correct_question(
    survey: Survey,
    code: str,
    *,
    text: str,
    help_text: str,
    words: Mapping[str, str],
    reason: str,
    seen: str = "",
    by: Actor,
) -> QuestionCorrection:
    """Put right the words of a question that people answer already; its meaning, codes and limits stay.

    `words` are the wordings of its settings by their keys (surveys.domain.packing.words_in). What people
    have begun goes on: no code changes.
    """
    access.require(by, "surveys.correct", survey)
    _lock(survey, SurveyStatus.OPEN)
    question = _asked_now(survey, code)
    _refuse_stale(seen, queries.stamp_of_question(question))
    spec = queries.asked(question).spec
    before = {
        "text": question.text,
        "help": question.help,
        **{key: old for key, _, old in words_in(spec)},
        **easy_words_in(question.easy),
    }
    after = {
        **before,
        "text": text,
        "help": help_text,
        **{key: new for key, new in words.items() if key in before},
    }
    changed = [key for key in before if before[key] != after[key]]
    if not changed:
        raise Refused("文が変わっていません。直すところを書き替えてから保存してください。", field="text")
    question.text, question.help = text, help_text
    settings = {key: after[key] for key in changed if key in words and not key.startswith(EASY)}
    question.spec = reworded(spec, settings).model_dump(mode="json")
    question.easy = easy_reworded(question.easy, _easy_of(after, changed))
    correction = _correction(
        survey,
        question,
        CorrectionKind.WORDS,
        reason,
        {key: before[key] for key in changed},
        {key: after[key] for key in changed},
        by,
    )
    audit.record(by, "surveys.correct", survey, changes={"question": code, "words": sorted(changed)})
    return correction


def correct_wording(
    survey: Survey, words: Mapping[str, str], *, section: str = "", reason: str, seen: str = "", by: Actor
) -> WordingCorrection:
    """Put right the title and the introduction of a survey, or of a section of it, that people read already.

    `words` are by their keys: title, intro, easy:title, easy:intro.
    """
    access.require(by, "surveys.correct", survey)
    _lock(survey, SurveyStatus.OPEN)
    what = queries.get_section(survey, section) if section else survey
    _refuse_stale(seen, queries.stamp_of_wording(what))
    before = {"title": what.title, "intro": what.intro, **easy_words_in(what.easy, of_options=False)}
    after = {**before, **{key: text for key, text in words.items() if key in before}}
    changed = [key for key in before if before[key] != after[key]]
    if not changed:
        raise Refused("文が変わっていません。直すところを書き替えてから保存してください。", field="title")
    if not section and not after["title"]:
        raise Refused("題名を書いてください。", field="title")
    what.title, what.intro = after["title"], after["intro"]
    what.easy = easy_reworded(what.easy, _easy_of(after, changed))
    survey.form_version += 1
    correction = WordingCorrection(
        survey_id=survey.id,
        section_id=what.id if isinstance(what, SurveySection) else None,
        form_version=survey.form_version,
        reason=reason,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
        corrected_at=clock.now(),
        corrected_by_id=by.person_id,
    )
    db.session.add(correction)
    audit.record(by, "surveys.correct", survey, changes={"section": section, "words": sorted(changed)})
    return correction


def _easy_of(after: Mapping[str, str], changed: Sequence[str]) -> dict[str, str]:
    return {key: after[key] for key in changed if key.startswith(EASY)}


def retire_question(survey: Survey, code: str, *, reason: str, by: Actor) -> QuestionCorrection:
    """Ask a question no more; what was answered so far stays and is shown as it is."""
    access.require(by, "surveys.correct", survey)
    _lock(survey, SurveyStatus.OPEN)
    question = _asked_now(survey, code)
    if len([each for each in queries.list_questions(survey) if each.spec["kind"] != "info"]) == 1:
        raise Refused("最後の1問はやめられません。アンケートを締め切ってください。")
    question.last_version = survey.form_version
    correction = _correction(survey, question, CorrectionKind.RETIRED, reason, _whole(question), {}, by)
    _refuse_faults(survey, code)
    audit.record(by, "surveys.correct", survey, changes={"retired": code})
    return correction


def replace_question(survey: Survey, code: str, draft: QuestionDraft, *, reason: str, by: Actor) -> Question:
    """Ask another question in the place of one whose meaning would change: answers are never mixed."""
    access.require(by, "surveys.correct", survey)
    _lock(survey, SurveyStatus.OPEN)
    question = _asked_now(survey, code)
    question.last_version = survey.form_version
    columns = _question_columns(draft)
    new = Question(
        survey_id=survey.id,
        section_id=question.section_id,
        code=_new_code(survey),
        position=question.position,
        first_version=survey.form_version + 1,
        replaces_id=question.id,
        **columns,
    )
    db.session.add(new)
    db.session.flush()
    after = {"code": new.code, "whole": _whole(new)["whole"]}
    _correction(survey, question, CorrectionKind.REPLACED, reason, _whole(question), after, by)
    _refuse_faults(survey, code)
    for counted, choice in _keys_of([queries.asked(new)]):
        if counted:
            db.session.add(AnswerCount(survey_id=survey.id, question_code=counted, choice=choice, count=0))
    audit.record(by, "surveys.correct", survey, changes={"retired": code, "added": new.code})
    return new


def _asked_now(survey: Survey, code: str) -> Question:
    question = queries.get_question(survey, code)
    if question.last_version is not None:
        raise Refused("この設問は、もうたずねていません。画面を開き直してください。")
    return question


def _whole(question: Question) -> dict[str, str]:
    asked = queries.asked(question)
    return {"whole": written_out(asked.text, asked.help, asked.spec)}


def _refuse_faults(survey: Survey, code: str) -> None:
    """Refuse where a condition or a text looks at a question that is asked no more."""
    db.session.flush()
    faults = faults_of(queries.get_questionnaire(survey))
    if faults:
        raise Refused(
            f"{code}は、ほかの設問の条件か文に使われているので、やめられません（{faults[0]}）。"
            "新しいアンケートとして作り直してください。"
        )


def _correction(
    survey: Survey,
    question: Question,
    kind: CorrectionKind,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: Actor,
) -> QuestionCorrection:
    survey.form_version += 1
    correction = QuestionCorrection(
        survey_id=survey.id,
        question_id=question.id,
        kind=kind,
        form_version=survey.form_version,
        reason=reason,
        before=dict(before),
        after=dict(after),
        corrected_at=clock.now(),
        corrected_by_id=by.person_id,
    )
    db.session.add(correction)
    return correction
