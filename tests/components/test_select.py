"""select: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_chosen_one_is_selected_whatever_its_type(draw: Draw) -> None:
    root = draw('{{ select("n", "件数", [(10, "10件"), (50, "50件")], value="50") }}')
    assert [option.text for option in root.all("option") if "selected" in option.attrs] == ["50件"]


def test_it_has_a_label(draw: Draw) -> None:
    root = draw('{{ select("place", "住区", [("", "すべて")]) }}')
    assert root.all("label", for_="place")[0].text == "住区"
    assert root.all("select")[0].attrs["id"] == "place"
