"""Questions as a page shows them: words with earlier answers in them, options in order, what was given."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from participation.surveys.domain import (
    OTHER,
    AnySpec,
    Asked,
    Page,
    Reading,
    Section,
    in_random_order,
    piped,
)
from participation.surveys.queries.files import Kept
from participation.surveys.queries.walking import Walk

#: More places than this stand in a list that opens.
MOST_RADIOS = 40
#: The longer side of the small map without its edge, and the edge.
MAP_SIDE, MAP_EDGE = 280, 20


@dataclass(frozen=True)
class ShownChoice:
    """An option, a row, a column or a place, as it is shown."""

    code: str
    label: str
    is_exclusive: bool = False
    takes_text: bool = False
    image: str = ""
    image_text: str = ""
    group: str = ""


@dataclass(frozen=True)
class MapPoint:
    """A place on the small map, with its number in the list."""

    code: str
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class SpotMap:
    """A small map (略図) of the places of a question: where they lie to each other, nothing else."""

    width: int
    height: int
    points: tuple[MapPoint, ...]


@dataclass(frozen=True)
class ShownQuestion:
    """A question as it is shown (画面の設問)."""

    code: str
    kind: str
    number: str
    text: str
    help: str
    is_required: bool
    spec: AnySpec
    image: str
    image_text: str
    choices: tuple[ShownChoice, ...]
    rows: tuple[ShownChoice, ...]
    #: What was given, by part ("" is the question itself).
    given: Mapping[str, Sequence[str]]
    fault: str = ""
    marked: str = ""
    is_shown: bool = True
    is_new: bool = False
    has_appeared: bool = False
    is_carried: bool = False
    condition: Mapping[str, Any] | None = None
    kept: Kept | None = None

    @property
    def value(self) -> str:
        """The one value given for the question itself."""
        return (self.given.get("") or [""])[0]

    @property
    def values(self) -> Sequence[str]:
        """All values given for the question itself."""
        return self.given.get("", ())

    def at(self, part: str) -> str:
        """Return the one value given for a part."""
        return (self.given.get(part) or [""])[0]

    def has(self, part: str, code: str) -> bool:
        """Return whether a part was given this value."""
        return code in self.given.get(part, ())

    @property
    def hint(self) -> str:
        """The sentence that says how much may be chosen."""
        return hint_of(self.spec)

    @property
    def is_group(self) -> bool:
        """Whether it has several controls, so that it is a group with a name."""
        return self.kind not in ("dropdown", "line", "text", "number", "date", "file")

    @property
    def groups(self) -> tuple[tuple[str, tuple[ShownChoice, ...]], ...]:
        """The places by what they belong to (地区), in order."""
        by_group: dict[str, list[ShownChoice]] = {}
        for choice in self.choices:
            by_group.setdefault(choice.group, []).append(choice)
        return tuple((name, tuple(choices)) for name, choices in by_group.items())

    @property
    def is_long(self) -> bool:
        """Whether there are so many places that they stand in a list that opens."""
        return self.kind == "place" and len(self.choices) > MOST_RADIOS

    @cached_property
    def spots(self) -> SpotMap | None:
        """Where the places are, those whose position is known; None if there are fewer than two."""
        return spot_map(self.spec) if self.kind == "place" else None

    @property
    def spot_numbers(self) -> dict[str, int]:
        """The number on the map of each place that stands on it."""
        return {point.code: point.number for point in self.spots.points} if self.spots else {}

    @property
    def focus(self) -> str:
        """The id of the control that a message about it leads to."""
        part = self.marked
        if self.kind in ("single", "multiple", "yes_no", "scale") or (self.kind == "place"):
            return f"{self.code}-{OTHER}" if part == OTHER else f"{self.code}-0"
        if self.kind in ("matrix", "matrix_multiple"):
            return f"{self.code}-{part or self.rows[0].code}-0"
        if self.kind in ("ranking", "points"):
            return f"{self.code}-{part or self.choices[0].code}"
        return f"{self.code}-{OTHER}" if part == OTHER else self.code


@dataclass(frozen=True)
class ShownSection:
    """A section of a page, as it is shown."""

    code: str
    title: str
    intro: str
    questions: tuple[ShownQuestion, ...]
    is_shown: bool = True


def spot_map(spec: Any) -> SpotMap | None:
    """Return where the places of a question lie to each other; None if fewer than two positions are known."""
    placed = [
        (number, spot)
        for number, spot in enumerate(spec.spots, start=1)
        if spot.latitude is not None and spot.longitude is not None
    ]
    if len(placed) < 2:
        return None
    middle = sum(spot.latitude for _, spot in placed) / len(placed)
    shrink = math.cos(math.radians(middle))
    across = [spot.longitude * shrink for _, spot in placed]
    down = [-spot.latitude for _, spot in placed]
    spans = max(across) - min(across), max(down) - min(down)
    scale = MAP_SIDE / (max(spans) or 1.0)
    # Places on one line lie in the middle of a map that is still wide, or high, enough to be one.
    room = [max(span * scale, MAP_SIDE / 2) for span in spans]
    edge = [MAP_EDGE + (size - span * scale) / 2 for size, span in zip(room, spans, strict=True)]
    edge[0] += (MAP_SIDE - room[0]) / 2
    return SpotMap(
        MAP_SIDE + 2 * MAP_EDGE,
        round(room[1]) + 2 * MAP_EDGE,
        tuple(
            MapPoint(
                spot.code,
                number,
                round((x - min(across)) * scale + edge[0], 1),
                round((y - min(down)) * scale + edge[1], 1),
            )
            for (number, spot), x, y in zip(placed, across, down, strict=True)
        ),
    )


def hint_of(spec: AnySpec) -> str:
    """Return how much may be chosen or written, in a sentence; "" where it goes without saying."""
    match spec.kind:
        case "multiple":
            if spec.most is not None and spec.least == spec.most:
                return f"{spec.most}つ選んでください。"
            if spec.most is not None:
                return (
                    f"{spec.least}つから{spec.most}つまで選べます。"
                    if spec.least > 1
                    else f"{spec.most}つまで選べます。"
                )
            return f"{spec.least}つ以上選んでください。" if spec.least > 1 else "いくつでも選べます。"
        case "matrix":
            return "行ごとに1つずつ選んでください。"
        case "matrix_multiple":
            return "行ごとに、いくつでも選べます。"
        case "ranking":
            few = "途中の順位まででもかまいません。" if spec.may_stop_early and spec.places > 1 else ""
            return (
                f"1位から{spec.places}位まで付けてください。{few}"
                if spec.places > 1
                else "1位を1つ選んでください。"
            )
        case "points":
            return f"全部で{spec.total}点を配ってください。点を入れないところは、空けておけます。"
        case "file":
            return _file_hint(spec)
        case "number":
            return _number_hint(spec)
        case _:
            return ""


def _file_hint(spec: Any) -> str:
    names = {"application/pdf": "PDF", "image/jpeg": "写真（JPEG）", "image/png": "画像（PNG）"}
    kinds = "、".join(names[each] for each in spec.accepts)
    size = (
        f"{spec.most_bytes // 1024 // 1024}MB"
        if spec.most_bytes >= 1024 * 1024
        else f"{spec.most_bytes // 1024}KB"
    )
    return f"{kinds}を1つ、{size}まで送れます。見るのは担当の職員だけです。"


def _number_hint(spec: Any) -> str:
    if spec.least is not None and spec.most is not None:
        return f"{spec.least:f}から{spec.most:f}までの数で書いてください。"
    if spec.least is not None:
        return f"{spec.least:f}以上の数で書いてください。"
    if spec.most is not None:
        return f"{spec.most:f}以下の数で書いてください。"
    return "数字で書いてください。"


def show_sections(
    walk: Walk,
    page: Page,
    *,
    easy: bool = False,
    reading: Reading | None = None,
    appeared: Collection[str] = (),
    everything: bool = False,
    kept: Mapping[str, Kept] | None = None,
) -> tuple[ShownSection, ...]:
    """Return a page's sections; `reading` marks its faults, `everything` shows what is hidden, too."""
    known = walk.reading
    on_way = {question.code for question in known.questions}
    sections = {section.code for section in known.sections}
    numbers = walk.questionnaire.numbers()
    shown = []
    for section in page.sections:
        questions = tuple(
            show_question(
                question,
                number=numbers.get(question.code, ""),
                asked=walk.questionnaire.questions,
                answers=known.answers,
                given=walk.given,
                seed=walk.seed,
                easy=easy,
                fault=(reading.faults.get(question.code, "") if reading else ""),
                marked=(reading.marked.get(question.code, "") if reading else ""),
                is_shown=everything or question.code in on_way,
                is_new=question.code in walk.new_codes,
                has_appeared=question.code in appeared,
                is_carried=question.code in walk.carried,
                kept=kept or {},
            )
            for question in section.in_order(walk.seed)
        )
        words = section.easy if easy and section.easy else {}
        shown.append(
            ShownSection(
                section.code,
                words.get("title") or section.title,
                words.get("intro") or section.intro,
                questions,
                everything or section.code in sections,
            )
        )
    return tuple(shown)


def show_question(
    question: Asked,
    *,
    number: str = "",
    asked: Iterable[Asked] = (),
    answers: Mapping[str, Any] | None = None,
    given: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    easy: bool = False,
    fault: str = "",
    marked: str = "",
    is_shown: bool = True,
    is_new: bool = False,
    has_appeared: bool = False,
    is_carried: bool = False,
    kept: Mapping[str, Kept] | None = None,
) -> ShownQuestion:
    """Return a question as it is shown."""
    words = question.easy if easy and question.easy else {}
    labels: Mapping[str, str] = words.get("options") or {}
    parts = _parts_of(question.code, given or {})
    return ShownQuestion(
        code=question.code,
        kind=question.spec.kind,
        number=number,
        text=piped(words.get("text") or question.text, asked, answers or {}),
        help=piped(words.get("help") or question.help, asked, answers or {}),
        is_required=question.is_required and question.spec.kind != "info",
        spec=question.spec,
        image=question.image,
        image_text=question.image_text,
        choices=_choices(question, seed, labels, words),
        rows=_rows(question, seed, words.get("rows") or labels),
        given=parts,
        fault=fault,
        marked=marked,
        is_shown=is_shown,
        is_new=is_new,
        has_appeared=has_appeared,
        is_carried=is_carried,
        condition=question.condition.model_dump(mode="json") if question.condition is not None else None,
        kept=(kept or {}).get((parts.get("") or [""])[0]) if question.spec.kind == "file" else None,
    )


def _parts_of(code: str, given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    found = {"": given[code]} if code in given else {}
    start = f"{code}-"
    return {
        **found,
        **{name.removeprefix(start): values for name, values in given.items() if name.startswith(start)},
    }


def _choices(
    question: Asked, seed: int, labels: Mapping[str, str], words: Mapping[str, Any]
) -> tuple[ShownChoice, ...]:
    spec = question.spec
    match spec.kind:
        case "single" | "multiple" | "dropdown":
            return tuple(_choice(option, labels) for option in spec.in_order(seed, question.code))
        case "ranking" | "points":
            options = spec.options
            if spec.shuffles:
                options = in_random_order(options, [each.code for each in options], seed, question.code)
            return tuple(_choice(option, labels) for option in options)
        case "matrix" | "matrix_multiple":
            return tuple(_choice(option, words.get("columns") or labels) for option in spec.columns)
        case "place":
            return tuple(
                ShownChoice(spot.code, labels.get(spot.code, spot.label), group=spot.group)
                for spot in spec.spots
            )
        case "yes_no" | "scale":
            return tuple(ShownChoice(code, labels.get(code, label)) for code, label in spec.choices())
        case _:
            return ()


def _rows(question: Asked, seed: int, labels: Mapping[str, str]) -> tuple[ShownChoice, ...]:
    spec = question.spec
    if spec.kind not in ("matrix", "matrix_multiple"):
        return ()
    rows = spec.rows
    if spec.shuffles:
        rows = in_random_order(rows, [row.code for row in rows], seed, question.code)
    return tuple(_choice(row, labels) for row in rows)


def _choice(option: Any, labels: Mapping[str, str]) -> ShownChoice:
    return ShownChoice(
        option.code,
        labels.get(option.code, option.label),
        option.is_exclusive,
        option.takes_text,
        option.image,
        option.image_text,
    )


# ── What the page's script may know ─────────────────────────────────────────────────────────


def rules_for(walk: Walk, page: Page) -> dict[str, Any]:
    """Return what decides which questions of a page are shown, for its script: the server decides all the same."""
    sections = []
    for section in page.sections:
        sections.append(_section_rules(section))
    known: dict[str, dict[str, list[str]]] = {}
    for question in walk.questionnaire.questions:
        if question.code in page.codes or question.code not in walk.reading.answers:
            continue
        value = walk.reading.answers[question.code]
        known[question.code] = {
            part: list(question.spec.atoms(value, part))
            for part in ("", *(part for part, _ in question.spec.parts()))
            if part != OTHER
        }
    wanted = _questions_in(sections)
    return {
        "sections": sections,
        "known": {code: atoms for code, atoms in known.items() if code in wanted},
        "kinds": {question.code: question.spec.kind for question in page.questions},
    }


def has_rules(page: Page) -> bool:
    """Return whether anything on a page depends on answers."""
    return any(
        section.condition is not None
        or any(question.condition is not None for question in section.questions)
        or (section.jumps and place < len(page.sections) - 1)
        for place, section in enumerate(page.sections)
    )


def _section_rules(section: Section) -> dict[str, Any]:
    return {
        "code": section.code,
        "condition": _stored(section.condition),
        "jumps": [{"to": jump.to, "condition": _stored(jump.condition)} for jump in section.jumps],
        "questions": [
            {"code": question.code, "condition": _stored(question.condition)}
            for question in section.questions
        ],
    }


def _stored(condition: Any) -> Any:
    return None if condition is None else condition.model_dump(mode="json")


def _questions_in(rules: Any) -> set[str]:
    if isinstance(rules, dict):
        found = {rules["question"]} if isinstance(rules.get("question"), str) else set()
        return found.union(*(_questions_in(each) for each in rules.values()))
    if isinstance(rules, (list, tuple)):
        return set[str]().union(*(_questions_in(each) for each in rules))
    return set()
