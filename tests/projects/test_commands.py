"""Projects are set up, gather, are published and end with what came of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.projects import commands, queries
from participation.projects.commands import ProjectDraft
from participation.projects.domain import group_of, in_order
from tests.support.builders.challenges import a_challenge
from tests.support.builders.consultations import a_subject
from tests.support.builders.projects import OFFICER, a_project


def test_an_address_is_plain_and_given_once(app, clock):
    project = a_project()
    draft = ProjectDraft("midori", "べつの題名", "べつの文", project.section_id)
    for code, why in (("みどり", "半角"), ("-midori", "半角"), ("a" * 41, "半角"), ("midori", "ほかの")):
        with pytest.raises(Refused, match=why), transaction():
            commands.draft_project(replace(draft, code=code), by=OFFICER)


def test_what_is_gathered_twice_stands_once_and_only_what_has_a_page_is_gathered(app, clock):
    challenge, strange = a_challenge(), a_subject()
    project = a_project("midori", challenge.subject_id)
    with transaction():
        commands.gather(project, [challenge.subject_id], "もう一度", by=OFFICER)
    assert queries.count_entries(project) == 1
    with pytest.raises(Refused, match="選び直して"), transaction():
        commands.gather(project, [strange.id], "", by=OFFICER)
    with pytest.raises(Refused, match="選んで"), transaction():
        commands.gather(project, [], "", by=OFFICER)
    (_, (line,)) = queries.show_project(project, OFFICER).groups[0]
    with transaction():
        commands.leave_out(queries.get_entry(project, line.id), project, by=OFFICER)
    assert queries.show_project(project, OFFICER).is_empty


def test_an_ended_project_keeps_its_page_and_takes_nothing_more(app, clock):
    challenge, project = a_challenge(), a_project()
    with pytest.raises(Refused, match="結果"), transaction():
        commands.end_project(project, " ", by=OFFICER)
    with transaction():
        commands.end_project(project, "12か所に木を植えました。", by=OFFICER)
    assert queries.get_published("midori").outcome == "12か所に木を植えました。"
    with pytest.raises(Denied, match="終わった"), transaction():
        commands.gather(project, [challenge.subject_id], "", by=OFFICER)
    with pytest.raises(Denied), transaction():
        commands.publish_project(project, by=OFFICER)


def test_two_officers_who_edit_at_once_are_told_of_it(app, clock):
    project = a_project()
    draft, seen = ProjectDraft("midori", "新しい題名", "文", project.section_id), project.version
    with transaction():
        commands.revise_project(project, draft, seen, by=OFFICER)
    with pytest.raises(Conflict), transaction():
        commands.revise_project(project, draft, seen, by=OFFICER)
    assert db.session.merge(project).title == "新しい題名"


def test_groups_stand_in_the_order_of_the_page_and_what_is_unknown_comes_last():
    names = {group_of(kind) for kind in ("unknown", "gathering", "plan_node", "proposal")}
    assert in_order(names) == ["計画の項目", "団体の提案", "集まり", "そのほか"]
