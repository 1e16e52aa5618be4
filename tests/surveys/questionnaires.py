"""Random questions, answers and questionnaires for property tests."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from participation.surveys.domain import (
    Asked,
    DateSpec,
    DropdownSpec,
    FileSpec,
    InfoSpec,
    Jump,
    LineSpec,
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Option,
    PlaceSpec,
    PointsSpec,
    Questionnaire,
    RankingSpec,
    ScaleSpec,
    Section,
    SingleSpec,
    Spot,
    TextSpec,
    YesNoSpec,
    read_condition,
)

THREE = (Option(code="a1", label="朝"), Option(code="a2", label="昼"), Option(code="a3", label="夜"))
WITH_OTHER = (
    *THREE,
    Option(code="a4", label="その他", takes_text=True),
    Option(code="a5", label="ない", is_exclusive=True),
)

#: One of each kind, with the settings that make reading hardest.
EVERY_KIND = (
    SingleSpec(options=WITH_OTHER, shuffles=True),
    DropdownSpec(options=THREE),
    MultipleSpec(options=WITH_OTHER, least=2, most=3),
    YesNoSpec(),
    ScaleSpec(low=0, high=3, low_label="低い", high_label="高い", has_unsure=True),
    PlaceSpec(spots=(Spot(code="p1", label="油面", group="中央"), Spot(code="p2", label="駒場"))),
    MatrixSpec(rows=THREE[:2], columns=THREE, needs_every_row=True),
    MatrixMultipleSpec(rows=THREE[:2], columns=THREE),
    RankingSpec(options=WITH_OTHER, most=3),
    PointsSpec(options=THREE, total=10),
    LineSpec(limit=10),
    TextSpec(limit=20),
    NumberSpec(least=Decimal(0), most=Decimal(120), unit="歳", bands=(Decimal(20), Decimal(65))),
    NumberSpec(decimals=2),
    DateSpec(),
    FileSpec(),
    InfoSpec(),
)

parts = st.sampled_from(("", "other", "a1", "a2", "a3", "a4", "x"))
values = st.one_of(
    st.sampled_from(
        (
            "a1",
            "a2",
            "a3",
            "a4",
            "a5",
            "p1",
            "yes",
            "unsure",
            "0",
            "1",
            "2",
            "3",
            "10",
            "１２",
            "2026-11-22",
            "",
        )
    ),
    st.text(max_size=25),
)
sent = st.dictionaries(parts, st.lists(values, max_size=4), max_size=5)


def small_questionnaires() -> st.SearchStrategy[Questionnaire]:
    """Questionnaires of up to four sections of choices, with conditions and jumps that look back."""
    return st.builds(
        _questionnaire, st.lists(st.lists(_drawn(), min_size=1, max_size=3), min_size=1, max_size=4)
    )


def _drawn() -> st.SearchStrategy[tuple[str, int, int, bool, bool]]:
    return st.tuples(
        st.sampled_from(("single", "multiple", "yes_no")),
        st.integers(0, 20),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
    )


def _questionnaire(drawn: list[list[tuple[str, int, int, bool, bool]]]) -> Questionnaire:
    sections: list[Section] = []
    before: list[Asked] = []
    for place, rows in enumerate(drawn, start=1):
        questions = []
        for kind, target, form, is_conditional, is_required in rows:
            condition = _condition(before, target, form) if is_conditional and before else None
            spec = {
                "single": SingleSpec(options=THREE),
                "multiple": MultipleSpec(options=WITH_OTHER),
                "yes_no": YesNoSpec(),
            }[kind]
            question = Asked(f"q{len(before) + 1}", "問", "", is_required, spec, read_condition(condition))
            before.append(question)
            questions.append(question)
        _, target, form, jumps, _ = rows[0]
        further = [f"s{later}" for later in range(place + 1, len(drawn) + 1)] + ["end"]
        jump = Jump(further[target % len(further)], read_condition(_condition(before, target, form)))
        sections.append(
            Section(f"s{place}", starts_page=form != 1, questions=tuple(questions), jumps=(jump,) * jumps)
        )
    return Questionnaire(tuple(sections))


def _condition(before: list[Asked], target: int, form: int) -> dict[str, object]:
    looked_at = before[target % len(before)]
    value = looked_at.spec.choices()[target % len(looked_at.spec.choices())][0]
    plain: dict[str, object] = {"op": "in", "question": looked_at.code, "values": [value]}
    answered = {"op": "answered", "question": before[0].code}
    return [
        plain,
        {"op": "not", "of": plain},
        {"op": "any", "of": [plain, answered]},
        {"op": "all", "of": [plain, answered]},
    ][form]


def givens(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, list[str]]]:
    """What anybody might post for it: for shown and hidden questions alike."""
    codes = [question.code for question in questionnaire.questions]
    choices = st.lists(
        st.sampled_from(("a1", "a2", "a3", "a5", "yes", "no", "unsure", "zz")), max_size=2, unique=True
    )
    return st.dictionaries(st.sampled_from(codes), choices)
