"""Who may vote: anyone, an account, a standing that was said or confirmed, a resident whom the ward knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import visitor
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.foundation.ids import new_token
from participation.people import commands as people
from participation.people.domain import Standing
from participation.people.models import PersonStanding
from participation.votes import queries
from participation.votes.domain import Audience
from participation.votes.models import Participation
from tests.support.builders.votes import a_vote, a_vote_draft, cast
from tests.support.page import PageClient
from tests.support.people import a_resident, actor_of, confirm, log_in

LIVES, WORKS = Standing.LIVES, Standing.WORKS


def who_says(standing):
    person = a_resident()
    with transaction():
        db.session.add(PersonStanding(person_id=person.id, standing=standing))
    return person


def voters():
    """Everybody who might come, by what the ward knows of them."""
    return {
        "a visitor": visitor(new_token()),
        "an account": actor_of(a_resident()),
        "says to live here": actor_of(who_says(LIVES)),
        "confirmed to work here": actor_of(confirm(a_resident(), WORKS)),
        "confirmed to live here": actor_of(confirm(a_resident(), LIVES)),
    }


@pytest.mark.parametrize(
    ("audience", "standings", "may"),
    [
        (Audience.ANYONE, (), 5),
        (Audience.ACCOUNT, (), 4),
        (Audience.STANDING, ("lives",), 2),
        (Audience.STANDING, ("lives", "works"), 3),
        (Audience.CONFIRMED, ("lives", "works"), 2),
        (Audience.CONFIRMED, ("works",), 1),
        (Audience.RESIDENT, (), 1),
    ],
)
def test_each_audience_lets_those_vote_whom_it_names_and_nobody_else(app, audience, standings, may):
    vote = a_vote(audience=audience, standings=standings)
    voted = set()
    for name, who in voters().items():
        try:
            cast(vote, by=who)
            voted.add(name)
        except (Denied, Refused):
            continue
    expected = {
        (Audience.CONFIRMED, 2): {"confirmed to work here", "confirmed to live here"},
        (Audience.CONFIRMED, 1): {"confirmed to work here"},
        (Audience.RESIDENT, 1): {"confirmed to live here"},
        (Audience.STANDING, 2): {"says to live here", "confirmed to live here"},
    }
    assert len(voted) == may
    assert voted == expected.get((audience, may), voted)


def test_a_confirmation_that_is_over_lets_nobody_vote(app, clock):
    person = confirm(a_resident(), LIVES)
    clock.advance(timedelta(days=731))
    for audience, standings in ((Audience.RESIDENT, ()), (Audience.CONFIRMED, ("lives",))):
        with pytest.raises(Refused, match="区が確認した人"):
            cast(a_vote(audience=audience, standings=standings), by=actor_of(person))


def test_a_resident_has_one_vote_whatever_account_they_use(app):
    vote, first = a_vote(audience=Audience.RESIDENT), confirm(a_resident(), LIVES, ledger="A-1")
    cast(vote, "agree", actor_of(first))
    with transaction():
        people.erase_own_account(first, by=actor_of(first))
    again = actor_of(confirm(a_resident(), LIVES, ledger="A-1"))
    assert queries.find_own_ballot(vote, again).content == "agree"
    cast(vote, "disagree", again)
    assert queries.count_voters(vote) == 1
    keys = db.session.scalars(select(Participation.voter_key)).all()
    assert [key.startswith("resident:") and "A-1" not in key for key in keys] == [True]
    (shown,) = queries.on_subjects([vote.subject_id], again).votes
    assert shown.mine == "disagree"


@pytest.mark.parametrize(("standings", "why"), [((), "一つ以上"), (("other",), "区が確認できる区分は")])
def test_a_vote_by_confirmation_names_standings_that_papers_can_show(app, standings, why):
    with pytest.raises(Refused, match=why):
        a_vote(published=False, **vars_of(audience=Audience.CONFIRMED, standings=standings))


def vars_of(**settings):
    assert a_vote_draft(**settings).audience is Audience.CONFIRMED
    return settings


def test_the_page_says_what_is_missing_and_where_to_get_it(app, client):
    vote = a_vote(audience=Audience.RESIDENT)
    address = f"/votes/{vote.public_id}"
    guest = PageClient(app, app.test_client()).get(address)
    assert "区の確認を受けた人です" in guest.text
    person = a_resident()
    own = PageClient(app, log_in(client, person))
    shown = own.get(address)
    assert "区内に住んでいることを区が確認した人です" in shown.text
    assert shown.link("登録の内容を開く").href.endswith("/account#confirmation")
    assert not [form for form in shown.forms if form.action.endswith(address)]
    confirm(person, LIVES)
    voted = own.get(address).submit("投票する", choice="agree")
    assert "あなたの票は「賛成」です" in voted.text
