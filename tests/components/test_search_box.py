"""search_box: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_keeps_what_was_looked_for_and_where(draw: Draw) -> None:
    root = draw('{{ search_box("/search", value=value, hidden=[("plan", "p1")]) }}', value='"><script>')
    values = {node.attrs["name"]: node.attrs["value"] for node in root.all("input")}
    assert values == {"plan": "p1", "q": '"><script>'}
    assert root.all("form")[0].attrs["role"] == "search"


def test_its_field_has_a_label(draw: Draw) -> None:
    root = draw('{{ search_box("/search", label="計画の中をさがす") }}')
    assert root.all("label")[0].attrs["for"] == root.all("input", type="search")[0].attrs["id"]
