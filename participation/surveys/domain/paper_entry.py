"""Typing what stands on paper (紙の回答の入力): numbers for options, and what to do with what is no answer.

What was written is kept as it was typed. Where it breaks the rule of its question (two marks where one
was asked for, points that do not add up), somebody decides what it counts as; nothing is refused.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from participation.surveys.domain.answers import Asked, Questionnaire, follow, read_answers
from participation.surveys.domain.kinds import AnySpec
from participation.surveys.domain.on_paper import numbered_choices
from participation.surveys.domain.questions import OTHER, Fault
from participation.surveys.domain.states import Origin

#: Typed for what cannot be read, and for a row or option left empty.
UNREADABLE, EMPTY = "?", "-"
#: Kinds whose answers do not fit into a line of typing: a file comes as a scan, information asks nothing.
NOT_TYPED = frozenset({"file", "info"})
#: The ways by which somebody of the office types an answer.
TYPED_ORIGINS = (Origin.PAPER, Origin.TELEPHONE, Origin.COUNTER)
_MANY = 1_000_000
#: The settings with which an answer that breaks its rule is read as it was written.
_LOOSE: Mapping[str, dict[str, Any]] = {
    "multiple": {"least": 1, "most": None},
    "matrix": {"needs_every_row": False},
    "matrix_multiple": {"needs_every_row": False},
    "ranking": {"may_stop_early": True, "most": None},
    "number": {"least": None, "most": None, "decimals": 3},
    "date": {"first": None, "last": None},
    "text": {"limit": _MANY},
    "line": {"limit": _MANY},
}


class PaperStatus(StrEnum):
    """How far a form on paper is (紙の回答の進み)."""

    WAITING = "waiting"
    DIFFERING = "differing"
    ASKING = "asking"
    COUNTED = "counted"
    LATE = "late"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


PAPER_STATUS_NAMES = {
    PaperStatus.WAITING: "2回目の入力待ち",
    PaperStatus.DIFFERING: "1回目と2回目が違う",
    PaperStatus.ASKING: "問い合わせ中",
    PaperStatus.COUNTED: "集計済み",
    PaperStatus.LATE: "締切後（数えない）",
    PaperStatus.DUPLICATE: "同じ招待で回答済み（数えない）",
    PaperStatus.WITHDRAWN: "取り消した",
}


class EntryCheck(StrEnum):
    """Which forms are entered twice (2回入力する範囲)."""

    NONE = "none"
    SAMPLE = "sample"
    ALL = "all"


ENTRY_CHECK_NAMES = {
    EntryCheck.ALL: "すべて、2人が1回ずつ入力する",
    EntryCheck.SAMPLE: "一部だけ、2人が1回ずつ入力する",
    EntryCheck.NONE: "1回だけ入力する",
}


class PaperDecision(StrEnum):
    """What an answer that breaks the rule counts as (決まりと合わない答えの扱い)."""

    VOID = "void"
    AS_WRITTEN = "as_written"
    ASK = "ask"


DECISION_NAMES = {
    PaperDecision.VOID: "無効（この設問は無回答として数える）",
    PaperDecision.AS_WRITTEN: "記入どおり（書かれたまま数える）",
    PaperDecision.ASK: "問い合わせ（分かるまで、この調査票を数えない）",
}


@dataclass(frozen=True)
class PaperDraft:
    """A form on paper as it was typed: each question's field exactly as the keys gave it."""

    number: str
    origin: Origin
    received_on: date
    form_version: int
    typed: Mapping[str, str]
    decisions: Mapping[str, PaperDecision] = field(default_factory=dict)
    code: str = ""
    shares_texts: bool = False


@dataclass
class PaperReading:
    """What came of reading a typed form."""

    #: As `read_answers` takes it.
    given: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    #: Slips of the typist, by question: to be mended before anything is kept.
    slips: dict[str, str] = field(default_factory=dict)
    #: What stands on the paper and breaks the rule, by question: to be decided.
    breaches: dict[str, str] = field(default_factory=dict)
    #: The decisions that may be made, by question.
    possible: dict[str, tuple[PaperDecision, ...]] = field(default_factory=dict)

    def undecided(self, decisions: Mapping[str, PaperDecision]) -> list[str]:
        """Return the questions about which a decision is missing."""
        return [code for code in self.breaches if decisions.get(code) not in self.possible[code]]


def read_typed(
    questionnaire: Questionnaire, typed: Mapping[str, str], decisions: Mapping[str, PaperDecision]
) -> PaperReading:
    """Read a typed form: slips of the typist, breaches of the paper, and the answers that count.

    A decision changes what an earlier answer is, and so which questions were for this person at all; the
    branches are walked with what counts.
    """
    reading = PaperReading()
    kept: dict[str, Any] = {}
    for question in questionnaire.questions:
        words = plain(typed.get(question.code, ""))
        if not words or question.spec.kind in NOT_TYPED:
            continue
        if words == UNREADABLE:
            reading.breaches[question.code] = "読み取れません。"
            reading.possible[question.code] = (PaperDecision.VOID, PaperDecision.ASK)
            continue
        try:
            parts = parts_of(question.spec, typed[question.code])
        except Slip as slip:
            reading.slips[question.code] = str(slip)
            continue
        _take(question, parts, decisions, reading, kept)
    if kept:
        reading.answers = _walked(questionnaire, reading.given, kept)
    else:
        reading.answers = dict(read_answers(questionnaire, reading.given, complete=False).answers)
    return reading


def _take(
    question: Asked,
    parts: Mapping[str, list[str]],
    decisions: Mapping[str, PaperDecision],
    reading: PaperReading,
    kept: dict[str, Any],
) -> None:
    try:
        question.spec.read(parts)
    except Fault as fault:
        relaxed = as_written(question.spec, parts)
        may_stand = (PaperDecision.AS_WRITTEN,) if relaxed is not None else ()
        reading.breaches[question.code] = str(fault)
        reading.possible[question.code] = (PaperDecision.VOID, *may_stand, PaperDecision.ASK)
        if relaxed is not None and decisions.get(question.code) is PaperDecision.AS_WRITTEN:
            kept[question.code] = relaxed
        return
    for part, values in parts.items():
        reading.given[f"{question.code}-{part}" if part else question.code] = values


def _walked(
    questionnaire: Questionnaire, given: Mapping[str, Sequence[str]], standing: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers on the way that all of them take together, those that stand as written among them."""
    answers: dict[str, Any] = dict(standing)
    for question in questionnaire.questions:
        own = {
            name.partition("-")[2]: each
            for name, each in given.items()
            if name.partition("-")[0] == question.code
        }
        value = question.spec.read(own) if own else None
        if value is not None:
            answers[question.code] = value
    return dict(follow(questionnaire, answers).answers)


class Slip(ValueError):
    """What was typed can stand on no paper: the number of an option that is not there, a letter for a number."""


def plain(typed: str) -> str:
    """Return typing as it is read: half width, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", typed).split())


def parts_of(spec: AnySpec, typed: str) -> dict[str, list[str]]:
    """Return what a form would have sent for a typed field; raises Slip."""
    words = plain(typed)
    match spec.kind:
        case "single" | "dropdown" | "multiple" | "yes_no" | "scale" | "place":
            return _chosen(spec, words)
        case "matrix" | "matrix_multiple":
            return _table(spec, words)
        case "ranking" | "points":
            return _amounts(spec, words)
        case "date":
            return {"": [_day(words)]}
        case "number":
            return {"": [words]}
    return {"": [typed.strip()]}


def _chosen(spec: AnySpec, words: str) -> dict[str, list[str]]:
    codes = {number: code for number, code, _ in numbered_choices(spec)}
    found = re.fullmatch(r"([0-9][0-9 ,、]*)(?:[:=]?\s*(.*))?", words)
    if found is None:
        raise Slip("選択肢の番号を数字で入力してください（例：1、いくつかあるときは 1,3）。")
    chosen = []
    for number in re.findall(r"[0-9]+", found[1]):
        if int(number) not in codes:
            raise Slip(f"{number}番の選択肢はありません。")
        chosen.append(codes[int(number)])
    if len(set(chosen)) != len(chosen):
        raise Slip("同じ番号が2回あります。")
    parts = {"": chosen}
    if found[2]:
        other = getattr(spec, "other", "")
        if not other or other not in chosen:
            raise Slip("番号のあとの言葉は、文を書ける「その他」を選んだときだけ入力できます。")
        parts[OTHER] = [found[2].strip()]
    return parts


def _table(spec: AnySpec, words: str) -> dict[str, list[str]]:
    codes = {number: code for number, code, _ in numbered_choices(spec)}
    rows = [code for code, _ in spec.parts()]
    cells = words.replace("、", ",").split(" ")
    if len(cells) != len(rows):
        raise Slip(
            f"{len(rows)}行あります。行ごとに番号を空白で区切って入力してください（答えのない行は -）。"
        )
    parts = {}
    for row, cell in zip(rows, cells, strict=True):
        if cell == EMPTY:
            continue
        numbers = cell.split(",")
        if not all(number.isdigit() and int(number) in codes for number in numbers):
            raise Slip(f"「{cell}」は列の番号ではありません（1から{len(codes)}、2つ以上は 1,2）。")
        parts[row] = [codes[int(number)] for number in numbers]
    return parts


def _amounts(spec: AnySpec, words: str) -> dict[str, list[str]]:
    options = [code for code, _ in spec.parts()]
    cells = words.split(" ")
    if len(cells) != len(options):
        raise Slip(
            f"選択肢は{len(options)}あります。上から順に、書かれた数字を空白で区切って入力してください（空らんは -）。"
        )
    if not all(cell == EMPTY or (cell.isascii() and cell.isdigit()) for cell in cells):
        raise Slip("数字か - を入力してください。")
    return {option: [cell] for option, cell in zip(options, cells, strict=True) if cell != EMPTY}


def _day(words: str) -> str:
    numbers = re.findall(r"[0-9]+", words)
    if len(numbers) == 1 and len(numbers[0]) == 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    return "-".join(numbers) if len(numbers) == 3 else words


def as_written(spec: AnySpec, parts: Mapping[str, Sequence[str]]) -> Any:
    """Return the answer that breaks its rule as it was written, None where it cannot be counted so."""
    if spec.kind == "points":
        numbers = [int(value) for values in parts.values() for value in values]
        relaxed: Any = spec.model_copy(update={"total": sum(numbers)})
    else:
        loose = _LOOSE.get(spec.kind)
        if loose is None:
            return None
        relaxed = spec.model_copy(update=loose)
    try:
        return relaxed.read(parts)
    except Fault:
        return None


def needs_second(check: EntryCheck, percent: int, number: str) -> bool:
    """Return whether a form is entered a second time; a sample is drawn from the hash of its number."""
    if check is EntryCheck.SAMPLE:
        drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big")
        return drawn % 100 < percent
    return check is EntryCheck.ALL


def differing(
    questionnaire: Questionnaire, first: Mapping[str, str], second: Mapping[str, str]
) -> list[Asked]:
    """Return the questions for which two entries say something else."""
    return [
        question
        for question in questionnaire.questions
        if question.spec.kind not in NOT_TYPED
        and _meant(question.spec, first.get(question.code, ""))
        != _meant(question.spec, second.get(question.code, ""))
    ]


def _meant(spec: AnySpec, typed: str) -> Any:
    """Return typing as it is compared: "1, 3" is "3 1", full width is half width."""
    words = plain(typed)
    if not words or words == UNREADABLE:
        return words
    try:
        return {
            part: sorted(plain(each) for each in values) for part, values in parts_of(spec, typed).items()
        }
    except Slip:
        return words


def legend_of(spec: AnySpec) -> str:
    """Return what is typed for a question: 「1 はい　2 いいえ」, or how."""
    choices = numbered_choices(spec) if spec.kind not in ("number", "date", "text", "line") else ()
    listed = "　".join(f"{number} {label}" for number, _, label in choices[:40])
    match spec.kind:
        case "scale":  # Steps are their own numbers.
            return "　".join(
                f"{number} わからない" if code == "unsure" else label for number, code, label in choices
            )
        case "matrix" | "matrix_multiple":
            rows = "／".join(label for _, label in spec.parts())
            return f"{listed}。行は {rows}"
        case "ranking":
            return f"上から順に順位（例：2 - 1）：{listed}"
        case "points":
            return f"上から順に点数、合計{spec.total}点：{listed}"
        case "date":
            return "例：2026 11 22"
        case "number":
            return spec.unit
        case "text" | "line":
            return f"{spec.limit:,}文字まで"
    return listed
