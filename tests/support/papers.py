"""A paper for tests, with everything in it that files stumble over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from participation.papers.paper import (
    Cell,
    Column,
    Facts,
    Grid,
    Heading,
    Marked,
    Paper,
    Part,
    Row,
    Sheet,
    Words,
)

COLUMNS = (Column("No.", 7), Column("意見", 50), Column("件数", 10, is_number=True))
#: A formula, control characters, a rare kanji, emoji in parts, markup, a long word, the direction turned.
HARD = '=HYPERLINK("http://x")\x00\x0b𠮷🙂👨‍👩‍👧<b>&"\'#let x = 1\n@SUM(A1) ' + "a" * 90 + "\u202eabc"


def a_paper(
    cells: Iterable[tuple[Cell, ...]] = ((1, HARD, 0),),
    *,
    mark: str = "",
    is_annex: bool = False,
    rows: Callable[[], Iterable[Row]] | None = None,
) -> Paper:
    """A paper with facts, words, a table (the cells, or `rows`) and a table of changed words."""
    kept = list(cells)

    def given() -> Iterator[Row]:
        for number, row in enumerate(kept, start=1):
            yield Row(row, anchor=f"no-{number}")

    def parts() -> Iterator[Part]:
        yield Facts("概要", (("募集期間", "11月9日から\n12月9日まで"),))
        yield Words("票ではありません。\n数ではなく内容を考えます。", is_note=True)
        yield Heading("意見と考え方", 2, "v-1")
        yield Grid("", COLUMNS, rows or given, is_annex=is_annex)
        yield Heading("計画の修正", 2)
        changed = Marked((("same", "区は"), ("remove", "努める"), ("add", "行う")))
        yield Grid("新旧対照表", (Column("No."), Column("文")), lambda: [Row((1, changed))])

    return Paper(
        title="意見の概要と区の考え方",
        over="基本計画 <素案>",
        issuer="目黒区",
        address="https://example.jp/consultations/a/results",
        name="a-意見の概要",
        parts=parts,
        sheets=(Sheet("意見", COLUMNS, rows or given), Sheet("空", COLUMNS, list)),
        mark=mark,
    )
