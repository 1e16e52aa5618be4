"""A questionnaire as plain data, to be kept as a template and put down in another survey (調査票の写し)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from participation.surveys.domain.answers import Asked, Jump, Questionnaire, Section
from participation.surveys.domain.conditions import AnyCondition, questions_of, read_condition
from participation.surveys.domain.kinds import AnySpec, read_spec
from participation.surveys.domain.states import ResultsShown


def pack(questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Return a questionnaire as data that JSON can hold."""
    return [
        {
            "code": section.code,
            "title": section.title,
            "intro": section.intro,
            "starts_page": section.starts_page,
            "shuffles": section.shuffles,
            "condition": _condition(section.condition),
            "jumps": pack_jumps(section.jumps),
            "easy": _easy(section.easy),
            "questions": [pack_question(question) for question in section.questions],
        }
        for section in questionnaire.sections
    ]


def pack_jumps(jumps: Iterable[Jump]) -> list[dict[str, Any]]:
    """Return jumps as they are stored."""
    return [{"to": jump.to, "condition": _condition(jump.condition)} for jump in jumps]


def pack_question(question: Asked) -> dict[str, Any]:
    """Return a question as data that JSON can hold."""
    return {
        "code": question.code,
        "text": question.text,
        "help": question.help,
        "is_required": question.is_required,
        "spec": question.spec.model_dump(mode="json"),
        "condition": _condition(question.condition),
        "is_attribute": question.is_attribute,
        "results_shown": question.results_shown.value if question.results_shown else None,
        "bank_key": question.bank_key,
        "image": question.image,
        "image_text": question.image_text,
        "easy": _easy(question.easy),
    }


def unpack(sections: Sequence[Mapping[str, Any]]) -> Questionnaire:
    """Return the questionnaire of which data were kept."""
    return Questionnaire(
        tuple(
            Section(
                code=section["code"],
                title=section["title"],
                intro=section["intro"],
                starts_page=section["starts_page"],
                shuffles=section["shuffles"],
                condition=read_condition(section["condition"]),
                jumps=tuple(Jump(jump["to"], read_condition(jump["condition"])) for jump in section["jumps"]),
                easy=section["easy"],
                questions=tuple(unpack_question(question) for question in section["questions"]),
            )
            for section in sections
        )
    )


def unpack_question(question: Mapping[str, Any]) -> Asked:
    """Return the question of which data were kept."""
    shown = question["results_shown"]
    return Asked(
        **{
            **question,
            "spec": read_spec(question["spec"]),
            "condition": read_condition(question["condition"]),
            "results_shown": ResultsShown(shown) if shown else None,
        }
    )


def stamp(data: Mapping[str, Any]) -> str:
    """Return a short sign of data: it differs when anything in them differs (見た版の印)."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def codes_mentioned(questionnaire: Questionnaire) -> frozenset[str]:
    """Return the codes of questions at which any condition looks: a new question may not get one of them."""
    conditions = [
        condition
        for section in questionnaire.sections
        for condition in (
            section.condition,
            *(jump.condition for jump in section.jumps),
            *(question.condition for question in section.questions),
        )
    ]
    return frozenset().union(*(questions_of(condition) for condition in conditions))


def written_out(text: str, help_text: str, spec: AnySpec, easy: Mapping[str, Any] | None = None) -> str:
    """Return a question as a few lines of text, for comparing two wordings."""
    lines = [text]
    if help_text:
        lines.append(f"補足：{help_text}")
    labels = [f"・{label}" for _, _, label in words_in(spec)]
    if easy and easy.get("text"):
        labels.append(f"やさしい日本語：{easy['text']}")
    return "\n".join([*lines, *labels])


def words_in(spec: AnySpec) -> tuple[tuple[str, str, str], ...]:
    """Return (key, what it is, words) of every wording in the settings of a question."""
    found: list[tuple[str, str, str]] = []
    names = {"options": "選択肢", "rows": "行", "columns": "列", "spots": "場所"}
    for field, what in names.items():
        found += [(f"{field}:{each.code}", what, each.label) for each in getattr(spec, field, ())]
    if spec.kind == "scale":
        found.append(("low_label", "いちばん低い段階", spec.low_label))
        found += [(f"between:{place}", "途中の段階", name) for place, name in enumerate(spec.between)]
        found.append(("high_label", "いちばん高い段階", spec.high_label))
    if spec.kind == "number":
        found.append(("unit", "単位", spec.unit))
    return tuple(found)


def easy_words_in(easy: Mapping[str, Any] | None, *, of_options: bool = True) -> dict[str, str]:
    """Return key → words of a question, a section or a survey in やさしい日本語: what has none is empty."""
    easy = easy or {}
    if not of_options:
        return {"easy:title": easy.get("title", ""), "easy:intro": easy.get("intro", "")}
    labels: Mapping[str, str] = easy.get("options") or {}
    return {
        "easy:text": easy.get("text", ""),
        "easy:help": easy.get("help", ""),
        **{f"easy:options:{code}": label for code, label in labels.items()},
    }


def easy_reworded(easy: Mapping[str, Any] | None, words: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the words in やさしい日本語 with some of them put right; None where nothing is left."""
    changed = {key: value for key, value in (easy or {}).items() if key != "options"}
    labels = dict((easy or {}).get("options") or {})
    for key, text in words.items():
        _, _, which = key.partition(":")
        field, _, code = which.partition(":")
        if code:
            labels[code] = text
        else:
            changed[field] = text
    kept = {key: value for key, value in changed.items() if value}
    labels = {code: label for code, label in labels.items() if label}
    return {**kept, **({"options": labels} if labels else {})} or None


def reworded(spec: AnySpec, words: Mapping[str, str]) -> AnySpec:
    """Return the settings with some wordings put right: codes, limits and order stay; raises ValidationError."""
    stored = spec.model_dump(mode="json")
    for key, text in words.items():
        field, _, which = key.partition(":")
        if not which:
            stored[field] = text
        elif field == "between":
            stored[field][int(which)] = text
        else:
            for each in stored[field]:
                if each["code"] == which:
                    each["label"] = text
    return read_spec(stored)


def _condition(condition: AnyCondition | None) -> dict[str, Any] | None:
    return None if condition is None else condition.model_dump(mode="json")


def _easy(easy: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if easy is None else dict(easy)
