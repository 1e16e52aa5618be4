"""Lines (行): the lines of a raw document, and which of them are only furniture of the page.

A PDF gives up its text with page numbers, running heads (柱) and vertical headings in between. They are
found by what they do in this document (stand alone, come again, touch a page boundary), not by a list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from participation.plans.domain.folding import fold, narrow, width
from participation.plans.domain.reading.marks import mark_of

SENTENCE_ENDS = "。．！？!?」』）)】"
_TITLE_ENDS = (
    "構想",
    "計画",
    "ビジョン",
    "プラン",
    "指針",
    "大綱",
    "方針",
    "戦略",
    "報告書",
    "概要版",
    "素案",
    "（素案）",
    "（案）",
    "(案)",
)


@dataclass(frozen=True)
class Line:
    """One line that has words; `blank_before` counts the empty lines above it."""

    number: int
    raw: str
    words: str
    blank_before: int
    new_page: bool

    @property
    def indented(self) -> bool:
        return self.raw.lstrip(" \f").startswith("\u3000") or self.raw.startswith("   ")

    @property
    def width(self) -> int:
        return width(self.words[:400])

    @property
    def ends_sentence(self) -> bool:
        return self.words[-1] in "。！？!?" or self.words.endswith(("。」", "。）", "。)", "。』"))


def split(text: str) -> list[Line]:
    """The lines that have words, numbered as in the file."""
    lines: list[Line] = []
    blank = 0
    double_spaced = _is_double_spaced(text)
    page_turned = False
    for number, raw in enumerate(text.split("\n"), 1):
        page_turned = page_turned or "\f" in raw
        words = raw.replace("\f", " ").strip()
        if not words:
            blank += 1
            continue
        # In a double-spaced extraction a line that follows at once, with one space before it, begins a page.
        turned = page_turned or (double_spaced and blank == 0 and raw.startswith(" ") and bool(lines))
        lines.append(Line(number, raw, words, blank, turned))
        blank, page_turned = 0, False
    return lines


def _is_double_spaced(text: str) -> bool:
    rows = text.split("\n", 4000)[:4000]
    pairs = sum(1 for above, below in pairwise(rows) if above.strip() and not below.strip())
    return pairs > 0.6 * max(1, sum(1 for row in rows if row.strip()))


def page_numbers(lines: list[Line]) -> dict[int, str]:
    """Places of lines that are nothing but a page number: alone, small, and never going down for long."""
    numbers = {
        place: number for place, line in enumerate(lines) if (number := _page_number(line.words)) is not None
    }
    counted = _counted_through(numbers)
    found: dict[int, str] = {}
    for place in numbers:
        line = lines[place]
        following = lines[place + 1] if place + 1 < len(lines) else None
        alone = (line.blank_before > 0 or line.new_page or place == 0) and (
            following is None or following.blank_before > 0 or following.new_page
        )
        at_foot = following is not None and following.new_page
        if alone or at_foot or place in counted or _has_dashes(line.words):
            found[place] = "ページ番号"
    return found


#: A page has at least so many lines; numbers that follow more closely are a table or a list.
_LEAST_LINES_OF_A_PAGE = 4


def _counted_through(numbers: dict[int, int]) -> set[int]:
    """Numbers that count on, one after the other, some lines apart: pages, even where no empty line parts them."""
    best: set[int] = set()
    chains: dict[int, list[int]] = {}
    for place, number in numbers.items():
        before = chains.get(number - 1, [])
        chain = [*before, place] if before and place - before[-1] >= _LEAST_LINES_OF_A_PAGE else [place]
        if len(chain) >= len(chains.get(number, [])):
            chains[number] = chain
        if len(chain) > len(best):
            best = set(chain)
    return best if len(best) >= 3 else set()


def _has_dashes(words: str) -> bool:
    narrowed = narrow(words)
    return narrowed.startswith("-") and narrowed.endswith("-")


def _page_number(words: str) -> int | None:
    if len(words) > 14:
        return None
    kept = narrow(words).casefold().replace("ページ", "").replace("頁", "").strip(" -~〜・|[]()p.")
    first, _, total = kept.partition("/")
    if first.strip().isascii() and first.strip().isdigit() and len(first.strip()) <= 4:
        if total and not total.strip().isdigit():
            return None
        return int(first)
    return None


def running_heads(lines: list[Line], known_title: str, numbers: dict[int, str]) -> tuple[dict[int, str], str]:
    """Places of running heads, and the document's name when one of them says it."""
    boundaries = _boundaries(lines, numbers)
    where: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if len(line.words) <= 50 and not line.ends_sentence:
            key = fold(line.words).strip("0123456789-|/p. ")
            if len(key) >= 3:
                where[key].append(place)
    found: dict[int, str] = {}
    name = ""
    title = fold(known_title)
    for key, places in where.items():
        if len(places) < 2:
            continue
        at_boundary = [place for place in places if place in boundaries]
        first = lines[places[0]].words
        is_name = names_a_plan(first) or key == title
        marked = mark_of(first)
        if marked is not None and not marked.bulleted and not is_name:
            # Headings that come again are weighed with the table of contents (outline.py).
            continue
        if marked is not None and (marked.bulleted or marked.number):
            continue
        often = len(places) >= 3 and len(at_boundary) >= 0.6 * len(places)
        if often or (is_name and len(at_boundary) >= 0.5 * len(places)):
            for place in places if key != fold(lines[0].words) else places[1:]:
                found[place] = "ページの柱"
            if is_name and not name:
                name = first.rstrip("0123456789０１２３４５６７８９ -")
    return found, name


def names_a_plan(words: str) -> bool:
    """Whether a line ends as the name of a plan does (…基本構想, …計画（素案）)."""
    return words.rstrip("0123456789０１２３４５６７８９ -").endswith(_TITLE_ENDS)


def _boundaries(lines: list[Line], numbers: dict[int, str]) -> set[int]:
    near: set[int] = set()
    for place, line in enumerate(lines):
        if line.new_page or place in numbers:
            near.update((place - 1, place, place + 1))
    near.update((0, 1, len(lines) - 1))
    return near


def doubled_lines(lines: list[Line], skipped: set[int]) -> dict[int, str]:
    """What an extraction gives twice: words set over themselves, and passages copied line by line."""
    found: dict[int, str] = {}
    first_seen: dict[str, int] = {}
    run: list[int] = []
    expected = -1
    for place, line in enumerate(lines):
        words = line.words
        half = len(words) // 2
        if place not in skipped and len(words) >= 8 and len(words) % 2 == 0 and words[:half] == words[half:]:
            found[place] = "文字の重なり"
        if place in skipped or mark_of(words) is not None or len(words) > 400:
            seen = -1
        else:
            seen = first_seen.setdefault(fold(words), place)
        if 0 <= seen < place and (not run or seen == expected):
            run.append(place)
            expected = seen + 1
            continue
        found.update(_copied(lines, run))
        run = [place] if 0 <= seen < place else []
        expected = seen + 1
    found.update(_copied(lines, run))
    return found


def _copied(lines: list[Line], run: list[int]) -> dict[int, str]:
    letters = [len(lines[place].words) for place in run]
    if len(run) < 2 or sum(letters) < 12 or max(letters) < 8:
        return {}
    return dict.fromkeys(run, "同じ文のくり返し")


@dataclass(frozen=True)
class VerticalRun:
    """A heading set vertically, one or two signs a line."""

    first: int
    last: int
    words: str


def vertical_runs(lines: list[Line]) -> list[VerticalRun]:
    """Runs of at least four lines of one sign each: a vertical heading at the edge of the page."""
    runs: list[VerticalRun] = []
    start: int | None = None
    for place in range(len(lines) + 1):
        single = (
            place < len(lines) and len(lines[place].words) <= 2 and not _is_bare_bullet(lines[place].words)
        )
        if single and start is None:
            start = place
        if not single and start is not None:
            # A page number standing right below the run is not part of it.
            last = place - 1
            while last > start and narrow(lines[last].words).isdigit() and lines[last].blank_before > 0:
                last -= 1
            letters = [line.words for line in lines[start : last + 1]]
            if 4 <= len(letters) <= 80 and not all(narrow(letter).isdigit() for letter in letters):
                runs.append(VerticalRun(start, last, _upright(letters)))
            start = None
    return runs


def _is_bare_bullet(words: str) -> bool:
    return len(words) == 1 and words in "○●◎■□◆◇・"


def _upright(letters: list[str]) -> str:
    words = "".join(letters)
    marked = mark_of(words)
    if marked is None and words.startswith("第"):
        for place, sign in enumerate(words[:8]):
            if sign in "部編章節":
                return f"{words[: place + 1]} {words[place + 1 :]}"
    return words


@dataclass(frozen=True)
class Setting:
    """How the document is set: the usual width of a full line (0 when every line is a paragraph)."""

    full: int
    usual_blank: int


def setting_of(lines: list[Line]) -> Setting:
    """Fixed-width lines betray themselves: many have nearly the same width, the widest there is."""
    widths = sorted(line.width for line in lines)
    if not widths:
        return Setting(0, 0)
    full = widths[int(len(widths) * 0.9)]
    near = sum(1 for each in widths if 0.88 * full <= each <= 1.12 * full)
    blanks = Counter(line.blank_before for line in lines[1:])
    usual = blanks.most_common(1)[0][0] if blanks else 0
    fixed = 24 <= full <= 160 and near >= 0.22 * len(widths) and widths[-1] <= 2 * full
    return Setting(full if fixed else _width_of_breaks(lines), usual)


def _width_of_breaks(lines: list[Line]) -> int:
    """Where a document is short, the lines broken in the middle of a sentence show the width: they are all alike."""
    broken = sorted(
        line.width
        for line, below in pairwise(lines)
        if not line.ends_sentence and line.width >= 40 and mark_of(below.words) is None
    )
    if len(broken) < 2:
        return 0
    middle = broken[len(broken) // 2]
    alike = sum(1 for each in broken if 0.9 * middle <= each <= 1.1 * middle)
    return middle if middle <= 160 and alike >= 0.7 * len(broken) else 0


def is_full(line: Line, setting: Setting) -> bool:
    """Whether a line runs to the edge of the page, so that its sentence probably goes on below."""
    return setting.full > 0 and line.width >= 0.86 * setting.full


def joined(lines: list[Line], setting: Setting, *, whole: bool = False) -> str:
    """The words of lines that belong together: line ends inside a paragraph vanish, paragraphs stay apart.

    `whole` says that the first sentence is one item and goes on until it ends, blank lines or not.
    """
    words = ""
    above: Line | None = None
    for line in lines:
        if above is None:
            words = line.words
        elif _goes_on(above, line, setting, whole=whole):
            space = (
                " "
                if words[-1:].isascii()
                and line.words[:1].isascii()
                and words[-1:].isalnum()
                and line.words[:1].isalnum()
                else ""
            )
            words += space + line.words
        else:
            words += "\n" + line.words
        above = line
    return words


def _goes_on(above: Line, line: Line, setting: Setting, *, whole: bool) -> bool:
    if mark_of(line.words) is not None and line.words[0] in "⇒→※・•－①②③④⑤⑥⑦⑧⑨【＜■":
        return False
    if line.raw.lstrip(" \f").startswith("\u3000") and above.ends_sentence:
        return False
    if setting.full:
        if is_full(above, setting):
            return True
        return not above.ends_sentence and (whole or line.blank_before <= setting.usual_blank)
    if above.ends_sentence or _is_bracketed(above.words):
        return False
    if above.words.endswith(_MIDDLES):
        return line.blank_before <= setting.usual_blank
    return whole or line.blank_before == 0


#: After these a sentence is surely not over.
_MIDDLES = ("、", "，", "・")


def _is_bracketed(words: str) -> bool:
    """【現状と課題】 alone on its line is a heading, not the beginning of a sentence."""
    return words[0] in "【《〔＜〈<［" and words[-1] in "】》〕＞〉>］"
