"""Keeping what was begun (書きかけ): for members by their account, for others by a key or a secret link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, ids, sealing
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.surveys import queries
from participation.surveys.commands.reaching import (
    _begun,
    _forget_reached,
    _is_counted,
    _move_reached,
    _pages_so_far,
)
from participation.surveys.domain import Respondent, question_of
from participation.surveys.models import CodeAttempt, ResponseDraft, Survey

#: A longer value is no answer to anything, and is not kept: the page itself still shows it.
LONGEST_KEPT = 20_000
MOST_FIELDS = 2000
SECRET_LENGTH = 20
MOST_WRONG_CODES = 10
CODE_PAUSE = timedelta(minutes=10)
TOO_MANY_CODES = "番号のまちがいが続きました。10分ほどたってから、もう一度お試しください。"
#: What the database cannot hold: it stays on the page on which it was typed.
_UNSTORABLE = {ord("\x00"): None} | dict.fromkeys(range(0xD800, 0xE000))


def save_draft(
    survey: Survey,
    given: Mapping[str, Sequence[str]],
    *,
    section: str | None = None,
    respondent: Respondent | None = None,
    by: Actor,
) -> ResponseDraft:
    """Keep what somebody has answered so far, as typed, to be finished later."""
    access.require(by, "surveys.save_draft", survey, respondent)
    draft, is_new = _keep(survey, given, section, respondent or _respondent_of(survey, by))
    if is_new:
        audit.record(by, "surveys.save_draft", survey)
    return draft


def save_trial(
    survey: Survey, given: Mapping[str, Sequence[str]], *, section: str, respondent: Respondent, by: Actor
) -> ResponseDraft:
    """Keep how far somebody of the staff is in trying a survey out (試し回答): it never becomes an answer."""
    access.require(by, "surveys.try_out", survey)
    if not respondent.is_trial:
        raise ValueError("a trial has a key of its own")
    draft, is_new = _keep(survey, given, section, respondent)
    if is_new:
        audit.record(by, "surveys.try_out", survey)
    return draft


def drop_trial(survey: Survey, *, respondent: Respondent, by: Actor) -> None:
    """End a trial: nothing of it stays."""
    access.require(by, "surveys.try_out", survey)
    if not respondent.is_trial:
        raise ValueError("a trial has a key of its own")
    db.session.execute(delete(ResponseDraft).where(*_of(survey, respondent)))
    audit.record(by, "surveys.try_out", survey, changes={"ended": True})


def give_link(survey: Survey, *, respondent: Respondent, by: Actor) -> str:
    """Give the draft a new secret and return it, once: only its hash is kept. An older link ends."""
    access.require(by, "surveys.save_draft", survey, respondent)
    secret = ids.code(SECRET_LENGTH)
    changed = db.session.execute(
        update(ResponseDraft)
        .where(*_of(survey, respondent))
        .values(secret_hash=queries.secret_hash(secret))
        .returning(ResponseDraft.id)
    ).all()
    if not changed:
        raise Refused("書きかけの回答がまだありません。1つ以上答えてから保存してください。")
    audit.record(by, "surveys.save_draft", survey, changes={"link": True})
    return secret


def adopt_draft(survey: Survey, draft: ResponseDraft, *, respondent: Respondent, by: Actor) -> None:
    """Go on with a draft under one's account, which was begun elsewhere without one."""
    access.require(by, "surveys.save_draft", survey, respondent)
    if queries.find_draft_of(survey, respondent.key) is not None:
        raise Conflict(
            "アカウントにも書きかけの回答があります。そちらを送るか、書き終えてから開いてください。"
        )
    if draft.survey_id != survey.id:
        raise ValueError("a draft belongs to one survey")
    draft.respondent_key, draft.secret_hash = respondent.key, None
    audit.record(by, "surveys.save_draft", survey, changes={"adopted": True})


def forget_drafts(before: datetime, *, by: Actor) -> int:
    """Let go of drafts that nobody went on with; return how many."""
    access.require(by, "surveys.forget_drafts")
    gone = db.session.execute(
        delete(ResponseDraft)
        .where(ResponseDraft.saved_at < before)
        .returning(ResponseDraft.survey_id, ResponseDraft.section, ResponseDraft.reached)
    ).all()
    _forget_reached((survey_id, section, reached) for survey_id, section, reached in gone)
    audit.record(by, "surveys.forget_drafts", "survey_drafts", {"rows": len(gone)})
    return len(gone)


def note_wrong_code(survey: Survey, network: str, *, by: Actor) -> None:
    """Remember a wrong code of an invitation, so that guessing gets slow (only a hash of where it came from)."""
    access.require(by, "surveys.enter_code", survey)
    db.session.add(CodeAttempt(survey_id=survey.id, network_hash=_network(network), at=clock.now()))
    audit.record(by, "surveys.enter_code", survey, changes={"failed": True})


def refuse_guessing(survey: Survey, network: str, *, by: Actor) -> None:
    """Raise Refused where too many wrong codes came from a network within ten minutes."""
    access.require(by, "surveys.enter_code", survey)
    tried = db.session.scalar(
        select(func.count())
        .select_from(CodeAttempt)
        .where(
            CodeAttempt.survey_id == survey.id,
            CodeAttempt.network_hash == _network(network),
            CodeAttempt.at > clock.now() - CODE_PAUSE,
        )
    )
    if (tried or 0) >= MOST_WRONG_CODES:
        audit.record(by, "surveys.enter_code", survey, changes={"stopped": True})
        raise Refused(TOO_MANY_CODES, field="code")


def forget_code_attempts(before: datetime, *, by: Actor) -> int:
    """Let go of wrong codes that no longer count; return how many."""
    access.require(by, "surveys.forget_drafts")
    gone = db.session.execute(
        delete(CodeAttempt).where(CodeAttempt.at < before).returning(CodeAttempt.id)
    ).all()
    audit.record(by, "surveys.forget_drafts", "survey_code_attempts", {"rows": len(gone)})
    return len(gone)


def _network(network: str) -> str:
    return sealing.keyed_hash("surveys.network", network)


def _respondent_of(survey: Survey, by: Actor) -> Respondent:
    key = queries.respondent_key(survey, by)
    if key is None:
        raise Refused("回答する端末を確かめられませんでした。画面を開き直してください。")
    return Respondent(key)


def _of(survey: Survey, respondent: Respondent) -> tuple[ColumnElement[bool], ...]:
    return ResponseDraft.survey_id == survey.id, ResponseDraft.respondent_key == respondent.key


def _keep(
    survey: Survey, given: Mapping[str, Sequence[str]], section: str | None, respondent: Respondent
) -> tuple[ResponseDraft, bool]:
    questionnaire = queries.get_asked(survey)[0]
    kept = _storable(given, {question.code for question in questionnaire.questions})
    while True:
        draft = db.session.scalars(
            select(ResponseDraft)
            .where(*_of(survey, respondent))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        is_new = draft is None
        draft = draft or _begin(survey, respondent)
        if draft is not None:  # Else another one was begun at the same moment.
            break
    before = _begun(questionnaire, survey, draft.section, draft.reached)
    draft.given, draft.saved_at = kept, clock.now()
    draft.section = draft.section if section is None else section
    if draft.reached or _is_counted(survey, respondent):
        draft.reached = _pages_so_far(survey, questionnaire, kept, draft.section, draft.reached)
    _move_reached(survey.id, before, _begun(questionnaire, survey, draft.section, draft.reached))
    db.session.flush()
    return draft, is_new


def _begin(survey: Survey, respondent: Respondent) -> ResponseDraft | None:
    """Return a draft of which nothing is kept yet; None if there is one."""
    # The version stays that in which it was begun: what came later is marked as new until it is answered.
    values = {
        "survey_id": survey.id,
        "respondent_key": respondent.key,
        "given": {},
        "section": "",
        "seed": respondent.seed,
        "secret_hash": None,
        "form_version": survey.form_version,
        "reached": [],
        "saved_at": clock.now(),
    }
    new_id = insert_once(ResponseDraft, values, unique=["survey_id", "respondent_key"])
    return None if new_id is None else db.session.get_one(ResponseDraft, new_id, populate_existing=True)


def _storable(given: Mapping[str, Sequence[str]], codes: set[str]) -> dict[str, list[str]]:
    kept = {
        name: [value.translate(_UNSTORABLE) for value in values if len(value) <= LONGEST_KEPT]
        for name, values in list(given.items())[:MOST_FIELDS]
        if question_of(name) in codes
    }
    return {name: values for name, values in kept.items() if any(values)}
