"""code_field: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_label_hint_and_error_are_tied_to_the_line(draw: Draw) -> None:
    root = draw(
        '{{ code_field("code", "招待の番号", value="<b>", hint="お知らせの番号", error="ありません") }}'
    )
    (line,) = root.all("input")
    assert line.attrs["aria-describedby"].split() == ["code-hint", "code-error"]
    assert (line.attrs["value"], line.attrs["aria-invalid"]) == ("<b>", "true")
    assert root.all("label")[0].text == "招待の番号 必須"
