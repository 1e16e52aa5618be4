"""Drafting together, approving inside the organisation, documents, items: and nothing after the term."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from participation.access.actors import Right
from participation.agreements import queries as agreed
from participation.agreements.domain import Stance
from participation.agreements.queries import published_about
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.foundation.file_kinds import check_file
from participation.organisations.models import CommunityOrganisation
from participation.people import queries as people
from participation.proposals import commands, queries
from participation.proposals.commands import EditConflict
from participation.proposals.domain import ProposalText
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import TEXT, a_draft, a_proposal, a_team
from tests.support.people import a_delegate, actor_of


def write(proposal, text, seen, person):
    with transaction():
        commands.write_draft(proposal, text, seen, by=actor_of(person))


def test_two_who_write_different_parts_at_once_are_joined_also_while_one_keeps_saving(app):
    organisation, one = a_team()
    other = a_delegate(organisation)
    proposal = a_draft(organisation, one)
    opened = proposal.version
    write(proposal, ProposalText(TEXT.title, purpose="一の目的"), opened, one)
    write(proposal, ProposalText(TEXT.title, roles="他の役割"), opened, other)
    # The first one's form still holds no roles; what the other wrote there must stay.
    write(proposal, ProposalText(TEXT.title, purpose="一の目的、続き"), opened, one)
    assert (proposal.purpose, proposal.roles) == ("一の目的、続き", "他の役割")
    write(proposal, ProposalText(TEXT.title, roles="他の役割、続き"), opened, other)
    assert (proposal.purpose, proposal.roles) == ("一の目的、続き", "他の役割、続き")


def test_who_comes_second_at_the_same_part_gets_both_wordings_and_nothing_is_saved(app):
    organisation, one = a_team()
    other = a_delegate(organisation)
    proposal = a_draft(organisation, one)
    opened = proposal.version
    write(proposal, ProposalText(TEXT.title, purpose="一の目的", cost="3万円"), opened, one)
    with pytest.raises(EditConflict) as conflict:
        write(proposal, ProposalText(TEXT.title, purpose="他の目的"), opened, other)
    merged = conflict.value.merged
    assert merged.conflicts == {"purpose": ("一の目的", "他の目的")}
    assert merged.text.cost == "3万円"
    assert proposal.purpose == "一の目的"
    write(proposal, merged.text, conflict.value.version, other)
    assert (proposal.purpose, proposal.cost) == ("他の目的", "3万円")


def test_every_wording_is_kept_and_compared_by_stretches_of_writing(app, clock):
    organisation, one = a_team()
    other = a_delegate(organisation)
    proposal = a_draft(organisation, one)
    for words in ("あ", "あい", "あいう"):
        write(proposal, ProposalText(TEXT.title, purpose=words), proposal.version, one)
    clock.advance(timedelta(minutes=11))
    write(proposal, ProposalText(TEXT.title, purpose="あいうえ"), proposal.version, one)
    write(proposal, ProposalText(TEXT.title, purpose="別"), proposal.version, other)
    lines = queries.list_revision_lines(proposal)
    assert [line.number for line in lines] == [3, 2, 1]
    before, after, line = queries.get_revision_pair(proposal, 3)
    assert (before.purpose, after.purpose, line.name) == ("あいうえ", "別", other.nickname)


def approve(proposal, person, stance=Stance.AGREES, note="", public=False):
    with transaction():
        commands.approve_draft(proposal, stance, note, is_note_public=public, by=actor_of(person))


def submit(proposal, text, person):
    with transaction():
        commands.submit_proposal(proposal, text, proposal.version, by=actor_of(person))


def test_what_needs_approval_goes_out_only_with_enough_of_it_for_these_very_words(app):
    organisation, one = a_team()
    other, third = a_delegate(organisation, rights=[Right.APPROVE]), a_delegate(organisation)
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).approvals_needed = 2
    proposal = a_draft(organisation, one)
    write(proposal, TEXT, proposal.version, one)
    approve(proposal, one)
    with pytest.raises(Refused, match="あと1人"):
        submit(proposal, TEXT, one)
    with pytest.raises(Refused) as refusal:
        approve(proposal, third, Stance.DISAGREES)
    assert refusal.value.field == "note"
    approve(proposal, third, Stance.DISAGREES, "掲示板は9か所が先です。", public=True)
    approve(proposal, other)
    with pytest.raises(Refused, match="あと2人"):
        submit(proposal, replace(TEXT, purpose="だれも読んでいない目的"), one)
    submit(proposal, TEXT, one)
    told = published_about(proposal.public_id, organisation.id)
    assert (told.agreed, told.minority) == (2, ("掲示板は9か所が先です。",))


def test_the_approval_of_somebody_who_left_no_longer_counts(app, clock):
    organisation, one = a_team()
    proposal = a_draft(organisation, one)
    other = a_delegate(organisation)
    approve(proposal, other)
    [waits] = agreed.list_waiting(organisation.id, "proposals.submit", proposal.public_id)
    assert agreed.count_agreeing(waits) == 1
    with transaction():
        people.get_membership(organisation, other.public_id).ended_at = clock.moment
    assert agreed.count_agreeing(waits) == 0


PDF = check_file("見取り図.pdf", b"%PDF-1.7 " + b"/Type /Page " * 200)


def attach(proposal, person, file=PDF, description="見取り図"):
    with transaction():
        commands.attach_file(proposal, file, description, by=actor_of(person))


def test_documents_are_added_once_described_and_taken_away(app):
    organisation, one = a_team()
    proposal = a_draft(organisation, one)
    for file, description, field in ((PDF, " ", "description"),):
        with pytest.raises(Refused) as refusal:
            attach(proposal, one, file, description)
        assert refusal.value.field == field
    attach(proposal, one)
    with pytest.raises(Refused, match="同じファイル"):
        attach(proposal, one)
    (kept,) = queries.list_attachments(proposal)
    with transaction():
        commands.remove_attachment(kept, proposal, by=actor_of(one))
    assert list(queries.list_attachments(proposal)) == []


def test_a_proposal_is_found_at_every_item_it_is_about(app):
    organisation, one = a_team()
    proposal, second = a_proposal(organisation, one), a_subject()
    with transaction():
        commands.tie_proposal(proposal, [second.id, proposal.about_id], by=actor_of(one))
    assert queries.on_subjects([second.id], actor_of(one)).total == 1
    assert queries.list_proposals(actor_of(one), about=second.public_id).total == 1
    with pytest.raises(Refused), transaction():
        commands.tie_proposal(proposal, [999_999], by=actor_of(one))


def test_whose_term_ended_while_a_page_was_open_changes_nothing(app, clock):
    organisation, one = a_team()
    draft, submitted = a_draft(organisation, one), a_proposal(organisation, one)
    foreign = a_proposal(*a_team("みどり丘自治会"))
    left_open = actor_of(one)
    with transaction():
        people.get_membership(organisation, one.public_id).ended_at = clock.moment
    row = db.session.get_one(CommunityOrganisation, organisation.id)
    for act in (
        lambda: commands.draft_proposal(row, draft.about_id, "題", by=left_open),
        lambda: commands.write_draft(draft, TEXT, draft.version, by=left_open),
        lambda: commands.submit_proposal(draft, TEXT, draft.version, by=left_open),
        lambda: commands.discard_draft(draft, by=left_open),
        lambda: commands.approve_draft(draft, Stance.AGREES, "", is_note_public=False, by=left_open),
        lambda: commands.attach_file(draft, PDF, "図", by=left_open),
        lambda: commands.tie_proposal(draft, [], by=left_open),
        lambda: commands.revise_proposal(submitted, TEXT, submitted.version, by=left_open),
        lambda: commands.withdraw_proposal(submitted, by=left_open),
        lambda: commands.endorse_proposal(foreign, row, by=left_open),
        lambda: commands.offer_merge(submitted, foreign, "一緒に", by=left_open),
        lambda: commands.offer_amendment(foreign, "purpose", "別の目的", "理由", row, by=left_open),
    ):
        with pytest.raises(Denied), transaction():
            act()
