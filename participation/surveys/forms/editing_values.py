"""A question as the form of its kind, or of another kind, shows it (設問の種類を変える)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from participation.surveys.domain import AnySpec, Asked, Option
from participation.surveys.domain.option_lines import write_easy_labels, write_options, write_spots
from participation.surveys.domain.writing import plain

MEGABYTE = 1024 * 1024
#: What may be offered to be chosen as it stands, whatever the kind.
_CHOOSING = ("single", "multiple", "dropdown", "ranking", "points")
_COMMON = (
    "text",
    "help",
    "is_required",
    "image",
    "image_text",
    "is_attribute",
    "results_shown",
    "easy_text",
    "easy_help",
)


def question_values(asked: Asked) -> dict[str, Any]:
    """Return a question as its form shows it."""
    easy = asked.easy or {}
    values = asked.spec.model_dump(mode="python")
    for field in ("options", "rows", "columns"):
        if field in values:
            values[field] = write_options(getattr(asked.spec, field))
    if "spots" in values:
        values["spots"], values["source"] = write_spots(asked.spec.spots), "lines"  # type: ignore[union-attr]
    if asked.spec.kind in ("multiple", "ranking"):
        values["most"] = values["most"] or 0
    if "between" in values:
        values["between"] = "\n".join(values["between"])
    if "bands" in values:
        values["bands"] = ", ".join(plain(band) for band in values["bands"])
    if "most_bytes" in values:
        values["megabytes"] = max(1, values["most_bytes"] // MEGABYTE)
    return {
        **values,
        "text": asked.text,
        "help": asked.help,
        "is_required": asked.is_required,
        "image": asked.image,
        "image_text": asked.image_text,
        "is_attribute": asked.is_attribute,
        "results_shown": asked.results_shown.value if asked.results_shown else "",
        "bank_key": asked.bank_key,
        "easy_text": easy.get("text", ""),
        "easy_help": easy.get("help", ""),
        "easy_options": write_easy_labels(easy.get("options", {}).items()),
    }


def values_as(asked: Asked, kind: str) -> dict[str, Any]:
    """Return a question as the form of a kind shows it: of another kind it keeps its words, and what fits of the rest.

    Its number in the bank stays behind: answers of two kinds are not compared.
    """
    values = question_values(asked)
    if kind == asked.spec.kind:
        return values
    kept = {field: values[field] for field in _COMMON}
    if kind in _CHOOSING:
        kept |= _options_as(asked.spec, kind)
        if "options" in kept and asked.spec.kind in _CHOOSING:
            kept["easy_options"] = values["easy_options"]
    elif {kind, asked.spec.kind} == {"matrix", "matrix_multiple"}:
        kept |= {field: values[field] for field in ("rows", "columns", "shuffles", "needs_every_row")}
    return kept


def _options_as(spec: AnySpec, kind: str) -> dict[str, Any]:
    """Return the options of a question as the lines of another kind; nothing where there are none."""
    if spec.kind in _CHOOSING:
        options: Iterable[Option] = spec.options  # type: ignore[union-attr]
        if kind in ("ranking", "points"):
            options = [
                each.model_copy(update={"takes_text": False, "is_exclusive": False}) for each in options
            ]
        return {"options": write_options(options), "shuffles": getattr(spec, "shuffles", False)}
    labels = dict.fromkeys(label for _, label in spec.choices())
    return {"options": "\n".join(labels)} if labels and "rows" not in type(spec).model_fields else {}
