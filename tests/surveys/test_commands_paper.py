"""Forms on paper: typed once or twice, settled, decided where the rule is broken, counted with their origin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Refused
from participation.surveys import commands, queries
from participation.surveys.commands import Entry, PaperSettingsDraft
from participation.surveys.domain import (
    InvitationKind,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Origin,
    PointsSpec,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
    TextSpec,
)
from participation.surveys.domain.inviting import BatchDraft
from participation.surveys.domain.paper_entry import (
    EntryCheck,
    PaperDecision,
    PaperDraft,
    PaperStatus,
    Slip,
    legend_of,
    needs_second,
    parts_of,
    read_typed,
)
from participation.surveys.models import Response
from tests.support.builders.surveys import EDITOR, a_question, a_survey, options
from tests.support.people import a_member_of_staff, actor_of

VOID, WRITTEN, ASK = PaperDecision.VOID, PaperDecision.AS_WRITTEN, PaperDecision.ASK


def paper_survey(check=EntryCheck.NONE, *, counts_late=True, **settings):
    survey = a_survey(**settings)
    with transaction():
        draft = PaperSettingsDraft("返送先", "企画課", "統計だけに使います。", check, 30, counts_late, 0)
        commands.change_paper_settings(survey, draft, by=EDITOR)
    return survey


def enter(
    survey, number="1", by=EDITOR, decisions=None, code="", received=date(2026, 11, 22), version=1, **typed
):
    draft = PaperDraft(number, Origin.PAPER, received, version, typed, decisions or {}, code)
    with transaction():
        return commands.enter_paper(survey, draft, by=by)


def counts(survey):
    return {key: count for key, count in queries.count_answers(survey).items() if count}


def true_counts(survey):
    with transaction():
        return commands.recount_surveys(check_only=True, by=EDITOR_OF_FIGURES)


EDITOR_OF_FIGURES = type(EDITOR)(roles=frozenset({Role.ADMINISTRATOR}))


@pytest.mark.parametrize(
    ("spec", "typed", "parts"),
    [
        (SingleSpec(options=options("い", "ろ")), "２", {"": ["a2"]}),
        (SingleSpec(options=options("い", "ろ")), "1,2", {"": ["a1", "a2"]}),
        (MultipleSpec(options=options("い", "ろ", "は")), "3 1", {"": ["a3", "a1"]}),
        (ScaleSpec(low=0, high=10, low_label="悪い", high_label="よい", has_unsure=True), "0", {"": ["0"]}),
        (ScaleSpec(low_label="悪い", high_label="よい", has_unsure=True), "6", {"": ["unsure"]}),
        (MatrixSpec(rows=options("い", "ろ"), columns=options("よい", "悪い")), "2 -", {"a1": ["a2"]}),
        (
            MatrixSpec(rows=options("い", "ろ"), columns=options("よい", "悪い")),
            "1,2 1",
            {"a1": ["a1", "a2"], "a2": ["a1"]},
        ),
        (RankingSpec(options=options("い", "ろ", "は")), "2 - 1", {"a1": ["2"], "a3": ["1"]}),
        (PointsSpec(options=options("い", "ろ")), "7 3", {"a1": ["7"], "a2": ["3"]}),
        (NumberSpec(), "４２", {"": ["42"]}),
        (TextSpec(), " 二行の\n言葉 ", {"": ["二行の\n言葉"]}),
    ],
)
def test_keys_stand_for_options_in_their_order(spec, typed, parts):
    assert parts_of(spec, typed) == parts
    assert legend_of(spec) is not None


@pytest.mark.parametrize(
    ("spec", "typed"),
    [
        (SingleSpec(options=options("い", "ろ")), "3"),
        (SingleSpec(options=options("い", "ろ")), "い"),
        (SingleSpec(options=options("い", "ろ")), "1 言葉"),
        (MultipleSpec(options=options("い", "ろ")), "1,1"),
        (MatrixSpec(rows=options("い", "ろ"), columns=options("よい", "悪い")), "1"),
        (MatrixSpec(rows=options("い", "ろ"), columns=options("よい", "悪い")), "1 9"),
        (PointsSpec(options=options("い", "ろ")), "10"),
        (RankingSpec(options=options("い", "ろ")), "x 1"),
    ],
)
def test_what_can_stand_on_no_paper_is_a_slip_of_the_typist(spec, typed):
    with pytest.raises(Slip):
        parts_of(spec, typed)


def test_a_form_entered_once_is_counted_with_its_origin(app):
    survey = paper_survey()
    form = enter(survey, q1="1", q2="1,3", q3="4", q4="紙の言葉")
    response = db.session.scalars(select(Response)).one()
    assert (form.status, response.origin, response.paper_number) == (PaperStatus.COUNTED, Origin.PAPER, "1")
    assert queries.answers_of(response) == {"q1": "a1", "q2": ["a1", "a3"], "q3": 4, "q4": "紙の言葉"}
    assert counts(survey)[("q2", "a3")] == 1
    assert true_counts(survey) == {}
    with pytest.raises(Refused, match="もう入力"):
        enter(survey, q1="2")


def test_two_people_enter_a_form_and_it_is_counted_when_they_agree(app):
    survey = paper_survey(EntryCheck.ALL)
    one, two = (actor_of(a_member_of_staff(Role.OFFICER)) for _ in range(2))
    form = enter(survey, by=one, q1="1", q2="1,3")
    assert form.status is PaperStatus.WAITING
    assert counts(survey) == {}
    assert queries.find_next_to_check(survey, one.person_id) is None
    assert queries.find_next_to_check(survey, two.person_id).id == form.id
    with pytest.raises(Refused, match="1回目を入力した人"), transaction():
        commands.enter_again(survey, form, Entry({"q1": "1"}, {}), form.version, by=one)
    with transaction():
        commands.enter_again(survey, form, Entry({"q1": "１", "q2": "3 1"}, {}), form.version, by=two)
    assert form.status is PaperStatus.COUNTED
    assert counts(survey)[("", "*")] == 1


def test_a_difference_is_shown_side_by_side_and_settled(app):
    survey = paper_survey(EntryCheck.ALL)
    one, two = (actor_of(a_member_of_staff(Role.OFFICER)) for _ in range(2))
    form = enter(survey, by=one, q1="1", q3="4")
    with transaction():
        commands.enter_again(survey, form, Entry({"q1": "2", "q3": "4"}, {}), form.version, by=two)
    questionnaire = queries.get_questionnaire(survey, version=1)
    [difference] = queries.show_differences(questionnaire, form)
    assert (form.status, difference.question.code, difference.first, difference.second) == (
        PaperStatus.DIFFERING,
        "q1",
        "1",
        "2",
    )
    with transaction():
        commands.settle_entries(survey, form, Entry({"q1": "2", "q3": "4"}, {}), form.version, by=one)
    assert form.status is PaperStatus.COUNTED
    assert counts(survey)[("q1", "a2")] == 1
    with pytest.raises(Conflict), transaction():
        commands.settle_entries(survey, form, Entry({"q1": "1"}, {}), form.version, by=two)


def test_what_breaks_the_rule_is_kept_as_written_and_decided(app):
    questions = [
        a_question(),
        a_question(MultipleSpec(options=options("い", "ろ", "は"), most=1)),
        a_question(PointsSpec(options=options("い", "ろ"), total=10)),
        a_question(NumberSpec(most=Decimal(5))),
    ]
    survey = paper_survey(questions=questions)
    typed = {"q1": "1,2", "q2": "1,2", "q3": "7 7", "q4": "9"}
    reading = read_typed(queries.get_questionnaire(survey), typed, {})
    assert set(reading.breaches) == {"q1", "q2", "q3", "q4"}
    assert reading.possible["q1"] == (VOID, ASK), "which of two marks was meant cannot be written down"
    with pytest.raises(Refused, match="扱い"):
        enter(survey, **typed)
    with pytest.raises(Refused, match="扱い"):
        enter(survey, decisions={"q1": WRITTEN, "q2": VOID, "q3": VOID, "q4": VOID}, **typed)
    form = enter(survey, decisions={"q1": VOID, "q2": WRITTEN, "q3": WRITTEN, "q4": VOID}, **typed)
    response = db.session.scalars(select(Response)).one()
    assert queries.answers_of(response) == {"q2": ["a1", "a2"], "q3": {"a1": 7, "a2": 7}}
    assert form.settled["typed"]["q1"] == "1,2"
    assert counts(survey)[("q1", "?")] == 1
    assert ("q1", "*") not in counts(survey)
    assert true_counts(survey) == {}


def test_a_form_about_which_somebody_is_asked_waits_and_is_counted_when_corrected(app):
    survey = paper_survey()
    form = enter(survey, q1="?", q3="2", decisions={"q1": ASK})
    assert (form.status, counts(survey)) == (PaperStatus.ASKING, {})
    with pytest.raises(Refused, match="理由"), transaction():
        commands.correct_paper(survey, form, Entry({"q1": "3"}, {}), "", form.version, by=EDITOR)
    with transaction():
        entry = Entry({"q1": "3", "q3": "2"}, {})
        commands.correct_paper(survey, form, entry, "電話で確かめた", form.version, by=EDITOR)
    assert counts(survey)[("q1", "a3")] == 1
    with transaction():
        entry = Entry({"q1": "2", "q3": "2"}, {})
        commands.correct_paper(survey, form, entry, "読み違い", form.version, by=EDITOR)
    assert counts(survey)[("q1", "a2")] == 1
    assert ("q1", "a3") not in counts(survey)
    with transaction():
        commands.withdraw_paper(survey, form, "二重に入力した", form.version, by=EDITOR)
    assert (form.status, counts(survey)) == (PaperStatus.WITHDRAWN, {})
    assert db.session.scalars(select(Response)).all() == []
    assert list(db.session.scalars(select(AuditEntry.action))).count("surveys.correct_paper") == 3


def test_late_forms_are_flagged_and_counted_or_kept_as_the_survey_says(app):
    survey = paper_survey()
    assert not enter(survey, "1", received=survey.closes_at.date(), q1="1").is_late
    late = enter(survey, "2", received=date(2027, 1, 5), q1="1")
    assert (late.is_late, late.status) == (True, PaperStatus.COUNTED)
    strict = paper_survey(counts_late=False)
    kept = enter(strict, "2", received=date(2027, 1, 5), q1="1")
    assert (kept.is_late, kept.status, counts(strict)) == (True, PaperStatus.LATE, {})


def test_an_invitation_is_answered_once_whichever_way_and_its_strata_go_along(app):
    survey = paper_survey()
    with transaction():
        batch = commands.issue_invitations(survey, BatchDraft(InvitationKind.PERSON, "", 1), by=EDITOR)
        [taken] = commands.take_codes(survey, batch, by=EDITOR)
    first = enter(survey, "1", code=taken.code, q1="1")
    second = enter(survey, "2", code=taken.code, q1="2")
    assert (first.status, second.status) == (PaperStatus.COUNTED, PaperStatus.DUPLICATE)
    assert counts(survey)[("", "*")] == 1
    with transaction():
        commands.withdraw_paper(survey, first, "誤り", first.version, by=EDITOR)
    assert enter(survey, "3", code=taken.code, q1="3").status is PaperStatus.COUNTED
    with pytest.raises(Refused, match="打ち間違い"):
        enter(survey, "4", code="ABCD", q1="1")


def test_a_sample_is_drawn_from_the_numbers_alone():
    drawn = [needs_second(EntryCheck.SAMPLE, 30, str(number)) for number in range(2000)]
    assert 500 < sum(drawn) < 700
    assert drawn == [needs_second(EntryCheck.SAMPLE, 30, str(number)) for number in range(2000)]


def test_nothing_typed_is_no_form_but_a_blank_sheet_can_be_kept_as_void(app):
    survey = paper_survey()
    with pytest.raises(Refused, match="1つも"):
        enter(survey, q1=" ")
    assert enter(survey, q1="?", decisions={"q1": VOID}).status is PaperStatus.COUNTED
    assert counts(survey)[("", "*")] == 1
