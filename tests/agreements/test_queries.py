"""What everybody may read of an agreement are numbers and 少数意見; its delegates read who said what."""

from __future__ import annotations

from participation.agreements import commands, queries
from participation.agreements.domain import Stance
from participation.challenges.domain import CallDraft, CallSide
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from tests.support.builders.proposals import TEXT, a_draft, a_proposal, a_team
from tests.support.people import a_delegate, actor_of


def test_the_last_word_of_each_delegate_is_marked_by_the_words_it_is_of(app):
    organisation, writer = a_team()
    draft, other = a_draft(organisation, writer), a_delegate(organisation)
    words = [TEXT.as_dict(), TEXT.as_dict() | {"purpose": "別の目的"}]
    with transaction():
        for number, each in enumerate(words):
            commands.say_of(
                organisation.id,
                "proposals.submit",
                each,
                draft.public_id,
                Stance.AGREES,
                f"{number}回目",
                is_note_public=False,
                by=actor_of(other),
            )
    waits = queries.find_agreement(organisation.id, "proposals.submit", words[1], draft.public_id)
    [line] = queries.list_voices_about(organisation.id, "proposals.submit", draft.public_id, waits.words_key)
    assert (line.note, line.is_present) == ("1回目", True)
    assert queries.count_agreeing(waits) == 1
    assert queries.list_pending_of(organisation.id) == [], "a draft stands in the list of drafts"


def test_nothing_is_published_of_what_was_not_carried_out_or_of_another_organisation(app):
    organisation, writer = a_team()
    proposal = a_proposal(organisation, writer)
    other, delegate = a_team("よその会")
    with transaction():
        db.session.get_one(CommunityOrganisation, other.id).approvals_needed = 1
        waiting = commands.ask(
            other.id, "proposals.endorse", {"text_version": 1}, proposal.public_id, by=actor_of(delegate)
        )
        commands.say(waiting, Stance.AGREES, "急ぎすぎ", is_note_public=True, by=actor_of(delegate))
    assert not queries.published_about(proposal.public_id, other.id)
    with transaction():
        commands.carry_out(waiting, by=actor_of(delegate))
    assert queries.published_about(proposal.public_id, other.id).minority == ("急ぎすぎ",)
    assert not queries.published_about(proposal.public_id, organisation.id)
    assert not queries.published_about(proposal.public_id, None), "who speaks for themselves asks nobody"


def test_other_words_are_another_agreement(app):
    organisation, writer = a_team()
    draft = CallDraft(CallSide.NEEDS, "人手", "週に一度", ("people",), contact="03-0000-1111")
    with transaction():
        waiting = commands.ask(organisation.id, "challenges.call", draft.as_words(), by=actor_of(writer))
    assert queries.find_agreement(organisation.id, "challenges.call", draft.as_words()) is waiting
    for change in ({"text": "月に一度"}, {"contact": "03-9999-9999"}, {"apply_until": "2027-01-01"}):
        words = draft.as_words() | change
        assert queries.find_agreement(organisation.id, "challenges.call", words) is None, change
