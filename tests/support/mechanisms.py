"""The 134 mechanisms that the plan documents call for (docs/mechanisms.csv), as a page to read.

`python -m tests.support.mechanisms` writes docs/mechanisms.md anew.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "docs" / "mechanisms.csv"
PAGE = ROOT / "docs" / "mechanisms.md"
DOCUMENTS = {
    "000": "目黒区基本構想",
    "001": "目黒区基本計画 第2部",
    "002": "目黒区 基本構想検討シート",
    "003": "練馬区基本構想",
    "004": "世田谷区基本計画 重点政策",
}


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: where the plans call for it, what it is, which page and test answer it."""

    n: int
    document: str
    code: str
    quote: str
    feature: str
    page: str
    test: str


def read() -> list[Mechanism]:
    """Return all mechanisms in their order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [Mechanism(int(row.pop("n")), **row) for row in csv.DictReader(file)]


def as_markdown(mechanisms: list[Mechanism]) -> str:
    """Return the page."""
    answered = sum(1 for each in mechanisms if each.page)
    lines = [
        "# 計画が求める仕組みと、その答え",
        "",
        "計画の文書が求めている仕組み134件と、それに答えるページ・テストです。`docs/mechanisms.csv` から作ります",
        "（`python -m tests.support.mechanisms`）。引用が文書にあること、ページとテストがあることはテストが確かめます。",
        "",
        f"答えがあるもの {answered}件、まだのもの {len(mechanisms) - answered}件。",
    ]
    for code, title in DOCUMENTS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| # | 計画の項目 | 計画のことば | 仕組み | ページ | テスト |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for each in mechanisms:
            if each.document == code:
                page = f"`{each.page}`" if each.page else "まだ"
                test = f"[{Path(each.test).stem}](../{each.test})" if each.test else "—"
                lines.append(
                    f"| {each.n} | {each.code} | 「{each.quote}」 | {each.feature} | {page} | {test} |"
                )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(as_markdown(read()), encoding="utf-8")
