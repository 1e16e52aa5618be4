"""XLSForm: what is written is read again as it was; what cannot be taken in is named with its cell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.surveys.domain import (
    Asked,
    FileSpec,
    Known,
    Layout,
    LineSpec,
    MultipleSpec,
    Option,
    PointsSpec,
    Questionnaire,
    ResultsShown,
    ScaleSpec,
    Section,
    SingleSpec,
    TextSpec,
    holds,
    read_condition,
)
from participation.surveys.domain.xlsform import Form, read_form, write_form
from participation.surveys.domain.xlsform.xpath import Field, NotReadable, read_xpath, write_xpath
from tests.surveys.questionnaires import EVERY_KIND, THREE, small_questionnaires

KINDS = (
    *EVERY_KIND,
    ScaleSpec(low_label="低い", high_label="高い", between=("やや低い", "中", "やや高い")),
    MultipleSpec(
        options=(*THREE, Option(code="a9", label="絵", image="k7m2x9", image_text="公園")), shuffles=True
    ),
    LineSpec(),
    LineSpec(limit=200),
    TextSpec(),
    FileSpec(accepts=("image/png",), most_bytes=2048),
    PointsSpec(options=THREE, total=100, shuffles=True),
)


def numbered(written):
    """Sheets with the lines on which their rows stand."""
    return {name: list(enumerate(rows, start=1)) for name, rows in written.items()}


def again(form):
    reading = read_form(numbered(write_form(form)))
    assert reading.faults == ()
    assert reading.notices == ()
    return reading.form


def test_a_questionnaire_of_every_kind_comes_back_exactly_as_it_was():
    questions = tuple(
        Asked(
            code=f"q{number}",
            text=f"問いの文{number}",
            help="補足" if number % 2 else "",
            is_required=number % 3 == 0 and spec.kind != "info",
            spec=spec,
            is_attribute=number % 5 == 0,
            results_shown=ResultsShown.NEVER if number % 4 == 0 else None,
            bank_key=f"bank-{number}" if number % 2 else "",
            image="k7m2x9" if number == 1 else "",
            image_text="区の地図" if number == 1 else "",
            easy={"text": "やさしい", "options": {"a1": "あさ"}} if spec.kind == "single" else None,
        )
        for number, spec in enumerate(KINDS, start=1)
    )
    piped = replace(
        questions[-1],
        code="q99",
        text="{q1}と答えた方に",
        condition=read_condition({"op": "answered", "question": "q1"}),
    )
    form = Form(
        Questionnaire(
            (
                Section("s1", "はじめに", "説明", easy={"title": "さいしょ"}, questions=questions),
                Section("s7", shuffles=True, starts_page=False, questions=(piped,)),
            )
        ),
        title="題名",
        code="johou-2026",
        intro="目的",
        layout=Layout.PAGES,
        easy={"title": "だい", "intro": "もくてき"},
    )
    assert again(form) == form


@settings(max_examples=60, deadline=None)
@given(small_questionnaires())
def test_sections_conditions_and_jumps_come_back_as_they_were(questionnaire):
    assert again(Form(questionnaire)).questionnaire == questionnaire


SPECS = {
    "q1": SingleSpec(options=THREE),
    "q2": MultipleSpec(options=THREE),
    "q3": EVERY_KIND[12],
    "q4": EVERY_KIND[8],
}
leaf = st.one_of(
    st.builds(lambda q: {"op": "answered", "question": q}, st.sampled_from(sorted(SPECS))),
    st.builds(
        lambda op, q, values: {"op": op, "question": q, "values": values},
        st.sampled_from(("in", "contains", "eq")),
        st.sampled_from(("q1", "q2")),
        st.lists(
            st.sampled_from(("a1", "a2", "a3", "it's", 'a "b" it\'s')), min_size=1, max_size=3, unique=True
        ),
    ),
    st.builds(
        lambda op, value: {"op": op, "question": "q3", "values": [value]},
        st.sampled_from(("gt", "ge", "lt", "le")),
        st.sampled_from(("0", "19", "20.5", "-1")),
    ),
    st.builds(
        lambda op, part: {"op": op, "question": "q4", "part": part, "values": ["2"]},
        st.sampled_from(("le", "eq", "gt")),
        st.sampled_from(("a1", "a2")),
    ),
)
conditions = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(lambda of: {"op": "not", "of": of}, inner),
        st.builds(
            lambda op, of: {"op": op, "of": of},
            st.sampled_from(("all", "any")),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=6,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "q1": st.sampled_from(("a1", "a2", "a3")),
        "q2": st.lists(st.sampled_from(("a1", "a2", "a3")), min_size=1, max_size=3, unique=True),
        "q3": st.sampled_from(("0", "19", "20", "21")),
        "q4": st.sampled_from((["a1"], ["a2", "a1"], ["a3", "a1", "a2"])),
    },
)


def known_fields(name):
    code, _, part = name.partition("_")
    return Field(code, part, SPECS[code].kind, {})


@settings(max_examples=200, deadline=None)
@given(conditions, answers)
def test_a_condition_written_as_xpath_means_the_same_when_it_is_read(stored, given_answers):
    before = read_condition(stored)
    after = read_xpath(write_xpath(before, SPECS), known_fields)
    known = Known(given_answers, SPECS)
    assert holds(after, known) == holds(before, known)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("${q1}='a1'", {"op": "eq", "question": "q1", "values": ["a1"]}),
        ("'a1' != ${ q1 }", {"op": "not", "of": {"op": "eq", "question": "q1", "values": ["a1"]}}),
        ("5 < ${q3}", {"op": "gt", "question": "q3", "values": ["5"]}),
        ("${q1} = ''", {"op": "not", "of": {"op": "answered", "question": "q1"}}),
        ("count-selected(${q2}) > 0", {"op": "answered", "question": "q2"}),
        ("string-length(${q1}) = 0", {"op": "not", "of": {"op": "answered", "question": "q1"}}),
        (
            "selected(${q2}, 'a1') and selected(${q2}, 'a3')",
            {"op": "contains", "question": "q2", "values": ["a1", "a3"]},
        ),
        (
            "(selected(${q2}, 'a1') or selected(${q2}, 'a3'))",
            {"op": "in", "question": "q2", "values": ["a1", "a3"]},
        ),
    ],
)
def test_the_usual_ways_of_writing_a_condition_are_read(text, stored):
    assert read_xpath(text, known_fields) == read_condition(stored)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "空です"),
        ("${q1} = ${q2}", "設問どうし"),
        ("1 = 1", "値どうし"),
        ("${q1}", "くらべる記号"),
        ("${q1} = 'a1' or", "途中で終わって"),
        ("${q1} = 'a1' )", "から先"),
        ("not(${q1} = 'a1'", "がいるところ"),
        ("count-selected(${q2}) > 2", "答えがあるかどうか"),
        ("today() > ${q3}", "使えません"),
        ("if(${q1}='a1', 1, 0) = 1", "使えません|がいる|くらべる"),
        ("${q1} = 'a1' ; drop table", "読み取れません"),
        ("(" * 60 + "${q1} = 'a1'" + ")" * 60, "深すぎます"),
        ("x" * 5000, "長すぎます"),
    ],
)
def test_what_is_no_condition_of_ours_is_refused_in_words(text, words):
    with pytest.raises(NotReadable, match=words):
        read_xpath(text, known_fields)


HEADER = [
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "appearance",
    "parameters",
    "calculation",
]
CHOICES = [
    ["list_name", "name", "label"],
    ["yn", "Yes", "はい"],
    ["yn", "No", "いいえ"],
    ["ln", "x", "よい"],
    ["ln", "y", "悪い"],
]


def form_of(*rows, choices=CHOICES, header=HEADER, **sheets):
    return read_form(numbered({"survey": [header, *rows], "choices": choices, **sheets}))


def test_a_form_of_another_tool_is_taken_in_with_names_of_our_own():
    reading = form_of(
        ["start", "start"],
        ["select_one yn or_other", "Reads", "読みますか", "一つ", "true()"],
        ["begin group", "more", "くわしく", "", "", "selected(${Reads}, 'Yes')"],
        ["integer", "age", "${Reads}の方、おいくつですか", "", "yes", "", ". > 17 and . <= 120"],
        ["begin_group", "table", "応対", "", "", "", "", "table-list"],
        ["select_one ln", "desk", "窓口"],
        ["select_one ln", "phone", "電話"],
        ["end_group"],
        ["range", "mark", "点数", "", "", "${desk} = 'y' and ${age} >= 20", "", "", "start=1 end=5 step=1"],
        ["end group"],
        ["select_multiple ln", "all", "すべて", "", "", "", "count-selected(.) <= 1"],
        settings=[["form_title", "form_id", "style"], ["題名", "JOHOU-2026", "pages"]],
    )
    assert reading.faults == ()
    assert reading.notices == ("「start」（回答の記録）は取り込みません。",)
    form = reading.form
    assert (form.title, form.code, form.layout) == ("題名", "johou-2026", Layout.PAGES)
    first, more, last = form.questionnaire.sections
    reads, (age, table, mark), everything = first.questions[0], more.questions, last.questions[0]
    assert reads.spec.choices() == (("yes", "はい"), ("no", "いいえ"), ("other", "その他"))
    assert (reads.is_required, age.text, age.spec.least) == (True, "{q1}の方、おいくつですか", 18)
    assert more.condition == read_condition({"op": "in", "question": "q1", "values": ["yes"]})
    assert (table.spec.kind, table.spec.parts()) == ("matrix", (("desk", "窓口"), ("phone", "電話")))
    assert (mark.spec.kind, mark.spec.high) == ("scale", 5)
    assert mark.condition == read_condition(
        {
            "op": "all",
            "of": [
                {"op": "eq", "question": "q3", "part": "desk", "values": ["y"]},
                {"op": "ge", "question": "q2", "values": ["20"]},
            ],
        }
    )
    assert everything.spec.most == 1


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (["calculate", "c", "", "", "", "", "", "", "", "1 + 1"], "A2", "計算"),
        (["text", "t", "文", "", "", "", "", "", "", "once(1)"], "J2", "計算"),
        (["geopoint", "p", "どこ"], "A2", "一覧から選ぶ設問"),
        (["begin_repeat", "r", "人"], "A2", "くり返し"),
        (["dance", "d", "踊り"], "A2", "「dance」という種類"),
        (["select_one nothing", "s", "文"], "A2", "「nothing」が choices シートにありません"),
        (["text", "", "文"], "B2", "名前"),
        (["text", "t", ""], "C2", "設問の文"),
        (["text", "t", "文", "", "maybe"], "E2", "yes か no"),
        (["text", "t", "文", "", "", "${later} = 1"], "F2", "「later」という名前の設問がありません"),
        (["text", "t", "文", "", "", "", "regex(., '[0-9]+')"], "G2", "取り込めません"),
        (["integer", "t", "文", "", "", "", ". >= 9 and . <= 1"], "A2", "最小は最大以下"),
        (["begin_group", "g", "章"], "A2", "閉じていません"),
        (["end_group"], "A2", "対になる"),
        (["text", "t", "長" * 501], "C2", "500文字まで"),
    ],
)
def test_a_cell_that_cannot_be_taken_in_is_named_and_nothing_is_made(row, cell, words):
    reading = form_of(row)
    assert reading.form is None
    assert any(fault.cell == cell and words in fault.reason for fault in reading.faults), reading.faults


@pytest.mark.parametrize(
    ("kind", "constraint", "least", "most"),
    [
        ("integer", ". > 0 and . < 10", "1", "9"),
        ("integer", ". > 2.5 and . <= 7.5", "3", "7"),
        ("decimal", ". > 0 and . < 10", "0.001", "9.999"),
        ("decimal", ". >= 0.5", "0.5", None),
        ("date", ". > date('2026-01-31') and . < date('2026-03-01')", "2026-02-01", "2026-02-28"),
    ],
)
def test_more_and_less_than_are_the_next_number_or_day_that_can_be_written(kind, constraint, least, most):
    reading = form_of(
        [kind, "x", "どれくらいですか", "", "", "", constraint],
        settings=[["form_title", "form_id"], ["題名", "kotsu_2026"]],
    )
    assert (reading.faults, reading.form.code) == ((), "kotsu-2026")
    spec = reading.form.questionnaire.questions[0].spec.model_dump(mode="json")
    first, last = ("first", "last") if kind == "date" else ("least", "most")
    found = (
        [spec[first], spec[last]]
        if kind == "date"
        else [spec[name] and float(spec[name]) for name in (first, last)]
    )
    assert found == ([least, most] if kind == "date" else [each and float(each) for each in (least, most)])


def test_sheets_that_are_no_form_are_refused_in_words():
    assert "survey" in str(read_form({"Sheet1": [(1, ["名前"])]}).faults[0])
    assert "設問がありません" in str(form_of(["note", "", ""]).faults[0]) or form_of().faults
    nested = form_of(
        ["begin_group", "a", "甲"],
        ["begin_group", "b", "乙"],
        ["text", "t", "文"],
        ["end_group"],
        ["end_group"],
    )
    assert "グループの中のグループ" in str(nested.faults[0])
    twins = form_of(["text", "t", "文"], ["text", "t", "文"])
    assert any("2つあります" in str(fault) for fault in twins.faults)
    many = form_of(*(["text", f"t{n}", "文"] for n in range(101)))
    assert "100問まで" in str(many.faults[0])
    twice = read_form(numbered({"survey": [["type", "type", "name", "label"], ["text", "", "t", "文"]]}))
    assert "2つあります" in str(twice.faults[0])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=6),
    st.lists(st.sampled_from(HEADER), max_size=6),
)
def test_whatever_stands_in_the_sheets_reading_never_breaks(rows, header):
    form_of(*rows, header=[*header, "participation::settings"], choices=rows)
