"""Raw text (PDFなどから取り出した文字): headings are found by what they do in the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from participation.plans.domain.folding import fold, width
from participation.plans.domain.reading import naming
from participation.plans.domain.reading.lines import (
    Line,
    Setting,
    VerticalRun,
    doubled_lines,
    is_full,
    joined,
    names_a_plan,
    page_numbers,
    running_heads,
    setting_of,
    split,
    vertical_runs,
)
from participation.plans.domain.reading.marks import Mark, mark_of
from participation.plans.domain.reading.naming import Draft
from participation.plans.domain.reading.outline import (
    Candidate,
    candidates_of,
    choose_among_repeats,
    contents_list,
    heights,
    settle_families,
    strip_page_number,
)
from participation.plans.domain.tree import (
    MAXIMUM_NODES,
    DocumentForm,
    LeftOut,
    PlanTree,
    Problem,
    Unreadable,
)

LONGEST_TITLE = 60
_ITEM_FAMILIES = ("○", "●", "◎", "・", "-", "□", "◇", "△", "☆", "★", "➢", "➤")

_ITEM_NUMBERS = ("(N)", "N)", "①", "❶", "(ア)", "ア")
#: Endings after which a Japanese sentence is not over.
_OPEN_ENDS = ("を", "に", "が", "の", "は", "と", "し", "、", "した", "であ", "・")


@dataclass
class _Open:
    """A node that is still taking in lines."""

    draft: Draft
    height: int
    mark: Mark | None
    lines: list[Line] = field(default_factory=list)


def read_raw(text: str, *, title: str = "", prefix: str = "", encoding: str = "UTF-8") -> PlanTree:
    """Read text extracted from a PDF into a tree, with a confidence and a line for every node."""
    lines = split(text)
    left_out: dict[int, str] = {}
    runs = vertical_runs(lines)
    _leave_out_runs(lines, runs, left_out)
    numbers = {place: why for place, why in page_numbers(lines).items() if place not in left_out}
    left_out.update(numbers)
    heads, name = running_heads(lines, title, left_out)
    left_out.update(heads)
    left_out.update(doubled_lines(lines, set(left_out)))
    contents = contents_list(lines, set(left_out))
    known_titles = {fold(strip_page_number(lines[place].words)) for place in contents}
    left_out.update(dict.fromkeys(contents, "目次"))
    setting = setting_of([line for place, line in enumerate(lines) if place not in left_out])
    candidates = settle_families(candidates_of(lines, set(left_out), setting))
    if len(candidates) > MAXIMUM_NODES:
        raise Unreadable(Problem(None, f"見出しや項目が多すぎます。{MAXIMUM_NODES}件までにしてください。"))
    left_out.update(_bare_numbers(lines, candidates, left_out))
    candidates = [candidate for candidate in candidates if candidate.place not in left_out]
    height = heights(candidates)
    top = set(sorted(height, key=lambda family: height[family])[:2])
    candidates, repeats = choose_among_repeats(
        lines, candidates, {family for family in top if _is_high(family)}
    )
    left_out.update(repeats)
    height = heights(candidates)
    reader = _Reader(lines, setting, height, left_out, known_titles)
    roots, opening = reader.read(
        {candidate.place: candidate for candidate in candidates}, _upright_headings(lines, runs, left_out)
    )
    return _finished(reader, roots, opening, title or name, prefix, encoding)


def _bare_numbers(lines: list[Line], candidates: list[Candidate], left_out: dict[int, str]) -> dict[int, str]:
    """Numbered labels standing one below the other without a title: nobody can tell whose numbers they are."""
    bare = {
        candidate.place: candidate.mark.family
        for candidate in candidates
        if candidate.mark.family.startswith("@") and not candidate.mark.title
    }
    found: dict[int, str] = {}
    for place, family in bare.items():
        below = next((each for each in range(place + 1, len(lines)) if each not in left_out), None)
        above = next((each for each in range(place - 1, -1, -1) if each not in left_out), None)
        if (
            bare.get(-1 if below is None else below) == family
            or bare.get(-1 if above is None else above) == family
        ):
            found[place] = "題名のない番号（どの項目のものか分かりません）"
    for family in set(bare.values()):
        members = [candidate.place for candidate in candidates if candidate.mark.family == family]
        lost = [place for place in members if place in found]
        if len(lost) >= 0.5 * len(members):
            found.update((place, next(iter(found.values()))) for place in members if place in bare)
    return found


def _is_high(family: str) -> bool:
    return family in ("part", "chapter", "section") or family.startswith("@")


def _leave_out_runs(lines: list[Line], runs: list[VerticalRun], left_out: dict[int, str]) -> None:
    for run in runs:
        for place in range(run.first, run.last + 1):
            left_out[place] = f"縦書きの見出し「{run.words}」"


def _upright_headings(
    lines: list[Line], runs: list[VerticalRun], left_out: dict[int, str]
) -> dict[int, tuple[Mark, int]]:
    """Vertical headings that stand nowhere else in the document begin a node of their own."""
    written = {fold(line.words) for place, line in enumerate(lines) if place not in left_out}
    found: dict[int, tuple[Mark, int]] = {}
    for run in runs:
        mark = mark_of(run.words)
        if mark is None or fold(run.words) in written or any(fold(run.words) == each for each in written):
            continue
        found[run.first] = (mark, lines[run.first].number)
        written.add(fold(run.words))
    return found


class _Reader:
    """Goes through the lines once with a stack of open nodes."""

    def __init__(
        self,
        lines: list[Line],
        setting: Setting,
        height: dict[str, int],
        left_out: dict[int, str],
        known: set[str],
    ) -> None:
        self.lines = lines
        self.setting = setting
        self.height = height
        self.left_out = left_out
        self.known = known
        self.roots: list[Draft] = []
        self.opening: list[Line] = []
        self.stack: list[_Open] = []

    def read(
        self, candidates: dict[int, Candidate], upright: dict[int, tuple[Mark, int]]
    ) -> tuple[list[Draft], list[Line]]:
        for place, line in enumerate(self.lines):
            if place in upright:
                mark, number = upright[place]
                if mark.family in self.height:
                    self._begin(mark, number, 0.5)
            if place in self.left_out:
                continue
            candidate = candidates.get(place)
            if candidate is not None and self._is_subtitle(candidate, line):
                candidate = None
            if candidate is not None:
                self._begin(candidate.mark, line.number, self._confidence(candidate, line), line)
            elif self.stack:
                self.stack[-1].lines.append(line)
            else:
                self.opening.append(line)
        while self.stack:
            self._close()
        return self.roots, self.opening

    def _is_subtitle(self, candidate: Candidate, line: Line) -> bool:
        """＜子ども分野＞ right under a heading explains the heading; 【現状と課題】, under many of them, begins a part."""
        if candidate.mark.family not in ("<", "【", "〔", "［") or not self.stack:
            return False
        if candidate.repeated:
            return False
        above = self.stack[-1]
        return (
            not above.lines
            and above.mark is not None
            and above.mark.family not in _ITEM_FAMILIES
            and not above.mark.bulleted
        )

    def _confidence(self, candidate: Candidate, line: Line) -> float:
        mark = candidate.mark
        sure = 0.95 if mark.family in ("part", "chapter") or mark.family.startswith("@") else 0.9
        if mark.bulleted:
            sure = 0.9 if mark.family in ("○", "●", "◎", "■", "◆") else 0.75
        elif not mark.number:
            sure = 0.6
        if candidate.open_before:
            sure -= 0.25
        if candidate.chosen_among > 1:
            sure -= 0.1
        if fold(strip_page_number(line.words)) in self.known:
            sure += 0.04
        if self.setting.full and not mark.bulleted and is_full(line, self.setting):
            sure -= 0.1
        return min(sure, 0.99)

    def _begin(self, mark: Mark, number: int, confidence: float, line: Line | None = None) -> None:
        height = self.height[mark.family]
        while self.stack and self.stack[-1].height >= height:
            self._close()
        draft = Draft(
            mark.family,
            mark.label,
            mark.number,
            mark.title,
            line=number,
            confidence=confidence,
            written=mark.written,
        )
        siblings = self.stack[-1].draft.children if self.stack else self.roots
        if mark.number and siblings and siblings[-1].family == mark.family and siblings[-1].number:
            if mark.number[-1] != siblings[-1].number[-1] + 1:
                draft.confidence -= 0.2
        elif (
            mark.number
            and mark.number[-1] > 1
            and not any(each.family == mark.family for each in siblings)
            and mark.family != "chapter"
        ):
            draft.confidence -= 0.15
        siblings.append(draft)
        opened = _Open(draft, height, mark)
        if line is not None and (mark.bulleted or _is_sentence(mark.title)):
            opened.lines.append(Line(line.number, mark.title, mark.title, line.blank_before, line.new_page))
            draft.title = ""
        self.stack.append(opened)

    def _close(self) -> None:
        opened = self.stack.pop()
        draft, lines = opened.draft, opened.lines
        if (
            opened.mark is not None
            and opened.lines
            and not draft.title
            and (opened.mark.bulleted or _is_sentence(lines[0].words))
        ):
            self._close_item(opened)
            return
        if not draft.title and lines:
            lines = self._find_title(draft, lines)
        elif opened.mark is not None and opened.mark.family in _ITEM_NUMBERS and self._is_broken_item(opened):
            first = Line(0, draft.title, draft.title, 0, False)
            draft.title, draft.text = "", joined([first, *lines], self.setting, whole=True)
            return
        elif draft.title and lines and self._title_goes_on(opened, lines):
            draft.title += lines[0].words
            draft.confidence -= 0.1
            lines = lines[1:]
        draft.text = joined(lines, self.setting)
        if not draft.title and not draft.text:
            draft.title = opened.mark.written if opened.mark else ""
            draft.confidence -= 0.3

    def _close_item(self, opened: _Open) -> None:
        draft, lines = opened.draft, opened.lines
        if self._is_item_title(lines, has_children=bool(draft.children)):
            # A short line without an end, with words or items below it: the title of what follows.
            draft.title = lines[0].words
            draft.text = joined(lines[1:], self.setting)
            return
        draft.text = joined(lines, self.setting, whole=True)

    def _is_item_title(self, lines: list[Line], *, has_children: bool) -> bool:
        first = lines[0]
        if len(first.words) > 40 or first.ends_sentence or _breaks_off(first, lines[1:3]):
            return False
        if len(lines) == 1:
            return has_children
        return bool(self.setting.full) or lines[1].ends_sentence

    def _is_broken_item(self, opened: _Open) -> bool:
        """（２）職員の超過勤務が…ベテラン | 職員の大量退職による…: one sentence over two lines, no title."""
        if not opened.lines or not opened.draft.title:
            return False
        first = Line(0, opened.draft.title, opened.draft.title, 0, False)
        return _breaks_off(first, []) or width(opened.draft.title) >= 72

    def _title_goes_on(self, opened: _Open, lines: list[Line]) -> bool:
        first = lines[0]
        return (
            self.setting.full > 0
            and opened.mark is not None
            and len(opened.mark.title) * 2 >= 0.75 * self.setting.full
            and first.width <= 0.6 * self.setting.full
            and not first.ends_sentence
            and not first.indented
            and len(lines) > 1
        )

    def _find_title(self, draft: Draft, lines: list[Line]) -> list[Line]:
        """A number alone: its title stands on the next line, or (sideways on the page) after the body."""
        first, last = lines[0], lines[-1]
        if _is_title(first) and (len(lines) == 1 or not is_full(first, self.setting)) and not first.indented:
            draft.title = first.words
            draft.confidence -= 0.05
            return lines[1:]
        if len(lines) > 1 and _is_title(last) and lines[-2].ends_sentence:
            draft.title = last.words
            draft.confidence -= 0.25
            return lines[:-1]
        draft.confidence -= 0.2
        return lines


def _is_title(line: Line) -> bool:
    return (
        len(line.words) <= LONGEST_TITLE and not line.ends_sentence and not line.words.endswith(("、", "，"))
    )


def _breaks_off(line: Line, following: list[Line]) -> bool:
    """Whether a line can only be the beginning of something that goes on below."""
    if line.words.endswith(_OPEN_ENDS):
        return True
    widest = max((each.width for each in following), default=0)
    return 0 < widest <= 1.25 * line.width


def _is_sentence(words: str) -> bool:
    return words.endswith("。") or len(words) > LONGEST_TITLE


def _finished(
    reader: _Reader, roots: list[Draft], opening: list[Line], title: str, prefix: str, encoding: str
) -> PlanTree:
    left_out = reader.left_out
    introduction = ""
    opening = list(opening)
    if (
        opening
        and not title
        and _is_title(opening[0])
        and len(opening[0].words) <= 40
        and (names_a_plan(opening[0].words) or not _breaks_off(opening[0], opening[1:2]))
    ):
        title = opening[0].words
    if opening and title and fold(opening[0].words) == fold(title):
        opening = opening[1:]
    only = roots[0] if len(roots) == 1 else None
    if only is not None and only.children and only.line == reader.lines[0].number:
        # A heading on the very first line with everything below it is the name of the document.
        title = title or " ".join(filter(None, (only.written, only.title)))
        introduction, roots = only.text, only.children
    elif opening:
        introduction = joined(opening, reader.setting)
    levels = naming.levels_of(roots)
    naming.give_codes(roots, prefix)
    return PlanTree(
        title=title,
        roots=naming.frozen(roots),
        levels=levels,
        introduction=introduction,
        code_prefix=prefix,
        form=DocumentForm.RAW,
        encoding=encoding,
        left_out=tuple(
            LeftOut(reader.lines[place].number, reader.lines[place].words, why)
            for place, why in sorted(left_out.items())
        ),
    )
