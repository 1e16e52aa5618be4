"""Questions as they are shown: order, words, the small map, and what the page's script may know."""

from __future__ import annotations

from participation.surveys import queries
from participation.surveys.domain import (
    LineSpec,
    MatrixSpec,
    MultipleSpec,
    Option,
    PlaceSpec,
    RankingSpec,
    Respondent,
    Section,
    SingleSpec,
    Spot,
)
from participation.surveys.queries import show_question
from participation.surveys.queries.showing import hint_of, spot_map
from tests.support.builders.surveys import (
    a_survey_of,
    a_visitor,
    answer,
    asked_as,
    branching_sections,
    one_of_each_kind,
    options,
)

MANY = tuple(Option(code=f"a{n}", label=f"選択肢{n}") for n in range(1, 9))


def test_options_are_shown_in_the_respondents_own_order_which_is_recorded(app):
    last = Option(code="a9", label="その他", takes_text=True)
    asked = asked_as("q1", SingleSpec(options=(*MANY, last), shuffles=True))
    orders = [[each.code for each in show_question(asked, seed=seed).choices] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert {order[-1] for order in orders} == {"a9"}
    for spec in (
        RankingSpec(options=MANY, shuffles=True),
        MatrixSpec(rows=MANY, columns=MANY[:2], shuffles=True),
    ):
        shown = [show_question(asked_as("q2", spec), seed=seed) for seed in (1, 2)]
        assert [each.code for each in shown[0].rows or shown[0].choices] != [
            each.code for each in shown[1].rows or shown[1].choices
        ]
    survey = a_survey_of([Section("s1", questions=(asked,))])
    who = answer(survey, q1="a1")
    assert queries.find_own_answer(survey, who).seed == Respondent(queries.respondent_key(survey, who)).seed


def test_how_much_may_be_chosen_is_said_in_a_sentence():
    assert hint_of(MultipleSpec(options=MANY)) == "いくつでも選べます。"
    assert hint_of(MultipleSpec(options=MANY, most=3)) == "3つまで選べます。"
    assert hint_of(MultipleSpec(options=MANY, least=2, most=3)) == "2つから3つまで選べます。"
    assert hint_of(MultipleSpec(options=MANY, least=2, most=2)) == "2つ選んでください。"
    assert hint_of(RankingSpec(options=MANY, most=1)) == "1位を1つ選んでください。"
    assert {hint_of(asked.spec) for asked in one_of_each_kind()} >= {
        "全部で10点を配ってください。点を入れないところは、空けておけます。"
    }


def test_words_in_easy_japanese_take_the_place_of_each_part_that_has_them():
    asked = asked_as(
        "q1",
        SingleSpec(options=options("図書館", "公園")),
        "よく使うのは",
        help="補足",
        easy={"text": "よく　つかうのは", "options": {"a1": "としょかん"}},
    )
    easy = show_question(asked, easy=True)
    assert (easy.text, easy.help, [each.label for each in easy.choices]) == (
        "よく　つかうのは",
        "補足",
        ["としょかん", "公園"],
    )
    assert show_question(asked).text == "よく使うのは"


def test_places_lie_to_each_other_as_on_the_ground():
    def spot(code, latitude, longitude):
        return Spot(code=code, label=code, latitude=latitude, longitude=longitude)

    spots = (
        spot("p1", 35.66, 139.68),
        spot("p2", 35.62, 139.68),
        spot("p3", 35.62, 139.70),
        Spot(code="p4", label="x"),
    )
    shown = spot_map(PlaceSpec(spots=spots))
    by_code = {point.code: point for point in shown.points}
    assert [point.number for point in shown.points] == [1, 2, 3]
    assert by_code["p1"].y < by_code["p2"].y == by_code["p3"].y, "north is above"
    assert by_code["p1"].x == by_code["p2"].x < by_code["p3"].x
    assert all(0 < point.x < shown.width and 0 < point.y < shown.height for point in shown.points)
    assert spot_map(PlaceSpec(spots=spots[2:])) is None
    line = spot_map(PlaceSpec(spots=(spots[0], spots[1])))
    assert line.width == shown.width


def test_the_script_learns_of_earlier_answers_only_what_the_conditions_ask(app):
    survey = a_survey_of(
        [
            *branching_sections(),
            Section(
                "s4", questions=(asked_as("q9", LineSpec(), condition=branching_sections()[1].condition),)
            ),
        ]
    )
    who = answer(survey, q1="a2", q3="ひみつの理由", q4="42")
    page = queries.show_survey(survey)
    walk = queries.walk_of(page, Respondent(queries.respondent_key(survey, who)))
    rules = queries.rules_for(walk, walk.get_page("s4"))
    assert rules["known"] == {"q1": {"": ["a2"]}}
    assert "ひみつ" not in str(rules)
    assert not queries.has_rules(walk.get_page("s3"))
    assert queries.walk_of(page, Respondent(queries.respondent_key(survey, a_visitor()))).given == {}
