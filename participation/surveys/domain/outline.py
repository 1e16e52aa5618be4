"""A questionnaire as staff look at it: numbers, conditions in words, what leads where (調査票のあらまし)."""

from __future__ import annotations

from dataclasses import dataclass

from participation.surveys.domain.answers import (
    END,
    Asked,
    Finding,
    Questionnaire,
    Section,
    findings_of,
    pipes_in,
)
from participation.surveys.domain.composing import section_names
from participation.surveys.domain.conditions import AnyCondition, in_words, questions_of
from participation.surveys.domain.kinds import KIND_NAMES
from participation.surveys.domain.packing import words_in

EVERYBODY_SEES = "全員"


@dataclass(frozen=True)
class QuestionOutline:
    """One question in the outline."""

    asked: Asked
    #: 「問3」, or 「説明」.
    name: str
    kind: str
    #: When it is shown, "" if always.
    condition: str
    #: Its wordings, shortened to a line.
    labels: str
    findings: tuple[str, ...]


@dataclass(frozen=True)
class JumpOutline:
    """One jump in the outline."""

    to: str
    #: 「第3章 …」
    name: str
    #: When it is taken, "" if always.
    condition: str


@dataclass(frozen=True)
class SectionOutline:
    """One section in the outline."""

    section: Section
    name: str
    #: On which page it stands, counted from 1.
    page: int
    condition: str
    jumps: tuple[JumpOutline, ...]
    questions: tuple[QuestionOutline, ...]
    findings: tuple[str, ...]
    #: The sections from which a jump leads past it.
    passed_by: tuple[str, ...] = ()

    @property
    def seen_by(self) -> str:
        """Who sees it: by its own condition, without those who were led past it."""
        without = f"（{'、'.join(self.passed_by)}から先へ移った人を除く）" if self.passed_by else ""
        return (self.condition or EVERYBODY_SEES) + without

    @property
    def has_branches(self) -> bool:
        """Whether anything in it depends on answers."""
        return bool(self.condition or self.jumps or any(each.condition for each in self.questions))


@dataclass(frozen=True)
class Outline:
    """A questionnaire in outline, with what is wrong with it."""

    sections: tuple[SectionOutline, ...]
    findings: tuple[Finding, ...]

    @property
    def has_branches(self) -> bool:
        """Whether anybody sees something else than anybody else."""
        return any(section.has_branches for section in self.sections)

    @property
    def page_count(self) -> int:
        """On how many pages it stands."""
        return max((section.page for section in self.sections), default=0)


def outline_of(questionnaire: Questionnaire, *, finds_faults: bool = True) -> Outline:
    """Return a questionnaire in outline; its faults are looked for only where somebody can mend them."""
    names, titles = questionnaire.numbers(), section_names(questionnaire)
    specs = questionnaire.specs
    findings = tuple(findings_of(questionnaire)) if finds_faults else ()
    pages = {
        section.code: page
        for page, sections in enumerate(questionnaire.pages, start=1)
        for section in sections
    }

    def words(condition: AnyCondition | None) -> str:
        return "" if condition is None else in_words(condition, specs, names)

    def outlined(question: Asked) -> QuestionOutline:
        return QuestionOutline(
            asked=question,
            name=names.get(question.code, "説明"),
            kind=KIND_NAMES[question.spec.kind],
            condition=words(question.condition),
            labels=_in_a_line(question),
            findings=tuple(each.words for each in findings if each.question == question.code),
        )

    return Outline(
        sections=tuple(
            SectionOutline(
                section=section,
                name=titles[section.code],
                page=pages[section.code],
                condition=words(section.condition),
                jumps=tuple(
                    JumpOutline(jump.to, titles.get(jump.to, jump.to), words(jump.condition))
                    for jump in section.jumps
                ),
                questions=tuple(outlined(question) for question in section.questions),
                passed_by=_passed_by(questionnaire, section.code, titles),
                findings=tuple(
                    each.words for each in findings if each.section == section.code and not each.question
                ),
            )
            for section in questionnaire.sections
        ),
        findings=findings,
    )


def _passed_by(questionnaire: Questionnaire, code: str, titles: dict[str, str]) -> tuple[str, ...]:
    codes = [section.code for section in questionnaire.sections]
    place = codes.index(code)
    later = {END, *codes[place + 1 :]}
    return tuple(
        titles[section.code]
        for section in questionnaire.sections[:place]
        if any(jump.to in later for jump in section.jumps)
    )


@dataclass(frozen=True)
class MapBox:
    """A section on the map of the branches (分岐の図); sizes are in units of the drawing."""

    code: str
    name: str
    note: str
    top: int
    is_conditional: bool


@dataclass(frozen=True)
class MapArrow:
    """A jump on the map, from a box to a later one, drawn at the right."""

    start: int
    end: int
    bend: int
    label: str


@dataclass(frozen=True)
class BranchMap:
    """The map of the branches: boxes below each other, arrows for the jumps."""

    boxes: tuple[MapBox, ...]
    arrows: tuple[MapArrow, ...]
    height: int
    width: int


BOX_HEIGHT, BOX_GAP, BOX_WIDTH, BEND = 52, 28, 300, 22


def branch_map(outline: Outline) -> BranchMap:
    """Return where boxes and arrows of the map stand."""
    tops = {
        each.section.code: 10 + place * (BOX_HEIGHT + BOX_GAP) for place, each in enumerate(outline.sections)
    }
    tops[END] = 10 + len(outline.sections) * (BOX_HEIGHT + BOX_GAP)
    boxes = [
        MapBox(
            code=each.section.code,
            name=_shortened(each.name, 18),
            note=f"{len(each.questions)}問" + ("・条件あり" if each.condition else ""),
            top=tops[each.section.code],
            is_conditional=bool(each.condition),
        )
        for each in outline.sections
    ]
    boxes.append(MapBox(END, "終わり", "", tops[END], False))
    arrows: list[MapArrow] = []
    for each in outline.sections:
        for number, jump in enumerate(each.jumps):
            if tops.get(jump.to, -1) <= tops[each.section.code]:
                continue  # It leads nowhere, or back: that is a finding, not an arrow.
            arrows.append(
                MapArrow(
                    start=tops[each.section.code] + 14 + 8 * min(number, 4),
                    end=tops[jump.to] + BOX_HEIGHT // 2,
                    bend=BOX_WIDTH + 20 + BEND * (len(arrows) % 8),
                    label=f"{each.name}から{jump.name}へ",
                )
            )
    return BranchMap(tuple(boxes), tuple(arrows), tops[END] + BOX_HEIGHT + 10, BOX_WIDTH + 20 + BEND * 9)


def _in_a_line(question: Asked, most: int = 60) -> str:
    found = [
        f"単位 {words}" if key == "unit" else words for key, _, words in words_in(question.spec) if words
    ]
    return _shortened("／".join(found), most)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def users_of(questionnaire: Questionnaire, code: str) -> tuple[str, ...]:
    """Return the names of what looks at the answers of a question: conditions, jumps, words put in."""
    names, titles = questionnaire.numbers(), section_names(questionnaire)
    users = []
    for section in questionnaire.sections:
        if code in questions_of(section.condition):
            users.append(f"{titles[section.code]}の条件")
        for question in section.questions:
            name = names.get(question.code, f"説明（{question.code}）")
            if code in questions_of(question.condition):
                users.append(f"{name}の条件")
            if code in pipes_in(question.text + question.help):
                users.append(f"{name}の文")
        if any(code in questions_of(jump.condition) for jump in section.jumps):
            users.append(f"{titles[section.code]}の移り先")
    return tuple(users)
