"""What nearly the same words ask for: numbers, opposites and names (同じ言葉で、中身の違う文).

Two texts of a hundred letters that differ in 「8時」 and 「10時」, in 「値上げ」 and 「値下げ」 or in the name of a library
have nearly all runs in common, and ask for something else. Only what is not the same sentence in both is looked
at, so that a sentence that was only moved makes no difference:

* Numbers, with what they count: every difference, also one that is missing. Width, commas and kanji make none,
  nor does the number of an entry of a list. 「一部」「もう一度」 are words and no numbers.
* Opposites, in the order in which they stand: one in place of the other. A word that only fell out is left to
  what turns a sentence round (`wording.turns`).
* Words in kanji, katakana, Latin letters, or three kana: one in place of another one. The same word in kanji and
  in kana, in an old form of a kanji, or with a single letter of another kind is the same.

What tells who signs a letter and when (address, age, date, telephone, name) is no part of what it asks for. It is
passed over where letters have it: below the last sentence, above the first one, and in a sentence that says it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache

from participation.contributions.domain.personal_data import PersonalData, find_personal_data

# ── Opposites ───────────────────────────────────────────────────────────────────────────────

#: Each line is a family; what stands between two bars means the same, and the opposite or something else than the rest.
_FAMILIES = """
値上げ 値上が 引き上げ 引上げ 上げ 上が 上昇 増や 増え 増加 増額 増設 増員 増便 増税 増築 拡大 拡充 拡張 拡幅 広げ アップ 多く 多め 大き
| 値下げ 値下が 引き下げ 引下げ 下げ 下が 下降 減ら 減る 減り 減少 減額 削減 減員 減便 減税 縮小 狭め ダウン 少なく 少なめ 小さ
有料 有償 課金 | 無料 無償 タダ
開け 開館 開園 開所 開設 開放 開く | 閉め 閉館 閉園 閉所 閉鎖 閉じ 休館 休園
早く 早め 早い 早ま 速く 速い 前倒し | 遅く 遅め 遅い 遅ら 先送り 延期
延長 延ば 伸ば 長く 長め 長い | 短縮 短く 短め 短い 縮め
必要 必須 | 不要 不必要 無用
新設 設置 設け 創設 建設 建て 整備 存続 維持 継続 残し 残す 続け 復活 再開 導入
| 廃止 撤去 撤廃 閉鎖 打ち切 取りやめ 中止 終了 壊し 壊す なくし なくす 無くし 無くす
許可 認め 解禁 許し | 禁止 禁じ 規制
賛成 賛同 支持 歓迎 推進 進め | 反対 不支持 撤回 中止 止め やめ
公営 直営 公立 区立 区営 都営 | 民営 私立 委託
公開 開示 | 非公開 非開示
義務 強制 | 任意 自由
統合 統一 集約 | 分割 分離 分散
以上 超え 最大 最高 上限 | 以下 未満 最小 最低 下限
高く 高い 高め | 低く 低い 低め 安く 安い 安め
強く 強め 強化 厳し | 弱く 弱め 緩和 緩く
明るく 明るい | 暗く 暗い
広く 広い | 狭く 狭い
太く 太い | 細く 細い
増 | 減
左 | 右
内側 | 外側
屋内 室内 | 屋外 室外 野外
上り | 下り
入口 入り口 | 出口
入る 入れ | 出る 出し
片側 | 両側
全部 全て すべて 全員 全面 全校 全域 | 一部 半分
歩道 | 車道
紙 | 電子 デジタル
対面 | オンライン リモート
男性 男子 男の | 女性 女子 女の
子ども 子供 こども 児童 若者 若い | 高齢者 お年寄り 年寄り シニア | 大人
幼稚園 | 保育園 | 小学 | 中学 | 高校 | 大学
午前 朝 早朝 | 昼 | 午後 夕方 | 夜 深夜 夜間
平日 | 休日 土日 祝日 週末
月曜 | 火曜 | 水曜 | 木曜 | 金曜 | 土曜 | 日曜
春 | 夏 | 秋 | 冬
甲案 | 乙案 | 丙案
前期 | 後期
前半 | 後半
上旬 | 中旬 | 下旬
父 | 母
近く 近い | 遠く 遠い
重く 重い | 軽く 軽い
深く 深い | 浅く 浅い
新しい 新しく 新築 | 古い 古く
安全 | 危険
便利 | 不便
肯定 | 否定
積極 | 消極
売却 売っ 売る | 購入 買い 買う 買っ
貸し 貸す | 借り
始め 始ま 開始 | 終わ 終え
植え 植樹 | 伐採 切り倒
加入 入会 | 脱退 退会
支給 給付 | 徴収
毎日 | 毎週 | 毎月 | 毎年 | 隔週 | 隔月 | 隔年
"""
#: These hold one of the words above, and are none of them.
_NO_OPPOSITES = (
    "申し上げ 取り上げ 仕上げ 立ち上げ 仕上が 出来上が 早急 早速 手続 大きさ 多くの皆 全部で 差し上げ 召し上が 盛り上が 上がってお 認めら"
    " 朝日 昼間町 春日 右記 左記 入れていただ 入れて下さ 小さな子 小さい子 若い世 申し入れ 受け入れ 取り入れ 手入れ 呼びかけ 出しました 提出"
)
#: A quarter of the sky is one only before or behind what lies there: not in 東京 or 西暦.
_QUARTER = r"[東西南北](?=部|側|口|地区|地域|館|棟|街区|方|端|門|出口|改札|通り|公園|支所|の|へ|に)(?!京)"


def _families() -> tuple[re.Pattern[str], dict[str, list[tuple[int, int]]]]:
    meanings: dict[str, list[tuple[int, int]]] = {}
    for family, line in enumerate(re.sub(r"\n\|", " |", _FAMILIES.strip()).split("\n")):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                meanings.setdefault(word, []).append((family, side))
    longest_first = sorted({*meanings, *_NO_OPPOSITES.split()}, key=lambda word: (-len(word), word))
    return re.compile("|".join([*longest_first, _QUARTER])), meanings


_OPPOSITES, _MEANINGS = _families()
#: 不適切, 非公開, 無許可, 未整備 beside the word without it.
_DENIED = re.compile(r"[不非無未][一-龠]{2}")
_QUARTERS = -1


def _opposites(text: str) -> dict[int, list[int]]:
    """Return family → which side of it stands in a text, in order."""
    found: dict[int, list[int]] = {}
    for word in _OPPOSITES.findall(text):
        sides = [(_QUARTERS, ord(word))] if len(word) == 1 and word in "東西南北" else _MEANINGS.get(word, ())
        for family, side in sides:
            found.setdefault(family, []).append(side)
    return found


def _are_opposed(one: str, other: str) -> bool:
    if Counter(_DENIED.findall(one)) != Counter(_DENIED.findall(other)):
        return True
    here, there = _opposites(one), _opposites(other)
    for family in here.keys() & there.keys():
        if here[family] == there[family]:
            continue
        mine, theirs = Counter(here[family]), Counter(there[family])
        # The same in another order, or one in place of the other: a word too many or too few is neither.
        if mine == theirs or (mine - theirs and theirs - mine):
            return True
    return False


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────

_DIGIT = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = "".join([*_DIGIT, *_SMALL, *_LARGE])
#: What is counted, and the same by other names.
_UNITS = {
    "%": "% パーセント",
    "人": "人 名",
    "歳": "歳 才",
    "か所": "か所 ヶ所 ケ所 カ所 ヵ所 箇所",
    "か月": "か月 ヶ月 ケ月 カ月 ヵ月 箇月",
    "km": "km キロ キロメートル",
    "m": "m メートル",
    "cm": "cm センチ センチメートル",
    "頁": "ページ 頁",
    "学級": "学級 クラス",
    "": "時間 時 分 秒 日 週間 週 月 年度 年 円 割 倍 回 件 階 個 台 校 園 館 丁目 番地 番 号 条 項 章 節 点 世帯 戸 棟 票 匹 頭"
    " 冊 枚 席 室 部屋 路線 本 便 種類 位 駅 組 案 期 次 度 代 つ 区画 車線 両 列 段 坪 畳 ha ヘクタール 平方 kg トン 度目 回目",
}
_UNIT_OF = {word: key or word for key, words in _UNITS.items() for word in words.split()}
_UNIT = "|".join(sorted(_UNIT_OF, key=lambda word: (-len(word), word)))
#: Words that begin with a numeral and count nothing.
_WORDS = (
    r"一人(?:一人|ひとり)|一部|一番(?!地|目)|一時(?:的|保育|預かり|期)|一度|一日も|一日でも|一年中|一点張り|一本化|一本道|一定|一体|一般"
    r"|一方|一緒|一切|一生|一層|一同|一律|一挙|一応|一言|十分(?!間|以|ご|お|毎|前|後|で)|万一|万が一|千葉|千代田|百貨店|四季|五本木|八雲|三田|三宿|三茶|二度と|三角"
)
_TIMES = "".join([*_SMALL, *_LARGE])
_DIGITS = r"(?:\d+(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?:{_WORDS})"
    rf"|(?P<number>{_DIGITS}(?:[{_TIMES}]+(?:{_DIGITS})?)*)(?P<unit>{_UNIT})?"
    rf"|(?P<kanji>(?<=第)[{_KANJI}]+|[{_KANJI}]+(?=(?:(?:から|[~〜、・-])[\d{_KANJI}]+)?(?:{_UNIT})))(?P<counted>{_UNIT})?"
    r"|(?P<half>(?<=[時間年月日割倍回])半(?![ばぶ数分年期日額]))"
    r"|(?<![a-z])(?P<letter>[a-z])(?![a-z])(?=案|地区|街区|区画|棟|館|コース|プラン|ルート|タイプ|種|型|校|社|組|駅)"
)
#: The number of an entry of a list.
_ENTRY = re.compile(r"(?:(?<=\A)|(?<=[\n。]))[(（]?\d{1,2}(?:[)）]|\.(?!\d)|、(?!\d))")
Told = tuple[str, str]


def _numbers(text: str) -> list[Told]:
    """Return the numbers of a text and what each counts, in order."""
    found = []
    for match in _NUMBER.finditer(text):
        if alone := match["letter"] or match["half"]:
            found.append((alone, ""))
        elif written := match["number"] or match["kanji"]:
            unit = match["unit"] or match["counted"] or ""
            found.append((_value(written), _UNIT_OF.get(unit, "")))
    return found


def _value(written: str) -> str:
    """Return a number as one writes it in digits: 「1万2千」「12,000」「一万二千」 are the same."""
    total = section = Decimal(0)
    current: Decimal | None = None
    for part in re.findall(r"\d+(?:\.\d+)?|.", written.replace(",", "")):
        if part in _LARGE:
            section += current or (0 if section else 1)
            total, section, current = total + section * _LARGE[part], Decimal(0), None
        elif part in _SMALL:
            section, current = section + (1 if current is None else current) * _SMALL[part], None
        elif part in _DIGIT:
            current = (current or 0) * 10 + Decimal(_DIGIT[part])
        else:
            current = Decimal(part)
    return f"{(total + section + (current or 0)).normalize():f}"


def _count_other(one: str, other: str) -> bool:
    return not (
        _are_same(_numbers(one), _numbers(other))
        or _are_same(_numbers(_ENTRY.sub("", one)), _numbers(_ENTRY.sub("", other)))
    )


def _are_same(here: Sequence[Told], there: Sequence[Told]) -> bool:
    """Return whether two texts tell the same numbers; what is counted may be said by one of them only."""
    return len(here) == len(there) and all(
        mine[0] == theirs[0] and (not mine[1] or not theirs[1] or mine[1] == theirs[1])
        for mine, theirs in zip(here, there, strict=True)
    )


# ── Names ───────────────────────────────────────────────────────────────────────────────────

_WORD = re.compile(r"[一-龠々〆ヶ]{2,}|[ァ-ヶー]{2,}|[a-z]{2,}")
#: Two words that have less than this many letters of their own are one word and a slip.
_NAME = 2


def _name_other(one: str, other: str) -> bool:
    here, there = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    mine, theirs = list(here - there), list(there - here)
    return any(all(_are_other_words(word, each) for each in theirs) for word in mine if theirs) and any(
        all(_are_other_words(word, each) for each in mine) for word in theirs
    )


def _are_other_words(one: str, other: str) -> bool:
    """Return whether two words differ in more than a letter, and neither is a part of the other."""
    if one in other or other in one:
        return False
    return min(map(len, _middles(one, other))) >= _NAME


def _middles(one: str, other: str) -> tuple[str, str]:
    """Return two passages without what they begin and end with alike."""
    start, most = 0, min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    end, most = 0, most - start
    while end < most and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


#: So many kana in place of others are another word; fewer may be another ending.
_KANA_WORD = re.compile(r"[ぁ-んー]{3,}")
_OWN_KANA = 3
_MARKS = re.compile(r"[^\w]+")
#: Longer passages are not laid side by side letter by letter.
_SIDE_BY_SIDE = 600


def _write_other(one: str, other: str) -> bool:
    """Return whether a kanji stands in place of another one, or a word in kana of another: 守って and 切って."""
    one, other = _middles(*(_MARKS.sub("", _NUMBER.sub(_without_number, each)) for each in (one, other)))
    if _are_other_letters(one, other) or (len(one) >= _OWN_KANA and len(other) >= _OWN_KANA):
        if max(len(one), len(other)) > _SIDE_BY_SIDE:
            return _are_other_letters(one, other)
        for what, start, end, begin, until in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            here, there = one[start:end], other[begin:until]
            if what == "replace" and (
                _are_other_letters(here, there) or (_KANA_WORD.search(here) and _KANA_WORD.search(there))
            ):
                return True
    return False


def _without_number(match: re.Match[str]) -> str:
    return "" if match["number"] or match["kanji"] else match.group()


def _are_other_letters(one: str, other: str) -> bool:
    """Return whether each of two passages has a kanji that the other does not have."""
    here, there = ({letter for letter in each if _is_everyday(letter)} for each in (one, other))
    return bool(here - there and there - here)


@lru_cache(maxsize=10_000)
def _is_everyday(letter: str) -> bool:
    """Return whether a letter is a kanji in everyday use; others, as 滿, are most often only another form of one."""
    if not "一" <= letter <= "龠":
        return False
    # Kanji of the first level of JIS X 0208 end there.
    return (
        letter.encode("shift_jis", "replace")[:1] <= b"\x98" and letter.encode("shift_jis", "replace") != b"?"
    )


# ── Who signs ───────────────────────────────────────────────────────────────────────────────

_YEAR = rf"(?:(?:令和|平成|昭和|大正|r|h|s)\s?(?:\d{{1,2}}|[{_KANJI}元]{{1,3}})|\d{{4}})"
_DAY = rf"(?:\d{{1,2}}|[{_KANJI}]{{1,3}})"
#: Of a signature: day, age, postal code, address to the house, telephone, number of a member.
_SIGNED = re.compile(
    rf"{_YEAR}[年./-]{_DAY}[月./-]{_DAY}日?|{_DAY}月{_DAY}日|{_YEAR}年(?:{_DAY}月)?(?:生まれ)?|(?:\d{{1,3}}|[{_KANJI}]{{1,3}})[歳才代]|[男女]性?"
    rf"|〒?\d{{3}}-\d{{4}}|{_DAY}丁目(?:{_DAY}(?:番地?|-|の)?)?(?:{_DAY}号?)?|\d+(?:番地?|-)(?:\d+(?:号室?|-)?)*|\d+号室?|\d+-\d+(?:-\d+)*"
)
_LABEL = re.compile(r"(?:住所|氏名|名前|年齢|電話|連絡先|職業|署名|提出日|日付|記入日|郵便番号|tel|fax|〒)")
#: 「私は八雲に住む42歳の主婦です」, but not 「18歳の子どもまで無料にしてください」.
_SAYS_WHO = re.compile(
    r"(?!.*(?:を|まで|ほし|べき|くださ|下さ|対象))(?:.*(?:在住(?:です)?|に住む.*です|に住んで(?:いる|います|おります)|[住区]民です|申します)"
    r"|(?:(?:私|わたし|わたくし|僕|自分)[はも]、?)?[^はがもへ]{0,14}[歳才代](?:の[^はがもにで]{1,10})?です)"
)
#: A sentence says who somebody is up to so many letters; a line of a signature has as many at most.
_LINE = 40
_ASKS = re.compile(
    r"[はをがもに]|まで|から|より|へ|ほし|べき|対象|定員|料金|時間|予算|(?:希望|要望|賛成|反対|延長|短縮|廃止|中止|存続|[上下]げ)$"
)
_ALWAYS = frozenset(
    (PersonalData.TELEPHONE, PersonalData.EMAIL, PersonalData.MY_NUMBER, PersonalData.CARD_NUMBER)
)


def _without_writer(pieces: Sequence[str], left: Sequence[int], *, words: bool) -> str:
    """Return pieces without day, age and address of who signs; `words`: without the whole line of a signature."""
    below = len(pieces)
    while below and _is_signature(pieces[below - 1]):
        below -= 1
    above = 0
    while above < below and _is_heading(pieces[above]):
        above += 1
    kept = []
    for place in left:
        piece = pieces[place]
        says_who = (
            place < above or place >= below or (len(piece) <= _LINE and bool(_SAYS_WHO.fullmatch(piece)))
        )
        if says_who and words:
            continue
        kept.append(_SIGNED.sub("", piece) if says_who else _without_numbers_of_persons(piece))
    return "\n".join(kept)


def _is_signature(piece: str) -> bool:
    if len(piece) > _LINE:
        return False
    return bool(_LABEL.match(piece)) or not (
        _ASKS.search(rest := _SIGNED.sub("", piece)) or re.search(r"[ぁ-ん]{2}$", rest)
    )


def _is_heading(piece: str) -> bool:
    """Return whether a line above a letter tells day, address, name, or to whom it goes."""
    if not _is_signature(piece):
        return False
    return bool(
        _LABEL.match(piece) or _SIGNED.search(piece) or re.search(r"(?:様|殿|御中|区長|議長|あて|宛)$", piece)
    )


def _without_numbers_of_persons(piece: str) -> str:
    if not re.search(r"\d{3}|@", piece):
        return piece
    for passage in reversed(find_personal_data(piece)):
        if passage.kind in _ALWAYS:
            piece = piece[: passage.start] + piece[passage.end :]
    return piece


# ── Both texts ──────────────────────────────────────────────────────────────────────────────

_END = re.compile(r"[。！？!?\n]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
#: 1ー2 is a dash, センター a long vowel; a space between two numbers keeps them apart.
_DASH = re.compile(r"(?<=\d)ー(?=\d)")
_BETWEEN = re.compile(r"(?<=[\d歳才代])[^\S\n]+(?=\d)")
_SPACES = re.compile(r"[^\S\n]+")


def _pieces(text: str) -> list[str]:
    """Return the sentences and lines of a text, in half width and without spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    plain = _SPACES.sub("", _BETWEEN.sub("、", _DASH.sub("-", plain)))
    return [piece for piece in _END.split(plain) if piece]


@lru_cache(maxsize=500)
def _pieces_of_head(head: str) -> tuple[tuple[str, ...], Counter[str]]:
    pieces = _pieces(head)
    return tuple(pieces), Counter(pieces)


def _left(pieces: Sequence[str], besides: Counter[str]) -> Iterator[int]:
    """Yield the places of the pieces that the other text does not have."""
    spare = besides.copy()
    for place, piece in enumerate(pieces):
        if spare[piece] > 0:
            spare[piece] -= 1
        else:
            yield place


def asks_for_other(head: str, text: str) -> bool:
    """Return whether two texts with nearly the same words name other numbers, the opposite, or something else."""
    led, led_counts = _pieces_of_head(head)
    said = _pieces(text)
    here = list(_left(led, Counter(said)))
    there = list(_left(said, led_counts))
    if not here and not there:
        return False
    one, other = "\n".join(led[at] for at in here), "\n".join(said[at] for at in there)
    for is_other, words in (
        (_are_opposed, False),
        (_count_other, False),
        (_name_other, True),
        (_write_other, True),
    ):
        if is_other(one, other) and is_other(
            _without_writer(led, here, words=words), _without_writer(said, there, words=words)
        ):
            return True
    return False
