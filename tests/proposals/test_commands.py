"""Writing, submitting, endorsing and deciding proposals, without the web."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.audit.models import AuditEntry
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution, ContributionVersion
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.proposals import commands, queries
from participation.proposals.domain import ProposalText
from participation.proposals.models import OrganisationEndorsement, PersonEndorsement, Proposal, StageChange
from participation.subjects.models import Subject
from tests.support.builders.proposals import (
    OFFICER,
    TEXT,
    a_draft,
    a_proposal,
    a_team,
    advance,
    endorse,
)
from tests.support.people import a_delegate, a_resident, a_section, actor_of


def changed(**parts):
    return ProposalText(**{**TEXT.as_dict(), **parts})


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_draft_is_nowhere_in_public_and_not_in_the_register(app):
    organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate)
    assert (proposal.subject_id, proposal.contribution_id, proposal.submitted_at) == (None, None, None)
    assert count(Contribution) == 0


def test_submitting_gives_it_one_subject_one_contribution_and_its_first_stage(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    said = db.session.get_one(Contribution, proposal.contribution_id)
    assert (said.kind, said.visibility, said.shown_name) == (
        ContributionKind.PROPOSAL,
        Visibility.PUBLISHED,
        organisation.name,
    )
    assert (said.subject_id, said.organisation_id, said.author_id) == (
        proposal.about_id,
        organisation.id,
        delegate.id,
    )
    subject = db.session.get_one(Subject, proposal.subject_id)
    assert (subject.kind, subject.reference, subject.title) == ("proposal", proposal.public_id, TEXT.title)
    assert subject.opened_at is not None
    assert [step.stage for step in db.session.scalars(select(StageChange))] == ["received"]
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "proposals.submit")).one()
    with pytest.raises(Denied), transaction():
        commands.submit_proposal(proposal, TEXT, proposal.version, by=actor_of(delegate))


@pytest.mark.parametrize("part", ["title", "purpose", "roles", "resources", "request"])
def test_a_proposal_with_a_part_missing_is_not_submitted(app, part):
    organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate)
    with pytest.raises(Refused) as refused, transaction():
        commands.submit_proposal(proposal, changed(**{part: "  "}), proposal.version, by=actor_of(delegate))
    assert refused.value.field == part
    assert queries.get_proposal(proposal.public_id).submitted_at is None


def test_a_colleague_does_not_write_over_words_they_have_not_seen(app):
    organisation, one = a_team()
    other = a_delegate(organisation)
    proposal = a_draft(organisation, one)
    seen = proposal.version
    for words in ("一", "二"):
        with transaction():
            commands.write_draft(proposal, changed(purpose=words), seen, by=actor_of(one))
    with pytest.raises(Conflict), transaction():
        commands.write_draft(proposal, changed(purpose="他"), seen, by=actor_of(other))
    with transaction():
        commands.write_draft(proposal, changed(purpose="続き"), proposal.version, by=actor_of(other))
    assert proposal.purpose == "続き"


def test_a_draft_is_thrown_away_and_a_submitted_one_is_not(app):
    organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate)
    with transaction():
        commands.discard_draft(proposal, by=actor_of(delegate))
    assert count(Proposal) == 0
    submitted = a_proposal(organisation, delegate)
    with pytest.raises(Denied), transaction():
        commands.discard_draft(submitted, by=actor_of(delegate))


def test_an_edit_after_endorsements_keeps_the_text_that_was_endorsed(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    neighbour, their_delegate = a_team("みどり丘自治会")
    endorse(proposal, their_delegate, neighbour)
    endorse(proposal, a_resident())
    with transaction():
        commands.revise_proposal(
            proposal,
            changed(title="要点を掲示板と回覧板に載せる"),
            proposal.version,
            by=actor_of(delegate),
        )
    (version,) = queries.list_versions(proposal)
    assert (version.number, version.text["title"], version.endorsement_count) == (1, TEXT.title, 2)
    assert proposal.text_version == 2
    page = queries.show_proposal(proposal, actor_of(delegate))
    assert page.organisations == (("みどり丘自治会", True),)
    assert count(ContributionVersion) == 1
    assert db.session.get_one(Subject, proposal.subject_id).title == "要点を掲示板と回覧板に載せる"


def test_an_edit_that_changes_nothing_makes_no_version(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    with transaction():
        commands.revise_proposal(proposal, TEXT, proposal.version, by=actor_of(delegate))
    assert list(queries.list_versions(proposal)) == []


def test_the_words_rest_while_the_ward_considers(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    advance(proposal, "checking", "considering")
    with pytest.raises(Denied), transaction():
        commands.revise_proposal(proposal, changed(purpose="別"), proposal.version, by=actor_of(delegate))


def test_endorsing_twice_is_once_and_people_and_organisations_are_apart(app):
    proposal = a_proposal()
    neighbour, delegate = a_team("みどり丘自治会")
    for _ in range(2):
        endorse(proposal, delegate)
        endorse(proposal, delegate, neighbour)
    assert (count(PersonEndorsement), count(OrganisationEndorsement)) == (1, 1)
    with transaction():
        commands.take_back_endorsement(proposal, neighbour, by=actor_of(delegate))
    assert (count(PersonEndorsement), count(OrganisationEndorsement)) == (1, 0)
    with transaction():
        commands.take_back_endorsement(proposal, by=actor_of(delegate))
    assert count(PersonEndorsement) == 0


def test_every_step_has_its_reason_its_date_and_its_section(app, clock):
    proposal, section = a_proposal(), a_section("地域振興課")
    with transaction():
        commands.advance_proposal(proposal, "checking", " 書類がそろいました。 ", section.id, by=OFFICER)
    step = queries.show_proposal(proposal, OFFICER).steps[-1]
    assert (step.stage.name, step.reason, step.section, step.at) == (
        "要件確認",
        "書類がそろいました。",
        "地域振興課",
        clock.moment,
    )


@pytest.mark.parametrize(
    ("stage", "reason"), [("adopted", "飛ばす"), ("received", "戻す"), ("zzz", "ない"), ("checking", "  ")]
)
def test_a_stage_is_not_skipped_and_never_changed_without_a_reason(app, stage, reason):
    proposal = a_proposal()
    with pytest.raises(Refused), transaction():
        commands.advance_proposal(proposal, stage, reason, None, by=OFFICER)
    assert proposal.stage == "received"


def test_after_the_outcome_nobody_endorses_withdraws_or_advances(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    advance(proposal, "checking", "considering", "declined")
    with pytest.raises(Denied):
        endorse(proposal, a_resident())
    with pytest.raises(Denied), transaction():
        commands.withdraw_proposal(proposal, by=actor_of(delegate))
    with pytest.raises(Denied):
        advance(proposal, "adopted")


def test_withdrawing_leaves_a_trace_and_closes_the_talk(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    with transaction():
        commands.withdraw_proposal(proposal, by=actor_of(delegate))
    said = db.session.get_one(Contribution, proposal.contribution_id)
    assert said.visibility is Visibility.WITHDRAWN
    assert db.session.get_one(Subject, proposal.subject_id).closed_at is not None
    with pytest.raises(Denied):
        endorse(proposal, a_resident())


def test_fifty_endorsements_of_one_person_at_once_are_one(app):
    proposal, actor = a_proposal(), actor_of(a_resident())
    proposal_id, barrier, errors = proposal.id, Barrier(50), []

    def run():
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    commands.endorse_proposal(db.session.get_one(Proposal, proposal_id), by=actor)
            except Exception as error:
                errors.append(error)

    db.session.rollback()
    threads = [Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
    assert count(PersonEndorsement) == 1
    assert (
        count(AuditEntry)
        == db.session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action != "proposals.endorse")
        )
        + 1
    )
