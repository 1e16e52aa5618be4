"""What counts as an answer to a whole survey, and what it adds to the counts (回答と集計)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participation.surveys.domain.questions import (
    SECONDS,
    Fault,
    MultipleSpec,
    ScaleSpec,
    SingleSpec,
    TextSpec,
)

#: The choice that counts everybody who answered, whatever they chose.
EVERYBODY = "*"


@dataclass(frozen=True)
class Asked:
    """One question as it is asked: its code, words, whether it must be answered, its settings."""

    code: str
    text: str
    help: str
    is_required: bool
    spec: SingleSpec | MultipleSpec | ScaleSpec | TextSpec


def read_answers(
    questions: Sequence[Asked], given: Mapping[str, Sequence[str]], *, complete: bool = True
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return (answers, faults) by question code; a code of no question is a fault under "".

    An unfinished answer (`complete=False`) may lack what is required.
    """
    answers: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for question in questions:
        try:
            value = question.spec.read(given.get(question.code, ()))
        except Fault as fault:
            faults[question.code] = str(fault)
            continue
        if value is not None:
            answers[question.code] = value
        elif question.is_required and complete:
            faults[question.code] = (
                "書いてください。" if question.spec.kind == "text" else "答えを選んでください。"
            )
    if set(given) - {question.code for question in questions}:
        faults[""] = "このアンケートにない設問への答えが含まれています。画面を開き直してください。"
    return answers, faults


def counts_of(questions: Iterable[Asked], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every (question code, choice) to which a respondent with these answers adds one, sorted."""
    counted = [("", EVERYBODY)]
    for question in questions:
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
