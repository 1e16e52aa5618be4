"""Whatever is sent, the answer is a page that says what to do, with the right headers."""

from __future__ import annotations

import pytest

CSP = "default-src 'none'"


def test_every_page_carries_the_headers(client):
    headers = client.get("/log-in").headers
    assert headers["Content-Security-Policy"].startswith(CSP)
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in headers["Vary"]


def test_a_page_that_does_not_exist_says_so_in_japanese(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.get_data(as_text=True)


def test_a_wrong_method_is_answered_and_says_which_are_right(client):
    answer = client.post("/healthz")
    assert answer.status_code in (400, 405)


def test_a_body_that_is_too_large_is_refused(client):
    answer = client.post("/log-in", data={"email": "x" * (13 * 1024 * 1024)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/%ff%fe",
        "/assets/..%2f..%2fconfig.css",
        "/static/../config.py",
        "/assets/nothing.css",
    ],
)
def test_hostile_addresses_are_not_found(client, path):
    assert client.get(path).status_code in (400, 404)


def test_two_thousand_fields_are_no_server_error(client):
    answer = client.post("/log-in", data={f"f{number}": "x" for number in range(2000)})
    assert answer.status_code < 500


def test_style_sheets_may_be_kept_for_a_year(client):
    page = client.get("/log-in").get_data(as_text=True)
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0].replace("&amp;", "&")
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_process_says_that_it_is_alive_without_the_database(client):
    assert client.get("/healthz").get_data() == b"ok\n"


@pytest.mark.parametrize("host", ["evil.example", "www.sanka.example.jp.evil.example", "evil.example:443"])
def test_a_request_for_another_host_is_refused_in_words(app, client, monkeypatch, host):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["sanka.example.jp"])
    answer = client.get("/log-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "送られた内容を読み取れませんでした" in answer.get_data(as_text=True)
    assert "evil" not in answer.get_data(as_text=True)
    assert client.get("/log-in", headers={"Host": "sanka.example.jp:443"}).status_code == 200
