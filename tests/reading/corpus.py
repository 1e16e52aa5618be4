"""Invented opinions about things of a ward, of which it is known what each is about."""

from __future__ import annotations

import random

from participation.reading.domain.texts import Text

ABOUT = {
    "防災": ("防災訓練", "避難所", "備蓄倉庫", "ハザードマップ", "非常食", "安否確認"),
    "子育て": ("保育園", "待機児童", "学童クラブ", "一時保育", "児童館", "産後ケア"),
    "道": ("歩道", "自転車道", "横断歩道", "街路樹", "駐輪場", "放置自転車"),
    "図書館": ("図書館", "読書室", "電子書籍", "郷土資料", "貸出カード", "予約図書"),
}
SAYINGS = (
    "{a}と{b}をもっと増やしてほしいです。",
    "{a}の場所が分かりにくいので、{b}とあわせて直してください。",
    "{a}は{b}より先に進めるべきだと思います。",
    "先日、{a}と{b}を使いましたが、とても助かりました。",
    "{a}の予算を増やすことに賛成です。{b}も同じです。",
    "{a}に反対です。{b}のほうが大切だと考えます。",
)


def opinions(count: int = 110, seed: int = 2) -> tuple[list[Text], dict[str, str]]:
    """Return texts, and what each is about by its id."""
    dice, texts, about = random.Random(seed), [], {}
    for number in range(count):
        theme = dice.choice(sorted(ABOUT))
        words = "".join(
            dice.choice(SAYINGS).format(a=a, b=b)
            for a, b in (dice.sample(ABOUT[theme], 2) for _ in range(dice.randint(1, 3)))
        )
        texts.append(Text(str(number), words))
        about[str(number)] = theme
    return texts, about
