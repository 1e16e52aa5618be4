"""The questionnaire on paper: numbers, ways on in words, what a pen fills in."""

from __future__ import annotations

from decimal import Decimal

from participation.surveys.domain import (
    Asked,
    DateSpec,
    DropdownSpec,
    FileSpec,
    InfoSpec,
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
)
from participation.surveys.domain.answers import Jump
from participation.surveys.domain.conditions import All, Answered, Comparison, Not, Some
from participation.surveys.domain.kinds import KIND_NAMES
from participation.surveys.domain.on_paper import body_of, numbered_choices, on_paper, only_for
from tests.support.builders.surveys import options

#: One question of every kind, and the shape in which a pen answers it.
EVERY_KIND = {
    "single": (
        SingleSpec(options=(*options("い", "ろ"), Option(code="o", label="その他", takes_text=True))),
        "boxes",
    ),
    "multiple": (MultipleSpec(options=options("い", "ろ", "は"), most=2), "boxes"),
    "dropdown": (DropdownSpec(options=options(*(f"町会{number}" for number in range(40)))), "list"),
    "yes_no": (YesNoSpec(), "boxes"),
    "scale": (ScaleSpec(low=0, high=10, low_label="悪い", high_label="よい", has_unsure=True), "steps"),
    "matrix": (MatrixSpec(rows=options("早さ", "正しさ"), columns=options("よい", "悪い")), "table"),
    "matrix_multiple": (MatrixMultipleSpec(rows=options("平日"), columns=options("朝", "夜")), "table"),
    "ranking": (RankingSpec(options=options("い", "ろ", "は"), most=2), "ranks"),
    "points": (PointsSpec(options=options("い", "ろ"), total=10), "points"),
    "place": (
        PlaceSpec(spots=tuple(Spot(code=f"p{n}", label=f"公園{n}", group="北部") for n in range(3))),
        "boxes",
    ),
    "line": (LineSpec(limit=40), "lines"),
    "text": (TextSpec(limit=300), "lines"),
    "number": (NumberSpec(least=Decimal(0), most=Decimal(120), unit="歳"), "number"),
    "date": (DateSpec(), "date"),
    "file": (FileSpec(), "file"),
    "info": (InfoSpec(), "none"),
}


def asked(number, spec, text="設問", **more):
    return Asked(f"q{number}", text, "", is_required=False, spec=spec, **more)


def equals(question, *values):
    return Comparison(op="eq", question=question, values=values)


def every_kind():
    """A questionnaire with every kind."""
    return Questionnaire(
        (
            Section(
                "s1", questions=tuple(asked(n, spec) for n, (spec, _) in enumerate(EVERY_KIND.values(), 1))
            ),
        )
    )


def test_every_kind_can_be_answered_with_a_pen():
    assert set(EVERY_KIND) == set(KIND_NAMES)
    for spec, shape in EVERY_KIND.values():
        assert body_of(spec).shape == shape
    [section] = on_paper(every_kind())
    assert all(question.how for question in section.questions if question.body.shape != "none")
    assert [question.name for question in section.questions][-2:] == ["問15", ""]
    lengths = {name: body_of(EVERY_KIND[name][0]).count for name in ("line", "text", "number", "points")}
    assert lengths == {"line": 2, "text": 10, "number": 3, "points": 10}


def test_options_are_numbered_and_steps_are_their_own_numbers():
    assert [n for n, _, _ in numbered_choices(EVERY_KIND["multiple"][0])] == [1, 2, 3]
    scale = numbered_choices(EVERY_KIND["scale"][0])
    assert (scale[0][:2], scale[-1][:2]) == ((0, "0"), (11, "unsure"))


def test_conditions_say_who_answers():
    specs = {"q1": YesNoSpec(), "q2": SingleSpec(options=options("ときどき", "そのとき"))}
    names = {"q1": "問1", "q2": "問2"}

    def only(condition):
        return only_for(condition, specs, names)

    assert only(None) == ""
    assert only(equals("q1", "yes")) == "問1で「はい」を選んだ方だけ、お答えください。"
    both = All(of=(equals("q1", "yes"), Some(of=(equals("q2", "a1"), Answered(question="q2")))))
    assert only(both) == (
        "問1で「はい」を選んだ方、かつ、（問2で「ときどき」を選んだ方、または、問2に答えた方）だけ、お答えください。"
    )
    assert (
        only(Not(of=equals("q2", "a2")))
        == "「問2で「そのとき」を選んだとき」ではない方だけ、お答えください。"
    )


def test_ways_on_stand_beside_the_option_or_after_the_section():
    yes_no, text = YesNoSpec(), TextSpec()
    questionnaire = Questionnaire(
        (
            Section(
                "s1",
                questions=(asked(1, yes_no), asked(2, yes_no, "{q1} ですか")),
                jumps=(
                    Jump("s3", equals("q2", "no")),
                    Jump("end", equals("q1", "no")),
                    Jump("s2"),
                ),
            ),
            Section("s2", "つづき", condition=equals("q1", "yes"), questions=(asked(3, text),)),
            Section("s3", questions=(asked(4, text),)),
        )
    )
    first, second, _ = on_paper(questionnaire)
    assert [each.leads_to for each in first.questions[1].body.choices] == ["", "問4へ", ""]
    assert first.after == (
        "問1で「いいえ」を選んだ方は、ここで終わりです。",
        "ほかの方は、問3へ進んでください。",
    )
    assert first.questions[1].text == "（問1の答え） ですか"
    assert second.only == "問1で「はい」を選んだ方だけ、お答えください。"
