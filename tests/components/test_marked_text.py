"""marked_text: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_the_words_stay_whole_and_marks_lie_on_them(draw: Draw) -> None:
    root = draw('{{ marked_text([("知らせて。", "opinion"), ("それから、", none), ("090", "personal")]) }}')
    assert root.text == "知らせて。それから、個人情報 090"
    assert [mark.attrs["data-kind"] for mark in root.all("mark")] == ["opinion", "personal"]


def test_somebodys_words_are_never_markup(draw: Draw) -> None:
    root = draw("{{ marked_text([(text, none), (text, 'opinion')]) }}", text="<script>x</script>")
    assert root.all("script") == []
