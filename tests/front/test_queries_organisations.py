"""An organisation's public page holds what was said in its name, and nothing of its delegates."""

from __future__ import annotations

import pytest

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.front import queries
from participation.organisations.models import CommunityOrganisation
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import a_proposal, a_team, endorse

GUEST = visitor("k" * 20)


def say(organisation, person, body, *, name=None, visibility=Visibility.PUBLISHED, alone=False):
    subject = a_subject()
    with transaction():
        return contributions.say(
            ContributionKind.OPINION,
            body,
            subject_id=subject.id,
            visibility=visibility,
            author_id=person.id,
            organisation_id=None if alone else organisation.id,
            shown_name=organisation.name if name is None else name,
        )


def test_the_page_never_mixes_what_a_delegate_says_as_a_person(app):
    organisation, person = a_team()
    own, foreign = a_proposal(organisation, person), a_proposal(*a_team("みどり丘自治会"))
    other = a_proposal(*a_team("水辺の会"))
    endorse(foreign, person, db.session.get_one(CommunityOrganisation, organisation.id))
    endorse(other, person)
    say(organisation, person, "団体の意見")
    say(organisation, person, "個人の意見", alone=True)
    say(organisation, person, "名前を示さない意見", name="")
    say(organisation, person, "確認を待つ意見", visibility=Visibility.HELD)
    page = queries.get_organisation_page(organisation.public_id, GUEST)
    assert [each.words for each in page.said] == ["団体の意見"]
    assert page.said_count == 1
    assert [row.public_id for row in page.proposed] == [own.public_id]
    assert [row.public_id for row in page.endorsed] == [foreign.public_id]


def test_the_page_is_there_while_it_was_confirmed_once(app, client):
    organisation, _ = a_team("<script>の会")
    html = client.get(f"/organisations/{organisation.public_id}").get_data(as_text=True)
    assert "&lt;script&gt;の会" in html
    assert "まだ発言はありません" in html
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).confirmed_at = None
    with pytest.raises(NotFound):
        queries.get_organisation_page(organisation.public_id, GUEST)


def test_only_opinions_that_wait_for_the_ward_are_pending(app):
    organisation, person = a_team()
    say(organisation, person, "台帳にない発言")
    assert queries.list_unanswered_opinions(organisation.id) == []
    assert db.session.query(Contribution).count() == 1
