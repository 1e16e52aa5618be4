"""Making a questionnaire of an XLSForm: every cell that cannot be taken in is named; all or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from participation.surveys.domain.answers import END, Asked, Jump, Questionnaire, Section
from participation.surveys.domain.states import MOST_QUESTIONS, MOST_SECTIONS, Layout, ResultsShown
from participation.surveys.domain.xlsform.columns import CellFault, Form, Sheets
from participation.surveys.domain.xlsform.rows import (
    QUESTION,
    SECTION,
    Group,
    Item,
    Row,
    codes_for,
)
from participation.surveys.domain.xlsform.specs import Specs
from participation.surveys.domain.xlsform.xpath import Field

MOST_FAULTS = 50


@dataclass(frozen=True)
class Reading:
    """What came of reading: the form (None where anything is wrong), the cells that are wrong, remarks."""

    form: Form | None
    faults: tuple[CellFault, ...] = ()
    notices: tuple[str, ...] = ()


def read_form(sheets: Sheets) -> Reading:
    """Return the form that stands in the sheets of a workbook."""
    return _Reader(sheets).read()


class _Reader(Specs):
    """Puts the questionnaire together."""

    def read(self) -> Reading:
        if "survey" not in self.sheets:
            self._fault(
                "survey",
                "",
                "「survey」という名前のシートがありません。XLSFormのファイルかどうか確かめてください。",
            )
            return self._done(None)
        self._read_choices()
        groups = self._read_survey()
        if not any(group.items for group in groups) and not self.faults:
            self._fault("survey", "", "設問がありません。")
        if self.faults:
            return self._done(None)
        self._name(groups)
        sections = tuple(self._section(group) for group in groups)
        if len(sections) > MOST_SECTIONS:
            self._fault("survey", "", f"章は{MOST_SECTIONS}までです（{len(sections)}あります）。")
        count = sum(len(section.questions) for section in sections)
        if count > MOST_QUESTIONS:
            self._fault("survey", "", f"設問は{MOST_QUESTIONS}問までです（{count}問あります）。")
        return self._done(self._form(Questionnaire(sections)))

    def _done(self, form: Form | None) -> Reading:
        faults = tuple(self.faults[:MOST_FAULTS])
        return Reading(None if faults else form, faults, tuple(self.notices))

    def _name(self, groups: Sequence[Group]) -> None:
        items = [item for group in groups for item in group.items]
        seen: dict[str, int] = {}
        rows = [each.row for item in items for each in (item, *item.inside)]
        rows += [group.row for group in groups if group.row is not None]
        for row in rows:
            if not row["name"]:
                self._fault("survey", row.cell("name"), "名前（name）が空です。")
            elif row["name"] in seen:
                self._fault(
                    "survey",
                    row.cell("name"),
                    f"名前「{row['name']}」が2つあります（{seen[row['name']]}行目）。",
                )
            seen.setdefault(row["name"], row.line)
        names = [item.row["name"] for item in items]
        keeps = all(QUESTION.fullmatch(name) for name in names) and len(set(names)) == len(names)
        for number, item in enumerate(items, start=1):
            item.code = item.row["name"] if keeps else f"q{number}"
            self.fields[item.row["name"]] = Field(item.code, "", self._kind(item), self._option_codes(item))
            prefix = f"{item.row['name']}_"
            own = [each.row["name"].removeprefix(prefix) for each in item.inside]
            for each, code in zip(item.inside, codes_for(own, "r"), strict=True):
                each.code = code
                self.fields[each.row["name"]] = Field(
                    item.code, code, self._kind(item), self._option_codes(each)
                )
        named = [group.row["name"] for group in groups if group.row is not None]
        keeps = all(SECTION.fullmatch(name) for name in named)
        free = (f"s{number}" for number in range(1, 10_000) if not keeps or f"s{number}" not in named)
        for group in groups:
            group.code = group.row["name"] if keeps and group.row is not None else next(free)
            if group.row is not None:
                self.sections[group.row["name"]] = group.code

    def _kind(self, item: Item) -> str:
        several = item.what == "select_multiple" or any(
            each.what == "select_multiple" for each in item.inside
        )
        return ("matrix_multiple" if item.inside else "multiple") if several else item.what

    def _option_codes(self, item: Item) -> dict[str, str]:
        return {
            choice.name: choice.code
            for choice in self.lists.get(item.list_name, ())
            if choice.name != choice.code
        }

    def _section(self, group: Group) -> Section:
        questions = tuple(self._question(item) for item in group.items)
        row = group.row
        if row is None:
            return Section(group.code, questions=questions)
        settings = self._settings(row, ("shuffles", "jumps"))
        easy = {"title": self._words(row, "easy_label", 120), "intro": self._words(row, "easy_hint", 2000)}
        return Section(
            code=group.code,
            title=self._words(row, "label", 120),
            intro=self._words(row, "hint", 2000),
            starts_page="field-list" in row["appearance"],
            condition=self._condition(row, row["relevant"], "relevant"),
            jumps=tuple(self._jumps(row, settings.get("jumps", ()))),
            shuffles=settings.get("shuffles") is True,
            easy={key: text for key, text in easy.items() if text} or None,
            questions=questions,
        )

    def _jumps(self, row: Row, stored: Any) -> Iterator[Jump]:
        if not isinstance(stored, list | tuple):
            stored = [None]
        for jump in stored:
            to = jump.get("to") if isinstance(jump, dict) else None
            relevant = jump.get("relevant", "") if isinstance(jump, dict) else ""
            if not isinstance(relevant, str) or (to != END and to not in self.sections):
                self._fault("survey", row.cell("settings"), "移り先（jumps）を読み取れません。")
                continue
            yield Jump(
                END if to == END else self.sections[str(to)], self._condition(row, relevant, "settings")
            )

    def _question(self, item: Item) -> Asked:
        row = item.row
        shown = row["results"]
        if shown and shown not in [each.value for each in ResultsShown]:
            self._fault(
                "survey", row.cell("results"), "live、after_closing、never のどれかを書いてください。"
            )
            shown = ""
        if not row["label"]:
            self._fault("survey", row.cell("label"), "設問の文（label）が空です。")
        if row["image"] and not row["image_text"]:
            self.notices[
                "画像は番号だけを取り込みます。画像そのものと説明は、編集の画面で加えてください。"
            ] = None
        spec = self._spec(item)
        easy = {
            "text": self._words(row, "easy_label", 500),
            "help": self._words(row, "easy_hint", 200),
            "options": self._easy_options(item),
        }
        return Asked(
            code=item.code,
            text=self._words(row, "label", 500),
            help=self._words(row, "hint", 200),
            is_required=self._yes(row, "required") and item.what != "note",
            spec=spec,
            condition=self._condition(row, row["relevant"], "relevant"),
            is_attribute=self._yes(row, "attribute"),
            results_shown=ResultsShown(shown) if shown else None,
            bank_key=row["bank"][:40],
            image=row["image"][:40],
            image_text=row["image_text"][:200],
            easy={key: value for key, value in easy.items() if value} or None,
        )

    def _easy_options(self, item: Item) -> dict[str, str]:
        list_name = item.list_name or (item.inside[0].list_name if item.inside else "")
        labels = {each.code: each.row["easy_label"] for each in item.inside}
        labels |= {choice.code: choice.row["easy_label"] for choice in self.lists.get(list_name, ())}
        return {code: label for code, label in labels.items() if label}

    def _form(self, questionnaire: Questionnaire) -> Form:
        row = next(self._rows("settings"), None)
        if row is None:
            return Form(questionnaire)
        easy = {"title": row["easy_title"][:120], "intro": row["easy_intro"][:2000]}
        code = row["form_id"].lower().replace("_", "-")
        return Form(
            questionnaire,
            title=row["form_title"][:120],
            code=code if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", code) and len(code) <= 40 else "",
            intro=row["intro"][:2000],
            layout=Layout.PAGES if "pages" in row["style"] else Layout.WHOLE,
            easy=easy if any(easy.values()) else None,
        )
