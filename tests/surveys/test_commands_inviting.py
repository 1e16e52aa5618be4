"""Invitations: issued, found by a typed code, taken out once, withdrawn, reissued, come back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.surveys import commands, queries
from participation.surveys.commands.inviting import _claim_invitation
from participation.surveys.domain import InvitationKind
from participation.surveys.domain.inviting import (
    ALPHABET,
    BatchDraft,
    CodeFault,
    InvitationState,
    Invitee,
    check_character,
    fold_code,
    is_code,
    new_code,
    read_invitees,
    shown_code,
)
from participation.surveys.models import Invitation, InvitationBatch
from tests.support.builders.surveys import EDITOR, a_survey

codes = st.text(ALPHABET, min_size=11, max_size=11).map(lambda each: each + check_character(each))


def issue(survey, *invitees, count=0, kind=InvitationKind.PERSON):
    with transaction():
        batch = commands.issue_invitations(survey, BatchDraft(kind, "", count, invitees), by=EDITOR)
    with transaction():
        return batch, commands.take_codes(survey, batch, by=EDITOR)


@settings(max_examples=100, deadline=None)
@given(code=codes, place=st.integers(0, 11), other=st.sampled_from(ALPHABET))
def test_every_wrong_character_is_a_slip_of_the_hand(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]
    assert is_code(wrong) == (wrong == code)


@settings(max_examples=100, deadline=None)
@given(code=codes, one=st.integers(0, 11), two=st.integers(0, 11))
def test_two_characters_that_changed_places_are_a_slip_of_the_hand(code, one, two):
    letters = list(code)
    letters[one], letters[two] = letters[two], letters[one]
    assert is_code("".join(letters)) == ("".join(letters) == code)


def test_a_code_is_typed_in_any_hand():
    code = new_code()
    assert is_code(code)
    full_width = "".join(chr(ord(each) + 0xFEE0) for each in code.lower())
    assert fold_code(f" {shown_code(code)} ") == fold_code(full_width) == code
    assert fold_code("s3gu") == "536V"


def test_codes_are_issued_taken_out_once_and_found_again(app):
    survey = a_survey()
    with transaction():
        batch = commands.issue_invitations(
            survey, BatchDraft(InvitationKind.HOUSEHOLD, "第1回", 3), by=EDITOR
        )
    assert [each.number for each in queries.list_invitations(survey, ["00001", "00003"])] == [
        "00001",
        "00003",
    ]
    with transaction():
        taken = commands.take_codes(survey, batch, by=EDITOR)
    with pytest.raises(Conflict, match="取り出されて"), transaction():
        commands.take_codes(survey, batch, by=EDITOR)
    found = queries.find_invitation(survey, shown_code(taken[1].code).lower()).invitation
    assert found.kind is InvitationKind.HOUSEHOLD
    assert found.respondent_key.startswith("invitation:")
    stored = repr([row.__dict__ for row in db.session.scalars(select(Invitation))])
    stored += repr([row.__dict__ for row in db.session.scalars(select(InvitationBatch))])
    assert not [each.code for each in taken if each.code in stored]
    assert found.respondent_key.removeprefix("invitation:") not in stored, "no way from a person to an answer"
    actions = list(db.session.scalars(select(AuditEntry.action)))
    assert actions.count("surveys.take_codes") == 1


def test_a_slip_an_unknown_and_a_withdrawn_code_are_told_apart(app):
    survey, other = a_survey(), a_survey(title="別のアンケート")
    _, [first, _] = issue(survey, count=2)
    wrong = first.code[:-1] + next(each for each in ALPHABET if each != first.code[-1])
    assert queries.find_invitation(survey, wrong).fault is CodeFault.MISTYPED
    assert queries.find_invitation(survey, "").fault is CodeFault.MISTYPED
    assert queries.find_invitation(survey, new_code()).fault is CodeFault.UNKNOWN
    assert queries.find_invitation(other, first.code).fault is CodeFault.UNKNOWN
    with pytest.raises(Refused, match="理由"), transaction():
        commands.withdraw_invitations(survey, [first.number], " ", by=EDITOR)
    with transaction():
        commands.withdraw_invitations(survey, [first.number], "転出", by=EDITOR)
    lookup = queries.find_invitation(survey, first.code)
    assert (lookup.fault, "取り消され" in lookup.words) == (CodeFault.WITHDRAWN, True)


def test_a_code_issued_anew_replaces_the_old_one_and_gives_no_second_answer(app):
    survey = a_survey()
    _, [first] = issue(survey, count=1)
    with transaction():
        _claim_invitation(survey, first.code)
        batch = commands.reissue_invitations(survey, [first.number], "紛失", by=EDITOR)
        [second] = commands.take_codes(survey, batch, by=EDITOR)
    assert queries.find_invitation(survey, first.code).fault is CodeFault.UNKNOWN
    assert queries.find_invitation(survey, second.code).invitation.is_answered
    with pytest.raises(Refused, match="もう回答"), transaction():
        _claim_invitation(survey, second.code)


def test_response_rates_count_by_stratum_who_was_reached(app):
    survey = a_survey()
    rows = [("A1", "東部"), ("A2", "東部"), ("A3", "西部"), ("A4", "西部")]
    _, taken = issue(survey, *(Invitee(number, {"地区": district}) for number, district in rows))
    with transaction():
        _claim_invitation(survey, taken[0].code)
        commands.mark_returned(survey, ["A2"], by=EDITOR)
        commands.withdraw_invitations(survey, ["A4"], "二重", by=EDITOR)
    rates = {each.stratum: each for each in queries.show_response_rates(survey)}
    whole, east = rates[()], rates[("地区", "東部")]
    assert (whole.invited, whole.returned, whole.answered, whole.permille) == (3, 1, 1, 500)
    assert (east.invited, east.returned, east.answered, east.permille) == (2, 1, 1, 1000)
    assert queries.list_invitations(survey, ["A2"])[0].state is InvitationState.RETURNED


def test_only_who_makes_surveys_invites_and_only_before_the_end(app):
    survey = a_survey()
    for role in (Role.SCREENER, Role.ANALYST, Role.RESIDENT):
        with pytest.raises(Denied), transaction():
            draft = BatchDraft(InvitationKind.PERSON, "", 1)
            commands.issue_invitations(survey, draft, by=Actor(roles=frozenset({role})))
    with transaction():
        commands.close_survey(survey, reason="設問に誤りがあったため", by=EDITOR)
    with pytest.raises(Denied, match="締め切り"), transaction():
        commands.issue_invitations(survey, BatchDraft(InvitationKind.PERSON, "", 1), by=EDITOR)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["整理番号", "氏名"], ["1", "x"]], "氏名や住所"),
        ([["地区"], ["東部"]], "「整理番号」の列"),
        ([["整理番号", "地区"], ["1", "東"], ["1", "西"]], "3行目：整理番号「1」が2回"),
        ([["整理番号"], [""]], "2行目"),
        ([["整理番号"]], "行がありません"),
        ([["整理番号", "地区", "地区"], ["1"]], "違う20文字"),
    ],
)
def test_a_list_that_cannot_be_sent_is_refused_with_its_line(rows, words):
    with pytest.raises(Refused, match=words):
        read_invitees(enumerate(rows, start=1))


def test_a_list_gives_numbers_and_strata_and_no_number_twice(app):
    survey = a_survey()
    invitees = queries.read_invitee_file("整理番号,地区,年代\nA-1,東部,30代\nA-2,西部,\n".encode("cp932"))
    assert invitees == (Invitee("A-1", {"地区": "東部", "年代": "30代"}), Invitee("A-2", {"地区": "西部"}))
    issue(survey, *invitees)
    with pytest.raises(Refused, match="もう招待"), transaction():
        commands.issue_invitations(survey, BatchDraft(InvitationKind.PERSON, "", 0, invitees), by=EDITOR)
    with pytest.raises(Refused, match="ZZ"), transaction():
        commands.mark_returned(survey, ["A-1", "ZZ"], by=EDITOR)
