"""A project's page shows what may be read, in as many queries for much as for little."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.projects import queries
from tests.support.builders.challenges import a_call, a_challenge, an_idea, words_of
from tests.support.builders.gatherings import a_gathering, a_prepared_gathering
from tests.support.builders.projects import OFFICER, a_project
from tests.support.builders.proposals import a_proposal, a_team


def test_a_project_shows_how_far_each_thing_is_and_leaves_out_what_is_hidden(app, clock):
    organisation, delegate = a_team()
    proposal, call = a_proposal(organisation, delegate), a_call(organisation, delegate)
    idea, challenge = an_idea(), a_challenge()
    project = a_project("midori", proposal.subject_id, call.subject_id, idea.subject_id, challenge.subject_id)
    shown = {
        name: entries[0].status and entries[0].status[0]
        for name, entries in queries.show_project(project, visitor()).groups
    }
    assert shown == {
        "区政課題": "アイデア募集中",
        "アイデア": None,
        "団体の提案": "受付",
        "協力の募集": "募集中",
    }
    with transaction():
        for said in (words_of(idea), db.session.get_one(Contribution, proposal.contribution_id)):
            contributions.change_visibility(said, Visibility.HIDDEN, reason="ルール")
    assert [name for name, _ in queries.show_project(project, visitor()).groups] == ["区政課題", "協力の募集"]


def test_a_gathering_stands_in_a_project_once_it_is_announced(app, clock):
    announced, draft = a_gathering(), a_prepared_gathering()
    project = a_project("midori", announced.subject_id, draft.subject_id)
    ((name, (line,)),) = queries.show_project(project, visitor()).groups
    assert (name, line.title, line.status[0]) == ("集まり", announced.title, "これから")


def test_the_page_takes_as_many_queries_for_many_entries_as_for_one(app, clock):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    def counted(project):
        db.session.rollback()
        seen.clear()
        queries.show_project(project, visitor())
        return len([each for each in seen if each.startswith("SELECT")])

    one = a_project("one", a_challenge().subject_id)
    many = a_project("many", *(a_challenge().subject_id for _ in range(5)))
    assert counted(one) == counted(many) <= 10


def test_what_can_be_gathered_is_found_by_words_and_drafts_are_nobodys(app, clock):
    challenge, draft = a_challenge(), a_challenge(is_posted=False)
    project = a_project(is_published=False)
    found = queries.find_subjects(project, "通学路")
    assert [subject_id for subject_id, _ in found] == [challenge.subject_id]
    assert draft.subject_id not in dict(found)
    assert queries.find_subjects(project, " ") == []
    with pytest.raises(NotFound):
        queries.get_published("midori")
    assert queries.list_projects() == []
    assert len(queries.list_projects(is_desk=True)) == 1


def test_a_subject_leads_to_the_projects_that_gather_it(app, clock):
    challenge = a_challenge()
    a_project("midori", challenge.subject_id)
    a_project("draft", challenge.subject_id, is_published=False)
    assert queries.on_subjects([challenge.subject_id]) == (("みどりを育てる", "/projects/midori"),)
    assert (
        queries.show_project(queries.get_project("midori"), OFFICER).groups[0][1][0].note == "土をつくります"
    )
