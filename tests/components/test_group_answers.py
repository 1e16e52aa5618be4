"""group_answers: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

STATEMENT = {
    "number": 4,
    "text": "木を増やしたい",
    "seen": 25,
    "agree": 20,
    "disagree": 3,
    "by_group": [{"agree": 18, "disagree": 1, "seen": 20}, None],
}
SOURCE = "{{ group_answers(statement, groups, agrees=agrees) }}"


def test_counts_are_people_in_words_and_few_are_not_told(draw: Draw) -> None:
    root = draw(SOURCE, statement=STATEMENT, groups=[{"letter": "A"}, {"letter": "B"}], agrees=None)
    assert "答えた25人のうち、賛成20人、反対3人、パス2人" in root.text
    first, second = root.all("li")
    assert first.text == "グループA20人のうち 賛成18・反対1"
    assert "少ないため、示していません" in second.text
    assert "%" not in root.text


def test_the_side_on_which_groups_meet_is_said(draw: Draw) -> None:
    assert "反対で重なる" in draw(SOURCE, statement=STATEMENT, groups=[], agrees=False).text
    assert "重なる" not in draw(SOURCE, statement=STATEMENT, groups=[], agrees=None).text
