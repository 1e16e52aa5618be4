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

#: Dots of the narrow kind with a space before the number, page numbers of two shapes, numbered parts of an item.
LEADERS = """青葉台区基本計画 第３部 地域づくりの方針

＜目 次＞

方針１ 支え合いの地域づくり ........................ 2
 取組の柱１－１ 高齢者の見守り .................... 3
  取組の視点１ 日常の見守り
  取組の視点２ 災害時の見守り
方針２ 開かれた区政 ................................ 6
 取組の柱２－１ 情報の公開 ........................ 7
  取組の視点１ 会議の公開
1
方針１ 支え合いの地域づくり
平成２０（２００８）年の調査では、区民の約３割が「近所付き合いがほとんどない」と答えて
います。令和２２（２０４０）年には、一人暮らし世帯が半数を超えると見込まれています。
そこで区は、
支え合いの地域づくりを進めます。
取組の柱１－１ 高齢者の見守り
１人暮らしの高齢者が増えている中で、日頃からの声かけが大切になっています。
2
取組の視点１ 日常の見守り
○ 新聞配達や宅配などの事業者と協定を結び、異変に気付いたときに区へ知らせるしくみを広げ
ます。
○ 見守り員の研修を年２回行い、２０２６年度までに１２０人を養成します。
取組の視点２ 災害時の見守り
○ 要支援者名簿を更新し、町会・自治会と共有します。
- 3 -
方針２ 開かれた区政
方針１で述べた支え合いには、区政への信頼が欠かせません。
取組の柱２－１ 情報の公開
区の会議や資料をわかりやすく公開します。
取組の視点１ 会議の公開
○ 審議会の会議録を開催から３０日以内に公開します。
○ 傍聴しやすい時間帯や場所を工夫します。
（１）夜間の開催
（２）オンラインでの中継
- 4 -
"""

#: A cover of several lines, contents without dots, compound numbers 1-(2), and the same sub-headings everywhere.
COVER_AND_PARTS = """港南区 子ども・若者計画
令和８年度～令和12年度
令和８年３月
港 南 区
目　次
第１章　計画の策定にあたって　　１
　１　計画策定の背景　　１
　２　計画の位置付け　　２
第２章　施策の展開　　３
　基本目標１　すこやかに育つ　　３
　　施策の方向１－（１）　母子保健の充実　　３
　　施策の方向１－（２）　居場所づくり　　４
　基本目標２　共に育てる　　５
　　施策の方向２－（１）　保育の充実　　５
第３章　計画の推進　　６
第１章　計画の策定にあたって
１　計画策定の背景
国は、令和５年４月にこども基本法を施行しました。区では、子どもの権利を守り、
その意見を区政に反映する取組を進めてきました。
２　計画の位置付け
本計画は、こども基本法第10条に基づく市町村こども計画として策定するものです。
１
第２章　施策の展開
基本目標１　すこやかに育つ
子どもが心身ともに健やかに育つよう、妊娠期から切れ目なく支援します。
施策の方向１－（１）　母子保健の充実
【現状と課題】
核家族化により、身近に相談できる相手がいない保護者が増えています。
【主な取組】
①　妊婦全数面接
妊娠届を出したすべての方と面接し、必要な支援につなげます。
②　産後ケア
産後の母子を対象に、宿泊型と訪問型のケアを提供します。
２
施策の方向１－（２）　居場所づくり
【現状と課題】
放課後に安心して過ごせる場所が足りないという声があります。
【主な取組】
①　児童館の開館時間の延長
中高生が使いやすいよう、週２日は午後８時まで開館します。
３
基本目標２　共に育てる
施策の方向２－（１）　保育の充実
【現状と課題】
待機児童はほぼ解消しましたが、保育の質の向上が求められています。
【主な取組】
①　保育士の研修
②　医療的ケア児の受け入れ
第３章　計画の推進
計画の進捗は毎年度評価し、公表します。
４
"""

#: Parts, chapters and sections; a numbered heading whose own numbers occur only once.
CHAPTERS = """第1編 総論
第1章 計画の趣旨
第1節 背景
人口が減っています。
第2節 目的
人口減少に備えます。
第2章 計画の期間
10年とします。
第2編 各論
第1章 安全
第1節 防災
1 現状
木造住宅が密集しています。
2 方針
不燃化を進めます。
(1) 建替えの支援
ア 助成
助成の額を上げます。
イ 相談
相談窓口を設けます。
(2) 道路の拡幅
第2節 防犯
1 現状
犯罪は減っています。
2 方針
見守りを続けます。
第2章 福祉
福祉を進めます。
"""

#: One column a level, as spreadsheets of plans often are.
WIDE = """方針,考え方,視点,項目,備考
みどり,まもる,ふやす,公園を増やす,
,,,木を植える。,新規
,,へらさない,木を守る,
水,きれいに,,,
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
