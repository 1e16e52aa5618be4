"""Terms (語): compound nouns as runs of kanji, katakana and letters, and those that tell topics apart.

A dictionary would know more words; runs of script need none, and what people write in opinions about
plans – 生成AI, 著作権者, 防災訓練, コミュニティバス – is nearly always such a run.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

#: A term in a larger share of all texts tells nothing apart.
COMMON = 0.2
TERMS = 6
_LONGEST = 14
_KANJI, _KATAKANA = "々〆一-鿿", "ァ-ヺー"
#: Words of opinions about a ward that are mostly written in hiragana, and the vowels inside of compounds: 買い物, 子育て支援.
_ATOM = rf"(?:[{_KANJI}]+(?:(?:(?<![{_KANJI}]{{2}})し|[いきけせちてみめりれえげびぎ])(?=[{_KANJI}]))?|[{_KATAKANA}]+|ごみ|こども|(?<=子)ども|まち|みどり|いじめ|ひとり)"
_RUN = re.compile(
    rf"(?:{_ATOM}|[A-Za-z][A-Za-z0-9+&.'-]*)+(?:(?<=[育見子手取組落暮])[てりみちし](?![{_KANJI}ぁ-ん]|.?ま)|(?<=見守)り"
    # 絵描き, 仕事帰り, 声掛け: a particle or a mark follows.
    rf"|(?<=[{_KANJI}]{{2}})[きりみけせげえ](?=[をがのはにもとでや、。」）)\s]|$))?"
)
#: After a digit these are half a word: 3年生, 2丁目.
_BEGINS_WITH_KANJI = re.compile(rf"[{_KANJI}]")
#: 一人, 二度目.
_NUMBER_ONLY = re.compile(r"[一二三四五六七八九十百千]+[人年月日度回枚件個番目歳割円時分つ]+")

#: 生み出（す）, 受け取（る）, 出回（る）: a verb cut off before its ending; with い, き, し, ち, み, り it is a noun: 切り貼り.
_VERB_IN_TWO = re.compile(rf"[{_KANJI}][ぁ-ん][{_KANJI}]$")
_ENDS_NOUN = re.compile(r"[いきしちみり](?![たてつっまなそ])")
_ENDS_VERB = re.compile(r"[るれ]")
_POLITE = re.compile(r"[りきぎみびちえけせてめれい]ま[すしせ]")
_ADDRESS = re.compile(r"https?://[!-~]+")
#: Words that stand in any opinion, whatever it is about.
_EMPTY = frozenset(
    """意見 区民 賛成 反対 必要 今回 以上 以下 場合 可能 問題 内容 部分 理由 自分 自身 我々 私達 私 皆様 皆 本件 当該 上記 下記
    記載 検討 要望 希望 期待 感謝 質問 回答 提案 対応 実施 推進 重要 大切 大事 十分 不十分 具体的 積極的 基本的 全体 全般 一部
    多数 多く 少数 現在 現状 今後 将来 最近 最初 最後 一番 一度 何度 毎日 毎年 毎回 人 人々 方々 者 側 点 事 物 等 件 名 日 年 月
    思 考 言 見 出 行 使 作 持 入 受 書 読 聞 知 願 様 為 時 中 前 後 上 下 間 他 何 誰 無 有 良 悪 同 全 各 本 今 先 次 約
    非常 大変 絶対 本当 完全 一切 一方 反面 結果 影響 状況 状態 方法 方向 観点 視点 意味 目的 対象 範囲 条件 前提 存在 関係 関連
    以外 以前 以降 同様 同時 同意 支持 賛同 理解 認識 判断 説明 指摘 主張 議論 明確 明記 明示 確認 確保 改善 見直 変更 追加 削除
    私個人 個人的 出来 素晴 可能性 実際 何故 勿論 場所 担当 近所 先日 人達 何年 根本的 全面的 様々 前者 後者 該当 中心 話題 正直 結局 一緒 貴方 何時間
    見て 半分 昨年 今年 来年 去年 昨日 今日 明日 中身 何卒 是非 失礼 一言 二人 年間 一瞬 事実上 様子 懸念 当然 個々 何度も 今 感 気 形 話 度 化 性 的 頁 項 章 行目 ページ
    about also because been could from have into just like many more much only other should some such than that their them there
    these they this those very want what when where which will with would your""".split()  # noqa: SIM905 (a list of this length reads better so)
)


def nouns_of(text: str) -> Counter[str]:
    """Return the compound nouns of a text and how often each stands there."""
    found: Counter[str] = Counter()
    plain = _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text))
    for match in _RUN.finditer(plain):
        term = _whole(match.group(), plain, match.end()).strip(".'-&").lstrip("ー")
        if match.start() and plain[match.start() - 1].isdigit() and _BEGINS_WITH_KANJI.match(term):
            continue
        if 2 <= len(term) <= _LONGEST and not _is_empty(term):
            found[term] += 1
    return found


def _is_empty(term: str) -> bool:
    """Whether a run says nothing: it stands anywhere, only counts, or is a short English word such as "the"."""
    folded = term.casefold()
    if folded.isascii() and len(folded) < 4:
        return not term.isupper()
    return folded in _EMPTY or _NUMBER_ONLY.fullmatch(term) is not None


def _whole(term: str, text: str, end: int) -> str:
    """Return a run with the ending that makes it a noun; nothing if it is a verb that was cut off."""
    if _VERB_IN_TWO.search(term) and "ぁ" <= text[end : end + 1] <= "ん":
        if _ENDS_NOUN.match(text, end):
            return term + text[end]
        # 買い物を, 考え方は: a particle follows.
        return term if text[end] in "をはがのもとにでへや" else ""
    if term.endswith("致") and text[end : end + 1] in "しすさ":
        return term[:-1]  # 失礼致します: only the noun before it.
    if len(term) > 2 and _POLITE.match(text, end):
        return term[:-1]  # 毎日通ります: its last character begins a verb.
    return "" if _ENDS_VERB.match(text, end) else term


def contrasts(counts: Sequence[Counter[str]], shares: Mapping[str, float]) -> list[list[str]]:
    """Return for each of several groups the terms that it has and the others have not, the strongest first.

    Log-odds with a prior of everybody's counts (Monroe, Colaresi, Quinn 2008): a rare term needs more
    than one text to count. A term that is part of a stronger one is left out.
    """
    together: Counter[str] = Counter()
    for each in counts:
        together.update(each)
    total = sum(together.values()) or 1
    found = []
    for each in counts:
        size = sum(each.values())
        scores = {
            term: _odds(count, size, together[term], total)
            for term, count in each.items()
            if count > 1 and shares.get(term, 0.0) <= COMMON
        }
        if len(scores) < 2:
            # Where all texts share their words, those still tell more than nothing.
            scores |= {term: _odds(count, size, together[term], total) for term, count in each.items()}
        found.append(_without_parts(sorted(scores, key=lambda term: (-scores[term], term))))
    return found


def _odds(count: int, size: int, count_all: int, size_all: int) -> float:
    prior = 10.0
    expected = prior * count_all / size_all
    rest, rest_size = count_all - count, size_all - size
    here = log((count + expected) / max(size + prior - count - expected, 1e-9))
    there = log((rest + expected) / max(rest_size + prior - rest - expected, 1e-9))
    spread = sqrt(1 / (count + expected) + 1 / (rest + expected))
    return (here - there) / spread


def _without_parts(terms: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for term in terms:
        if len(kept) == TERMS:
            break
        if not any(term in other or other in term for other in kept):
            kept.append(term)
    return kept
