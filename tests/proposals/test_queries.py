"""Reading proposals: lists in the order of the day, and what may be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.organisations.models import CommunityOrganisation
from participation.proposals import commands, queries
from participation.proposals.domain import ProposalText
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import OFFICER, a_draft, a_proposal, a_team, advance, endorse
from tests.support.people import a_resident, actor_of

GUEST = visitor("k" * 20)


def selects(ask):
    seen = []

    def listen(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return [text for text in seen if text.lstrip().upper().startswith("SELECT")]


def titles(found):
    return [row.title for row in found.rows]


def hide(proposal, visibility):
    with transaction():
        said = db.session.get_one(Contribution, proposal.contribution_id)
        contributions.change_visibility(said, visibility, reason="名誉を傷つける表現があるため")


def test_the_order_is_the_same_all_day_another_tomorrow_and_never_that_of_endorsements(app, clock):
    team = a_team()
    proposals = [a_proposal(*team, title=f"提案{number}") for number in range(6)]
    for _ in range(5):
        endorse(proposals[3], a_resident())
    today = titles(queries.list_proposals(GUEST))
    clock.advance(timedelta(hours=9))
    assert titles(queries.list_proposals(GUEST)) == today
    orders = set()
    for _ in range(10):
        clock.advance(timedelta(days=1))
        orders.add(tuple(titles(queries.list_proposals(GUEST))))
    assert len(orders) > 5
    assert {order[0] for order in orders} != {"提案3"}
    assert titles(queries.list_proposals(GUEST, newest_first=True)) == [
        f"提案{n}" for n in (5, 4, 3, 2, 1, 0)
    ]


def test_a_list_takes_one_query_and_pages_hold_everything_once(app):
    team, about = a_team(), a_subject().id
    for number in range(23):
        a_proposal(*team, title=f"提案{number}", about=about)
    pages = []
    assert len(selects(lambda: pages.append(queries.list_proposals(GUEST)))) == 1
    pages.append(queries.list_proposals(GUEST, page=2))
    assert (pages[0].total, pages[0].has_more, pages[1].has_more) == (23, True, False)
    assert len({*titles(pages[0]), *titles(pages[1])}) == 23
    assert queries.list_proposals(GUEST, page=10**9).rows == ()


def test_lists_are_narrowed_by_stage_and_subject(app):
    team, about = a_team(), a_subject("別の視点")
    one = a_proposal(*team, title="一")
    a_proposal(*team, title="二", about=about.id)
    advance(one, "checking")
    assert titles(queries.list_proposals(GUEST, stage="checking")) == ["一"]
    assert titles(queries.list_proposals(GUEST, about=about.public_id)) == ["二"]
    assert len(titles(queries.list_proposals(GUEST, stage="zzz"))) == 2
    assert queries.list_proposals(GUEST, about="zzz").total == 0


def test_a_page_finds_its_proposals_in_one_query_with_both_counts_apart(app):
    team, about = a_team(), a_subject().id
    for number in range(7):
        last = a_proposal(*team, title=f"提案{number}", about=about)
    neighbour, delegate = a_team("みどり丘自治会")
    endorse(last, delegate, neighbour)
    endorse(last, delegate)
    endorse(last, a_resident())
    found = []
    assert len(selects(lambda: found.append(queries.on_subjects([about], GUEST)))) == 1
    assert (len(found[0].proposals), found[0].total) == (5, 7)
    rows = queries.list_proposals(GUEST).rows
    assert [(r.person_count, r.organisation_count) for r in rows if r.title == last.title] == [(2, 1)]
    assert queries.on_subjects([10**6], GUEST) == queries.ProposalsOnPage()


def test_drafts_are_found_by_their_organisation_only(app):
    organisation, delegate = a_team()
    draft = a_draft(organisation, delegate)
    assert queries.get_draft(draft.public_id, actor_of(delegate)) is not None
    for actor in (GUEST, OFFICER, actor_of(a_resident()), actor_of(a_team("よその会")[1])):
        with pytest.raises(NotFound):
            queries.get_draft(draft.public_id, actor)
        assert queries.list_proposals(actor).total == 0
    with pytest.raises(NotFound):
        queries.get_submitted(draft.public_id)
    assert [row[0].id for row in queries.list_of_organisations(actor_of(delegate))] == [draft.id]


def test_a_hidden_proposal_leaves_the_lists_and_its_page_says_why(app):
    proposal = a_proposal()
    hide(proposal, Visibility.HIDDEN)
    assert queries.list_proposals(GUEST).total == 0
    assert queries.list_proposals(OFFICER).total == 1
    page = queries.show_proposal(proposal, GUEST)
    assert (page.is_readable, page.visibility_reason) == (False, "名誉を傷つける表現があるため")


def test_a_held_proposal_is_known_to_its_organisation_and_staff_only(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    hide(proposal, Visibility.HELD)
    with pytest.raises(NotFound):
        queries.show_proposal(proposal, GUEST)
    assert queries.show_proposal(proposal, actor_of(delegate)).is_readable
    assert queries.show_proposal(proposal, OFFICER).is_readable


def test_the_page_says_what_the_reader_and_their_organisations_did(app):
    proposal = a_proposal()
    neighbour, delegate = a_team("みどり丘自治会")
    endorse(proposal, delegate, neighbour)
    page = queries.show_proposal(proposal, actor_of(delegate))
    assert page.endorsed_as_person is False
    assert page.own_organisations == ((neighbour.public_id, "みどり丘自治会", True),)
    assert queries.show_proposal(proposal, GUEST).own_organisations == ()


def test_texts_around_a_version_that_does_not_exist_are_not_found(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    with pytest.raises(NotFound):
        queries.get_texts_around(proposal, queries.list_versions(proposal), 1)
    with transaction():
        commands.revise_proposal(
            proposal,
            ProposalText(**{**queries.text_of(proposal).as_dict(), "purpose": "新しい目的"}),
            proposal.version,
            by=actor_of(delegate),
        )
    before, after = queries.get_texts_around(proposal, queries.list_versions(proposal), 1)
    assert before.purpose != after.purpose == "新しい目的"
    for number in (0, 2, 10**12):
        with pytest.raises(NotFound):
            queries.get_texts_around(proposal, queries.list_versions(proposal), number)


def test_an_endorsing_organisation_that_ended_its_registration_is_marked_and_still_counted(app, clock):
    proposal = a_proposal()
    neighbour, delegate = a_team("みどり丘自治会")
    endorse(proposal, delegate, neighbour)
    with transaction():
        db.session.get_one(CommunityOrganisation, neighbour.id).withdrawn_at = clock.moment
    page = queries.show_proposal(proposal, GUEST)
    assert page.organisations == (("みどり丘自治会（登録を終えた団体）", False),)
