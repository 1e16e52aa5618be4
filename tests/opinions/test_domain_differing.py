"""Nearly the same words that ask for something else are never folded; who signs a letter makes no difference."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from participation.opinions.domain import letters_of, text_key
from participation.opinions.domain.alike import Wording, clusters
from participation.opinions.domain.wording import FOLDED, BundledAs, grams, in_common, relation_of, turns
from participation.reading.domain.bundles import bundles_of
from participation.reading.domain.texts import Text

#: Long enough that a few letters in it leave eight in ten runs as they are.
LETTER = (
    "わたしは長くこの町に住み、区の仕事をいつも気にかけてきました。このたびの案を読んで、どうしてもお伝えしたいことがあり筆をとりました。"
    "{}どうか区民の声をよく聞き、ていねいに考えてくださいますよう、家族ともども心よりお願い申し上げます。"
)

DEMANDS = [
    ("図書館を平日は午後8時まで開けてください。", "図書館を平日は午後10時まで開けてください。"),
    ("プールの料金は100円にしてください。", "プールの料金は500円にしてください。"),
    ("プールの料金は百円にしてください。", "プールの料金は五百円にしてください。"),
    ("区民税を5％にしてください。", "区民税を20％にしてください。"),
    ("区民税を5％にしてください。", "区民税を5割にしてください。"),
    ("利用料を1.5倍にしてください。", "利用料を15倍にしてください。"),
    ("予算を1万円にしてください。", "予算を1億円にしてください。"),
    ("学級を三十人にしてください。", "学級を二十人にしてください。"),
    ("学級を30人にしてください。", "学級を人にしてください。"),
    ("8時から10時に開けてください。", "10時から8時に開けてください。"),
    ("8時に開けて、10時に閉めてください。", "10時に開けて、8時に閉めてください。"),
    ("学校は2校にしてください。", "学校は2校か3校にしてください。"),
    ("わたしはA案がよいと思います。", "わたしはB案がよいと思います。"),
    ("わたしは第一案がよいと思います。", "わたしは第二案がよいと思います。"),
    ("18歳まで医療費をただにしてください。", "15歳まで医療費をただにしてください。"),
    ("5月1日までに決めてください。", "9月1日までに決めてください。"),
    ("東部地区にトイレを作ってください。", "西部地区にトイレを作ってください。"),
    ("駅の東口にトイレを作ってください。", "駅の西口にトイレを作ってください。"),
    ("北側に入口を作ってください。", "南側に入口を作ってください。"),
    ("東部にトイレを、西部にベンチを置いてください。", "西部にトイレを、東部にベンチを置いてください。"),
    ("東部にトイレを作る。西部にベンチを置く。", "西部にトイレを作る。東部にベンチを置く。"),
    ("保育料を値上げしてください。", "保育料を値下げしてください。"),
    ("保育料を引き上げてください。", "保育料を引き下げてください。"),
    ("予算を上げてください。", "予算を下げてください。"),
    ("ベンチの数を増やしてください。", "ベンチの数を減らしてください。"),
    ("予算は増額がよいと思います。", "予算は減額がよいと思います。"),
    ("給食は有料がよいと思います。", "給食は無料がよいと思います。"),
    ("貸し出しは有償がよいと思います。", "貸し出しは無償がよいと思います。"),
    ("門を開けてください。", "門を閉めてください。"),
    ("園庭の開放を求めます。", "園庭の閉鎖を求めます。"),
    ("始まりを早くしてください。", "始まりを遅くしてください。"),
    ("期間の延長を求めます。", "期間の短縮を求めます。"),
    ("この施設は必要だと思います。", "この施設は不要だと思います。"),
    ("対象の拡大を求めます。", "対象の縮小を求めます。"),
    ("出張所の新設を求めます。", "出張所の廃止を求めます。"),
    ("出張所の存続を求めます。", "出張所の廃止を求めます。"),
    ("出張所を残してください。", "出張所をなくしてください。"),
    ("撮影を許可してください。", "撮影を禁止してください。"),
    ("計画に賛成します。", "計画に反対します。"),
    ("保育園は公営がよいと思います。", "保育園は民営がよいと思います。"),
    ("議事録は公開がよいと思います。", "議事録は非公開がよいと思います。"),
    ("制服は義務がよいと思います。", "制服は任意がよいと思います。"),
    ("18歳以上を対象にしてください。", "18歳以下を対象にしてください。"),
    ("車の速度を高くしてください。", "車の速度を低くしてください。"),
    ("規則を厳しくしてください。", "規則を緩くしてください。"),
    ("街灯を明るくしてください。", "街灯を暗くしてください。"),
    ("道を広くしてください。", "道を狭くしてください。"),
    ("室内に作ってください。", "屋外に作ってください。"),
    ("歩道を直してください。", "車道を直してください。"),
    ("申し込みは紙がよいと思います。", "申し込みは電子がよいと思います。"),
    ("説明会は対面がよいと思います。", "説明会はオンラインがよいと思います。"),
    ("男性の相談員を置いてください。", "女性の相談員を置いてください。"),
    ("子どもの居場所を作ってください。", "高齢者の居場所を作ってください。"),
    ("小学校にプールを作ってください。", "中学校にプールを作ってください。"),
    ("午前に開いてください。", "午後に開いてください。"),
    ("朝の便を出してください。", "夜の便を出してください。"),
    ("平日に開いてください。", "土日に開いてください。"),
    ("土曜に開いてください。", "日曜に開いてください。"),
    ("夏に開いてください。", "冬に開いてください。"),
    ("左の道を直してください。", "右の道を直してください。"),
    ("毎週開いてください。", "毎月開いてください。"),
    ("大橋図書館を直してください。", "八雲図書館を直してください。"),
    ("図書館を直してください。", "児童館を直してください。"),
    ("18歳の子どもまで無料にしてください。", "15歳の子どもまで無料にしてください。"),
    ("八雲に住む18歳の子どもまで対象です。", "八雲に住む15歳の子どもまで対象です。"),
    ("区の対応は適切だと思います。", "区の対応は不適切だと思います。"),
    ("土地を売却してください。", "土地を購入してください。"),
    ("有料より無料がよいと思います。", "無料より有料がよいと思います。"),
    ("前期に開いてください。", "後期に開いてください。"),
    ("駅から近い場所に作ってください。", "駅から遠い場所に作ってください。"),
    ("2、3人の職員を置いてください。", "23人の職員を置いてください。"),
    ("樹木を守ってください。", "樹木を切ってください。"),
    ("土曜も開いてください。", "土曜は閉じてください。"),
    ("信号を付けてください。", "信号を外してください。"),
    ("上目黒に保育園を作ってください。", "下目黒に保育園を作ってください。"),
    ("月に1回開いてください。", "週に1回開いてください。"),
    ("朝は8時半に開けてください。", "朝は8時に開けてください。"),
    ("ぶらんこを置いてください。", "すべり台を置いてください。"),
    ("駅にエレベーターを作ってください。", "駅にエスカレーターを作ってください。"),
]


def stand(one: str, other: str) -> list[dict[int, BundledAs]]:
    """How two texts stand in what a search finds, the first sent by three people."""
    return [each.relations for each in clusters([Wording((1, 2, 3), one), Wording((4,), other)])]


def is_folded(one: str, other: str) -> bool:
    if letters_of(one) == letters_of(other):
        return True
    return relation_of(one, other, letters_of(other)) in FOLDED


@pytest.mark.parametrize(("one", "other"), DEMANDS)
@pytest.mark.parametrize("is_turned", [False, True], ids=["", "turned"])
def test_another_number_the_opposite_or_another_thing_is_never_folded(
    one: str, other: str, is_turned: bool
) -> None:
    here, there = LETTER.format(one), LETTER.format(other)
    if is_turned:
        here, there = there, here
    assert text_key(here) != text_key(there)
    assert in_common(grams(letters_of(here)), grams(letters_of(there))) >= 0.8
    assert not is_folded(here, there)
    (relations,) = stand(here, there)
    assert [relations[number] for number in (1, 2, 3)] == [BundledAs.SAME] * 3
    assert relations[4] in (BundledAs.OPPOSED, BundledAs.ADDED)
    assert bundles_of([Text("1", here), Text("2", there)]) == []


def test_what_several_ask_for_leads_a_bundle_of_its_own_and_nothing_is_dropped() -> None:
    eight, ten = LETTER.format("夜8時まで開けてください。"), LETTER.format("夜10時まで開けてください。")
    found = clusters([Wording((1, 2, 3), eight), Wording((4, 5), ten)])
    assert [sorted(each.folded) for each in found] == [[1, 2, 3], [4, 5]]


SAME = [
    ("料金は10,000円にしてください。", "料金は1万円にしてください。"),
    ("料金は12000円にしてください。", "料金は一万二千円にしてください。"),
    ("料金は１００円にしてください。", "料金は百円にしてください。"),
    ("午後８時に開いてください。", "午後八時に開いてください。"),
    ("学級は30人にしてください。", "学級は30名にしてください。"),
    ("税を5%にしてください。", "税を5パーセントにしてください。"),
    ("3か所に作ってください。", "3ヶ所に作ってください。"),
    ("もう一度考えてください。", "もういちど考えてください。"),
    ("一人ひとりを大切にしてください。", "ひとりひとりを大切にしてください。"),
    ("十分に考えてください。", "じゅうぶんに考えてください。"),
    ("満車で困っています。", "滿車で困っています。"),
    ("木は是非残してください。", "木はぜひ残してください。"),
    ("こどもの声を聞いて下さい。", "子供の声を聞いてください。"),
    ("ごみ置き場が汚れています。", "ゴミ置場がよごれています。"),
    ("木を残してください。ベンチを5つ置いてください。", "ベンチを5つ置いてください。木を残してください。"),
    ("お礼を申し上げます。", "お礼をいたします。"),
    ("子ども達のために残してください。", "子どもたちのために残してください。"),
    ("6について、木を残してください。", "6.木について、残してください。"),
    ("1. 木を残してください。2. 道を直してください。", "木を残してください。道を直してください。"),
]


@pytest.mark.parametrize(("one", "other"), [*SAME, *[(b, a) for a, b in SAME]])
def test_another_way_of_writing_the_same_is_still_folded(one: str, other: str) -> None:
    assert is_folded(LETTER.format(one), LETTER.format(other))


SIGNED = [
    ("\n目黒区八雲1-2-3", "\n目黒区大橋2-10-4"),
    ("\n目黒区八雲一丁目2番3号", "\n目黒区大橋三丁目4番5号"),
    ("\n〒152-0023 目黒区", "\n〒153-0044 目黒区"),
    ("\n42歳", "\n70歳"),
    ("\n40代 女性", "\n60代 男性"),
    ("\n（42歳・会社員）", "\n（37歳・主婦）"),
    ("\n令和8年11月1日", "\n令和8年11月12日"),
    ("\n2026年11月1日", "\n2026年10月31日"),
    ("\n2026/11/1", "\n2026/10/31"),
    ("\n電話 03-1234-5678", "\n電話 03-8765-4321"),
    ("\n架空 太郎", "\n見本 花子"),
    ("\n架空太郎 八雲1-2-3 42歳", "\n見本花子 大橋2-3-4 7歳"),
    ("目黒区八雲1-2-3 42歳。", "目黒区大橋2-3-4 35歳。"),
    ("\n住所：八雲1-2-3\n氏名：架空", "\n住所：大橋4-5-6\n氏名：見本"),
    ("\n八雲1-2-3", ""),
]


@pytest.mark.parametrize(("one", "other"), [*SIGNED, *[(b, a) for a, b in SIGNED]])
def test_a_campaign_letter_stays_one_whoever_signs_it(one: str, other: str) -> None:
    words = LETTER.format("図書館を夜8時まで開けてください。")
    assert relation_of(words + one, words + other, letters_of(words + other)) in (
        BundledAs.NEAR,
        BundledAs.ADDED,
    )
    if len(letters_of(other)) < 8:
        assert is_folded(words + one, words + other)


@pytest.mark.parametrize(("one", "other"), SIGNED)
def test_behind_a_signature_another_demand_is_still_seen(one: str, other: str) -> None:
    eight = LETTER.format("図書館を夜8時まで開けてください。") + one
    ten = LETTER.format("図書館を夜10時まで開けてください。") + other
    assert not is_folded(eight, ten)
    assert not is_folded(ten, eight)


def test_a_heading_with_the_day_and_a_sentence_that_says_who_make_no_difference() -> None:
    words = LETTER.format("木を残してください。")
    for one, other in (
        ("令和8年11月1日\n", "令和8年11月2日\n"),
        ("私は42歳です。", "私は37歳です。"),
        ("42歳の主婦です。", "37歳の学生です。"),
        ("八雲在住です。", "大橋在住です。"),
        ("八雲に住んでいます。", "大橋に住んでいます。"),
    ):
        assert is_folded(one + words, other + words)
        assert is_folded(other + words, one + words)


def test_a_letter_that_spoils_a_word_is_a_slip_and_one_that_makes_its_opposite_is_none() -> None:
    for one, other in (("計画を進めてください", "計画を進ねてください"), ("反対します", "反よします")):
        assert not turns(one, other)
        assert not turns(other, one)
    for one, other in (
        ("木を増やして", "木を減らして"),
        ("席が足りず、困る", "席が足りる、困る"),
        ("計画を進めてください", "計画をください"),
        ("残さないで", "残さなくて"),
    ):
        assert turns(one, other)
        assert turns(other, one)


UNITS = ("円", "人", "時間", "か所", "％", "歳まで", "回", "メートル", "年", "階", "日")
KANJI = "〇一二三四五六七八九"


def in_kanji(number: int) -> str:
    return "".join(KANJI[int(digit)] for digit in str(number))


@settings(deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(UNITS),
    st.sampled_from((str, "{:,}".format, in_kanji)),
    st.sampled_from((str, "{:,}".format, in_kanji)),
)
def test_texts_that_differ_in_a_number_are_never_folded_and_the_same_number_always(
    one: int, other: int, unit: str, write: object, write_other: object
) -> None:
    assume(one != other)
    words = "その数を{}にしてください。"
    here = LETTER.format(words.format(f"{write(one)}{unit}"))  # type: ignore[operator]
    there = LETTER.format(words.format(f"{write_other(other)}{unit}"))  # type: ignore[operator]
    again = LETTER.format(words.format(f"{write_other(one)}{unit}"))  # type: ignore[operator]
    assert not is_folded(here, there)
    assert not is_folded(there, here)
    assert is_folded(here, again)
    assert bundles_of([Text("1", here), Text("2", there)]) == []


@settings(deadline=None)
@given(st.decimals(0, 999, places=1), st.decimals(0, 999, places=1))
def test_a_decimal_point_is_part_of_a_number(one: object, other: object) -> None:
    assume(one != other)
    words = LETTER.format("料金を{}倍にしてください。")
    assert not is_folded(words.format(one), words.format(other))
    assert text_key(words.format(one)) != text_key(words.format(other))


def test_a_mark_between_digits_keeps_two_numbers_apart_and_a_comma_of_thousands_does_not() -> None:
    assert len({text_key(each) for each in ("23人", "2、3人", "2・3人", "2～3人")}) == 2
    assert text_key("1,500円、2,000円") == text_key("１５００円2000円")
    assert text_key("1,500円") != text_key("1.5円")
    assert text_key("2026.11.1") == text_key("2026/11/1") != text_key("2026111")
    assert text_key("給食（無料）！ 3 年生") == text_key("給食無料3年生")
