"""PrefLib files (順位の票の研究用ファイル): .soc .soi .toc .toi .cat, read and written.

Lines that begin with # say what the file holds; each other line is "how many: ballot", with options as
numbers and those that share a rank in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from participation.votes.domain.ballots import (
    MOST_RANKED,
    UNRANKED,
    BadBallot,
    BallotKind,
    BallotPaper,
    Election,
    Marks,
    Option,
    Ranking,
    groups_of,
)
from participation.votes.domain.files.lines import Reading, count_of, lines_of, told

PREFLIB = ("soc", "soi", "toc", "toi", "cat")
#: (may options share a rank, must all be ranked) by ending.
_STRICTNESS = {"soc": (False, True), "soi": (False, False), "toc": (True, True), "toi": (True, False)}
_HEADER = re.compile(r"#\s*([A-Z][A-Z0-9 ]*?)\s*:\s*(.*)")
_NAMED = re.compile(r"(ALTERNATIVE|CATEGORY) NAME ([0-9]{1,6})")
_GROUP = re.compile(r"\s*(?:\{([^{}]*)\}|([^{},]+))\s*(,|$)")
MOST_CATEGORIES = 100


class _Head:
    """What the lines with # say."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.values: dict[str, tuple[int, str]] = {}
        self.names: dict[str, dict[int, str]] = {"ALTERNATIVE": {}, "CATEGORY": {}}

    def read(self, number: int, line: str) -> None:
        found = _HEADER.fullmatch(line.strip())
        if found is None:
            return  # A remark of whoever made the file.
        key, value = found.groups()
        named = _NAMED.fullmatch(key)
        if named is None:
            self.values[key] = (number, value)
            return
        names, place = self.names[named.group(1)], int(named.group(2))
        if place in names:
            self.reading.wrong(number, f"{told(key)}が2回書かれています。")
        elif not value:
            self.reading.wrong(number, f"{told(key)}の名前がありません。")
        else:
            names[place] = value

    def count(self, key: str, *, needed: bool) -> int | None:
        """Return a whole number of the head."""
        if key not in self.values:
            if needed:
                self.reading.wrong(0, f"「# {key}: …」の行がありません。")
            return None
        line, value = self.values[key]
        number = count_of(value)
        if number is None:
            self.reading.wrong(line, f"「{key}」には0以上の整数を書いてください。{told(value)}は読めません。")
        return number

    def listed(self, what: str, size: int) -> list[str]:
        """Return the names of what the head numbers from 1; without a name, the number."""
        for place in self.names[what]:
            if not 1 <= place <= size:
                self.reading.wrong(0, f"「{what} NAME {place}」がありますが、数は{size}です。")
        return [self.names[what].get(place, str(place)) for place in range(1, size + 1)]


def read_preflib(content: bytes, ending: str) -> Election:
    """Return the ballots of a PrefLib file; raises BadFile."""
    reading = Reading()
    head = _Head(reading)
    rows: list[tuple[int, str]] = []
    for number, line in enumerate(lines_of(content), start=1):
        if line.lstrip().startswith("#"):
            head.read(number, line)
        elif line.strip():
            rows.append((number, line))
    # Without the number, the highest of the numbered names is it.
    highest = max(head.names["ALTERNATIVE"], default=None)
    size = head.count("NUMBER ALTERNATIVES", needed=highest is None)
    if size is None and "NUMBER ALTERNATIVES" not in head.values:
        size = highest
    if size is not None and not 1 <= size <= MOST_RANKED:
        at = head.values.get("NUMBER ALTERNATIVES", (0, ""))[0]
        reading.wrong(at, f"選択肢は1個から{MOST_RANKED}個までです。")
    _check_type(head, ending)
    categories = _categories(head) if ending == "cat" else ()
    reading.stop_if_wrong()
    assert size is not None
    options = tuple(
        Option(str(place), name) for place, name in enumerate(head.listed("ALTERNATIVE", size), start=1)
    )
    paper = BallotPaper(BallotKind.RANKING, options)
    if ending == "cat":
        kind = BallotKind.CATEGORIES if len(categories) > 2 else BallotKind.APPROVAL
        paper = BallotPaper(kind, options, categories=categories)
    ballots = _Ballots(paper, ending, reading)
    for number, line in rows:
        ballots.read(number, line)
    if not rows:
        reading.wrong(0, "票が1行もありません。")
    election = ballots.election(head.values.get("TITLE", (0, ""))[1])
    _check_voters(head, election)
    reading.stop_if_wrong()
    return election


def _check_type(head: _Head, ending: str) -> None:
    line, said = head.values.get("DATA TYPE", (0, ending))
    if said.lower() != ending:
        head.reading.wrong(line, f"ファイル名は .{ending} ですが、「DATA TYPE」は{told(said)}です。")


def _check_voters(head: _Head, election: Election) -> None:
    said = head.count("NUMBER VOTERS", needed=False)
    if said is not None and not head.reading.problems and said != election.voters:
        line = head.values["NUMBER VOTERS"][0]
        head.reading.wrong(
            line,
            f"「NUMBER VOTERS」は{said}ですが、数えた票は{election.voters}です。ファイルが途中で切れていないか確かめてください。",
        )


def _categories(head: _Head) -> tuple[str, ...]:
    size = head.count("NUMBER CATEGORIES", needed=True)
    if size is None:
        return ()
    if not 1 <= size <= MOST_CATEGORIES:
        head.reading.wrong(head.values["NUMBER CATEGORIES"][0], f"段階は1つから{MOST_CATEGORIES}までです。")
        return ()
    return tuple(head.listed("CATEGORY", size))


class _Ballots:
    """Reads the lines of ballots and counts equal ones together."""

    def __init__(self, paper: BallotPaper, ending: str, reading: Reading) -> None:
        self.paper = paper
        self.ending = ending
        self.reading = reading
        self.may_tie, self.complete = _STRICTNESS.get(ending, (True, False))
        self.places = {str(place): place - 1 for place in range(1, len(paper.options) + 1)}
        self.marks: dict[Marks, int] = {}
        self.rankings: dict[Ranking, int] = {}

    def election(self, title: str) -> Election:
        return Election(self.paper, marks=self.marks, rankings=self.rankings, title=title)

    def read(self, number: int, line: str) -> None:
        before, colon, after = line.partition(":")
        count = count_of(before)
        if not colon or not count:
            self.reading.wrong(
                number,
                f"「票数: 票」の形（例「12: 1,2,3」）で、票数は1以上にしてください。{told(line)}は読めません。",
            )
            return
        ranking = self._plain(after)
        if ranking is not None:
            self.rankings[ranking] = self.rankings.get(ranking, 0) + count
            return
        groups = list(_groups(after))
        if None in groups:
            self.reading.wrong(
                number, f"票{told(after)}が読めません。番号を「,」で区切り、同じ順位は{{ }}で囲んでください。"
            )
            return
        try:
            self._count([group for group in groups if group is not None], count)
        except BadBallot as error:
            self.reading.wrong(number, str(error))

    def _plain(self, text: str) -> Ranking | None:
        """Return a ranking without ties and mistakes, fast; None for any other, which is read with care."""
        if self.paper.kind is not BallotKind.RANKING:
            return None
        found = [self.places.get(word.strip()) for word in text.split(",")]
        if None in found or len(set(found)) < len(found) or (self.complete and len(found) < len(self.places)):
            return None
        ranks = bytearray([UNRANKED]) * len(self.places)
        for rank, position in enumerate(found):
            ranks[position or 0] = rank
        return bytes(ranks)

    def _count(self, groups: list[list[str]], count: int) -> None:
        if self.paper.kind is BallotKind.APPROVAL:
            if len(groups) > len(self.paper.categories):
                raise BadBallot(
                    f"段階は{len(self.paper.categories)}つですが、{len(groups)}つ書かれています。"
                )
            self.paper.marks(code for group in groups for code in group)
            marks = self.paper.marks(groups[0] if groups else [])
            self.marks[marks] = self.marks.get(marks, 0) + count
            return
        if not self.may_tie and any(len(group) > 1 for group in groups):
            raise BadBallot(f".{self.ending} では、同じ順位に二つ以上の選択肢は書けません。")
        ranking = self.paper.ranking(groups)
        if self.complete and UNRANKED in ranking:
            raise BadBallot(
                f".{self.ending} では、すべての選択肢に順位がいります。足りない選択肢があります。"
            )
        self.rankings[ranking] = self.rankings.get(ranking, 0) + count


def _groups(text: str) -> Iterator[list[str] | None]:
    """Give the groups of options on a ballot, best first; None for what cannot be read."""
    text = text.strip()
    if text and "{" not in text and "}" not in text:
        words = [word.strip() for word in text.split(",")]
        yield from ([str(int(word))] if count_of(word) is not None else None for word in words)
        return
    place = 0
    while place < len(text):
        found = _GROUP.match(text, place)
        if found is None or (found.group(3) == "," and found.end() == len(text)):
            yield None
            return
        inside, single, _ = found.groups()
        words = [single.strip()] if single is not None else [part.strip() for part in inside.split(",")]
        if single is None and words == [""]:
            words = []
        if any(count_of(word) is None for word in words):
            yield None
            return
        yield [str(int(word)) for word in words]
        place = found.end()


def write_preflib(election: Election) -> tuple[str, str]:
    """Return (ending, content) of the PrefLib file that holds these ballots; raises ValueError for points.

    Categories and marks go into .cat; rankings into the narrowest of the four that holds all of them.
    """
    if election.kind in (BallotKind.SCORE, BallotKind.POINTS):
        raise ValueError("点の票は、PrefLibのファイルにできません。")
    counted: list[tuple[int, list[list[int]]]]
    categories: tuple[str, ...] = ()
    size = len(election.options)
    if election.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
        ending, categories = "cat", ("選んだ", "選んでいない")
        counted = [
            (count, [list(marks), [position for position in range(size) if position not in marks]])
            for marks, count in election.marks.items()
        ]
    elif election.kind is BallotKind.CATEGORIES:
        ending, categories = "cat", election.paper.categories
        counted = [
            (
                count,
                [[p for p, rank in enumerate(ranking) if rank == place] for place in range(len(categories))],
            )
            for ranking, count in election.rankings.items()
        ]
    else:
        counted = [(count, groups_of(ranking)) for ranking, count in election.rankings.items()]
        ties = any(len(group) > 1 for _, groups in counted for group in groups)
        complete = all(UNRANKED not in ranking for ranking in election.rankings)
        ending = ("t" if ties else "s") + "o" + ("c" if complete else "i")
    counted.sort(key=lambda row: (-row[0], row[1]))
    head = [
        f"# TITLE: {_on_one_line(election.title)}",
        f"# DATA TYPE: {ending}",
        f"# NUMBER ALTERNATIVES: {size}",
        f"# NUMBER VOTERS: {election.voters}",
        f"# NUMBER UNIQUE ORDERS: {len(counted)}",
    ]
    if categories:
        head.append(f"# NUMBER CATEGORIES: {len(categories)}")
        head += [
            f"# CATEGORY NAME {place}: {_on_one_line(name)}" for place, name in enumerate(categories, start=1)
        ]
    head += [
        f"# ALTERNATIVE NAME {place}: {_on_one_line(option.name)}"
        for place, option in enumerate(election.options, start=1)
    ]
    rows = [f"{count}: {','.join(map(_group, groups))}" for count, groups in counted]
    return ending, "\n".join([*head, *rows, ""])


def _group(positions: list[int]) -> str:
    numbers = ",".join(str(position + 1) for position in positions)
    return numbers if len(positions) == 1 else f"{{{numbers}}}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
