"""Outline (見出しの体系): which marks a document uses, which stands above which, and which are only its contents list.

The order of levels is found out, not assumed: a family of marks stands above another when the other's numbers
begin again after it, or carry its number (方針２ → 考え方２－１). Custom decides only where the document is silent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from participation.plans.domain.folding import fold
from participation.plans.domain.reading.lines import Line, Setting, is_full
from participation.plans.domain.reading.marks import CONTINUING, LONGEST_HEADING, Mark, mark_of

#: What custom says about height, used where the document itself gives no evidence.
_CUSTOM = {
    "part": 0.0,
    "chapter": 1.0,
    "section": 2.0,
    "article": 2.5,
    "subsection": 3.0,
    "clause": 3.5,
    "Ⅰ": 3.5,
    "A": 5.0,
    "N": 6.0,
    "一": 6.0,
    "N-N": 7.0,
    "N-N-N": 8.0,
    "N-N-N-N": 8.5,
    "<N": 8.6,
    "【N": 8.6,
    "【": 9.0,
    "<": 9.2,
    "■": 10.0,
    "◆": 10.2,
    "(N)": 11.0,
    "N)": 11.5,
    "①": 12.0,
    "❶": 12.0,
    "(ア)": 13.0,
    "ア": 13.0,
    "□": 13.4,
    "◇": 13.5,
    "◎": 14.0,
    "●": 14.2,
    "○": 15.0,
    "・": 17.0,
    "-": 17.0,
}
_LABEL_HEIGHT = 4.0
_MINOR = ("・", "-", "◦")
_ITEM_SIGNS = ("○", "●", "◎", "・", "-", "□", "◇")
_EVIDENCE_READ = 4000


@dataclass(frozen=True)
class Candidate:
    """A marked line that may begin a node."""

    place: int
    mark: Mark
    open_before: bool
    listed: bool = False
    #: The same unnumbered heading comes again elsewhere (【現状と課題】).
    repeated: bool = False
    chosen_among: int = 1


def repeated_labels(lines: list[Line], skipped: set[int]) -> dict[int, Mark]:
    """Unmarked short lines that come again and again right above listed items (めざす姿, 現状と課題)."""
    where: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if (
            place not in skipped
            and 2 <= len(line.words) <= 16
            and not line.ends_sentence
            and mark_of(line.words) is None
        ):
            where[fold(line.words)].append(place)
    found: dict[int, Mark] = {}
    for places in where.values():
        before_items = [
            place
            for place in places
            if place + 1 < len(lines) and (mark := mark_of(lines[place + 1].words)) and mark.bulleted
        ]
        if len(before_items) >= 3 and len(before_items) >= 0.8 * len(places):
            words = lines[places[0]].words
            for place in before_items:
                found[place] = Mark(f"={words}", (), lines[place].words, words, "")
    return found


def candidates_of(lines: list[Line], skipped: set[int], setting: Setting) -> list[Candidate]:
    """Every marked line that can begin something, judged together with the line above it."""
    labels = repeated_labels(lines, skipped)
    times = Counter(fold(line.words) for place, line in enumerate(lines) if place not in skipped)
    found: list[Candidate] = []
    above: Line | None = None
    above_marked = False
    for place, line in enumerate(lines):
        if place in skipped:
            continue
        mark = labels.get(place) or mark_of(line.words)
        if mark is not None and mark.family not in CONTINUING:
            open_before = (
                above is not None and not above_marked and not above.ends_sentence and is_full(above, setting)
            )
            if _may_begin(line, mark, open_before=open_before):
                repeated = not mark.number and times[fold(line.words)] > 1
                found.append(Candidate(place, mark, open_before, repeated=repeated))
                above, above_marked = line, not mark.bulleted
                continue
        above, above_marked = line, False
    return found


def _may_begin(line: Line, mark: Mark, *, open_before: bool) -> bool:
    heading = not mark.bulleted and mark.family not in ("(N)", "①", "❶", "(ア)", "N)")
    if heading and (len(line.words) > LONGEST_HEADING or line.words.endswith(("。", "、", "，"))):
        return False
    surely = mark.family in ("part", "chapter") or mark.family.startswith("=")
    return not (open_before and heading and not surely)


def settle_families(candidates: list[Candidate]) -> list[Candidate]:
    """Keep the families of marks that the document really counts or lists with."""
    by_family: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_family[candidate.mark.family].append(candidate)
    kept = {family for family, members in by_family.items() if _counts(family, members)}
    items = {
        family
        for family in kept
        if family in ("○", "●", "◎", "□", "◇") or (family == "■" and _mostly_sentences(by_family[family]))
    }
    if items:
        kept -= {
            family
            for family in _MINOR
            if len(by_family.get(family, ())) < 3 * sum(len(by_family[i]) for i in items)
        }
    if len(kept) > 14:
        largest = Counter({family: len(by_family[family]) for family in kept}).most_common(14)
        kept = {family for family, _ in largest}
    return [candidate for candidate in candidates if candidate.mark.family in kept]


def _counts(family: str, members: list[Candidate]) -> bool:
    numbers = [member.mark.number for member in members]
    if not any(numbers):
        return len(members) >= 2 or family in ("○", "●", "◎")
    if family in ("part", "chapter", "section"):
        return True
    distinct = set(numbers)
    if len(distinct) < 2:
        return False
    begins = any(number[-1] in (0, 1) for number in distinct)
    steps = 0
    previous: tuple[int, ...] | None = None
    for number in numbers:
        last = number[-1]
        if (
            last <= 1
            or (previous is not None and last == previous[-1] + 1)
            or (previous and number == previous)
        ):
            steps += 1
        previous = number
    return (begins and steps >= 0.5 * len(numbers)) or (family.startswith("@") and len(distinct) >= 3)


def _mostly_sentences(members: list[Candidate]) -> bool:
    return sum(1 for member in members if member.mark.title.endswith("。")) > 0.5 * len(members)


def heights(candidates: list[Candidate]) -> dict[str, int]:
    """Order the families from the highest to the lowest by the evidence of the document."""
    families = list(dict.fromkeys(candidate.mark.family for candidate in candidates))
    evidence = _evidence(candidates[:_EVIDENCE_READ], families)
    wins: dict[str, float] = dict.fromkeys(families, 0.0)
    for here, family in enumerate(families):
        for other in families[here + 1 :]:
            weight = evidence.get((family, other), 0.0) - evidence.get((other, family), 0.0)
            if abs(weight) < 0.5:
                weight = _height(other) - _height(family)
            if abs(weight) < 0.01:
                weight = 1.0
            wins[family if weight > 0 else other] += 1
    ordered = sorted(families, key=lambda family: (-wins[family], _height(family)))
    return {family: height for height, family in enumerate(ordered)}


def _height(family: str) -> float:
    if family.startswith("="):
        return 9.6
    return _CUSTOM.get(family, _LABEL_HEIGHT if family.startswith("@") else 9.5)


def _evidence(candidates: list[Candidate], families: list[str]) -> dict[tuple[str, str], float]:
    """How often a family begins again, or carries another's number, after a mark of another family."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    previous: dict[str, tuple[int, ...]] = {}
    seen_since: dict[str, set[str]] = {family: set() for family in families}
    current: dict[str, tuple[int, ...]] = {}
    titles: dict[tuple[str, str], dict[str, bool]] = {}
    above: Mark | None = None
    for candidate in candidates:
        family, number = candidate.mark.family, candidate.mark.number
        if above is not None and above.family != family:
            # ○…次のことを行います。 | （１）… | （２）…: what begins to count right below an item is inside it.
            if above.bulleted and above.family in _ITEM_SIGNS and number and number[-1] == 1:
                found[(above.family, family)] += 0.6
            elif candidate.mark.bulleted and family in _ITEM_SIGNS and above.number:
                found[(above.family, family)] += 0.6
        since = seen_since[family]
        if number:
            before = previous.get(family)
            if before is not None:
                # What stands between two numbers that go on is inside; what stands before a new 1 may be above,
                # and most likely what stands right before it.
                for other in since:
                    restarted = 1.0 if above is not None and above.family == other else 0.4
                    found[(other, family)] += restarted if number <= before else -1.5
            previous[family] = number
            if len(number) > 1:
                for other, its in current.items():
                    if other != family and its == number[: len(its)] and len(its) < len(number):
                        found[(other, family)] += 1.5
        elif not candidate.mark.title.endswith("。"):
            key = (family, fold(candidate.mark.title))
            for other, goes_on in titles.get(key, {}).items():
                if not goes_on or (family.startswith("=") and other in _ITEM_SIGNS):
                    continue
                found[(other, family)] += 1
            titles[key] = {}
        for other in families:
            if other != family:
                seen_since[other].add(family)
        for key, after in titles.items():
            if key[0] != family and len(titles) < 200:
                # What begins to count anew below a title is inside it.
                after.setdefault(family, not number or number[-1] > 1)
        seen_since[family] = set()
        if number:
            current[family] = number
        above = candidate.mark
    return found


def title_key(words: str) -> str:
    """What is the same in a heading, in the contents list and in a running head."""
    return fold(strip_page_number(words)).strip("○●◎■□◆◇・-<>＜＞「」")


#: What leads the eye from a title to its page number.
_LEADERS = ("\t", "…", "‥", "・・", "..", "．．", "--", "──")
_FILLING = " .．…・‥─-\t\u3000"


def strip_page_number(words: str) -> str:
    """Cut the dots and the page number that a contents list puts after a title."""
    end = len(words.rstrip())
    start = end
    while start > 0 and (words[start - 1].isdigit() and end - start < 4):
        start -= 1
    if start == end:
        return words.rstrip(_FILLING)
    before = words[:start]
    # 「……… 3」 and 「......3」 alike: a space between the dots and the number says nothing.
    if before.endswith(("  ", "\u3000")) or before.rstrip(" ").endswith(_LEADERS):
        return before.rstrip(_FILLING)
    return words.rstrip()


def contents_list(lines: list[Line], skipped: set[int]) -> set[int]:
    """Places of the lines of a contents list: short lines in a run, most of which come again below."""
    last_seen: dict[str, int] = {}
    keys: dict[int, str] = {}
    for place, line in enumerate(lines):
        if place in skipped or len(line.words) > LONGEST_HEADING or line.ends_sentence:
            continue
        key = _line_key(line)
        if len(key) >= 3:
            keys[place] = key
            last_seen[key] = place
    found: set[int] = set()
    run: list[int] = []
    for place in range(len(lines) + 1):
        if place in skipped:
            continue
        again = place in keys and _comes_again(lines[place], keys[place], last_seen, place)
        dotted = (
            place < len(lines) and strip_page_number(lines[place].raw.rstrip()) != lines[place].raw.rstrip()
        )
        label = place < len(lines) and is_contents_label(lines[place].words)
        if place < len(lines) and (again or dotted or label):
            run.append(place)
            continue
        if (
            place < len(lines)
            and place in keys
            and run
            and place - run[-1] <= 2
            and mark_of(lines[place].words) is None
        ):
            # A line in between that is only the second half of a title.
            following = place + 1
            if (
                following in keys
                and last_seen[keys[following]] > following
                and not _begins_body(lines, place)
            ):
                run.append(place)
                continue
        found.update(_settled_run(lines, run, keys, last_seen))
        run = []
    return found


def _comes_again(line: Line, key: str, last_seen: dict[str, int], place: int) -> bool:
    """Whether a line stands again below, be it without the number at its end (「施策１ 見守り 3」)."""
    return last_seen[key] > place or last_seen.get(_key_of(_without_last_number(line.words)), -1) > place


def _without_last_number(words: str) -> str:
    shorter = words.rstrip("0123456789０１２３４５６７８９")
    return shorter.rstrip() if shorter != words and shorter.endswith((" ", "\u3000")) else words


def _begins_body(lines: list[Line], place: int) -> bool:
    return lines[place].ends_sentence


def _settled_run(
    lines: list[Line], run: list[int], keys: dict[int, str], last_seen: dict[str, int]
) -> list[int]:
    if len(run) < 3:
        return [place for place in run if is_contents_label(lines[place].words)]
    end = run[-1]
    outside = sum(
        1 for place in run if place in keys and _comes_again(lines[place], keys[place], last_seen, end)
    )
    dotted = sum(
        1 for place in run if strip_page_number(lines[place].raw.rstrip()) != lines[place].raw.rstrip()
    )
    labelled = any(is_contents_label(lines[place].words) for place in run[:1])
    marked = sum(1 for place in run if mark_of(lines[place].words) is not None)
    if outside >= 0.5 * len(run) and (marked >= 0.5 * len(run) or labelled):
        return run
    if dotted >= 0.6 * len(run) and (labelled or outside >= 0.3 * len(run)):
        return run
    return []


def _line_key(line: Line) -> str:
    return _key_of(strip_page_number(line.words))


def _key_of(words: str) -> str:
    mark = mark_of(words)
    if mark is not None and not mark.bulleted and mark.title:
        return f"{mark.family}{mark.number}{title_key(mark.title)}"
    return title_key(words)


def is_contents_label(words: str) -> bool:
    """目次, ＜目 次＞, 【方針の体系】, 計画の体系図."""
    bare = fold(words).strip("<>【】〈〉[]「」■◆●○")
    return bare in ("目次", "もくじ", "contents", "総目次") or (
        len(bare) <= 14 and bare.endswith(("の体系", "体系図", "体系一覧", "の体系図"))
    )


def choose_among_repeats(
    lines: list[Line], candidates: list[Candidate], top: set[str]
) -> tuple[list[Candidate], dict[int, str]]:
    """Of a high heading that comes several times, keep the place with most words under it.

    Repeats that follow it directly on later pages are running heads; the others stay words of an overview.
    """
    tops = [candidate for candidate in candidates if candidate.mark.family in top]
    groups: list[tuple[str, list[Candidate], int]] = []
    ends: dict[int, int] = {}
    titled = {
        (candidate.mark.family, candidate.mark.number): title_key(candidate.mark.title)
        for candidate in reversed(tops)
        if candidate.mark.title
    }
    for here, candidate in enumerate(tops):
        mark = candidate.mark
        title = title_key(mark.title) or titled.get((mark.family, mark.number), "")
        key = f"{mark.family}{mark.number}{title}"
        end = tops[here + 1].place if here + 1 < len(tops) else len(lines)
        ends[candidate.place] = end
        weight = sum(len(lines[place].words) for place in range(candidate.place + 1, end))
        if groups and groups[-1][0] == key:
            groups[-1][1].append(candidate)
            groups[-1] = (key, groups[-1][1], groups[-1][2] + weight)
        else:
            groups.append((key, [candidate], weight))
    best: dict[str, int] = {}
    for here, (key, _, weight) in enumerate(groups):
        if key not in best or weight > groups[best[key]][2]:
            best[key] = here
    times = Counter(key for key, _, _ in groups)
    dropped: set[int] = set()
    left_out: dict[int, str] = {}
    kept: dict[int, Candidate] = {}
    for here, (key, members, _) in enumerate(groups):
        if best[key] == here:
            kept[members[0].place] = replace(members[0], chosen_among=times[key])
            for member in members[1:]:
                left_out[member.place] = "ページの柱（見出しのくり返し）"
                dropped.add(member.place)
        else:
            # The lines of an overview stay its words: nothing in it begins a node.
            for member in members:
                dropped.update(range(member.place, ends[member.place]))
    remaining = [
        kept.get(candidate.place, candidate) for candidate in candidates if candidate.place not in dropped
    ]
    return remaining, left_out
