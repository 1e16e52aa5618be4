"""The figures as everybody meets them."""

from __future__ import annotations

import json

import pytest

from participation.surveys.domain import ResultsShown
from tests.support.builders.answered import a_surveyed_ward, every_kind, fill
from tests.support.builders.surveys import a_survey
from tests.support.page import PageClient


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_every_kind_of_question_has_its_table(page, app):
    survey = a_survey(every_kind())
    form = {
        "q1": ["a1"], "q2": ["a1"], "q3": ["4"], "q4-a1": ["a1"], "q5-a1": ["a2"], "q6-a2": ["1"],
        "q7-a1": ["10"], "q8": ["44"], "q9": ["2026-01-05"], "q10": ["no"], "q11": ["ひみつの文"],
    }  # fmt: skip
    fill(survey, [form] * 12)
    shown = page.get(f"/surveys/{survey.public_id}/results")
    rest = shown.follow("次のページ")
    for words in (
        "平均 4.0",
        "平均の順位",
        "1人あたりの平均",
        "まん中の半分",
        "無回答 0人（0%）",
        "12人が自由に書きました",
    ):
        assert words in shown.text + rest.text
    assert len(shown.main.all("table")) == 12, "two for the order and for the points, none for words"
    assert "最小と最大" not in shown.text, "the ends are single people"
    assert "ひみつの文" not in shown.html + rest.html


def test_before_anything_is_published_the_page_of_tables_says_so(page, app):
    survey = a_surveyed_ward(40)
    at = f"/surveys/{survey.public_id}"
    assert "まだ公表していません" in page.get(f"{at}/crosstab").text
    assert "くわしく見る" not in page.get(f"{at}/results").text
    for further in ("weighted", "comparisons"):
        page.get(f"{at}/{further}", expect=404)


def test_figures_are_given_out_as_files_when_they_are_public(page, app, client):
    survey = a_surveyed_ward(40)
    at = f"/surveys/{survey.public_id}/results"
    assert json.loads(client.get(f"{at}.json").get_data())["respondents"] == 40
    assert "問1" in client.get(f"{at}.csv").get_data(as_text=True)
    assert client.get(f"{at}.html").status_code == 200
    hidden = a_survey(results_shown=ResultsShown.NEVER)
    for ending in (".json", ".csv"):
        assert client.get(f"/surveys/{hidden.public_id}/results{ending}").status_code == 404
    page.get(f"/surveys/{hidden.public_id}/crosstab", expect=404)
