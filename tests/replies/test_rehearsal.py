"""The whole way with sixty texts of the shape of real ones: every text is accounted for exactly once.

The same with a file of real texts: `python -m bench.rehearsal FILE.csv`.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from flask import Flask

from tests.support.builders.consultations import an_open_consultation, close
from tests.support.builders.replies import an_approver, an_editor, the_schemes
from tests.support.rehearsal import rehearse

WORDS = (
    "公園の木陰が足りません。",
    "図書館の席を増やしてほしいです。",
    "夜道の街灯が暗く、塾の帰りの子どもが心配です。",
    "区報の字が小さくて読めません。",
    "商店街の自転車置き場を広げてください。",
    "集会所の予約が取りにくいので、空きが見えるようにしてほしい。",
)
CAMPAIGN = "区民センターの建て替え計画に反対します。今ある建物を直して使ってください。"


def texts_like_real_ones(count: int) -> list[str]:
    """Short and long ones, letters with bullets, a campaign with and without words of one's own."""
    chance = random.Random(20261122)
    found = []
    for number in range(count):
        kind = chance.random()
        some = [chance.choice(WORDS) for _ in range(chance.randint(1, 5))]
        if kind < 0.2:
            found.append(
                CAMPAIGN if kind < 0.12 else CAMPAIGN + f"私は{number}年ここに住み、毎週通っています。"
            )
        elif kind < 0.4:
            found.append("お世話になります。\n\n" + "\n".join(f"・{words}" for words in some))
        elif kind < 0.5:
            found.append("賛成です" if kind < 0.45 else "応援")
        else:
            found.append("".join(some) + f"（{number}丁目）")
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "texts.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["id", "comment"])
        writer.writerows(enumerate(texts_like_real_ones(60), start=1))
    return path


def test_sixty_texts_go_the_whole_way_and_each_is_accounted_for_once(app: Flask, file: Path) -> None:
    the_schemes()
    figures = rehearse(
        app, an_open_consultation(), file, close=close, writer=an_editor(), approver=an_approver()
    )
    assert figures.counts["texts"] == figures.counts["submissions"] == 60
    assert figures.counts["opinions"] > 60
    assert figures.counts["divided letters"] > 5
    assert figures.counts["of them aside"] > 5
    assert figures.counts["opinions in the same words"] > 5
    assert (
        figures.counts["answered in a point"] + figures.counts["without a point"]
        == figures.counts["opinions"]
    )
    assert figures.counts["without a point"] > 0
