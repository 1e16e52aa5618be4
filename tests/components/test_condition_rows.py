"""condition_rows: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

ROW = {
    "name": "g0-0",
    "source": "q1",
    "label": "問1 <文>",
    "tests": [("in", "次のどれかを選んだ"), ("answered", "答えた")],
    "test": "answered",
    "options": [("a1", "はい"), ("a2", "いいえ")],
    "values": ["a2"],
    "error": "1つ以上選んでください。",
}
NUMBER = {
    **ROW,
    "name": "g0-1",
    "source": "q2",
    "tests": [("ge", "次の値以上")],
    "test": "ge",
    "options": [],
    "values": ["3"],
    "error": "",
}
DRAWN = "{{ condition_rows(groups, [{'key': 'q1', 'label': '問1'}], {'all': 'すべて', 'any': 'どれか'}) }}"


def group(name: str, *rows: dict) -> dict:
    return {"name": name, "joins": "any", "is_negated": False, "rows": list(rows)}


def test_each_row_carries_its_question_and_what_was_chosen(draw: Draw) -> None:
    root = draw(DRAWN, groups=[group("g0", ROW, NUMBER)])
    assert [n.attrs["value"] for n in root.all("input", type="hidden")] == ["q1", "q2"]
    ticked = [n.attrs["value"] for n in root.all("input", name="g0-0-values") if "checked" in n.attrs]
    assert ticked == ["a2"]
    assert root.all("input", name="g0-1-values")[0].attrs["value"] == "3"
    chosen = [o.text for o in root.all("option") if "selected" in o.attrs]
    assert chosen == ["どれか", "答えた", "次の値以上"]
    assert "1つ以上選んでください" in root.text


def test_every_button_says_what_it_does_to_what(draw: Draw) -> None:
    root = draw(DRAWN, groups=[group("g0", ROW), group("g1")])
    assert [b.attrs["value"] for b in root.all("button")] == [
        "out:g0-0",
        "row:g0",
        "outgroup:g0",
        "row:g1",
        "outgroup:g1",
        "group",
    ]
    names = [b.name for b in root.all("button")]
    assert len(set(names)) == len(names)
    assert len(root.all("select", name="joins")) == 1
