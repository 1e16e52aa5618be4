"""An editor builds a survey of twelve questions with branches, by keyboard alone, and publishes it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Site
from tests.support.keys import Keys
from tests.support.walk import walking

TITLE = "図書館と学びの場についてのアンケート"
YES_NO = ("はい・いいえ", "図書館を使いますか", {})
FIRST = [
    YES_NO,
    ("数を書く", "1か月に何回くらい使いますか", {}),
    ("いくつでも選ぶ", "何のために使いますか", {"選択肢": "本を借りる\n勉強する\n調べる\nその他｜記述"}),
    (
        "段階で答える",
        "使いやすいですか",
        {"いちばん低い": "使いにくい", "いちばん高い段階の名前": "使いやすい"},
    ),
]
SECOND = [
    ("一つだけ選ぶ", "どの図書館をよく使いますか", {"選択肢": "八雲中央\n大橋\n中目黒駅前"}),
    (
        "表で一つずつ選ぶ",
        "次のことはどうですか",
        {"行": "開いている時間\n本の数", "列": "よい\nふつう\nわるい"},
    ),
    ("順位をつける", "増やしてほしい本の順", {"選択肢": "小説\n実用\n子どもの本"}),
    ("短く書く", "「その他」は何ですか", {}),
]
LAST = [
    ("点を配る", "10点をどう分けますか", {"選択肢": "本\n席\n時間"}),
    ("一覧から選ぶ", "年代", {"選択肢": "20代まで\n30代から50代\n60代から"}),
    ("日付を書く", "さいごに行った日", {}),
    ("自由に書く", "ご意見をお書きください", {}),
]


class Builder(Keys):
    """An editor at the keyboard."""

    def begin(self) -> None:
        """Say what the survey is."""
        self.walk.open("/desk/surveys")
        self.enter("新しいアンケート")
        self.write("題名", TITLE)
        self.press("1つの画面に全部を出す", "ArrowDown")
        self.enter("保存する")
        assert self.walk.heading == TITLE

    def add(self, questions: list[tuple[str, str, dict[str, str]]]) -> None:
        """Add questions at the end."""
        for kind, text, fields in questions:
            self.enter(f"＋ {kind}", most=200)
            self.write("設問の文", text)
            for label, words in fields.items():
                self.write(label, words)
            self.enter("保存する")

    def section(self, title: str) -> None:
        """Begin a section."""
        self.enter("章を加える", most=200)
        self.write("章の名前", title)
        self.enter("保存する")

    def condition(self, source: int, answer: str) -> None:
        """Put a condition together: the source-th question that may be looked at, and an answer."""
        self.press("見る設問", "ArrowDown", times=source)
        self.enter("この設問の条件を加える")
        self.press(answer, " ")
        self.enter("保存する")


@pytest.mark.browser
def test_an_editor_builds_a_survey_with_branches_by_keyboard_and_publishes_it(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as walk:
        walk.log_in("henshu")
        editor = Builder(walk)
        editor.begin()
        editor.add(FIRST)
        editor.section("くわしく")
        editor.add(SECOND)
        editor.section("おわりに")
        editor.add(LAST)
        walk.reads("12問")
        page = walk.tab.url.partition("#")[0]
        walk.open(page)
        # Question 8 only for those who wrote その他 in question 3.
        editor.enter("：問8", most=200)
        editor.condition(3, "その他")
        walk.reads("出すとき：問3で「その他」を選んだとき")
        # Who does not use libraries goes straight to the end of the questionnaire.
        walk.open(page)
        editor.enter("移り先")
        editor.press("移り先", "ArrowDown")
        editor.enter("加えて条件を決める")
        editor.condition(1, "いいえ")
        walk.reads("第3章 おわりにへ", "問1で「いいえ」を選んだとき")
        walk.open(page)
        walk.does_not_read("公開の前に直すところ")
        editor.enter("だれに何が出るか", most=200)
        walk.reads("全員（第1章から先へ移った人を除く）")
        walk.open(page)
        editor.enter("公開する", most=200)
        walk.reads("受付中")
