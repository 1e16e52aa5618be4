"""Entering forms on paper (紙の回答の入力): once or twice, settled where two entries differ, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events, files
from participation.foundation.db import after_commit, db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.foundation.ids import new_public_id
from participation.surveys import queries
from participation.surveys.commands.answering import _Claimed, _store_answers, _take_back
from participation.surveys.commands.counting import _move_counts
from participation.surveys.commands.inviting import _claim_invitation, _sound
from participation.surveys.domain import Audience, Questionnaire, counts_of
from participation.surveys.domain.paper_entry import (
    EntryCheck,
    PaperDecision,
    PaperDraft,
    PaperReading,
    PaperStatus,
    needs_second,
    read_typed,
)
from participation.surveys.events import SurveyAnswered
from participation.surveys.models import Answer, PaperForm, PaperScan, PaperSettings, Response, Survey

SAME_NUMBER = "この整理番号は、もう入力されています。番号を確かめてください。"
SAME_PERSON = "1回目を入力した人は、2回目を入力できません。ほかの人が入力します。"
MOVED_ON = "この調査票は、ほかの人が先に進めました。画面を開き直してください。"
NOTHING_TYPED = (
    "答えが1つも入力されていません。白紙の調査票は、どれかの設問に ? と入力し、無効として保存します。"
)
#: Scans of one form.
MOST_SCANS = 20
#: The folder in which scans of forms are kept.
SCANS = "survey-scans"
DECIDE = "扱いを選んでください。"


@dataclass(frozen=True)
class PaperSettingsDraft:
    """What staff decide about the paper of a survey."""

    return_to: str
    contact: str
    use_of_answers: str
    entry_check: EntryCheck
    sample_percent: int
    counts_late: bool
    version: int
    #: Whether everybody may take the sheets from the survey's page.
    is_public: bool = False


@dataclass(frozen=True)
class Entry:
    """What was typed of a form, and the decisions about what breaks a rule."""

    typed: Mapping[str, str]
    decisions: Mapping[str, PaperDecision]

    def stored(self) -> dict[str, Any]:
        """Return the form in which it is kept: blank fields and decisions about nothing are left out."""
        return {
            "typed": {code: words.strip() for code, words in self.typed.items() if words.strip()},
            "decisions": {code: decision.value for code, decision in self.decisions.items()},
        }


def change_paper_settings(survey: Survey, draft: PaperSettingsDraft, *, by: Actor) -> None:
    """Change what the sheets say and how they are entered."""
    access.require(by, "surveys.set_paper", survey)
    kept = queries.find_paper_settings(survey)
    if (kept.version if kept else 0) != draft.version:
        raise Conflict("ほかの人がこの設定を先に変更しました。画面を開き直して、もう一度直してください。")
    if draft.is_public and survey.audience is Audience.INVITED:
        raise Refused(
            "招待した人だけが答えるアンケートです。調査票は招待状と一緒に送ってください。", field="is_public"
        )
    if draft.is_public and not draft.return_to.strip():
        raise Refused("だれでも取り出せるようにするときは、返送先を書いてください。", field="return_to")
    if kept is None:
        kept = PaperSettings(survey_id=survey.id)
        db.session.add(kept)
    kept.return_to, kept.contact, kept.use_of_answers = draft.return_to, draft.contact, draft.use_of_answers
    kept.entry_check, kept.sample_percent = draft.entry_check, draft.sample_percent
    kept.counts_late, kept.is_public = draft.counts_late, draft.is_public
    audit.record(by, "surveys.set_paper", survey, changes={"entry_check": draft.entry_check})


def enter_paper(survey: Survey, draft: PaperDraft, *, by: Actor) -> PaperForm:
    """Take a form in as it was typed; it is counted at once, or waits for its second entry."""
    access.require(by, "surveys.enter_paper", survey)
    _hold(survey)
    if queries.find_paper_number(survey, draft.number):
        raise Refused(SAME_NUMBER, field="number")
    if not 1 <= draft.form_version <= survey.form_version:
        raise Refused("この版の調査票はありません。", field="form_version")
    questionnaire = queries.get_questionnaire(survey, version=draft.form_version)
    entry = Entry(draft.typed, draft.decisions)
    reading = _read(questionnaire, entry)
    key, strata, is_duplicate = _respondent(survey, draft)
    settings = queries.show_paper_settings(survey)
    closed_on = survey.closed_at or survey.closes_at
    form = PaperForm(
        public_id=new_public_id(),
        survey_id=survey.id,
        number=draft.number,
        origin=draft.origin,
        received_on=draft.received_on,
        is_late=_arrival(draft) >= closed_on,
        form_version=draft.form_version,
        status=PaperStatus.WAITING,
        respondent_key=key,
        strata=strata,
        is_duplicate=is_duplicate,
        shares_texts=draft.shares_texts,
        first=entry.stored(),
        first_by_id=by.person_id,
        first_at=clock.now(),
    )
    db.session.add(form)
    db.session.flush()
    if not needs_second(EntryCheck(settings.entry_check), settings.sample_percent, draft.number):
        _finish(survey, form, questionnaire, entry, reading, by)
    audit.record(by, "surveys.enter_paper", form, changes={"number": form.number, "status": form.status})
    return form


def enter_again(survey: Survey, form: PaperForm, entry: Entry, version: int, *, by: Actor) -> PaperForm:
    """Take the second entry of a form: alike, it is counted; otherwise somebody looks at the paper again."""
    access.require(by, "surveys.enter_paper", survey)
    _hold_form(form, version, PaperStatus.WAITING)
    if by.person_id is not None and by.person_id == form.first_by_id:
        raise Refused(SAME_PERSON)
    questionnaire = queries.get_questionnaire(survey, version=form.form_version)
    reading = _read(questionnaire, entry)
    form.second, form.second_by_id, form.second_at = entry.stored(), by.person_id, clock.now()
    if queries.show_differences(questionnaire, form):
        form.status = PaperStatus.DIFFERING
    else:
        _finish(survey, form, questionnaire, entry, reading, by)
    audit.record(by, "surveys.enter_paper", form, changes={"second": True, "status": form.status})
    return form


def settle_entries(survey: Survey, form: PaperForm, entry: Entry, version: int, *, by: Actor) -> None:
    """Decide what stands on the paper where two entries differed."""
    access.require(by, "surveys.enter_paper", survey)
    _hold_form(form, version, PaperStatus.DIFFERING)
    questionnaire = queries.get_questionnaire(survey, version=form.form_version)
    differences = [each.question.code for each in queries.show_differences(questionnaire, form)]
    reading = _read(questionnaire, entry)
    _finish(survey, form, questionnaire, entry, reading, by)
    form.settled_by_id = by.person_id
    audit.record(by, "surveys.enter_paper", form, changes={"settled": differences, "status": form.status})


def correct_paper(
    survey: Survey, form: PaperForm, entry: Entry, reason: str, version: int, *, by: Actor
) -> None:
    """Correct what was typed of a form, or what its faults count as; the counts follow."""
    access.require(by, "surveys.correct_paper", survey)
    _hold_form(form, version)
    if form.status in (PaperStatus.WAITING, PaperStatus.DIFFERING, PaperStatus.WITHDRAWN):
        raise Conflict(MOVED_ON)
    if not reason.strip():
        raise Refused("直す理由を書いてください。記録に残ります。", field="reason")
    questionnaire = queries.get_questionnaire(survey, version=form.form_version)
    before = form.settled or form.first
    reading = _read(questionnaire, entry)
    _finish(survey, form, questionnaire, entry, reading, by)
    after = entry.stored()
    changed = sorted(
        code
        for code in before["typed"].keys() | after["typed"].keys()
        if before["typed"].get(code) != after["typed"].get(code)
    )
    audit.record(by, "surveys.correct_paper", form, changes={"questions": changed, "reason": reason.strip()})


def withdraw_paper(survey: Survey, form: PaperForm, reason: str, version: int, *, by: Actor) -> None:
    """Take a form out again: it was entered by mistake; what was typed stays, but counts no more."""
    access.require(by, "surveys.correct_paper", survey)
    _hold_form(form, version)
    if form.status is PaperStatus.WITHDRAWN:
        raise Conflict(MOVED_ON)
    if not reason.strip():
        raise Refused("取り消す理由を書いてください。記録に残ります。", field="reason")
    _uncount(survey, form)
    form.status = PaperStatus.WITHDRAWN
    audit.record(by, "surveys.correct_paper", form, changes={"withdrawn": True, "reason": reason.strip()})


def attach_scans(form: PaperForm, checked: Sequence[CheckedFile], *, by: Actor) -> None:
    """Add scans to a form; their content was put down before. The same file counts once."""
    access.require(by, "surveys.attach_scan", form)
    there = {each.sha256 for each in queries.list_paper_scans(form)}
    fresh = {each.sha256: each for each in checked if each.sha256 not in there}
    if len(there) + len(fresh) > MOST_SCANS:
        raise Refused(f"1通に付けられるのは{MOST_SCANS}個までです。", field="files")
    db.session.add_all(
        PaperScan(
            public_id=new_public_id(),
            form_id=form.id,
            name=each.name,
            kind=each.kind,
            size=each.size,
            sha256=each.sha256,
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
        for each in fresh.values()
    )
    audit.record(by, "surveys.attach_scan", form, changes={"files": len(fresh)})


def remove_scan(form: PaperForm, scan: PaperScan, reason: str, *, by: Actor) -> None:
    """Take a scan away that belongs to another form."""
    access.require(by, "surveys.attach_scan", form)
    if not reason.strip():
        raise Refused("外す理由を書いてください。記録に残ります。", field="reason")
    db.session.execute(delete(PaperScan).where(PaperScan.id == scan.id))
    still = db.session.scalar(select(PaperScan.id).where(PaperScan.sha256 == scan.sha256).limit(1))
    if still is None:
        name = scan.sha256
        after_commit(lambda: files.remove(name, SCANS))
    audit.record(
        by, "surveys.attach_scan", form, changes={"removed": scan.public_id, "reason": reason.strip()}
    )


def look_at_scan(form: PaperForm, scan: PaperScan, *, by: Actor) -> PaperScan:
    """Record that somebody looks at a scan; only then it is shown."""
    access.require(by, "surveys.look_at_scan", form)
    audit.record(by, "surveys.look_at_scan", form, changes={"scan": scan.public_id})
    return scan


def _read(questionnaire: Questionnaire, entry: Entry) -> PaperReading:
    reading = read_typed(questionnaire, entry.typed, entry.decisions)
    for code, slip in reading.slips.items():
        raise Refused(slip, field=f"t_{code}")
    for code in reading.undecided(entry.decisions):
        raise Refused(DECIDE, field=f"d_{code}")
    if not any(words.strip() for words in entry.typed.values()):
        raise Refused(NOTHING_TYPED)
    return reading


def _respondent(survey: Survey, draft: PaperDraft) -> tuple[str, dict[str, str], bool]:
    """Return the key of a form's answer, the strata of its invitation, whether that was answered before."""
    if not draft.code.strip():
        return f"paper:{draft.number}", {}, False
    found = _sound(survey, draft.code)
    if queries.has_answered(survey, found.respondent_key) or queries.has_paper(survey, found.respondent_key):
        return f"paper:{draft.number}", dict(found.strata), True
    if not queries.was_withdrawn(survey, found.respondent_key):
        _claim_invitation(survey, draft.code)
    return found.respondent_key, dict(found.strata), False


def _finish(
    survey: Survey,
    form: PaperForm,
    questionnaire: Questionnaire,
    entry: Entry,
    reading: PaperReading,
    by: Actor,
) -> None:
    """Let an entry hold: count it, or keep it where it is not to be counted (yet)."""
    form.settled = entry.stored()
    wanted = {entry.decisions.get(code) for code in reading.breaches}
    if form.is_duplicate:
        form.status = PaperStatus.DUPLICATE
    elif PaperDecision.ASK in wanted:
        form.status = PaperStatus.ASKING
    elif form.is_late and not queries.show_paper_settings(survey).counts_late:
        form.status = PaperStatus.LATE
    else:
        form.status = PaperStatus.COUNTED
    if form.status is PaperStatus.COUNTED:
        _count(survey, form, questionnaire, reading.answers, by)
    else:
        _uncount(survey, form)


def _count(
    survey: Survey, form: PaperForm, questionnaire: Questionnaire, answers: Mapping[str, Any], by: Actor
) -> None:
    before: Sequence[tuple[str, str]] = ()
    if form.response_id is None:
        response = Response(
            survey_id=survey.id,
            respondent_key=form.respondent_key,
            answered_at=_at_noon(form),
            form_version=form.form_version,
            origin=form.origin,
            seed=0,
            attributes=dict(form.strata),
            paper_number=form.number,
            entered_by_id=form.first_by_id,
        )
        db.session.add(response)
        db.session.flush()
        form.response_id = response.id
        events.publish(SurveyAnswered(survey.id, response.id))
    else:
        response = db.session.get_one(Response, form.response_id)
        before = counts_of(questionnaire, queries.answers_of(response))
        response.changed_at = clock.now()
    response.shares_texts = form.shares_texts
    _, ids = queries.get_asked(survey, version=form.form_version)
    kept = db.session.scalars(select(Answer).where(Answer.response_id == response.id))
    claimed = _Claimed(response, before, {answer.question_id: answer for answer in kept})
    _store_answers(survey, claimed, questionnaire, ids, answers, _nobody(by))
    _move_counts(survey, set(before), set(counts_of(questionnaire, answers)))


def _uncount(survey: Survey, form: PaperForm) -> None:
    """Take the answer of a form out of the figures."""
    if form.response_id is None:
        return
    response = db.session.get_one(Response, form.response_id)
    questionnaire = queries.get_questionnaire(survey, version=form.form_version)
    before = counts_of(questionnaire, queries.answers_of(response))
    form.response_id = None
    db.session.flush()
    for answer in db.session.scalars(select(Answer).where(Answer.response_id == response.id)):
        _take_back(answer.contribution_id)
        db.session.delete(answer)
    db.session.flush()
    db.session.delete(response)
    _move_counts(survey, set(before), set())


def _nobody(by: Actor) -> Actor:
    """Return the actor as whom the words are said: who typed them is not their author."""
    return Actor(roles=by.roles)


def _arrival(draft: PaperDraft) -> datetime:
    return datetime.combine(draft.received_on, time(), clock.JST)


def _at_noon(form: PaperForm) -> datetime:
    return datetime.combine(form.received_on, time(12), clock.JST)


def _hold(survey: Survey) -> None:
    db.session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())


def _hold_form(form: PaperForm, version: int, expected: PaperStatus | None = None) -> None:
    db.session.refresh(form, with_for_update=True)
    if form.version != version or (expected is not None and form.status is not expected):
        raise Conflict(MOVED_ON)
