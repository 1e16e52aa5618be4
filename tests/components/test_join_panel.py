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


def test_ways_that_differ_in_what_one_gets_are_kept_apart(draw: Draw) -> None:
    root = draw(
        '{{ join_panel(groups=[("区に届ける", "区が答えます。", [("意見を出す", "/s")]),'
        ' ("すぐに答える", none, []), ("みんなで話す", "答えは約束しません。", [("話し合いに書く", "/t")])]) }}'
    )
    assert [heading.text for heading in root.all("h3")] == ["区に届ける", "みんなで話す"]
    assert kinds(root) == ["primary", "secondary"]
    assert root.all("section", id="join")[0].text.index("区が答えます。") < root.text.index("意見を出す")
