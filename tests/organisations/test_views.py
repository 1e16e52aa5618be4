"""The public list of organisations."""

from __future__ import annotations

from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from tests.support.people import an_organisation


def text(client, path):
    return client.get(path).get_data(as_text=True)


def test_an_empty_list_says_how_to_register(client):
    assert "団体の登録を申し出る" in text(client, "/organisations")


def test_the_list_shows_what_was_confirmed_once_and_is_narrowed_by_kind(client):
    an_organisation("さくら坂町会")
    an_organisation("<b>太字</b>の会", "npo")
    waiting = an_organisation("まだの会")
    with transaction():
        db.session.get_one(CommunityOrganisation, waiting.id).confirmed_at = None
    page = text(client, "/organisations")
    assert "さくら坂町会" in page
    assert "まだの会" not in page
    assert "&lt;b&gt;太字&lt;/b&gt;の会" in page
    assert "<b>太字" not in page
    narrowed = text(client, "/organisations?kind=npo&area=none%27&page=999999")
    assert "さくら坂町会" not in narrowed
    assert "さくら坂町会" not in text(client, "/organisations?kind=npo")
