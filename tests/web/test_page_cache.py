"""Kept pages are never stale and never another reader's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Blueprint, render_template_string
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.organisations.models import Section
from participation.people.models import LoginSession
from participation.web import page_cache
from participation.web.access import current_actor, public
from participation.web.page_cache import cached_for_guests, kept_for_everybody
from tests.support.people import a_resident, log_in

bp = Blueprint("kept", __name__)
made = {"count": 0}
PAGE = '{{ names }} {{ actor.person_id }} {% include "layouts/_account.html" %} <i>{{ csrf_token() }}</i>'


@bp.get("/kept/guests")
@public
@cached_for_guests
def for_guests():
    return _page()


@bp.get("/kept/everybody")
@public
@kept_for_everybody
def for_everybody():
    return _page()


@bp.get("/kept/until-noon")
@public
@kept_for_everybody
def until_noon():
    page_cache.expires(app_clock.start_of(app_clock.today()) + timedelta(hours=15))
    return f"{app_clock.now().isoformat()}"


def _page():
    made["count"] += 1
    names = ",".join(db.session.scalars(select(Section.name).where(Section.department == "試し")))
    return render_template_string(PAGE, names=names, actor=current_actor())


@pytest.fixture
def site(app):
    if "kept" not in app.blueprints:
        app._got_first_request = False
        app.register_blueprint(bp)
    made["count"] = 0
    return app


def text(client, path="/kept/everybody"):
    return client.get(path).get_data(as_text=True)


def test_a_page_is_made_once_for_many_readers(site):
    for _ in range(3):
        text(site.test_client())
    assert made["count"] == 1


def test_a_change_shows_with_the_very_next_request(site):
    text(site.test_client())
    with transaction():
        db.session.add(Section(code="n", name="新しい課", department="試し"))
    assert "新しい課" in text(site.test_client())


def test_a_change_that_is_rolled_back_leaves_the_page(site):
    text(site.test_client())
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Section(code="n", name="新しい課", department="試し"))
        raise ZeroDivisionError
    text(site.test_client())
    assert made["count"] == 1


def test_a_table_that_no_page_shows_leaves_the_page(site):
    person = a_resident()
    text(site.test_client())
    with transaction():
        now = app_clock.now()
        db.session.add(
            LoginSession(token_hash="q", person_id=person.id, created_at=now, last_seen_at=now, ends_at=now)
        )
    text(site.test_client())
    assert made["count"] == 1


def test_each_reader_finds_their_own_name_and_nobody_elses(site):
    gull, lark = a_resident("かもめ"), a_resident("ひばり")
    first, second, guest = site.test_client(), site.test_client(), site.test_client()
    log_in(first, gull)
    log_in(second, lark)
    for _ in range(2):
        assert "かもめさん" in text(first)
        assert "ひばりさん" in text(second)
        page = text(guest)
        assert "ログイン" in page
        assert "かもめ" not in page + text(second)
    assert made["count"] == 1


def test_a_page_for_guests_is_not_kept_for_members(site):
    person = a_resident("かもめ")
    client = site.test_client()
    log_in(client, person)
    text(site.test_client(), "/kept/guests")
    assert f" {person.id} " in text(client, "/kept/guests")
    assert " None " in text(site.test_client(), "/kept/guests")


def test_every_reader_gets_tokens_of_their_own(site):
    one, other = text(site.test_client()), text(site.test_client())
    tokens = {page.partition("<i>")[2] for page in (one, other)}
    assert len(tokens) == 2
    assert not any("goes-here" in page for page in (one, other))


def test_a_page_that_changes_by_itself_is_made_again_in_time(site, clock):
    before = text(site.test_client(), "/kept/until-noon")
    clock.advance(timedelta(minutes=54))
    assert text(site.test_client(), "/kept/until-noon") == before
    clock.advance(timedelta(minutes=1))
    assert text(site.test_client(), "/kept/until-noon") != before


def test_a_reader_with_forms_in_the_page_is_not_let_keep_it(site):
    answer = site.test_client().get("/kept/everybody")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_unchanged_page_is_not_sent_twice(site):
    client = site.test_client()
    first = client.get("/kept/until-noon")
    again = client.get("/kept/until-noon", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_least_asked_for_pages_go_when_memory_is_short():
    cache = page_cache.PageCache(max_bytes=100)
    for number in range(5):
        cache.put(str(number), page_cache.KeptPage(b"x" * 20, b"x" * 20, "text/html", (), None, "", False))
    assert cache.get("0") is None
    assert cache.get("4") is not None


def test_a_kept_page_carries_the_headers_of_every_answer(site):
    client = site.test_client()
    made_now, kept = client.get("/kept/everybody"), client.get("/kept/everybody")
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Vary"):
        assert kept.headers[header] == made_now.headers[header]
    assert kept.headers["Content-Length"] == str(len(kept.get_data()))


def test_the_token_on_a_kept_page_is_good_for_sending_a_form(site):
    text(site.test_client())
    client = site.test_client()
    token = text(client).partition("<i>")[2].partition("</i>")[0]
    answer = client.post("/log-in", data={"csrf_token": token, "email": "nobody@example.jp"})
    assert "画面を開いてから時間がたったため" not in answer.get_data(as_text=True)
    stranger = site.test_client().post("/log-in", data={"csrf_token": token, "email": "nobody@example.jp"})
    assert "画面を開いてから時間がたったため" in stranger.get_data(as_text=True)


def test_a_visit_goes_on_over_kept_pages(site):
    client = site.test_client()
    first = text(client).partition("<i>")[2]
    with client.session_transaction() as visit:
        token = visit["csrf_token"]
    assert text(client).partition("<i>")[2] != ""
    with client.session_transaction() as visit:
        assert visit["csrf_token"] == token, first


def test_a_page_is_kept_for_the_host_and_the_scheme_that_were_asked(site):
    client = site.test_client()
    for base in ("http://localhost", "https://localhost", "http://localhost:81"):
        client.get("/kept/everybody", base_url=base)
    assert made["count"] == 3


def test_whoever_asks_only_for_the_headers_of_a_kept_page_gets_no_page(site):
    client = site.test_client()
    whole = client.get("/kept/until-noon")
    head = client.head("/kept/until-noon")
    assert head.get_data() == b""
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(whole.get_data()))


def test_without_a_database_a_kept_page_is_not_served(site, monkeypatch):
    text(site.test_client())

    def away(*_engine):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(page_cache.change_probe, "stamp", away)
    assert site.test_client().get("/kept/everybody").status_code == 503
