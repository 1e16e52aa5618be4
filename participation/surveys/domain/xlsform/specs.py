"""The settings of each kind of question as an XLSForm says them (設問の設定)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from pydantic import ValidationError

from participation.surveys.domain.kinds import AnySpec, read_spec
from participation.surveys.domain.xlsform.rows import (
    Choice,
    Item,
    Row,
    unpiped,
)
from participation.surveys.domain.xlsform.structure import Structure
from participation.surveys.domain.xlsform.writing import ALONE, OWN_WORDS

_LIMIT = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?|date\(\s*'([0-9-]{8,10})'\s*\))")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*([0-9]{1,5})")
_COUNT = re.compile(r"count-selected\(\s*\.\s*\)\s*(<=|>=|=|<|>)\s*([0-9]{1,3})")


class Specs(Structure):
    """Reads what a question is like: options, rows, limits."""

    def _spec(self, item: Item) -> AnySpec:
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

    def _stored_spec(self, item: Item) -> dict[str, Any]:
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

    def _single(self, item: Item, kind: str) -> dict[str, Any]:
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

    def _options(self, item: Item) -> dict[str, Any]:
        options = [
            self._option(choice.row, choice.code, "choices") for choice in self.lists.get(item.list_name, ())
        ]
        if item.takes_other:
            taken = {option["code"] for option in options}
            code = next(code for code in ("other", *(f"other{n}" for n in range(2, 99))) if code not in taken)
            options.append({"code": code, "label": "その他", "takes_text": True})
        shuffles = bool(re.search(r"\brandomize\s*=\s*true\b", item.row["parameters"], re.IGNORECASE))
        return {"options": options, "shuffles": shuffles}

    def _option(self, row: Row, code: str, sheet: str) -> dict[str, Any]:
        marks = set(row["mark"].split())
        if marks - {OWN_WORDS, ALONE}:
            self._fault(sheet, row.cell("mark"), f"書けるのは {OWN_WORDS} と {ALONE} です。")
        if len(row["label"]) > 200:
            self._fault(sheet, row.cell("label"), "選択肢は200文字までです。")
        return {
            "code": code,
            "label": self._words(row, "label", 200) if sheet == "survey" else unpiped(row["label"]),
            "takes_text": OWN_WORDS in marks,
            "is_exclusive": ALONE in marks,
            "image": row["image"][:40],
            "image_text": row["image_text"][:200],
        }

    def _spot(self, choice: Choice) -> dict[str, Any]:
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

    def _matrix(self, item: Item) -> dict[str, Any]:
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

    def _points(self, item: Item) -> dict[str, Any]:
        for each in item.inside:
            if each.what != "integer":
                self._fault(
                    "survey", each.row.cell("type"), "点を配る設問の中は integer だけにしてください。"
                )
        options = [self._option(each.row, each.code, "survey") for each in item.inside]
        return {"kind": "points", "options": options, **self._settings(item.row, ("total", "shuffles"))}

    def _number(self, row: Row, what: str) -> dict[str, Any]:
        settings = self._settings(row, ("decimals", "unit", "bands"))
        decimals = 0 if what == "integer" else settings.pop("decimals", 3)
        limits = self._limits(row, decimals=decimals if decimals in (0, 1, 2, 3) else 3)
        settings.pop("decimals", None)
        return {"kind": "number", "decimals": decimals, **limits, **settings}

    def _range(self, row: Row) -> dict[str, Any]:
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

    def _parts(self, row: Row, pattern: re.Pattern[str]) -> list[re.Match[str]]:
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

    def _limits(self, row: Row, *, is_day: bool = False, decimals: int = 0) -> dict[str, Any]:
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

    def _length(self, row: Row) -> int | None:
        limit = None
        for part in self._parts(row, _LENGTH):
            limit = int(part[2]) - (part[1] == "<")
        return limit

    def _counts(self, row: Row) -> dict[str, int]:
        counts: dict[str, int] = {}
        for part in self._parts(row, _COUNT):
            sign, number = part[1], int(part[2])
            if sign in (">=", ">", "="):
                counts["least"] = max(1, number + (sign == ">"))
            if sign in ("<=", "<", "="):
                counts["most"] = number - (sign == "<")
        return counts


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
