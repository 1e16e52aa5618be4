"""A whole survey as it is asked, the way a respondent takes through it, and what counts as an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.surveys.domain.conditions import (
    AnyCondition,
    Known,
    can_hold,
    demanded_by,
    faults_in,
    holds,
)
from participation.surveys.domain.kinds import SECONDS, WORDS, AnySpec
from participation.surveys.domain.questions import Fault, in_random_order
from participation.surveys.domain.states import ResultsShown

#: The choice that counts everybody who answered, whatever they chose.
EVERYBODY = "*"
#: The choice that counts everybody who was asked: those who answered and those who went on without.
ASKED = "?"
#: Where a jump leads that ends the survey.
END = "end"
NOT_A_QUESTION = "このアンケートにない設問への答えが含まれています。画面を開き直してください。"
#: The name of a form's field: a question, or a part of one.
FIELD_NAME = re.compile(r"(q[0-9]{1,9})(?:-([a-z0-9_]{1,20}))?")
_PIPE = re.compile(r"\{(q[0-9]{1,9})\}")


@dataclass(frozen=True)
class Asked:
    """One question as it is asked: its code, words, whether it must be answered, its settings."""

    code: str
    text: str
    help: str
    is_required: bool
    spec: AnySpec
    #: When it is shown; None: always.
    condition: AnyCondition | None = None
    #: Whether other questions may be broken down by it (属性).
    is_attribute: bool = False
    #: When its figures are public; None: as the survey says.
    results_shown: ResultsShown | None = None
    #: By what the same question is found in other surveys (設問集の番号); "" for none.
    bank_key: str = ""
    #: A picture beside the words: its public id, and what it shows.
    image: str = ""
    image_text: str = ""
    #: The same words in やさしい日本語: {"text", "help", "options": {code: label}}.
    easy: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Jump:
    """From the end of a section to a later one, if the condition holds (分岐)."""

    to: str
    condition: AnyCondition | None = None


@dataclass(frozen=True)
class Section:
    """Questions that belong together (章), on a page of their own or below the section before."""

    code: str
    title: str = ""
    intro: str = ""
    starts_page: bool = True
    condition: AnyCondition | None = None
    jumps: tuple[Jump, ...] = ()
    #: Whether each respondent sees its questions in an order of their own.
    shuffles: bool = False
    #: {"title", "intro"} in やさしい日本語.
    easy: Mapping[str, Any] | None = None
    questions: tuple[Asked, ...] = ()

    def in_order(self, seed: int) -> tuple[Asked, ...]:
        """Return the questions in the order in which a respondent with this seed sees them."""
        if not self.shuffles:
            return self.questions
        codes = [question.code for question in self.questions]
        return in_random_order(self.questions, codes, seed, self.code)


@dataclass(frozen=True)
class Questionnaire:
    """All that is asked (調査票): sections in order."""

    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Asked, ...]:
        """The questions in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def specs(self) -> dict[str, AnySpec]:
        """The settings of each question."""
        return {question.code: question.spec for question in self.questions}

    @property
    def pages(self) -> tuple[tuple[Section, ...], ...]:
        """The sections, page by page."""
        pages: list[list[Section]] = []
        for section in self.sections:
            if section.starts_page or not pages:
                pages.append([])
            pages[-1].append(section)
        return tuple(tuple(page) for page in pages)

    def numbers(self) -> dict[str, str]:
        """Return the shown name of each question: 問1, 問2 …; information has none."""
        asking = [question.code for question in self.questions if question.spec.kind != "info"]
        return {code: f"問{place}" for place, code in enumerate(asking, start=1)}


@dataclass(frozen=True)
class Way:
    """What one respondent was shown (通った道), and the answers that count."""

    sections: tuple[Section, ...]
    questions: tuple[Asked, ...]
    answers: Mapping[str, Any]


@dataclass
class Reading:
    """What came of reading a form: the answers, what is wrong with them, the way taken."""

    answers: dict[str, Any] = field(default_factory=dict)
    #: Question code → words; "" for what concerns no question.
    faults: dict[str, str] = field(default_factory=dict)
    #: Question code → part that is to be marked, "" for the whole.
    marked: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)

    @property
    def way(self) -> Way:
        """The way taken."""
        return Way(tuple(self.sections), tuple(self.questions), self.answers)


def one_section(questions: Iterable[Asked]) -> Questionnaire:
    """Return questions as a questionnaire of a single section."""
    return Questionnaire((Section("s1", questions=tuple(questions)),))


def read_answers(
    asked: Questionnaire | Sequence[Asked], given: Mapping[str, Sequence[str]], *, complete: bool = True
) -> Reading:
    """Read what a form sent, the server walking the branches itself.

    `given` maps field names ("q3", "q3-r1") to values. What came for a question that is hidden by its
    condition, its section's or a jump is ignored, whatever it is; what came for no question is a fault.
    An unfinished answer (`complete=False`) may lack what is required.
    """
    questionnaire = asked if isinstance(asked, Questionnaire) else one_section(asked)
    parts, unknown = _by_question(questionnaire, given)
    reading = Reading()

    def take(question: Asked) -> Any:
        try:
            value = question.spec.read(parts.get(question.code, {}))
        except Fault as fault:
            reading.faults[question.code] = str(fault)
            reading.marked[question.code] = fault.part
            return None
        if value is None and question.is_required and complete and question.spec.kind != "info":
            reading.faults[question.code] = _missing(question)
            reading.marked[question.code] = ""
        return value

    _walk(questionnaire, take, reading)
    if unknown:
        reading.faults[""] = NOT_A_QUESTION
    return reading


def follow(asked: Questionnaire | Sequence[Asked], answers: Mapping[str, Any]) -> Way:
    """Return the way that stored answers take; answers to hidden questions are not among its answers."""
    questionnaire = asked if isinstance(asked, Questionnaire) else one_section(asked)
    reading = Reading()
    _walk(questionnaire, lambda question: answers.get(question.code), reading)
    return reading.way


def _walk(questionnaire: Questionnaire, take: Any, reading: Reading) -> None:
    specs = questionnaire.specs
    known = Known(reading.answers, specs)
    bound_for = ""
    for section in questionnaire.sections:
        if bound_for and section.code != bound_for:
            continue
        bound_for = ""
        if not holds(section.condition, known):
            continue
        reading.sections.append(section)
        for question in section.questions:
            if not holds(question.condition, known):
                continue
            reading.questions.append(question)
            value = take(question)
            if value is not None:
                reading.answers[question.code] = value
        bound_for = next((jump.to for jump in section.jumps if holds(jump.condition, known)), "")
        if bound_for == END:
            return


def _by_question(
    questionnaire: Questionnaire, given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, dict[str, Sequence[str]]], bool]:
    parts: dict[str, dict[str, Sequence[str]]] = {}
    codes = {question.code for question in questionnaire.questions}
    unknown = False
    for name, values in given.items():
        found = FIELD_NAME.fullmatch(name)
        if found is None or found[1] not in codes:
            unknown = True
        else:
            parts.setdefault(found[1], {})[found[2] or ""] = values
    return parts, unknown


def _missing(question: Asked) -> str:
    if question.spec.kind in WORDS | {"number", "date"}:
        return "書いてください。"
    return "ファイルを選んでください。" if question.spec.kind == "file" else "答えを選んでください。"


def given_of(asked: Iterable[Asked], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a form would send for stored answers: the opposite of `read_answers`."""
    given = {}
    for question in asked:
        if question.code in answers:
            for part, values in question.spec.given(answers[question.code]).items():
                given[f"{question.code}-{part}" if part else question.code] = values
    return given


def piped(text: str, asked: Iterable[Asked], answers: Mapping[str, Any]) -> str:
    """Return a question's words with earlier answers put in: "{q1}" becomes the words of the answer."""
    questions = {question.code: question for question in asked}

    def words(found: re.Match[str]) -> str:
        question = questions.get(found[1])
        if question is None:
            return found[0]
        value = answers.get(found[1])
        return "（前の答え）" if value is None else question.spec.words(value)

    return _PIPE.sub(words, text)


def pipes_in(text: str) -> frozenset[str]:
    """Return the codes of the questions whose answers are put into a text."""
    return frozenset(_PIPE.findall(text))


@dataclass(frozen=True)
class Finding:
    """Something wrong with a questionnaire, in words for staff, and where it stands."""

    words: str
    section: str
    #: The question, "" if it is about the section or a jump at its end.
    question: str = ""


def faults_of(questionnaire: Questionnaire) -> list[str]:
    """Return what is wrong with the branches of a questionnaire, in words; empty if all is well."""
    return [finding.words for finding in findings_of(questionnaire)]


def findings_of(questionnaire: Questionnaire) -> list[Finding]:
    """Return what is wrong with the branches of a questionnaire, each with its place; empty if all is well.

    Conditions and jumps look back and lead forward only, so nobody can go in a circle; besides, no
    question and no section may be out of everybody's reach, and no jump may lead nowhere.
    """
    findings: list[Finding] = []
    earlier: dict[str, AnySpec] = {}
    names = questionnaire.numbers()
    codes = [section.code for section in questionnaire.sections]
    skipped_until = ""
    for place, section in enumerate(questionnaire.sections):
        where = f"「{section.title or section.code}」"
        about_section: list[str] = []
        if skipped_until in codes[place + 1 :] or skipped_until == END:
            about_section.append(f"{where}には、だれもたどり着けません（前の章がいつも先へ移るため）。")
        else:
            skipped_until = ""
        about_section += [f"{where}の条件：{fault}" for fault in faults_in(section.condition, earlier)]
        findings += [Finding(words, section.code) for words in about_section]
        before = dict(earlier)
        for question in section.questions:
            visible = before if section.shuffles else dict(earlier)
            here = f"{names.get(question.code, '説明')}（{question.code}）"
            found = _faults_of_question(questionnaire, section, question, here, visible, earlier)
            findings += [Finding(words, section.code, question.code) for words in found]
            earlier[question.code] = question.spec
        faults = _faults_of_jumps(section, where, codes[place + 1 :], codes[: place + 1], earlier)
        findings += [Finding(words, section.code) for words in faults]
        if any(jump.condition is None for jump in section.jumps) and section.condition is None:
            skipped_until = skipped_until or next(j.to for j in section.jumps if j.condition is None)
    return findings


def _faults_of_question(
    questionnaire: Questionnaire,
    section: Section,
    question: Asked,
    here: str,
    visible: Mapping[str, AnySpec],
    earlier: Mapping[str, AnySpec],
) -> Iterable[str]:
    yield from (f"{here}の条件：{fault}" for fault in faults_in(question.condition, visible))
    if not can_hold((*_shown_when(questionnaire, section, question),), earlier):
        yield f"{here}は、どう答えても表示されません。条件を見直してください。"
    for code in sorted(pipes_in(question.text + question.help) - set(visible)):
        yield f"{here}の文に、前の設問にない{code}の答えを入れようとしています。"


def _shown_when(
    questionnaire: Questionnaire, section: Section, question: Asked
) -> Iterable[AnyCondition | None]:
    """Yield what must hold for a question to be shown, with what must hold for the questions it looks at."""
    by_code = {each.code: (part, each) for part in questionnaire.sections for each in part.questions}
    waiting, seen = [(section, question)], {question.code}
    while waiting:
        part, each = waiting.pop()
        yield part.condition
        yield each.condition
        for code in demanded_by(part.condition) | demanded_by(each.condition):
            if code in by_code and code not in seen:
                seen.add(code)
                waiting.append(by_code[code])


def _faults_of_jumps(
    section: Section, where: str, later: Sequence[str], before: Sequence[str], known: Mapping[str, AnySpec]
) -> Iterable[str]:
    for number, jump in enumerate(section.jumps, start=1):
        if jump.to in before:
            yield f"{where}の移り先が前の章です。同じところを回らないよう、後の章にしてください。"
        elif jump.to != END and jump.to not in later:
            yield f"{where}の移り先「{jump.to}」がありません。"
        yield from (f"{where}の移り先の条件：{fault}" for fault in faults_in(jump.condition, known))
        if jump.condition is None and number < len(section.jumps):
            yield f"{where}には、条件のない移り先のあとに、使われない移り先があります。"


def counts_of(asked: Questionnaire | Sequence[Asked], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every (question code, choice) to which a respondent with these answers adds one, sorted."""
    counted = [("", EVERYBODY)]
    for question in follow(asked, answers).questions:
        if question.spec.kind == "info":
            continue
        counted.append((question.code, ASKED))
        if question.code in answers:
            counted.append((question.code, EVERYBODY))
            counted += [(question.code, choice) for choice in question.spec.counted(answers[question.code])]
    return sorted(counted)


def minutes_needed(questions: Iterable[Asked]) -> int:
    """Return how many minutes answering takes, rounded up."""
    return max(1, -(-sum(SECONDS[question.spec.kind] for question in questions) // 60))


def percent(count: int, whole: int) -> int:
    """Return the share in whole percent, halves rounded up."""
    return (count * 200 + whole) // (2 * whole) if whole else 0
