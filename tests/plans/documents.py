"""Documents that tests read: made-up plans of every form, and the wards' own documents where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from participation.plans.domain.encoding import decode
from participation.plans.domain.folding import fold

#: The wards' documents lie beside the project; a fresh machine may not have them.
DOCUMENTS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
#: plan → beginning of its document's name
NAMES = {
    "meguro-vision": "000_",
    "meguro-basic-plan": "001_",
    "meguro-review-sheets": "002_",
    "nerima-vision": "003_",
    "setagaya-priority": "004_",
}

#: A plan nobody's code has seen: double-spaced, contents list with leaders, page numbers, running heads,
#: other words for its levels, titles on the next line and a vertical heading.
UNSEEN = """みなと台区まちづくり計画

目次

第１部 基本的な考え方……………………………１

柱１ 安心してくらせるまち……………………３

施策１－１ 見守りの輪を広げる………………４

施策１－２ 災害にそなえる……………………６

柱２ にぎわいのあるまち………………………９

施策２－１ 商店街を元気にする………………１０

１

みなと台区まちづくり計画

第１部 基本的な考え方

この計画は、みなと台区がこれから十年のあいだに取り組むことを、区民の皆さんと一緒にまとめ

たものです。

柱１ 安心してくらせるまち

だれもが年を重ねても住みなれた地域で安心してくらし続けられるよう、地域の支え合いを育てま

す。

２

みなと台区まちづくり計画

施策１－１ 見守りの輪を広げる

◎町会や商店と力を合わせて、ひとりぐらしの方を見守るしくみをつくり、困ったときに相談でき

る場所を増やします。

◎見守りにあたる方の学びの場をつくります。

施策１－２ 災害にそなえる

◎避難所の運営を、住民が自分たちで考える訓練を毎年行います。

◎家具の転倒を防ぐ工事の費用を助けます。

３

みなと台区まちづくり計画

柱２ にぎわいのあるまち

商店街や小さな工場が元気に続けられるよう、新しい挑戦を応援し、区の内外の人が行き交うまち

をめざします。

施策２－１ 商店街を元気にする

◎空き店舗を使いたい人と持ち主を結び付けます。
"""

TITLES_AFTER = """第１章 めざすまち

目標１

だれもが自分らしくくらせるように、まちのしくみを整えていきます。みんなで支え合う地域を育て

ていきます。

支え合うまち

目標２

水と緑を大切にして、次の世代に引き継いでいきます。川の水をきれいにして、生きものを守ってい

きます。

水と緑のまち

第
２
章
進
め
方

この計画の進みぐあいを毎年たしかめて、区民の皆さんにお知らせします。
"""

MARKDOWN = """---
title: さくら区の計画
---
# さくら区の計画

はじめの文です。

## 方針１ みどりを守る

みどりの本文です。
次の行です。

- ○公園を増やします。
- 木を植える
    - 小さな木

方針２ 水を守る
---------------

1. 川をきれいにします。
"""

YAML = """plan:
  title: さくら区の計画
nodes:
  - code: S-1
    level: 方針
    title: みどりを守る
    children:
      - {code: S-1-1, level: 項目, text: 公園を増やします。}
      - 木を植えます。
"""

CSV = """コード,親コード,階層,題名,本文
S-1,,方針,みどりを守る,
S-1-1,S-1,項目,,"公園を
増やします。"
S-2,,方針,水を守る,
"""


def document(slug: str) -> str:
    """The text of a ward's document, or skip where it is not at hand."""
    found = sorted(DOCUMENTS.glob(f"{NAMES[slug]}*.txt")) if DOCUMENTS.is_dir() else []
    if not found:
        pytest.skip("the wards' documents are not beside the project (../shared/seeds)")
    return decode(found[0].read_bytes()).text


def sentences(words: str) -> list[str]:
    """Sentences and lines of a text, folded."""
    found, begin = [], 0
    for place, sign in enumerate(words):
        if sign in "。\n":
            found.append(words[begin : place + 1])
            begin = place + 1
    found.append(words[begin:])
    return [fold(each) for each in found if fold(each)]
