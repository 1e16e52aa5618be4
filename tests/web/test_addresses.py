"""Addresses: nobody is led to another site, and letters carry addresses that work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.web.addresses import MAX_ADDRESS, full_url, path_to, safe_next


@pytest.mark.parametrize("target", ["/", "/account", "/plans/a/MP-2?page=2#talk", "/計画", "/a%20b"])
def test_a_plain_path_of_this_site_is_kept(target):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "account",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a b",
        "/a\tb",
        "/a\nLocation: x",
        "/\u200b/evil.example",
        "/a\u2028b",
        '/"onclick',
        "/<script>",
        "/log-out",
        "/log-in?next=/log-in",
        "/" + "a" * MAX_ADDRESS,
    ],
)
def test_anything_that_could_lead_elsewhere_becomes_the_default(target):
    assert safe_next(target, "/welcome") == "/welcome"


@given(st.text(max_size=60))
def test_whatever_is_given_the_answer_is_a_path_of_this_site(target):
    answer = safe_next(target)
    assert answer.startswith("/")
    assert answer[1:2] not in ("/", "\\")


def test_a_letter_carries_the_whole_address(app):
    assert full_url("people.log_in") == "http://localhost/log-in"


def test_a_path_is_made_without_a_request_and_with_its_anchor(app):
    assert path_to("people.log_in", anchor="かぎ") == "/log-in#%E3%81%8B%E3%81%8E"
