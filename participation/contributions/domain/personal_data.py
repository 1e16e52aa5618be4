"""What in a text looks like personal data (個人情報らしいもの): hints with their places, for a person to judge.

Nothing is decided here: a word in a list or a row of digits is a reason to look, never a reason to
refuse. Full width, half width and kanji numerals are read alike; places count in characters of the
text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonalData(StrEnum):
    """A kind of personal data that a text seems to contain (個人情報らしいもの)."""

    NAME = "name"
    TELEPHONE = "telephone"
    EMAIL = "email"
    POSTAL_ADDRESS = "postal_address"
    MY_NUMBER = "my_number"
    CARD_NUMBER = "card_number"
    CAR_NUMBER = "car_number"
    SCHOOL_CLASS = "school_class"


PERSONAL_DATA_NAMES = {
    PersonalData.NAME: "人の名前",
    PersonalData.TELEPHONE: "電話番号",
    PersonalData.EMAIL: "メールアドレス",
    PersonalData.POSTAL_ADDRESS: "番地までの住所",
    PersonalData.MY_NUMBER: "マイナンバー（12けたの番号）",
    PersonalData.CARD_NUMBER: "カードの番号",
    PersonalData.CAR_NUMBER: "車のナンバー",
    PersonalData.SCHOOL_CLASS: "学校と学年・組",
}


@dataclass(frozen=True, order=True)
class Passage:
    """Where a text seems to contain personal data: from `start` up to, not including, `end`."""

    start: int
    end: int
    kind: PersonalData


def find_personal_data(text: str) -> list[Passage]:
    """Return the passages that look like personal data, in reading order, none inside another."""
    plain, places = plain_with_places(text)
    found = [
        Passage(places[match.start()], places[match.end() - 1] + 1, kind)
        for kind, finder in _FINDERS
        for match in finder(plain)
    ]
    return _without_inner(sorted(found, key=lambda each: (each.start, -each.end, _ORDER[each.kind])))


def personal_data_in(text: str) -> frozenset[PersonalData]:
    """Return the kinds of personal data that a text seems to contain."""
    return frozenset(passage.kind for passage in find_personal_data(text))


def _without_inner(passages: list[Passage]) -> list[Passage]:
    kept: list[Passage] = []
    for passage in passages:
        if not kept or passage.start >= kept[-1].end:
            kept.append(passage)
    return kept


def plain_with_places(text: str) -> tuple[str, list[int]]:
    """Return the text in half width and lower case, all dashes alike, and where each character stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = unicodedata.normalize("NFKC", letter).casefold() if letter > "\x7f" else letter.lower()
        for part in folded:
            letters.append("-" if part in _DASHES else part)
            places.append(place)
    return "".join(letters), places


_DASHES = frozenset("‐‑‒–—―−－")

# ── Numbers ─────────────────────────────────────────────────────────────────────────────────

# ー is a dash between digits and a long vowel elsewhere.
_TELEPHONE = re.compile(r"(?<![\d-])0\d{1,4}[-ー( 　]{0,2}\d{1,4}[-ー) 　]{0,2}\d{3,4}(?![\d-])")
_EMAIL = re.compile(r"(?<![a-z0-9._+-])[a-z0-9._+-]{1,64}\s?@\s?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_MY_NUMBER = re.compile(r"(?<!\d)(?<!\d[- ])\d{4}[- ]?\d{4}[- ]?\d{4}(?![- ]?\d)")
_CARD_NUMBER = re.compile(r"(?<!\d)(?<!\d[- ])[2-6]\d{3}[- ]?\d{4,6}[- ]?\d{4,5}(?:[- ]?\d{4})?(?![- ]?\d)")
_CAR_NUMBER = re.compile(
    r"[一-龠]{1,4}[ 　]?[1-9]\d{1,2}[ 　]?[ぁ-ん][ 　]?(?:\d{2}-\d{2}|[・.･]{1,3}[ 　]?\d{1,3}|\d{4})(?!\d)"
)


def _telephones(plain: str) -> Iterator[re.Match[str]]:
    """Japanese numbers have ten or eleven digits, the first of them 0 (総務省 電気通信番号計画)."""
    return (m for m in _TELEPHONE.finditer(plain) if _digits(m) in (10, 11))


def _my_numbers(plain: str) -> Iterator[re.Match[str]]:
    return (
        m for m in _MY_NUMBER.finditer(plain) if _is_my_number([int(c) for c in m.group() if c.isdigit()])
    )


def _card_numbers(plain: str) -> Iterator[re.Match[str]]:
    """Payment cards have 14 to 16 digits, the last of them a check digit (ISO/IEC 7812-1, Annex B)."""
    return (
        m
        for m in _CARD_NUMBER.finditer(plain)
        if 14 <= _digits(m) <= 16 and _is_luhn([int(c) for c in m.group() if c.isdigit()])
    )


def _digits(match: re.Match[str]) -> int:
    return sum(c.isdigit() for c in match.group())


def _is_my_number(digits: list[int]) -> bool:
    """Whether twelve digits carry the check digit of 個人番号 (総務省令第85号 5条)."""
    total = sum(p * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(reversed(digits[:11]), start=1))
    return digits[11] == (0 if total % 11 <= 1 else 11 - total % 11)


def _is_luhn(digits: list[int]) -> bool:
    doubled = [d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1


# ── Addresses and schools ───────────────────────────────────────────────────────────────────

_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_BLOCK = rf"{_NUMERAL}丁目\s?{_NUMERAL}(?:番地?|-|ー|の)\s?{_NUMERAL}?(?:号室?|(?:-|ー){_NUMERAL})?"
#: Not behind 施策2-2-2 or 第3章1-2-1: the plan's own numbers look the same.
_DASHED = r"(?<=[一-龠ヶが])(?<![画策針章節項第号頁案表図版式型方点番資料価])\s?\d{1,2}[-ー]\d{1,3}[-ー]\d{1,3}(?:[-ー]\d{1,4})?(?![\d年月])"
_POSTAL_CODE = r"〒\s?\d{3}-?\d{4}"
_ROOM = r"(?:マンション|コーポ|ハイツ|アパート|ハウス|荘|レジデンス|メゾン)[^\s、。]{0,12}?\s?\d{2,4}(?:号室?|-\d{1,3})"
_ADDRESS = re.compile(rf"{_BLOCK}|{_DASHED}|{_POSTAL_CODE}|{_ROOM}")

#: A school alone is a place; with a class it is a handful of children.
_SCHOOL_CLASS = re.compile(
    r"[一-龠ァ-ヶー々]{1,10}(?:小学校|中学校|高等学校|高校|小|中|幼稚園|保育園|こども園)(?:の|、|\s)?"
    rf"{_NUMERAL}年(?:生の)?(?:{_NUMERAL}|[a-z])組"
)

# ── Names ───────────────────────────────────────────────────────────────────────────────────

_KANJI = r"[一-龠々〆ヶ]"
_HONORIFIC = r"(?:さん|さま|氏|様|くん|ちゃん|君|先生)"
#: A family name, with a given name or without, before a word that is only said of persons.
_NAMED = re.compile(
    rf"(?<![おご])(?P<name>{_KANJI}{{1,4}}(?:[ 　・]?{_KANJI}{{1,3}}|[ 　・][ぁ-んァ-ヶー]{{2,5}})?|[ァ-ヶー]{{3,10}})"
    rf"(?P<how>{_HONORIFIC})"
)
#: How people introduce themselves: 氏名：…, …と申します.
_INTRODUCED = re.compile(
    rf"(?:氏名|名前|姓名)\s?[:は]\s?(?P<name>{_KANJI}{{1,4}}(?:[ 　]?{_KANJI}{{1,3}}|[ 　][ぁ-んァ-ヶー]{{2,5}}))(?=[\s、。）)]|$|です|と)"
    rf"|(?P<said>{_KANJI}{{1,3}}[ 　]?(?:{_KANJI}{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,5}}))と申します"
)
#: What ends so is nobody's name: relatives, trades, offices, everybody.
_NOBODY = re.compile(
    r"(?:皆|皆々|御|方々|貴方|客|父|母|祖父|祖母|兄|姉|弟|妹|奥|嫁|婿|娘|息子|孫|親|旦那|叔父|叔母|伯父|伯母|坊|神|仏|王|殿|姫"
    r"|長男|次男|三男|長女|次女|三女|学生|生徒|児童|園児|選手|歌手|助手|運転手|相手|教授|声優|俳優|女優|男優|子供|大人|友人|友達"
    r"|屋|店|者|員|士|師|長|官|家|主|役|婦|民|業|隣|近所|医|社|学|会|議|課|係|班|組|校|区|園|館|院|庁|省|局|堂|団体|本部|支部"
    r"|内科|外科|眼科|歯科|小児科|職人|老人|住人|個人|本人|他人|知人|恋人|商人|何人|人間|委任|主任|担任|担当|専門|先輩|後輩|態|諸"
    r"|何|誰|彼|彼女|私|僕|俺|外国人|高齢|障害|被害|加害|利用|参加|提出|投稿|回答|相談|保護|大家|管理|事業|医療|看護|介護|保育|消費|創作)$"
)
_NOBODY_ALONE = frozenset("摂華子男女人方手神仏各某他今先前元現新若老赤大小親源市町村")
#: Family names that end like a trade or an office.
_FAMILY_NAMES = frozenset(("土屋", "守屋", "古屋", "関屋", "芦屋", "山家", "度会", "花園", "御園", "三園"))
_NOT_A_NAME_IN_KATAKANA = re.compile(
    r"(?:ママ|パパ|サラリーマン|ボランティア|スタッフ|ドクター|シェフ|オーナー|リーダー|ドライバー|ユーザー|クリエイター|クリエーター"
    r"|イラストレーター|アーティスト|デザイナー|ヘルパー|サポーター|メンバー|パートナー|シニア|アシカ|パンダ|ライオン|シルバー|コーチ"
    r"|カウンセラー|サンタ|プロ|アマ|ファン|アニメーター|ライター|エンジニア|プログラマー|ユーチューバー|マスター|ワーカー|センター|モデル|ベテラン|レイヤー|アカウント|アニメーション|タレント|アイドル|アナウンサー|マネージャー|プロデューサー|ディレクター"
    r"|サービス|グループ|チーム|クラブ|コープ|スーパー|コンビニ|ホーム|ハウス|メーカー|ペット|ワンちゃん|ネコ|イヌ|カラス|ハト)$"
)
#: After 様, 氏, 君: not an honorific but part of another word (様々, 様子, 氏名, 君が代).
_NO_HONORIFIC = {
    "様": frozenset("々子相式態変似な式"),
    "さま": frozenset("ざまさで"),
    "さん": frozenset("ざ"),
    "氏": frozenset("名族神子物"),
    "君": frozenset("主臨達ら"),
    "先生": frozenset("方達"),
}

_AFTER_A_VERB = frozenset("でだじ")


def _names(plain: str) -> Iterator[re.Match[str]]:
    for match in _NAMED.finditer(plain):
        name, how = match["name"], match["how"]
        if plain[match.end() : match.end() + 1] in _NO_HONORIFIC.get(how, frozenset()):
            continue
        if how in ("様", "君", "先生") and (len(name) == 1 or name[-1] in "同多仕模異有一現諸"):
            continue  # 多様, 仕様, 上記同様, 諸君, 各先生: part of another word.
        if how == "くん" and (len(name) == 1 or plain[match.end() : match.end() + 1] in _AFTER_A_VERB):
            continue  # 届くんです, 気付くんだ: the end of a verb.
        if name in _FAMILY_NAMES or not (
            name in _NOBODY_ALONE or _NOBODY.search(name) or _NOT_A_NAME_IN_KATAKANA.search(name)
        ):
            yield match
    yield from _INTRODUCED.finditer(plain)


_FINDERS: tuple[tuple[PersonalData, Callable[[str], Iterator[re.Match[str]]]], ...] = (
    (PersonalData.EMAIL, _EMAIL.finditer),
    (PersonalData.CARD_NUMBER, _card_numbers),
    (PersonalData.MY_NUMBER, _my_numbers),
    (PersonalData.TELEPHONE, _telephones),
    (PersonalData.CAR_NUMBER, _CAR_NUMBER.finditer),
    (PersonalData.SCHOOL_CLASS, _SCHOOL_CLASS.finditer),
    (PersonalData.POSTAL_ADDRESS, _ADDRESS.finditer),
    (PersonalData.NAME, _names),
)
_ORDER = {kind: number for number, (kind, _) in enumerate(_FINDERS)}
