"""Headers: what a browser may load, keep and tell others, and where forms may come from."""

from __future__ import annotations

import pytest

from participation.web.headers import CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path", ["/log-in", "/nowhere", "/healthz", "/static/img/icon.svg", "/assets/public.css"]
)
def test_every_answer_carries_the_policy(client, path):
    with client.get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_policy_lets_nothing_foreign_and_nothing_inline_in():
    rules = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_only_over_https_does_the_site_ask_to_stay_there(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    answer = client.get("/healthz", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_page_of_ones_own_is_kept_by_nobody(client):
    headers = client.get("/log-in").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in headers["Vary"]


def test_a_form_from_another_site_is_refused_in_words(client):
    answer = client.post("/log-in", headers={"Sec-Fetch-Site": "cross-site"}, data={"email": "a@example.jp"})
    assert answer.status_code == 403
    assert "ほかのサイトからの送信は受け付けていません" in answer.get_data(as_text=True)


@pytest.mark.parametrize("origin", ["same-origin", "same-site", "none"])
def test_forms_of_this_site_pass(client, origin):
    answer = client.post("/log-in", headers={"Sec-Fetch-Site": origin}, data={"email": "a@example.jp"})
    assert answer.status_code == 400, "it fails for want of a token only"


def test_a_link_from_another_site_may_be_followed(client):
    assert client.get("/log-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
