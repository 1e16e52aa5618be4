"""kept_text: what the component promises."""

from __future__ import annotations

from dataclasses import dataclass

from tests.components.conftest import Draw


@dataclass
class Kept:
    """One field of a form that was not accepted."""

    name: str
    value: str


def test_everything_typed_is_there_to_be_read_copied_and_sent_again(draw: Draw) -> None:
    typed = {"body": "一行目\n\n</textarea><script>x", "nickname": "かもめ", "agreed": "y"}
    root = draw("{{ kept_text(items) }}", items=[Kept(*pair) for pair in typed.items()])
    areas = {
        node.attrs["name"]: "".join(map(str, node.children)).removeprefix("\n")
        for node in root.all("textarea")
    }
    inputs = {node.attrs["name"]: node.attrs["value"] for node in root.all("input")}
    assert areas | inputs == typed
    assert all("readonly" in node.attrs for node in root.all("textarea", "input"))


def test_each_has_a_label(draw: Draw) -> None:
    root = draw("{{ kept_text(items) }}", items=[Kept("a", "b"), Kept("c", "d")])
    assert [label.text for label in root.all("label")] == ["入力した内容 1", "入力した内容 2"]
