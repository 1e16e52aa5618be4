"""The same questionnaire on paper (紙の調査票): what stands beside each question for a pen, and who goes where.

Options are numbered in their order (1, 2, 3 …): these numbers are what is typed when a form comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from participation.surveys.domain.answers import END, Asked, Questionnaire, Section
from participation.surveys.domain.conditions import AnyCondition, Comparison, in_words
from participation.surveys.domain.kinds import AnySpec

#: More options than this are a list from which a number is copied.
MOST_BOXES = 15
#: Characters that a hand writes on a line across the sheet.
ON_A_LINE = 30
MOST_LINES = 24
_PIPE = re.compile(r"\{(q[0-9]{1,9})\}")
_WHEN = re.compile(
    r"(を選んだ|に答えた|以上の|以下の|大きいの|小さいの|ではない)とき(?=$|、かつ、|、または、|）)"
)


@dataclass(frozen=True)
class Choice:
    """An option on paper: its number, its words, whether words are written beside it, where it leads."""

    number: int
    label: str
    takes_text: bool = False
    leads_to: str = ""
    group: str = ""
    image: str = ""
    image_text: str = ""


@dataclass(frozen=True)
class Body:
    """What a pen fills in.

    `shape`: boxes, steps, list (a number is copied from it), table, ranks, points, lines, number, date,
    file or none.
    """

    shape: str
    choices: tuple[Choice, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    #: Lines to write on; digits of a number; points to share out; places to give.
    count: int = 0
    #: Digits after the point of a number.
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True)
class PrintedQuestion:
    """A question as it stands on paper."""

    code: str
    #: 問3; "" for what asks nothing.
    name: str
    text: str
    help: str
    is_required: bool
    #: Who answers it (「問2で「はい」を選んだ方だけ、お答えください。」); "" for everybody.
    only: str
    #: How it is answered with a pen.
    how: str
    body: Body
    image: str = ""
    image_text: str = ""


@dataclass(frozen=True)
class PrintedSection:
    """A section as it stands on paper; `after` says where to go on."""

    title: str
    intro: str
    only: str
    starts_page: bool
    questions: tuple[PrintedQuestion, ...]
    after: tuple[str, ...]


def on_paper(questionnaire: Questionnaire) -> tuple[PrintedSection, ...]:
    """Return a questionnaire as it is printed."""
    names, specs = questionnaire.numbers(), questionnaire.specs
    targets = _targets(questionnaire, names)
    printed = []
    for place, section in enumerate(questionnaire.sections):
        beside, after = _ways_on(section, names, specs, targets)
        printed.append(
            PrintedSection(
                title=section.title,
                intro=_piped(section.intro, names),
                only=only_for(section.condition, specs, names),
                starts_page=section.starts_page and place > 0,
                questions=tuple(
                    _printed(question, names, specs, beside.get(question.code, {}))
                    for question in section.questions
                ),
                after=after,
            )
        )
    return tuple(printed)


def only_for(condition: AnyCondition | None, specs: Mapping[str, AnySpec], names: Mapping[str, str]) -> str:
    """Return who answers, "" for everybody: 「問2で「はい」を選んだ方だけ、お答えください。」."""
    return f"{_who(condition, specs, names)}だけ、お答えください。" if condition is not None else ""


def numbered_choices(spec: AnySpec) -> tuple[tuple[int, str, str], ...]:
    """Return (number, code, label) of what is numbered on paper: the number is what is typed.

    Steps of a scale are their own numbers, and わからない is the one after the last.
    """
    if spec.kind in ("matrix", "matrix_multiple"):
        pairs = tuple((column.code, column.label) for column in spec.columns)
    elif spec.kind in ("ranking", "points"):
        pairs = spec.parts()
    else:
        pairs = spec.choices()
    first = spec.low if spec.kind == "scale" else 1
    return tuple((number, code, label) for number, (code, label) in enumerate(pairs, start=first))


def _who(condition: AnyCondition | None, specs: Mapping[str, AnySpec], names: Mapping[str, str]) -> str:
    words = _WHEN.sub(r"\1方", in_words(condition, specs, names))
    return words if words.endswith(("方", "方）")) else words.removesuffix("とき") + "方"


def _targets(questionnaire: Questionnaire, names: Mapping[str, str]) -> dict[str, str]:
    """Return how each section is called where a way leads to it: its first question, or its title."""
    targets = {}
    for section in questionnaire.sections:
        first = next((names[each.code] for each in section.questions if each.code in names), "")
        targets[section.code] = first or f"「{section.title or section.code}」"
    return targets


def _ways_on(
    section: Section, names: Mapping[str, str], specs: Mapping[str, AnySpec], targets: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """Return the ways that stand beside options of the section's last question, and those after it.

    A way stands beside an option only as long as no way before it (which goes first) was left for the end.
    """
    beside: dict[str, dict[str, str]] = {}
    after: list[str] = []
    last = section.questions[-1] if section.questions else None
    for jump in section.jumps:
        to = "ここで終わりです" if jump.to == END else f"{targets.get(jump.to, jump.to)}へ"
        condition = jump.condition
        if (
            not after
            and last is not None
            and isinstance(condition, Comparison)
            and condition.op in ("eq", "in")
            and condition.question == last.code
            and not condition.part
            and last.spec.kind in ("single", "yes_no")
        ):
            ways = beside.setdefault(last.code, {})
            for value in condition.values:
                ways.setdefault(value, to)
        elif condition is None:
            rest = "ほかの方は、" if beside or after else ""
            after.append(rest + _go_on(to))
        else:
            after.append(f"{_who(condition, specs, names)}は、{_go_on(to)}")
    return beside, tuple(after)


def _go_on(to: str) -> str:
    return f"{to}。" if to.endswith("です") else f"{to}進んでください。"


def _printed(
    question: Asked, names: Mapping[str, str], specs: Mapping[str, AnySpec], ways: Mapping[str, str]
) -> PrintedQuestion:
    body = body_of(question.spec, ways)
    return PrintedQuestion(
        code=question.code,
        name=names.get(question.code, ""),
        text=_piped(question.text, names),
        help=_piped(question.help, names),
        is_required=question.is_required,
        only=only_for(question.condition, specs, names),
        how=_how(question.spec, body),
        body=body,
        image=question.image,
        image_text=question.image_text,
    )


def _piped(text: str, names: Mapping[str, str]) -> str:
    return _PIPE.sub(lambda found: f"（{names.get(found[1], found[1])}の答え）", text)


def body_of(spec: AnySpec, ways: Mapping[str, str] | None = None) -> Body:
    """Return what a pen fills in for a kind of question."""
    match spec.kind:
        case "single" | "multiple" | "dropdown" | "yes_no" | "place":
            choices = tuple(_choices(spec, ways or {}))
            return Body("list" if len(choices) > MOST_BOXES else "boxes", choices)
        case "scale":
            return Body("steps", tuple(Choice(number, label) for number, _, label in numbered_choices(spec)))
        case "matrix" | "matrix_multiple":
            return Body(
                "table",
                rows=tuple(row.label for row in spec.rows),
                columns=tuple(column.label for column in spec.columns),
            )
        case "ranking":
            return Body("ranks", tuple(_choices(spec, {})), count=spec.places)
        case "points":
            return Body("points", tuple(_choices(spec, {})), count=spec.total)
        case "line" | "text":
            return Body("lines", count=min(MOST_LINES, max(1, -(-spec.limit // ON_A_LINE))))
        case "number":
            return Body(
                "number", count=_digits(spec.least, spec.most), decimals=spec.decimals, unit=spec.unit
            )
        case "date" | "file":
            return Body(spec.kind)
    return Body("none")


def _choices(spec: AnySpec, ways: Mapping[str, str]) -> Iterable[Choice]:
    if spec.kind == "place":
        for number, spot in enumerate(spec.spots, start=1):
            yield Choice(number, spot.label, leads_to=ways.get(spot.code, ""), group=spot.group)
        return
    if spec.kind == "yes_no":
        for number, (code, label) in enumerate(spec.choices(), start=1):
            yield Choice(number, label, leads_to=ways.get(code, ""))
        return
    for number, option in enumerate(spec.options, start=1):  # type: ignore[union-attr]
        yield Choice(
            number,
            option.label,
            option.takes_text,
            ways.get(option.code, ""),
            image=option.image,
            image_text=option.image_text,
        )


def _digits(least: Decimal | None, most: Decimal | None) -> int:
    """Return how many boxes a number needs; 0 where it may be of any length or below zero."""
    if most is None or (least is not None and least < 0):
        return 0
    return len(str(abs(int(most))))


def _how(spec: AnySpec, body: Body) -> str:
    if body.shape == "list":
        return "下の一覧から選び、その番号を□に書いてください。" + (
            "いくつでも書けます。" if spec.kind == "multiple" else "1つだけです。"
        )
    match spec.kind:
        case "single" | "dropdown" | "yes_no" | "place" | "scale":
            return "1つだけ選び、□に✓を付けてください。"
        case "multiple":
            return _how_many(spec.least, spec.most) + "".join(
                f"「{option.label}」に✓を付けた方は、ほかには付けないでください。"
                for option in spec.options
                if option.is_exclusive
            )
        case "matrix":
            return "行ごとに1つだけ選び、□に✓を付けてください。"
        case "matrix_multiple":
            return "行ごとに、あてはまるものすべての□に✓を付けてください。"
        case "ranking":
            until = "まで" if spec.may_stop_early else "まですべて"
            return f"1番に選ぶものの□に1、2番目に2と、{spec.places}位{until}順位の数字を書いてください。"
        case "points":
            return f"合計がちょうど{spec.total}点になるように、□に点数を書いてください。"
        case "line" | "text":
            return f"{spec.limit:,}文字以内で書いてください。"
        case "number":
            return "数字を書いてください。" + _between(spec.least, spec.most, spec.unit)
        case "date":
            return "年・月・日を数字で書いてください（年は西暦）。"
        case "file":
            return "写真や書類を、この調査票に同封してください。裏に、この調査票の整理番号を書いてください。"
    return ""


def _how_many(least: int, most: int | None) -> str:
    if most is not None and least == most:
        return f"{most}つ選び、□に✓を付けてください。"
    if most is not None:
        low = f"{least}つから" if least > 1 else ""
        return f"{low}{most}つまで選び、□に✓を付けてください。"
    low = f"（{least}つ以上）" if least > 1 else ""
    return f"あてはまるものすべて{low}の□に✓を付けてください。"


def _between(least: Decimal | None, most: Decimal | None, unit: str) -> str:
    if least is None and most is None:
        return ""
    low = f"{least:f}{unit}以上" if least is not None else ""
    high = f"{most:f}{unit}以下" if most is not None else ""
    return f"（{low}{'、' if low and high else ''}{high}）"
