"""section: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_section_has_its_heading_on_the_level_asked_for(draw: Draw) -> None:
    root = draw('{% call section("話し合い", note="別です", id="talk", level=3) %}<p>中身</p>{% endcall %}')
    assert root.all("section", id="talk")[0].text == "話し合い 別です 中身"
    assert [node.text for node in root.all("h3")] == ["話し合い"]


def test_it_may_lead_to_more(draw: Draw) -> None:
    (link,) = draw('{% call section("考え方", more="すべて見る", more_href="/all") %}x{% endcall %}').all("a")
    assert (link.text, link.attrs["href"]) == ("すべて見る", "/all")
