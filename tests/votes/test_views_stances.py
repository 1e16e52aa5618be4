"""The page of stances on a voice, as residents, delegates and guests see it."""

from __future__ import annotations

from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.votes.domain.stances import Stance
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation, log_in
from tests.votes.test_commands_stances import a_voice, take, taken


def page_of(app, said_id, person=None):
    browser = app.test_client()
    if person is not None:
        log_in(browser, person)
    public_id = db.session.get_one(Contribution, said_id).public_id
    return PageClient(app, browser).get(f"/voices/{public_id}")


def test_somebody_agrees_changes_their_mind_and_takes_it_back(app):
    said_id, person = a_voice(), a_resident()
    page = page_of(app, said_id, person)
    page = page.submit("賛成")
    assert "賛成（あなたの答え）" in page.text
    assert "5人になるまで、数は出しません" in page.text
    page = page.submit("反対")
    assert [stance for _, stance in taken()] == [Stance.DISAGREE]
    page = page.submit("取り消す")
    assert "あなたの答え" not in page.text
    assert taken() == []


def test_a_guest_reads_counts_and_is_led_to_the_log_in_and_back(app):
    said_id = a_voice()
    for _ in range(5):
        take(said_id, Stance.AGREE, actor_of(a_resident()))
    page = page_of(app, said_id)
    assert "この操作にはログインが必要です。" in page.text
    assert "回答 5人" in page.text


def test_a_delegate_answers_for_the_organisation_apart(app):
    said_id, organisation = a_voice(), an_organisation()
    delegate = a_delegate(organisation)
    public_id = db.session.get_one(Contribution, said_id).public_id
    page = page_of(app, said_id, delegate)
    assert f"{organisation.name}としての考え" in page.text
    address = f"/voices/{public_id}/stance?organisation={organisation.id}"
    (form,) = [form for form in page.forms if form.action == address]
    page = page.client.post(address, form.filled({}, pressed="賛成"))
    assert page.text.count("（あなたの答え）") == 1
    assert taken() == [(f"organisation:{organisation.id}", Stance.AGREE)]


def test_an_answer_that_does_not_exist_and_a_foreign_organisation_are_refused(app):
    said_id, person = a_voice(), a_resident()
    public_id = db.session.get_one(Contribution, said_id).public_id
    page = page_of(app, said_id, person)
    address = f"/voices/{public_id}/stance"
    sent = page.form(address).filled({}, pressed="賛成")
    page = page.client.post(address, {**sent, "choice": "often"}, expect=422)
    assert "選び直してください。" in page.text
    page = page.client.post(f"{address}?organisation=9", sent, expect=422)
    assert "この団体として、賛成・反対を伝えることはできません。" in page.text
    assert taken() == []


def test_a_voice_that_staff_hide_while_somebody_answers_says_so(app):
    said_id, person = a_voice(), a_resident()
    page = page_of(app, said_id, person)
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said_id), Visibility.HIDDEN)
    page.submit("賛成", expect=404)
    assert taken() == []
