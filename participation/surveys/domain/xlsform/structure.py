"""What stands where in the sheets of an XLSForm: lists, groups, questions, conditions (調査票の組み立て)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from participation.surveys.domain.conditions import AnyCondition
from participation.surveys.domain.xlsform import columns as c
from participation.surveys.domain.xlsform.columns import CellFault, Sheets, letters
from participation.surveys.domain.xlsform.rows import (
    LEFT_OUT,
    REFERENCE,
    Choice,
    Group,
    Item,
    Row,
    codes_for,
    column_of,
    last_group,
)
from participation.surveys.domain.xlsform.xpath import Field, NotReadable, read_xpath

_BARE_PIPE = re.compile(r"(?<!\$)\{(q[0-9]{1,9})\}")

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


class Structure:
    """Reads lists, rows and groups; gathers what is wrong with cells."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = {name.strip().lower(): sheet for name, sheet in sheets.items()}
        self.faults: list[CellFault] = []
        self.notices: dict[str, None] = {}
        self.lists: dict[str, list[Choice]] = {}
        self.fields: dict[str, Field] = {}
        self.sections: dict[str, str] = {}

    def _fault(self, sheet: str, cell: str, reason: str) -> None:
        self.faults.append(CellFault(sheet, cell, reason))

    def _rows(self, sheet: str) -> Iterator[Row]:
        rows = iter(self.sheets.get(sheet, ()))
        header = next(rows, None)
        if header is None:
            return
        columns: dict[str, int] = {}
        for place, title in enumerate(header[1]):
            name = column_of(title, [str(each) for each in header[1]])
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
                yield Row(line, found, where)

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
                choices.append(Choice(row, name, ""))
        for choices in self.lists.values():
            codes = codes_for([choice.name for choice in choices], "a")
            for choice, code in zip(choices, codes, strict=True):
                choice.code = code

    def _read_survey(self) -> list[Group]:
        groups: list[Group] = []
        section: Group | None = None
        table: Item | None = None
        opened: list[Row] = []
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
                    table = Item(row, row["kind"] or "matrix")
                    last_group(groups, section).items.append(table)
                elif section is None and table is None and not is_table:
                    section = Group(row)
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
                table.inside.append(Item(row, what, list_name, other))
            else:
                last_group(groups, section).items.append(Item(row, what, list_name, other))
        for row in opened:
            self._fault("survey", row.cell("type"), "この begin_group が end_group で閉じていません。")
        return groups

    def _type(self, row: Row) -> tuple[str, str, bool]:
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

    def _refuse_columns(self, row: Row) -> None:
        for column, name in c.REFUSED_COLUMNS.items():
            if row[column]:
                self._fault("survey", row.cell(column), f"{name}は取り込めません。")
        for column, name in LEFT_OUT.items():
            if row[column]:
                self.notices[f"{name}は取り込みません。"] = None

    def _condition(self, row: Row, text: str, column: str) -> AnyCondition | None:
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

    def _words(self, row: Row, column: str, most: int) -> str:
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
        text = REFERENCE.sub(named, text)
        if len(text) > most:
            self._fault("survey", row.cell(column), f"{most}文字までにしてください（今は{len(text)}文字）。")
        return text

    def _yes(self, row: Row, column: str) -> bool:
        value = row[column].lower()
        if value not in _YES | _NO:
            self._fault("survey", row.cell(column), "yes か no を書いてください（条件は書けません）。")
        return value in _YES

    def _settings(self, row: Row, allowed: Sequence[str]) -> dict[str, Any]:
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
