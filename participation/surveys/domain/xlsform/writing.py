"""Writing a questionnaire as XLSForm: what every tool understands where it can be said so, else columns of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from participation.surveys.domain.answers import Asked, Section
from participation.surveys.domain.conditions import AnyCondition
from participation.surveys.domain.kinds import AnySpec
from participation.surveys.domain.questions import Option
from participation.surveys.domain.states import Layout
from participation.surveys.domain.writing import MOST_BYTES, plain
from participation.surveys.domain.xlsform import columns as c
from participation.surveys.domain.xlsform.columns import Form
from participation.surveys.domain.xlsform.xpath import write_xpath

_PIPE = re.compile(r"\{(q[0-9]{1,9})\}")
#: Marks of an option in the choices sheet.
OWN_WORDS, ALONE = "other", "exclusive"

Row = dict[str, str]


class CannotExpress(ValueError):
    """The questionnaire cannot be written as XLSForm; the message says why."""


@dataclass
class _Written:
    """How one question stands in the sheets: its own row, rows inside of it, its choices."""

    own: Row
    inside: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)


def write_form(form: Form) -> dict[str, list[list[str]]]:
    """Return the sheets survey, choices and settings, each with its header row."""
    specs = form.questionnaire.specs
    survey: list[Row] = []
    choices: list[Row] = []
    for section in form.questionnaire.sections:
        survey.append(_section_row(section, specs))
        for question in section.questions:
            written = _question_rows(question, specs)
            survey.append(written.own)
            survey += written.inside
            if written.own["type"] == "begin_group":
                survey.append({"type": "end_group"})
            choices += written.choices
        survey.append({"type": "end_group"})
    return {
        "survey": _sheet(c.SURVEY_COLUMNS, survey),
        "choices": _sheet(c.CHOICE_COLUMNS, choices),
        "settings": _sheet(c.SETTING_COLUMNS, [_settings_row(form)]),
    }


def _sheet(columns: tuple[str, ...], rows: list[Row]) -> list[list[str]]:
    return [list(columns), *([row.get(column, "") for column in columns] for row in rows)]


def _settings_row(form: Form) -> Row:
    easy = form.easy or {}
    return {
        "form_title": form.title,
        "form_id": form.code,
        "default_language": c.LANGUAGE,
        "style": "pages" if form.layout is Layout.PAGES else "",
        c.INTRO: form.intro,
        c.EASY_TITLE: easy.get("title", ""),
        c.EASY_INTRO: easy.get("intro", ""),
    }


def _section_row(section: Section, specs: Mapping[str, AnySpec]) -> Row:
    settings: dict[str, Any] = {}
    if section.shuffles:
        settings["shuffles"] = True
    if section.jumps:
        settings["jumps"] = [
            {"to": jump.to, **({"relevant": write_xpath(jump.condition, specs)} if jump.condition else {})}
            for jump in section.jumps
        ]
    easy = section.easy or {}
    return {
        "type": "begin_group",
        "name": section.code,
        c.LABEL: _text(section.title),
        c.HINT: _text(section.intro),
        "relevant": _relevant(section.condition, specs),
        "appearance": "field-list" if section.starts_page else "",
        c.EASY_LABEL: _text(easy.get("title", "")),
        c.EASY_HINT: _text(easy.get("intro", "")),
        c.SETTINGS: _json(settings),
    }


def _question_rows(question: Asked, specs: Mapping[str, AnySpec]) -> _Written:
    easy = question.easy or {}
    unknown = set(easy) - {"text", "help", "options"}
    if unknown:
        raise CannotExpress(
            f"{question.code}のやさしい日本語に、書き出せないもの（{'、'.join(sorted(unknown))}）があります。"
        )
    written = _of_kind(question.code, question.spec, easy.get("options", {}))
    written.own |= {
        "name": question.code,
        c.LABEL: _text(question.text),
        c.HINT: _text(question.help),
        "required": "yes" if question.is_required else "",
        "relevant": _relevant(question.condition, specs),
        c.IMAGE: question.image,
        c.IMAGE_TEXT: question.image_text,
        c.EASY_LABEL: _text(easy.get("text", "")),
        c.EASY_HINT: _text(easy.get("help", "")),
        c.BANK: question.bank_key,
        c.ATTRIBUTE: "yes" if question.is_attribute else "",
        c.RESULTS: question.results_shown.value if question.results_shown else "",
    }
    return written


def _of_kind(code: str, spec: AnySpec, easy: Mapping[str, str]) -> _Written:
    match spec.kind:
        case "single" | "dropdown" | "multiple" | "ranking":
            return _choosing(code, spec, easy)
        case "yes_no" | "scale" | "place":
            return _known_choices(code, spec, easy)
        case "matrix" | "matrix_multiple":
            return _matrix(code, spec, easy)
        case "points":
            return _points(code, spec, easy)
        case "line" | "text":
            return _words(spec)
        case "number":
            return _number(spec)
        case "date":
            limits = [f". >= date('{spec.first}')"] if spec.first else []
            limits += [f". <= date('{spec.last}')"] if spec.last else []
            return _Written({"type": "date", "constraint": " and ".join(limits)})
        case "file":
            settings: dict[str, Any] = {"accepts": list(spec.accepts)}
            if spec.most_bytes != MOST_BYTES:
                settings["most_bytes"] = spec.most_bytes
            return _Written({"type": "file", c.SETTINGS: _json(settings)})
        case _:
            return _Written({"type": "note"})


def _words(spec: Any) -> _Written:
    usual = 100 if spec.kind == "line" else 1000
    limit = f"string-length(.) <= {spec.limit}" if spec.limit != usual else ""
    appearance = "" if spec.kind == "line" else "multiline"
    return _Written({"type": "text", "appearance": appearance, "constraint": limit})


def _choosing(code: str, spec: Any, easy: Mapping[str, str]) -> _Written:
    types = {
        "single": "select_one",
        "dropdown": "select_one",
        "multiple": "select_multiple",
        "ranking": "rank",
    }
    own = {
        "type": f"{types[spec.kind]} {code}",
        "appearance": "minimal" if spec.kind == "dropdown" else "",
        "parameters": "randomize=true" if spec.shuffles else "",
    }
    if spec.kind == "multiple":
        limits = [f"count-selected(.) >= {spec.least}"] if spec.least > 1 else []
        limits += [f"count-selected(.) <= {spec.most}"] if spec.most is not None else []
        own["constraint"] = " and ".join(limits)
    if spec.kind == "ranking":
        settings = {"most": spec.most} if spec.most is not None else {}
        if not spec.may_stop_early:
            settings["may_stop_early"] = False
        own[c.SETTINGS] = _json(settings)
    return _Written(own, choices=[_option(code, option, easy) for option in spec.options])


def _known_choices(code: str, spec: Any, easy: Mapping[str, str]) -> _Written:
    """Choices that our kinds know by themselves; other tools see a question of one choice."""
    own = {"type": f"select_one {code}", c.KIND: spec.kind}
    choices: list[Row]
    if spec.kind == "scale":
        own["appearance"] = "likert"
        names = {spec.low: spec.low_label, spec.high: spec.high_label}
        names.update(enumerate(spec.between, start=spec.low + 1))
        choices = [
            {"name": str(step), c.LABEL: names.get(step, str(step))}
            for step in range(spec.low, spec.high + 1)
        ]
        choices += [{"name": "unsure", c.LABEL: "わからない"}] if spec.has_unsure else []
    elif spec.kind == "place":
        own["appearance"] = "minimal"
        choices = [
            {
                "name": spot.code,
                c.LABEL: spot.label,
                "latitude": "" if spot.latitude is None else repr(spot.latitude),
                "longitude": "" if spot.longitude is None else repr(spot.longitude),
                "group": spot.group,
            }
            for spot in spec.spots
        ]
    else:
        choices = [{"name": name, c.LABEL: label} for name, label in spec.choices()]
    for choice in choices:
        choice |= {"list_name": code, c.EASY_LABEL: _text(easy.get(choice["name"], ""))}
    return _Written(own, choices=choices)


def _matrix(code: str, spec: Any, easy: Mapping[str, str]) -> _Written:
    settings: dict[str, Any] = {"columns_are_ordered": spec.columns_are_ordered}
    if spec.shuffles:
        settings["shuffles"] = True
    kind = "select_one" if spec.kind == "matrix" else "select_multiple"
    return _Written(
        {"type": "begin_group", "appearance": "table-list", c.KIND: spec.kind, c.SETTINGS: _json(settings)},
        inside=[
            {
                "type": f"{kind} {code}",
                "name": f"{code}_{row.code}",
                "required": "yes" if spec.needs_every_row else "",
                **_inside(row, easy),
            }
            for row in spec.rows
        ],
        choices=[_option(code, column, easy) for column in spec.columns],
    )


def _points(code: str, spec: Any, easy: Mapping[str, str]) -> _Written:
    settings: dict[str, Any] = {"total": spec.total}
    if spec.shuffles:
        settings["shuffles"] = True
    return _Written(
        {"type": "begin_group", "appearance": "field-list", c.KIND: "points", c.SETTINGS: _json(settings)},
        inside=[
            {
                "type": "integer",
                "name": f"{code}_{option.code}",
                "constraint": f". >= 0 and . <= {spec.total}",
                **_inside(option, easy),
            }
            for option in spec.options
        ],
    )


def _inside(option: Option, easy: Mapping[str, str]) -> Row:
    if option.takes_text or option.is_exclusive:
        raise CannotExpress(f"「{option.label}」の「その他」「単独」は、表や点の設問では書き出せません。")
    return {
        c.LABEL: _text(option.label),
        c.EASY_LABEL: _text(easy.get(option.code, "")),
        c.IMAGE: option.image,
        c.IMAGE_TEXT: option.image_text,
    }


def _number(spec: Any) -> _Written:
    limits = [f". >= {plain(spec.least)}"] if spec.least is not None else []
    limits += [f". <= {plain(spec.most)}"] if spec.most is not None else []
    settings: dict[str, Any] = {}
    if spec.decimals:
        settings["decimals"] = spec.decimals
    if spec.unit:
        settings["unit"] = spec.unit
    if spec.bands:
        settings["bands"] = [plain(band) for band in spec.bands]
    return _Written(
        {
            "type": "decimal" if spec.decimals else "integer",
            "constraint": " and ".join(limits),
            c.SETTINGS: _json(settings),
        }
    )


def _option(list_name: str, option: Option, easy: Mapping[str, str]) -> Row:
    marks = [OWN_WORDS] * option.takes_text + [ALONE] * option.is_exclusive
    return {
        "list_name": list_name,
        "name": option.code,
        c.LABEL: _text(option.label),
        c.IMAGE: option.image,
        c.IMAGE_TEXT: option.image_text,
        c.EASY_LABEL: _text(easy.get(option.code, "")),
        c.MARK: " ".join(marks),
    }


def _relevant(condition: AnyCondition | None, specs: Mapping[str, AnySpec]) -> str:
    return "" if condition is None else write_xpath(condition, specs)


def _text(text: str) -> str:
    return _PIPE.sub(r"${\1}", text)


def _json(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, ensure_ascii=False, sort_keys=True) if settings else ""
