"""survey_section: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw

SOURCE = "{% call survey_section(section) %}設問{% endcall %}"


def test_a_section_says_its_title_with_readings_and_hides_as_a_whole(draw: Draw) -> None:
    section = {"code": "s2", "title": "｜区報《くほう》", "intro": "一つ目\n\n二つ目", "is_shown": False}
    (box,) = draw(SOURCE, section=section).all("div", data_section="s2")
    assert "hidden" in box.attrs
    assert box.all("h2")[0].text == "区報"
    assert len(box.all("p")) == 2


def test_a_section_without_a_title_has_no_heading(draw: Draw) -> None:
    section = {"code": "s1", "title": "", "intro": "", "is_shown": True}
    root = draw(SOURCE, section=section)
    assert root.all("h2") == []
    assert "設問" in root.text
