"""What needs a person's care: what is noticed, what is not, and that it is never more than a hint."""

from __future__ import annotations

import pytest

from participation.contributions.domain import (
    ConcernKind,
    find_concerns,
    known_topics,
    marked,
    read_topics,
    topics_of,
)

TOPICS = read_topics("meguro")


def codes(text: str) -> list[str]:
    found = {each.topic for each in find_concerns(text, TOPICS)}
    return [topic.code for topic in TOPICS if topic.code in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("もう死にたいです。", "despair"),
        ("もうシニタイです", "despair"),
        ("しにたい。", "despair"),
        ("消えてしまいたいと思うことがあります", "despair"),
        ("生きているのがつらいです。", "despair"),
        ("父に毎日殴られています。なぐられるのはいやです", "violence"),
        ("お母さんにたたかれて、家に帰りたくないです", "violence"),
        ("家に帰るのがこわい", "violence"),
        ("ぼくはクラスでいじめられています", "bullying"),
        ("なかまはずれにされて、学校に行きたくないです", "bullying"),
        ("区長は頭がおかしい", "insult"),
        ("税金泥棒の職員は消えろ", "insult"),
        ("バカヤロウ、馬鹿野郎！", "insult"),
        ("死ね", "insult"),
        ("家に行くからな、覚えてろ", "threat"),
        ("殺すぞ", "threat"),
        ("区役所に火をつけてやる", "threat"),
        ("区議会に陳情します。", "petition"),
        ("請願書を出したいです", "petition"),
        ("会議の記録について情報公開請求をしたい", "disclosure"),
        ("家賃が払えないので、どこに相談したらよいですか", "consultation"),
        ("生活保護の申請を断られました", "consultation"),
        ("この交差点に信号機の設置をお願いします", "police"),
        ("自転車を盗まれました", "police"),
        ("都営バスの本数を増やして", "metropolis"),
        ("消費税を下げてください", "state"),
        ("担任を替えてほしい", "school_board"),
    ],
)
def test_what_a_person_should_read_soon_is_noticed(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "この案には強く反対です。説明が足りず、腹が立ちます。",
        "住民の意見が無視されて決まるのは、おかしいと思います。",
        "消えかけた横断歩道の線を引き直してください。",
        "街灯が消えたままの道があります。",
        "殺風景な広場に木を植えてほしい。",
        "いじめをなくす取組を、計画に書いてください。",
        "自殺対策の相談の窓口を増やすことに賛成です。",
        "虐待の防止について、学校と区の連携を強めてください。",
        "死亡事故を減らすために、道を広げてください。",
        "議会との関係を、計画の中で説明してください。",
        "交番の跡地を、集会所に使えませんか。",
        "学校を地域に開くことは、よいことだと思います。",
        "バカンスの季節も、図書館を開けてください。",
        "ゴキブリの駆除を、区で手伝ってほしいです。",
        "相談の窓口の名前が分かりにくいです。",
        "都市計画の図を、大きくしてください。",
    ],
)
def test_anger_requests_and_talk_about_a_matter_are_not_noticed(text: str) -> None:
    assert codes(text) == []


def test_the_place_is_that_of_the_text_as_it_was_written() -> None:
    text = "朝から、ｼﾆﾀｲ気持ちです。"
    (found,) = find_concerns(text, TOPICS)
    assert text[found.start : found.end] == "ｼﾆﾀｲ"


def test_several_matters_in_one_text_are_told_apart() -> None:
    text = "陳情します。信号機の設置を求めます。"
    assert codes(text) == ["petition", "police"]


@pytest.mark.parametrize("ward", ["meguro", "nerima", "setagaya"])
def test_every_topic_has_words_and_a_prepared_answer_in_every_ward(ward: str) -> None:
    topics = read_topics(ward)
    assert {topic.kind for topic in topics} == set(ConcernKind) - {ConcernKind.PERSONAL_DATA}
    for topic in topics:
        assert topic.words
        assert topic.answer
        assert topic.title


def test_every_cry_for_help_leads_to_a_window_with_a_telephone() -> None:
    for topic in TOPICS:
        if topic.kind is ConcernKind.CRY_FOR_HELP:
            assert any(window.telephone for window in topic.windows)
            assert topic.windows[0].telephone in topic.answer_with_windows


def test_every_window_belongs_to_a_topic_that_there_is() -> None:
    used = {window.name for topic in TOPICS for window in topic.windows}
    assert len(used) >= 10


def test_a_deployment_looks_out_for_the_topics_of_its_ward(app) -> None:
    assert known_topics() == TOPICS
    assert [topic.code for topic in topics_of("死にたい。死ね。", ConcernKind.CRY_FOR_HELP)] == ["despair"]


def test_staff_see_personal_data_and_other_matters_marked(app) -> None:
    text = "電話は090-1234-5678です。陳情します。"
    assert marked(text) == [
        ("電話は", None),
        ("090-1234-5678", "personal"),
        ("です。", None),
        ("陳情します", "other"),
        ("。", None),
    ]
    assert "".join(part for part, _ in marked(text)) == text
