"""Making a questionnaire of an XLSForm: every cell that cannot be taken in is named; all or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from pydantic import ValidationError

from participation.surveys.domain.answers import END, Asked, Jump, Questionnaire, Section
from participation.surveys.domain.conditions import AnyCondition
from participation.surveys.domain.kinds import AnySpec, read_spec
from participation.surveys.domain.states import MOST_QUESTIONS, MOST_SECTIONS, Layout, ResultsShown
from participation.surveys.domain.xlsform import columns as c
from participation.surveys.domain.xlsform.columns import CellFault, Form, Sheets, letters
from participation.surveys.domain.xlsform.writing import ALONE, OWN_WORDS
from participation.surveys.domain.xlsform.xpath import Field, NotReadable, read_xpath

MOST_FAULTS = 50
_CODE = re.compile(r"[a-z0-9_]{1,20}")
_QUESTION, _SECTION = re.compile(r"q[0-9]{1,9}"), re.compile(r"s[0-9]{1,9}")
_REFERENCE = re.compile(r"\$\{\s*([^{}]{1,80}?)\s*\}")
_BARE_PIPE = re.compile(r"(?<!\$)\{(q[0-9]{1,9})\}")
_LIMIT = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?|date\(\s*'([0-9-]{8,10})'\s*\))")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*([0-9]{1,5})")
_COUNT = re.compile(r"count-selected\(\s*\.\s*\)\s*(<=|>=|=|<|>)\s*([0-9]{1,3})")
_YES, _NO = (
    frozenset({"yes", "true", "true()", "1", "はい"}),
    frozenset({"", "no", "false", "false()", "0", "いいえ"}),
)
#: Types that record how the answer came about, not what it is.
_RECORDS = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "phonenumber",
        "email",
        "simserial",
        "subscriberid",
        "audit",
        "start-geopoint",
    ]
)
_REFUSED_TYPES = {
    "calculate": "計算（calculate）は取り込めません。答えを計算に使うアンケートは作れません。",
    "begin_repeat": "くり返し（begin_repeat）は取り込めません。必要な回数だけ設問を並べてください。",
    "end_repeat": "くり返し（end_repeat）は取り込めません。",
    "geopoint": "地図の点（geopoint）は取り込めません。場所は一覧から選ぶ設問（select_one）にしてください。",
    "geotrace": "地図の線（geotrace）は取り込めません。",
    "geoshape": "地図の範囲（geoshape）は取り込めません。",
    "audio": "音声（audio）は取り込めません。",
    "video": "動画（video）は取り込めません。",
    "barcode": "バーコード（barcode）は取り込めません。",
    "hidden": "隠した値（hidden）は取り込めません。",
    "xml-external": "外のデータ（xml-external）は取り込めません。",
    "time": "時刻（time）は取り込めません。短く書く設問（text）にしてください。",
    "datetime": "日時（dateTime）は取り込めません。日付（date）にしてください。",
    "acknowledge": "確認（acknowledge）は取り込めません。選ぶ設問（select_one）にしてください。",
}
_LEFT_OUT = {
    "constraint_message": "誤りの文（constraint_message）",
    "required_message": "必須の文（required_message）",
    "read_only": "変えられない印（read_only）",
    "readonly": "変えられない印（readonly）",
    "guidance_hint": "調査員への案内（guidance_hint）",
}


@dataclass(frozen=True)
class Reading:
    """What came of reading: the form (None where anything is wrong), the cells that are wrong, remarks."""

    form: Form | None
    faults: tuple[CellFault, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass
class _Row:
    """One row of a sheet by the names of its columns."""

    line: int
    cells: dict[str, str]
    letters: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def cell(self, column: str) -> str:
        return f"{self.letters.get(column, 'A')}{self.line}"


@dataclass
class _Choice:
    """One option of a list."""

    row: _Row
    name: str
    code: str


@dataclass
class _Item:
    """A question as it stands in the sheet: its row, the rows inside of it, and the code it gets."""

    row: _Row
    what: str
    list_name: str = ""
    takes_other: bool = False
    inside: list[_Item] = field(default_factory=list)
    code: str = ""


@dataclass
class _Group:
    """A section as it stands in the sheet; `row` is None for what stands in no group."""

    row: _Row | None
    items: list[_Item] = field(default_factory=list)
    code: str = ""


def read_form(sheets: Sheets) -> Reading:
    """Return the form that stands in the sheets of a workbook."""
    return _Reader(sheets).read()


class _Reader:
    def __init__(self, sheets: Sheets) -> None:
        self.sheets = {name.strip().lower(): sheet for name, sheet in sheets.items()}
        self.faults: list[CellFault] = []
        self.notices: dict[str, None] = {}
        self.lists: dict[str, list[_Choice]] = {}
        self.fields: dict[str, Field] = {}
        self.sections: dict[str, str] = {}

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

    def _fault(self, sheet: str, cell: str, reason: str) -> None:
        self.faults.append(CellFault(sheet, cell, reason))

    # ── Sheets ──────────────────────────────────────────────────────────────────────────────

    def _rows(self, sheet: str) -> Iterator[_Row]:
        rows = iter(self.sheets.get(sheet, ()))
        header = next(rows, None)
        if header is None:
            return
        columns: dict[str, int] = {}
        for place, title in enumerate(header[1]):
            name = _column(title, [str(each) for each in header[1]])
            if name and name in columns:
                self._fault(sheet, f"{letters(place)}{header[0]}", f"「{title}」の列が2つあります。")
            elif name:
                columns[name] = place
            elif title.strip():
                self.notices[f"{sheet}シートの「{title.strip()[:40]}」の列は取り込みません。"] = None
        where = {name: letters(place) for name, place in columns.items()}
        for line, cells in rows:
            found = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
            if any(found.values()):
                yield _Row(line, found, where)

    def _read_choices(self) -> None:
        for row in self._rows("choices"):
            name, label = row["name"], row["label"]
            choices = self.lists.setdefault(row["list_name"], [])
            if not row["list_name"] or not name or not label:
                what = "list_name" if not row["list_name"] else "name" if not name else "label"
                self._fault("choices", row.cell(what), f"{what} が空です。")
            elif any(choice.name == name for choice in choices):
                self._fault("choices", row.cell("name"), f"「{name}」がこの一覧に2つあります。")
            else:
                choices.append(_Choice(row, name, ""))
        for choices in self.lists.values():
            codes = _codes([choice.name for choice in choices], "a")
            for choice, code in zip(choices, codes, strict=True):
                choice.code = code

    def _read_survey(self) -> list[_Group]:
        groups: list[_Group] = []
        section: _Group | None = None
        table: _Item | None = None
        opened: list[_Row] = []
        for row in self._rows("survey"):
            what, list_name, other = self._type(row)
            if what in ("", *_RECORDS):
                continue
            self._refuse_columns(row)
            if what == "begin_group":
                opened.append(row)
                is_table = "table-list" in row["appearance"] or row["kind"] in (
                    "matrix",
                    "matrix_multiple",
                    "points",
                )
                if is_table and table is None:
                    table = _Item(row, row["kind"] or "matrix")
                    _last(groups, section).items.append(table)
                elif section is None and table is None and not is_table:
                    section = _Group(row)
                    groups.append(section)
                else:
                    self._fault(
                        "survey",
                        row.cell("type"),
                        "グループの中のグループは取り込めません。章は1段にしてください。",
                    )
            elif what == "end_group":
                if not opened:
                    self._fault("survey", row.cell("type"), "対になる begin_group がありません。")
                    continue
                opened.pop()
                if table is not None:
                    table = None
                else:
                    section = None
            elif table is not None:
                table.inside.append(_Item(row, what, list_name, other))
            else:
                _last(groups, section).items.append(_Item(row, what, list_name, other))
        for row in opened:
            self._fault("survey", row.cell("type"), "この begin_group が end_group で閉じていません。")
        return groups

    def _type(self, row: _Row) -> tuple[str, str, bool]:
        """Return (type, name of the list, whether there is もう一つ「その他」) of a row."""
        words = row["type"].split()
        if not words:
            if row["name"] or row["label"]:
                self._fault("survey", row.cell("type"), "種類（type）が空です。")
            return "", "", False
        first = words[0].lower()
        if len(words) > 1 and first in ("begin", "end", "select"):
            first, words = f"{first}_{words[1].lower()}", words[1:]
        other = words[-1].lower() in ("or_other", "or-other")
        if first in ("select_one", "select_multiple", "rank", "select1"):
            list_name = words[1] if len(words) > (2 if other else 1) else ""
            if list_name not in self.lists:
                missing = (
                    f"選択肢の一覧「{list_name}」が choices シートにありません。"
                    if list_name
                    else "選択肢の一覧の名前がありません。"
                )
                self._fault("survey", row.cell("type"), missing)
            return {"select1": "select_one"}.get(first, first), list_name, other
        if first in (
            "begin_group",
            "end_group",
            "text",
            "integer",
            "decimal",
            "date",
            "range",
            "note",
            "image",
            "file",
        ):
            return first, "", False
        if first in _RECORDS:
            self.notices[f"「{first}」（回答の記録）は取り込みません。"] = None
            return first, "", False
        self._fault(
            "survey",
            row.cell("type"),
            _REFUSED_TYPES.get(first, f"「{row['type'][:40]}」という種類は取り込めません。"),
        )
        return "", "", False

    def _refuse_columns(self, row: _Row) -> None:
        for column, name in c.REFUSED_COLUMNS.items():
            if row[column]:
                self._fault("survey", row.cell(column), f"{name}は取り込めません。")
        for column, name in _LEFT_OUT.items():
            if row[column]:
                self.notices[f"{name}は取り込みません。"] = None

    # ── Names ───────────────────────────────────────────────────────────────────────────────

    def _name(self, groups: Sequence[_Group]) -> None:
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
        keeps = all(_QUESTION.fullmatch(name) for name in names) and len(set(names)) == len(names)
        for number, item in enumerate(items, start=1):
            item.code = item.row["name"] if keeps else f"q{number}"
            self.fields[item.row["name"]] = Field(item.code, "", self._kind(item), self._option_codes(item))
            prefix = f"{item.row['name']}_"
            own = [each.row["name"].removeprefix(prefix) for each in item.inside]
            for each, code in zip(item.inside, _codes(own, "r"), strict=True):
                each.code = code
                self.fields[each.row["name"]] = Field(
                    item.code, code, self._kind(item), self._option_codes(each)
                )
        named = [group.row["name"] for group in groups if group.row is not None]
        keeps = all(_SECTION.fullmatch(name) for name in named)
        free = (f"s{number}" for number in range(1, 10_000) if not keeps or f"s{number}" not in named)
        for group in groups:
            group.code = group.row["name"] if keeps and group.row is not None else next(free)
            if group.row is not None:
                self.sections[group.row["name"]] = group.code

    def _kind(self, item: _Item) -> str:
        several = item.what == "select_multiple" or any(
            each.what == "select_multiple" for each in item.inside
        )
        return ("matrix_multiple" if item.inside else "multiple") if several else item.what

    def _option_codes(self, item: _Item) -> dict[str, str]:
        return {
            choice.name: choice.code
            for choice in self.lists.get(item.list_name, ())
            if choice.name != choice.code
        }

    # ── Conditions ──────────────────────────────────────────────────────────────────────────

    def _condition(self, row: _Row, text: str, column: str) -> AnyCondition | None:
        if not text:
            return None
        try:
            return read_xpath(text, self._find)
        except (NotReadable, ValidationError) as error:
            reason = str(error) if isinstance(error, NotReadable) else "条件の形が正しくありません。"
            self._fault("survey", row.cell(column), f"条件「{text[:60]}」：{reason}")
            return None

    def _find(self, name: str) -> Field:
        if name not in self.fields:
            raise NotReadable(f"「{name}」という名前の設問がありません。")
        return self.fields[name]

    def _words(self, row: _Row, column: str, most: int) -> str:
        """Return a wording; names of questions in it become ours."""

        def named(found: re.Match[str]) -> str:
            there = self.fields.get(found[1])
            if there is None or there.part:
                self._fault("survey", row.cell(column), f"文の中の「{found[0]}」にあたる設問がありません。")
                return found[0]
            return f"{{{there.question}}}"

        text = row[column]
        if _BARE_PIPE.search(text):
            self.notices[f"survey シートの{row.cell(column)}の「{{q…}}」は、前の答えに置き換わります。"] = (
                None
            )
        text = _REFERENCE.sub(named, text)
        if len(text) > most:
            self._fault("survey", row.cell(column), f"{most}文字までにしてください（今は{len(text)}文字）。")
        return text

    # ── Questions ───────────────────────────────────────────────────────────────────────────

    def _section(self, group: _Group) -> Section:
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

    def _jumps(self, row: _Row, stored: Any) -> Iterator[Jump]:
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

    def _question(self, item: _Item) -> Asked:
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

    def _easy_options(self, item: _Item) -> dict[str, str]:
        list_name = item.list_name or (item.inside[0].list_name if item.inside else "")
        labels = {each.code: each.row["easy_label"] for each in item.inside}
        labels |= {choice.code: choice.row["easy_label"] for choice in self.lists.get(list_name, ())}
        return {code: label for code, label in labels.items() if label}

    def _spec(self, item: _Item) -> AnySpec:
        before = len(self.faults)
        made = self._stored_spec(item)
        try:
            return read_spec(made)
        except ValidationError as error:
            if len(self.faults) == before:
                first = error.errors()[0]
                own = (
                    str(first["msg"]).removeprefix("Value error, ") if first["type"] == "value_error" else ""
                )
                at = "・".join(str(part) for part in first["loc"][1:])
                reason = own or f"設定が正しくありません（{at}）"
                self._fault("survey", item.row.cell("type"), f"{reason}。")
            return read_spec({"kind": "info"})

    def _stored_spec(self, item: _Item) -> dict[str, Any]:
        row, kind = item.row, item.row["kind"]
        match item.what:
            case "select_one":
                return self._single(item, kind)
            case "select_multiple":
                return {"kind": "multiple", **self._options(item), **self._counts(row)}
            case "rank":
                settings = self._settings(row, ("most", "may_stop_early"))
                return {"kind": "ranking", **self._options(item), **settings}
            case "matrix" | "matrix_multiple":
                return self._matrix(item)
            case "points":
                return self._points(item)
            case "integer" | "decimal":
                return self._number(row, item.what)
            case "range":
                return self._range(row)
            case "text":
                long = "multiline" in row["appearance"]
                limit = self._length(row)
                return {
                    "kind": "text" if long or (limit or 0) > 200 else "line",
                    **({"limit": limit} if limit else {}),
                }
            case "date":
                limits = self._limits(row, is_day=True)
                return {"kind": "date", "first": limits.get("least"), "last": limits.get("most")}
            case "file" | "image":
                settings = self._settings(row, ("accepts", "most_bytes"))
                usual = {"accepts": ["image/jpeg", "image/png"]} if item.what == "image" else {}
                return {"kind": "file", **usual, **settings}
            case _:
                return {"kind": "info"}

    def _single(self, item: _Item, kind: str) -> dict[str, Any]:
        choices = self.lists.get(item.list_name, [])
        names = [choice.name for choice in choices]
        if kind == "yes_no" and names in (["yes", "no"], ["yes", "no", "unsure"]):
            return {"kind": "yes_no", "has_unsure": len(names) == 3}
        if kind == "place":
            return {"kind": "place", "spots": [self._spot(choice) for choice in choices]}
        numbers = [name for name in names if name != "unsure"]
        steps = [int(name) for name in numbers if re.fullmatch("[0-9]{1,2}", name)]
        is_scale = (kind == "scale" or "likert" in item.row["appearance"]) and len(steps) == len(numbers) >= 3
        if is_scale and steps[0] in (0, 1) and steps == list(range(steps[0], steps[0] + len(steps))):
            labels = [choice.row["label"] for choice in choices if choice.name != "unsure"]
            plain = labels[1:-1] == [str(step) for step in steps[1:-1]]
            return {
                "kind": "scale",
                "low": steps[0],
                "high": steps[-1],
                "low_label": labels[0],
                "high_label": labels[-1],
                "between": [] if plain else labels[1:-1],
                "has_unsure": "unsure" in names,
            }
        is_list = "minimal" in item.row["appearance"] or len(choices) > 30
        return {"kind": "dropdown" if is_list else "single", **self._options(item)}

    def _options(self, item: _Item) -> dict[str, Any]:
        options = [
            self._option(choice.row, choice.code, "choices") for choice in self.lists.get(item.list_name, ())
        ]
        if item.takes_other:
            taken = {option["code"] for option in options}
            code = next(code for code in ("other", *(f"other{n}" for n in range(2, 99))) if code not in taken)
            options.append({"code": code, "label": "その他", "takes_text": True})
        shuffles = bool(re.search(r"\brandomize\s*=\s*true\b", item.row["parameters"], re.IGNORECASE))
        return {"options": options, "shuffles": shuffles}

    def _option(self, row: _Row, code: str, sheet: str) -> dict[str, Any]:
        marks = set(row["mark"].split())
        if marks - {OWN_WORDS, ALONE}:
            self._fault(sheet, row.cell("mark"), f"書けるのは {OWN_WORDS} と {ALONE} です。")
        if len(row["label"]) > 200:
            self._fault(sheet, row.cell("label"), "選択肢は200文字までです。")
        return {
            "code": code,
            "label": self._words(row, "label", 200) if sheet == "survey" else _unpiped(row["label"]),
            "takes_text": OWN_WORDS in marks,
            "is_exclusive": ALONE in marks,
            "image": row["image"][:40],
            "image_text": row["image_text"][:200],
        }

    def _spot(self, choice: _Choice) -> dict[str, Any]:
        spot: dict[str, Any] = {
            "code": choice.code,
            "label": choice.row["label"],
            "group": choice.row["group"][:80],
        }
        for column in ("latitude", "longitude"):
            text = choice.row[column]
            if text and not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", text):
                self._fault("choices", choice.row.cell(column), "緯度・経度を数で書いてください。")
            elif text:
                spot[column] = float(text)
        return spot

    def _matrix(self, item: _Item) -> dict[str, Any]:
        lists = {each.list_name for each in item.inside}
        kinds = {each.what for each in item.inside}
        if (
            not item.inside
            or len(lists) != 1
            or len(kinds) != 1
            or not kinds <= {"select_one", "select_multiple"}
        ):
            self._fault(
                "survey",
                item.row.cell("type"),
                "表（table-list）の中は、同じ選択肢の一覧を使う select_one か select_multiple だけにしてください。",
            )
            return {"kind": "info"}
        required = {self._yes(each.row, "required") for each in item.inside}
        for each in item.inside:
            if each.row["relevant"]:
                self._fault("survey", each.row.cell("relevant"), "表の行に条件は付けられません。")
        columns = [
            self._option(choice.row, choice.code, "choices")
            for choice in self.lists[item.inside[0].list_name]
        ]
        settings = self._settings(item.row, ("columns_are_ordered", "shuffles"))
        return {
            "kind": "matrix" if kinds == {"select_one"} else "matrix_multiple",
            "rows": [self._option(each.row, each.code, "survey") for each in item.inside],
            "columns": columns,
            "needs_every_row": required == {True},
            **settings,
        }

    def _points(self, item: _Item) -> dict[str, Any]:
        for each in item.inside:
            if each.what != "integer":
                self._fault(
                    "survey", each.row.cell("type"), "点を配る設問の中は integer だけにしてください。"
                )
        options = [self._option(each.row, each.code, "survey") for each in item.inside]
        return {"kind": "points", "options": options, **self._settings(item.row, ("total", "shuffles"))}

    def _number(self, row: _Row, what: str) -> dict[str, Any]:
        settings = self._settings(row, ("decimals", "unit", "bands"))
        decimals = 0 if what == "integer" else settings.pop("decimals", 3)
        limits = self._limits(row, decimals=decimals if decimals in (0, 1, 2, 3) else 3)
        settings.pop("decimals", None)
        return {"kind": "number", "decimals": decimals, **limits, **settings}

    def _range(self, row: _Row) -> dict[str, Any]:
        found = dict(re.findall(r"\b(start|end|step)\s*=\s*(-?[0-9.]+)", row["parameters"]))
        low, high, step = (
            found.get(name, usual) for name, usual in (("start", "1"), ("end", "10"), ("step", "1"))
        )
        if (
            step == "1"
            and low in ("0", "1")
            and re.fullmatch("[0-9]{1,2}", high)
            and int(low) + 2 <= int(high) <= 10
        ):
            return {"kind": "scale", "low": int(low), "high": int(high), "low_label": low, "high_label": high}
        if not all(re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,3})?", each) for each in (low, high)):
            self._fault("survey", row.cell("parameters"), "start・end・step を数で書いてください。")
            return {"kind": "info"}
        places = max(len(each.partition(".")[2]) for each in (low, high, step))
        return {"kind": "number", "least": low, "most": high, "decimals": min(places, 3)}

    # ── Cells ───────────────────────────────────────────────────────────────────────────────

    def _yes(self, row: _Row, column: str) -> bool:
        value = row[column].lower()
        if value not in _YES | _NO:
            self._fault("survey", row.cell(column), "yes か no を書いてください（条件は書けません）。")
        return value in _YES

    def _settings(self, row: _Row, allowed: Sequence[str]) -> dict[str, Any]:
        if not row["settings"]:
            return {}
        try:
            found = json.loads(row["settings"])
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or set(found) - set(allowed):
            self._fault("survey", row.cell("settings"), "この列の内容を読み取れません。")
            return {}
        return found

    def _parts(self, row: _Row, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Return the parts of a constraint that all have one form; else name the cell."""
        text = row["constraint"]
        if not text:
            return []
        found = [
            pattern.fullmatch(part.strip().strip("()")) or pattern.fullmatch(part.strip())
            for part in re.split(r"\band\b", text)
        ]
        if not all(found):
            self._fault(
                "survey",
                row.cell("constraint"),
                f"この制限「{text[:60]}」は取り込めません。数・長さ・個数・日付の範囲だけを読み取れます。",
            )
            return []
        return [each for each in found if each is not None]

    def _limits(self, row: _Row, *, is_day: bool = False, decimals: int = 0) -> dict[str, Any]:
        """Return the limits of a number or a day; 「> 0」 is the next number (or day) that can be written."""
        limits: dict[str, Any] = {}
        for part in self._parts(row, _LIMIT):
            sign, value = part[1], part[3] or part[2]
            try:
                if bool(part[3]) != is_day:
                    raise ValueError
                limit = _next_day(sign, value) if is_day else _next_number(sign, Decimal(value), decimals)
            except (ValueError, OverflowError):
                self._fault(
                    "survey",
                    row.cell("constraint"),
                    f"この制限「{part[0]}」は取り込めません。{'日付' if is_day else '数'}で書いてください。",
                )
                continue
            limits["least" if sign.startswith(">") else "most"] = limit
        return limits

    def _length(self, row: _Row) -> int | None:
        limit = None
        for part in self._parts(row, _LENGTH):
            limit = int(part[2]) - (part[1] == "<")
        return limit

    def _counts(self, row: _Row) -> dict[str, int]:
        counts: dict[str, int] = {}
        for part in self._parts(row, _COUNT):
            sign, number = part[1], int(part[2])
            if sign in (">=", ">", "="):
                counts["least"] = max(1, number + (sign == ">"))
            if sign in ("<=", "<", "="):
                counts["most"] = number - (sign == "<")
        return counts

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


_NAMES = {
    "list name": "list_name",
    c.KIND: "kind",
    c.SETTINGS: "settings",
    c.BANK: "bank",
    c.ATTRIBUTE: "attribute",
    c.RESULTS: "results",
    c.IMAGE_TEXT: "image_text",
    c.MARK: "mark",
    c.INTRO: "intro",
    c.EASY_TITLE: "easy_title",
    c.EASY_INTRO: "easy_intro",
}
_STANDARD = (
    "type name list_name required relevant constraint appearance parameters latitude longitude group "
    "form_title form_id version default_language style"
)
_PLAIN = frozenset([*_STANDARD.split(), *c.REFUSED_COLUMNS, *_LEFT_OUT])


def _column(title: str, titles: Sequence[str]) -> str:
    """Return our name of a column, "" for one that is not taken in; of several languages Japanese is read."""
    given = title.strip()
    name = given.lower()
    if given in _NAMES or name in _NAMES:
        return _NAMES.get(given, _NAMES.get(name, ""))
    if name in _PLAIN:
        return name
    for base in ("label", "hint"):
        if name == base or name.startswith(f"{base}:"):
            if "easy" in name or "やさしい" in name:
                return f"easy_{base}"
            return base if given == _best(base, titles) else ""
    if name in ("image", "media::image") or name.startswith(("media::image::", "image::")):
        return "image"
    return ""


def _best(base: str, titles: Sequence[str]) -> str:
    """Return the column that holds the Japanese words, or the words of no language, or the first ones."""
    offered = [
        each.strip()
        for each in titles
        if (each.strip().lower() == base or each.strip().lower().startswith(f"{base}:"))
        and "easy" not in each.lower()
        and "やさしい" not in each
    ]
    japanese = [
        each for each in offered if "(ja)" in each.lower() or "japanese" in each.lower() or "日本語" in each
    ]
    return (japanese or [each for each in offered if each.lower() == base] or offered or [""])[0]


def _codes(names: Sequence[str], prefix: str) -> list[str]:
    """Return codes for names: the names themselves where they can be, else in small letters, else numbered."""
    codes: list[str] = []
    taken = {name for name in names if _CODE.fullmatch(name)}
    for name in names:
        small = name.lower()
        if _CODE.fullmatch(name):
            codes.append(name)
        elif _CODE.fullmatch(small) and small not in taken:
            taken.add(small)
            codes.append(small)
        else:
            number = next(n for n in range(1, 10_000) if f"{prefix}{n}" not in taken)
            taken.add(f"{prefix}{number}")
            codes.append(f"{prefix}{number}")
    return codes


def _next_number(sign: str, limit: Decimal, decimals: int) -> str:
    """Return the first number with so many decimals that a limit lets in: 「> 0」 in whole numbers is 1."""
    step = Decimal(1).scaleb(-decimals)
    upwards = sign.startswith(">")
    found = limit.quantize(step, rounding=ROUND_CEILING if upwards else ROUND_FLOOR)
    if found == limit and sign in ("<", ">"):
        found += step if upwards else -step
    return str(found)


def _next_day(sign: str, limit: str) -> str:
    day = date.fromisoformat(limit)
    return (day + timedelta(days={">": 1, "<": -1}.get(sign, 0))).isoformat()


def _last(groups: list[_Group], section: _Group | None) -> _Group:
    """Return the section that is open; what stands in none gathers in one of its own."""
    if section is not None:
        return section
    if not groups or groups[-1].row is not None:
        groups.append(_Group(None))
    return groups[-1]


def _unpiped(text: str) -> str:
    return _REFERENCE.sub(
        lambda found: f"{{{found[1]}}}" if _QUESTION.fullmatch(found[1]) else found[0], text
    )
