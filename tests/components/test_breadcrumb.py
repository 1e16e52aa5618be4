"""breadcrumb: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_last_is_the_page_itself(draw: Draw) -> None:
    root = draw('{{ breadcrumb([("計画を読む", "/plans"), ("視点2", none)]) }}')
    assert [(link.text, link.attrs["href"]) for link in root.all("a")] == [("計画を読む", "/plans")]
    assert [node.text for node in root.all("span", aria_current="page")] == ["視点2"]


def test_it_is_a_named_landmark(draw: Draw) -> None:
    assert draw('{{ breadcrumb([("計画", "/")]) }}').all("nav")[0].name == "現在の場所"
