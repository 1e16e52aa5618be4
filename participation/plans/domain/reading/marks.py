"""Marks (見出しの記号): what stands at the beginning of a line and says that something begins.

Only signs at the very beginning of a line are looked at, one after the other: no expression that could
run away on hostile input. Which marks a document really uses, and which stands above which, is found out
from the document (outline.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from participation.plans.domain.folding import circled_number, narrow

LONGEST_HEADING = 90

BULLETS = "○〇◯●◎◇◆□■△▲▽▼☆★・•‣◦▪▫●⚫-*➢➤⇒→※"
#: Bullets that only go on with what stands above them (例: ⇒（具体例）…).
CONTINUING = "⇒→※"
_PLACEHOLDERS = "○〇◯△□●◎"
_DARK = "■◆●▼★▲▪"
_ORDINALS = "一二三四五六七八九十"
_CHAPTER_UNITS = {
    "部": "part",
    "編": "part",
    "章": "chapter",
    "節": "section",
    "項": "subsection",
    "款": "clause",
    "条": "article",
}
_ALONE = ("序章", "終章", "序論", "序文", "はじめに", "おわりに", "結び", "むすび", "前文")
_ROMAN = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8, "Ⅸ": 9, "Ⅹ": 10, "Ⅺ": 11, "Ⅻ": 12}
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
_BRACKETS = {"【": "】", "＜": "＞", "<": ">", "〈": "〉", "《": "》", "［": "］", "〔": "〕", "≪": "≫"}
#: Words that stand before a number without beginning a part of the plan.
_NOT_A_LABEL = frozenset(
    (
        "図",
        "表",
        "図表",
        "写真",
        "資料",
        "注",
        "注釈",
        "出典",
        "参考",
        "別紙",
        "別表",
        "様式",
        "平成",
        "令和",
        "昭和",
        "大正",
        "明治",
        "西暦",
        "約",
        "全",
        "計",
        "第",
        "年",
        "月",
        "合計",
        "総数",
        "およそ",
        "お",
        "同",
        "延べ",
        "人口",
        "no",
        "p",
        "page",
        "頁",
        "tel",
        "電話",
        "fax",
        "http",
        "https",
        "〒",
        "上位",
        "以下",
        "以上",
        "午前",
        "午後",
    )
)
#: Words that count something: with one of these after it, a number is an amount (6つ, 10年後), not a place.
_COUNTING = (
    "年月日人件％%つ個万億千円歳か所カ所ヶ所箇所回時分秒割倍位名世帯台校区市都国地点種語部章節目次代期期間度"
)


@dataclass(frozen=True)
class Mark:
    """The beginning of a heading or item: its family, its number and the words after it."""

    family: str
    number: tuple[int, ...]
    title: str
    label: str
    #: What the document itself writes before the title (方針１, (1), ○).
    written: str
    bulleted: bool = False

    @property
    def last(self) -> int | None:
        return self.number[-1] if self.number else None


def mark_of(line: str) -> Mark | None:
    """Say how a line begins, or None when it is only words."""
    line = line.strip()
    if not line:
        return None
    head = line[: LONGEST_HEADING * 4]
    return (
        _chapter(head, line)
        or _bracketed(head, line)
        or _parenthesised(head, line)
        or _circled(head, line)
        or _numbered(head, line)
        or _lettered(head, line)
        or _labelled(head, line)
        or _bullet(head, line)
    )


def _clean_title(words: str) -> str:
    return words.strip().strip("\u3000").strip()


def _read_number(words: str, place: int) -> tuple[int | None, int]:
    """A number in narrow digits, kanji or roman signs at a place; the number and the place after it."""
    end = place
    while end < len(words) and words[end].isascii() and words[end].isdigit() and end - place < 4:
        end += 1
    if end > place:
        if end < len(words) and words[end].isascii() and words[end].isdigit():
            return None, place
        return int(words[place:end]), end
    if place < len(words):
        sign = words[place]
        if sign in _ROMAN:
            return _ROMAN[sign], place + 1
        marked = circled_number(sign)
        if marked is not None:
            return marked, place + 1
        if sign in _ORDINALS:
            end = place
            while end < len(words) and words[end] in _ORDINALS and end - place < 3:
                end += 1
            return _kanji_number(words[place:end]), end
    return None, place


def _kanji_number(words: str) -> int:
    if "十" not in words:
        return _ORDINALS.index(words[0]) + 1
    before, _, after = words.partition("十")
    tens = _ORDINALS.index(before[0]) + 1 if before else 1
    return tens * 10 + (_ORDINALS.index(after[0]) + 1 if after else 0)


def _read_compound(words: str, place: int) -> tuple[tuple[int, ...], int]:
    """Numbers joined by hyphens or full stops: 2-1, 1.2.3, 1-(2)."""
    number, end = _read_number(words, place)
    if number is None:
        return (), place
    numbers = [number]
    if words[end : end + 1] == "(" or words[end : end + 2] == "-(":
        inside, after = _read_number(words, words.index("(", end) + 1)
        if inside is not None and words[after : after + 1] == ")":
            return (number, inside), after + 1
    while end + 1 < len(words) and words[end] in "-.・" and len(numbers) < 6:
        following, after = _read_number(words, end + 1)
        if following is None or not (words[end + 1].isascii() and words[end + 1].isdigit()):
            break
        numbers.append(following)
        end = after
    return tuple(numbers), end


def _chapter(head: str, line: str) -> Mark | None:
    """第４章 …, 序章 …, はじめに."""
    words = narrow(head)
    for name in _ALONE:
        if words.startswith(name):
            rest = words[len(name) :]
            if not rest or rest[0] in " :":
                number = (0,) if name.startswith(("序", "は", "前")) else ()
                return Mark(
                    "chapter", number, _clean_title(line[len(name) :].lstrip(":： ")) or name, "章", name
                )
    if not words.startswith("第"):
        return None
    place = 1
    while place < len(words) and words[place] == " ":
        place += 1
    single, end = _read_number(words, place)
    if single is None:
        return None
    while end < len(words) and words[end] == " ":
        end += 1
    if end >= len(words) or words[end] not in _CHAPTER_UNITS:
        return None
    unit = words[end]
    after = end + 1
    if after < len(words) and words[after] not in " :.「『":
        # 第2章で示した…, 第２部における… are sentences.
        return None
    title = _clean_title(line[after:].lstrip(":： .．"))
    return Mark(_CHAPTER_UNITS[unit], (single,), title, unit, line[:after])


def _bracketed(head: str, line: str) -> Mark | None:
    """【…】 or <…> as a whole line; a number inside counts: <2-1 農プロジェクト>."""
    closing = _BRACKETS.get(line[0])
    if closing is None or not line.endswith(closing) or len(line) > LONGEST_HEADING:
        return None
    inside = line[1:-1].strip()
    if not inside or closing in inside[:-1]:
        return None
    words = narrow(inside)
    number, end = _read_compound(words, 0)
    shape = narrow(line[0]) if line[0] in "＜<〈≪《" else line[0]
    if shape in "〈≪《":
        shape = "<"
    if number and end < len(words) and words[end] in " .、":
        return Mark(f"{shape}N", number, _clean_title(inside[end:].lstrip(" 　.．、")), "", line[: end + 1])
    return Mark(shape, (), inside, "", "")


def _parenthesised(head: str, line: str) -> Mark | None:
    """(1) …, （ア）…, 1) …"""
    words = narrow(head)
    if words[0] == "(":
        number, end = _read_compound(words, 1)
        if number and end < len(words) and words[end] == ")":
            return Mark("(N)", number, _clean_title(line[end + 1 :]), "", line[: end + 1])
        if len(words) > 2 and words[2] == ")" and words[1] in _KANA:
            return Mark("(ア)", (_KANA.index(words[1]) + 1,), _clean_title(line[3:]), "", line[:3])
        return None
    single, end = _read_number(words, 0)
    if single is not None and words[0] not in _ORDINALS and end < len(words) and words[end] == ")":
        return Mark("N)", (single,), _clean_title(line[end + 1 :]), "", line[: end + 1])
    return None


def _circled(head: str, line: str) -> Mark | None:
    number = circled_number(head[0])
    if number is None:
        return None
    family = "①" if head[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else "❶"
    return Mark(family, (number,), _clean_title(line[1:]), "", line[0])


def _numbered(head: str, line: str) -> Mark | None:
    """1 …, 1. …, 1-2 …, 1.2.3 …, Ⅰ …, 一 …: a number, then a space or a stop, then words."""
    words = narrow(head)
    number, end = _read_compound(words, 0)
    if not number or circled_number(words[0]) is not None:
        return None
    if len(number) == 1 and number[0] > 99:
        return None
    kind = "N"
    if words[0] in _ROMAN:
        kind = "Ⅰ"
    elif words[0] in _ORDINALS:
        kind = "一"
    family = "-".join([kind] * len(number))
    if end >= len(words):
        return None
    if words[end] not in " .、:":
        return None
    title = _clean_title(line[end:].lstrip(" 　.．、:："))
    if (
        not title
        or narrow(title[0]).isdigit()
        or (words[end] == " " and title[0] in _COUNTING and len(title) < 3)
    ):
        return None
    return Mark(family, number, title, "", line[:end])


def _lettered(head: str, line: str) -> Mark | None:
    """ア …, A …: one letter, then a space or a stop."""
    words = narrow(head)
    if len(words) > 2 and words[1] in " ." and words[0] in _KANA:
        return Mark("ア", (_KANA.index(words[0]) + 1,), _clean_title(line[2:]), "", line[0])
    if len(words) > 2 and words[1] in " ." and "A" <= words[0] <= "Z":
        return Mark("A", (ord(words[0]) - 64,), _clean_title(line[2:]), "", line[0])
    return None


def _labelled(head: str, line: str) -> Mark | None:
    """方針１ …, 区政運営の考え方２－１ …, 基本目標1, 重点政策❻: a word with a number."""
    words = narrow(head)
    end = 0
    while end < len(words) and end <= 16 and not _begins_number(words, end):
        if words[end] in "、。，,()「」『』【】・:;!?/%":
            return None
        end += 1
    if end == 0 or end > 16 or end >= len(words):
        return None
    label = words[:end].strip()
    if not 1 <= len(label) <= 14 or label.casefold() in _NOT_A_LABEL or " " in label or label[-1].isascii():
        return None
    if label[-1] in "はがをにでとへもやのてたるっれら" or label[0] in BULLETS:
        return None
    number, after = _read_compound(words, end)
    if not number:
        return None
    rest = words[after:]
    if rest and rest[0] not in " :.、「『-":
        return None
    title = _clean_title(line[after:].lstrip(":： .．、"))
    if title and ((title[0] in _COUNTING and len(title) < 3) or narrow(title[0]).isdigit()):
        return None
    return Mark(f"@{label}", number, title, label, line[:after].strip())


def _begins_number(words: str, place: int) -> bool:
    sign = words[place]
    return (sign.isascii() and sign.isdigit()) or sign in _ROMAN or circled_number(sign) is not None


def _bullet(head: str, line: str) -> Mark | None:
    sign = head[0]
    if sign not in BULLETS:
        return None
    if sign in "-*" and not head[1:2].isspace():
        return None
    if head[1:2] == sign and sign in _PLACEHOLDERS:
        return None  # ○○区 stands for a name.
    rest = line[1:]
    following = _clean_title(rest)
    if not following:
        return None
    family = {"〇": "○", "◯": "○", "•": "・", "‣": "・", "▪": "・", "*": "-", "⚫": "●"}.get(sign, sign)
    return Mark(family, (), following, "", sign, bulleted=True)


def is_dark(family: str) -> bool:
    """Filled signs (■ ◆ ●) usually stand above open ones (□ ◇ ○)."""
    return family[:1] in _DARK
