"""Drafts without the web: kept, given a link, taken into an account, let go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.jobs import retention
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, Respondent
from participation.surveys.models import CodeAttempt, ResponseDraft
from tests.support.builders.surveys import EDITOR, a_survey, a_visitor, answer
from tests.support.people import a_resident, actor_of


def save(survey, by, **given):
    with transaction():
        return commands.save_draft(survey, {code: [value] for code, value in given.items()}, by=by)


def drafts():
    return db.session.scalar(select(func.count()).select_from(ResponseDraft))


def test_a_visitors_draft_is_kept_as_typed_and_as_often_as_it_is_saved(app):
    survey, who = a_survey(), a_visitor()
    seed = save(survey, who, q4="途中").seed
    draft = save(survey, who, q4="途中まで", q9="ない設問", q1="")
    assert (draft.given, draft.seed, drafts()) == ({"q4": ["途中まで"]}, seed, 1)
    answer(survey, by=who, q1="a1")
    assert drafts() == 0


def test_what_the_database_cannot_hold_and_what_is_endless_is_left_out(app):
    survey, who = a_survey(), a_visitor()
    draft = save(survey, who, q4="前\x00\ud800後", q2="あ" * 20_001)
    assert draft.given == {"q4": ["前後"]}


def test_the_secret_is_given_once_and_only_its_hash_is_kept(app):
    survey, who = a_survey(), a_visitor()
    me = Respondent(queries.respondent_key(survey, who))
    with pytest.raises(Refused, match="まだありません"), transaction():
        commands.give_link(survey, respondent=me, by=who)
    save(survey, who, q1="a1")
    with transaction():
        secret = commands.give_link(survey, respondent=me, by=who)
    draft = queries.find_draft_by_secret(survey, f"{secret[:10].upper()}-{secret[10:]}")
    assert draft.respondent_key == me.key
    assert secret not in repr(vars(draft))
    for wrong in ("", "zz", "x" * 50, secret[:-1]):
        assert queries.find_draft_by_secret(survey, wrong) is None
    assert queries.find_draft_by_secret(a_survey(), secret) is None


def test_a_draft_is_taken_into_an_account_that_has_none_of_its_own(app):
    survey, who, member = a_survey(), a_visitor(), actor_of(a_resident())
    mine = Respondent(queries.respondent_key(survey, member))
    draft = save(survey, who, q1="a2")
    with transaction():
        commands.adopt_draft(survey, db.session.merge(draft), respondent=mine, by=member)
    assert queries.find_draft(survey, member).given == {"q1": ["a2"]}
    again = save(survey, who, q1="a1")
    with pytest.raises(Conflict, match="アカウントにも"), transaction():
        commands.adopt_draft(survey, db.session.merge(again), respondent=mine, by=member)


def test_after_the_closing_nothing_more_is_kept_but_what_was_kept_stays(app, clock):
    survey, who = a_survey(days=1), a_visitor()
    save(survey, who, q1="a1")
    clock.advance(timedelta(days=1))
    with pytest.raises(Denied, match="締め切りました"):
        save(survey, who, q1="a2")
    assert queries.find_draft(survey, who).given == {"q1": ["a1"]}


def test_a_trial_is_kept_under_a_key_of_its_own_and_is_nobodys_answer(app):
    survey = a_survey(published=False)
    staff = EDITOR
    me = Respondent("test:7")
    with transaction():
        commands.save_trial(survey, {"q1": ["a1"]}, section="s1", respondent=me, by=staff)
    assert drafts() == 1
    for act in (commands.save_trial, commands.drop_trial):
        arguments = {"section": "s1"} if act is commands.save_trial else {}
        given = ({},) if act is commands.save_trial else ()
        with pytest.raises(ValueError, match="trial"), transaction():
            act(survey, *given, respondent=Respondent("person:7"), by=staff, **arguments)
    with transaction():
        commands.drop_trial(survey, respondent=me, by=staff)
    assert drafts() == 0


def test_wrong_codes_are_counted_by_network_for_ten_minutes(app, clock):
    survey, who = a_survey(audience=Audience.INVITED), a_visitor()
    for _ in range(10):
        with transaction():
            commands.refuse_guessing(survey, "192.0.2.1", by=who)
            commands.note_wrong_code(survey, "192.0.2.1", by=who)
    with pytest.raises(Refused, match="10分"), transaction():
        commands.refuse_guessing(survey, "192.0.2.1", by=who)
    with transaction():
        commands.refuse_guessing(survey, "192.0.2.2", by=who)
    clock.advance(timedelta(minutes=11))
    with transaction():
        commands.refuse_guessing(survey, "192.0.2.1", by=who)
    assert "192.0.2" not in str(db.session.scalars(select(CodeAttempt.network_hash)).all())


def test_drafts_and_wrong_codes_are_let_go_when_their_time_is_over(app, clock):
    survey, who = a_survey(audience=Audience.INVITED), a_visitor()
    other = a_survey(title="ほか", days=200)
    save(other, who, q1="a1")
    with transaction():
        commands.note_wrong_code(survey, "192.0.2.1", by=who)
    clock.advance(timedelta(days=91))
    with transaction():
        for rule in retention.all_rules():
            if rule.name.startswith("survey_"):
                rule.forget(clock.moment - rule.period)
    assert drafts() == 0
    assert db.session.scalar(select(func.count()).select_from(CodeAttempt)) == 0
    resident = actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.forget_drafts(clock.moment, by=resident)
    with transaction():
        assert commands.forget_drafts(clock.moment, by=system("tests")) == 0
    assert Role.SYSTEM in system("tests").roles
