"""One filled-in form is one record, however often it is sent."""

from __future__ import annotations

import threading
from contextvars import Context

import pytest
from flask import Blueprint, render_template_string
from sqlalchemy import func, select

from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.organisations.models import Section
from participation.web.access import public
from participation.web.forms import Form, Length, Required, TextLine
from participation.web.submissions import one_submission
from tests.support.people import a_resident, log_in

bp = Blueprint("once", __name__)


class NameForm(Form):
    name = TextLine("名前", [Required(), Length(most=40)])


@bp.route("/once", methods=["GET", "POST"])
@public
def once():
    form = NameForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            if form.name.data == "だめ":
                raise Refused("この名前は使えません。", field="name")
            section = Section(code=form.submission_id.data[:30], name=form.name.data, department="一度")
            db.session.add(section)
            db.session.flush()
            answer.location = f"/once/{section.id}"
        if answer.given:
            return answer.redirect()
    body = render_template_string(
        "{{ form.csrf_token._value() }}|{{ form.submission_id.data }}|{{ form.name.data }}|{{ form.errors }}",
        form=form,
    )
    return body, form.status


@pytest.fixture
def site(app):
    if "once" not in app.blueprints:
        app._got_first_request = False
        app.register_blueprint(bp)
    return app


def form_of(client):
    csrf, submission_id, *_ = client.get("/once").get_data(as_text=True).split("|")
    return {"csrf_token": csrf, "submission_id": submission_id}


def stored():
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Section.department == "一度"))


def test_sending_the_same_form_twice_gives_one_record_and_the_same_answer(site):
    client = site.test_client()
    form = form_of(client) | {"name": "公園課"}
    first, second = client.post("/once", data=form), client.post("/once", data=form)
    assert first.headers["Location"] == second.headers["Location"]
    assert stored() == 1


def test_a_visitors_double_click_is_one_record_though_neither_answer_has_come_yet(site):
    client = site.test_client()
    form = form_of(client) | {"name": "公園課"}
    cookie = client.get_cookie("guest").value
    answers = []
    for _ in range(2):
        press = site.test_client()  # Both clicks carry the cookie that came with the form, and nothing newer.
        press.set_cookie("guest", cookie)
        answers.append(press.post("/once", data=form))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert stored() == 1


def test_twenty_replays_at_the_same_time_give_one_record_and_the_same_answer(site):
    client = site.test_client()
    log_in(client, a_resident())
    form = form_of(client) | {"name": "公園課"}
    cookies = [(name, client.get_cookie(name).value) for name in ("sid", "guest")]
    answers, barrier = [], threading.Barrier(20)

    def send():
        mine = site.test_client()
        for name, value in cookies:
            mine.set_cookie(name, value)
        barrier.wait()
        answers.append(Context().run(mine.post, "/once", data=form))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert stored() == 1


def test_other_words_in_a_form_already_sent_are_kept_and_asked_about(site):
    client = site.test_client()
    form = form_of(client)
    client.post("/once", data=form | {"name": "公園課"})
    answer = client.post("/once", data=form | {"name": "道路課"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "道路課" in page
    assert form["submission_id"] not in page
    assert stored() == 1


def test_somebody_else_with_the_same_submission_id_does_not_get_the_answer(site):
    client, thief = site.test_client(), site.test_client()
    form = form_of(client) | {"name": "公園課"}
    client.post("/once", data=form)
    log_in(thief, a_resident())
    stolen = form_of(thief) | {"submission_id": form["submission_id"], "name": "公園課"}
    assert thief.post("/once", data=stolen).status_code == 422


def test_a_refusal_is_shown_at_its_field_and_nothing_is_stored(site):
    client = site.test_client()
    answer = client.post("/once", data=form_of(client) | {"name": "だめ"})
    assert answer.status_code == 422
    assert "この名前は使えません。" in answer.get_data(as_text=True)
    assert stored() == 0


def test_a_form_that_was_refused_can_be_mended_and_sent(site):
    client = site.test_client()
    form = form_of(client)
    client.post("/once", data=form | {"name": "だめ"})
    assert client.post("/once", data=form | {"name": "公園課"}).status_code == 303


def test_a_form_without_a_token_keeps_what_was_typed(site):
    answer = site.test_client().post("/once", data={"name": "長い時間をかけて書いた名前"})
    assert answer.status_code == 400
    assert "長い時間をかけて書いた名前" in answer.get_data(as_text=True)


def test_a_form_from_another_site_is_refused_without_an_offer_to_send_it(site):
    client = site.test_client()
    form = form_of(client) | {"name": "公園課"}
    answer = client.post("/once", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "公園課" not in answer.get_data(as_text=True)
    assert stored() == 0


@pytest.mark.parametrize("broken", ["", "x", "a" * 65, "<script>", "あ" * 20])
def test_a_broken_submission_id_is_replaced(site, broken):
    client = site.test_client()
    form = form_of(client) | {"submission_id": broken, "name": "公園課"}
    assert client.post("/once", data=form).status_code == 303
