"""join_panel: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw
from tests.support.page import Node


def kinds(root: Node) -> list[str]:
    return [link.attrs["data-kind"] for link in root.all("a")]


def test_the_first_action_is_the_main_one(draw: Draw) -> None:
    root = draw('{{ join_panel([("意見を出す", "/s", "区が答えます。"), ("アンケート", "/q")]) }}')
    assert kinds(root) == ["primary", "secondary"]
    assert root.all("section", id="join")[0].text == "参加する 意見を出す区が答えます。 アンケート"


def test_when_it_is_over_it_says_why_and_nothing_stands_out(draw: Draw) -> None:
    root = draw('{{ join_panel([("話し合い", "/t")], closed="募集は終わりました。") }}')
    assert kinds(root) == ["secondary"]
    assert "募集は終わりました。" in root.text
