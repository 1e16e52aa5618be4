"""Every kind of question reads what is sent, refuses in words, and gives back what it keeps."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from pydantic import ValidationError

from participation.surveys.domain import (
    KIND_NAMES,
    SECONDS,
    DateSpec,
    Fault,
    FileSpec,
    LineSpec,
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    PointsSpec,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
    read_spec,
)
from tests.surveys.questionnaires import EVERY_KIND, THREE, WITH_OTHER, sent

SINGLE = SingleSpec(options=WITH_OTHER)
MULTIPLE = MultipleSpec(options=WITH_OTHER, least=2, most=3)
MATRIX = MatrixSpec(rows=THREE[:2], columns=THREE, needs_every_row=True)
RANKING = RankingSpec(options=THREE, most=2)
POINTS = PointsSpec(options=THREE, total=10)
AGE = NumberSpec(least=0, most=120, unit="歳", bands=(20, 65))


def test_every_kind_has_a_name_and_a_time_and_is_tried_here():
    assert {spec.kind for spec in EVERY_KIND} == set(KIND_NAMES) == set(SECONDS)


def attempt(spec, parts):
    try:
        return spec.read(parts), None
    except Fault as fault:
        return None, fault


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda spec: spec.kind)
@given(parts=sent)
def test_whatever_is_sent_is_refused_in_words_or_kept_as_it_can_be_given_back(spec, parts):
    value, fault = attempt(spec, parts)
    if fault is not None:
        assert str(fault).endswith(("。", "）。"))
        assert fault.part in {"", *dict(spec.parts()), *parts}
    if value is None:
        return
    assert spec.read(spec.given(value)) == value
    assert json.loads(json.dumps(value)) == value
    assert spec.words(value)
    assert all(len(code) <= 64 for code in spec.counted(value))
    assert set(spec.breakdown(value)) <= set(dict(spec.breakdown_choices()))
    assert all(isinstance(atom, str) for atom in spec.atoms(value))


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda spec: spec.kind)
def test_settings_come_back_from_storage_as_they_were(spec):
    assert read_spec(json.loads(json.dumps(spec.model_dump(mode="json")))) == spec


@pytest.mark.parametrize(
    ("spec", "parts", "stored"),
    [
        (SINGLE, {"": ["a4"], "other": [" 夜明け  前 "]}, {"choice": "a4", "other": "夜明け 前"}),
        (SINGLE, {"": ["a1"], "other": ["消し忘れ"]}, "a1"),
        (MULTIPLE, {"": ["a5"]}, ["a5"]),
        (MULTIPLE, {"": ["a4", "a1"], "other": ["x"]}, {"choices": ["a1", "a4"], "other": "x"}),
        (MATRIX, {"a1": ["a3"], "a2": ["a1"]}, {"a1": "a3", "a2": "a1"}),
        (RANKING, {"a3": ["１"], "a1": ["2位"]}, ["a3", "a1"]),
        (RANKING, {"a3": ["1"]}, ["a3"]),
        (POINTS, {"a1": ["7"], "a2": ["３点"], "a3": ["0"]}, {"a1": 7, "a2": 3}),
        (AGE, {"": ["６５歳"]}, "65"),
        (NumberSpec(), {"": ["1,200"]}, "1200"),
        (NumberSpec(), {"": ["-0"]}, "0"),
        (NumberSpec(decimals=2), {"": ["1.50"]}, "1.5"),
        (DateSpec(), {"": ["2026/2/3"]}, "2026-02-03"),
        (LineSpec(), {"": ["一行\nに"]}, "一行 に"),
    ],
)
def test_an_answer_is_stored_in_the_form_of_its_kind(spec, parts, stored):
    assert spec.read(parts) == stored


@pytest.mark.parametrize(
    ("spec", "parts", "words", "part"),
    [
        (SINGLE, {"": ["a4"], "other": ["あ" * 201]}, "200文字以内", "other"),
        (SINGLE, {"": ["a1"], "a1": ["1"]}, "欄への答え", ""),
        (MULTIPLE, {"": ["a5", "a1"]}, "一緒には選べません", ""),
        (MULTIPLE, {"": ["a1"]}, "2つ以上選んで", ""),
        (MULTIPLE, {"": ["a1", "a2", "a3", "a4"]}, "3つまで選べます（今は4つ）", ""),
        (MATRIX, {"a1": ["a3"]}, "「昼」がまだです", "a2"),
        (MATRIX, {"a1": ["a3"], "a2": ["a9"]}, "一つ選んで", "a2"),
        (MatrixMultipleSpec(rows=THREE, columns=THREE), {"a1": ["a1", "a1"]}, "選択肢の中から", "a1"),
        (RANKING, {"a1": ["1"], "a2": ["1"]}, "1位が2つあります", "a2"),
        (RANKING, {"a1": ["2"]}, "1位がありません", ""),
        (RANKING, {"a1": ["3"]}, "1位から2位まで", "a1"),
        (RANKING, {"a1": ["x"]}, "数字で", "a1"),
        (
            RankingSpec(options=THREE, may_stop_early=False),
            {"a1": ["1"]},
            "3位まで付けてください",
            "",
        ),
        (POINTS, {"a1": ["7"]}, "あと3点配ってください", ""),
        (POINTS, {"a1": ["7"], "a2": ["7"]}, "4点減らしてください", ""),
        (POINTS, {"a1": ["-1"], "a2": ["11"]}, "数字で", "a1"),
        (AGE, {"": ["121"]}, "120歳以下", ""),
        (AGE, {"": ["12.5"]}, "小数のない", ""),
        (NumberSpec(), {"": ["1e5"]}, "数字で", ""),
        (NumberSpec(), {"": ["NaN"]}, "数字で", ""),
        (DateSpec(), {"": ["2026-02-30"]}, "年・月・日", ""),
        (DateSpec(first="2026-01-01"), {"": ["2025-12-31"]}, "2026年1月1日以後", ""),
        (FileSpec(), {"": ["あ"]}, "もう一度選んで", ""),
        (LineSpec(limit=5), {"": ["あ" * 6]}, "5文字以内", ""),
    ],
)
def test_what_is_no_answer_is_refused_with_the_place(spec, parts, words, part):
    with pytest.raises(Fault, match=words) as refused:
        spec.read(parts)
    assert refused.value.part == part


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "multiple", "options": [o.model_dump() for o in WITH_OTHER], "most": 5},
        {"kind": "single", "options": [{"code": c, "label": c, "takes_text": True} for c in "ab"]},
        {"kind": "scale", "low_label": "a", "high_label": "b", "between": ["c"]},
        {"kind": "number", "least": 5, "most": 4},
        {"kind": "number", "bands": [65, 20]},
        {"kind": "date", "first": "2026-02-01", "last": "2026-01-01"},
        {"kind": "ranking", "options": [o.model_dump() for o in THREE], "most": 4},
        {"kind": "place", "spots": [{"code": "a", "label": "x"}, {"code": "a", "label": "y"}]},
        {"kind": "matrix", "rows": [], "columns": [o.model_dump() for o in THREE]},
    ],
)
def test_settings_that_make_no_question_are_refused(settings):
    with pytest.raises(ValidationError):
        read_spec(settings)


def test_numbers_fall_into_their_classes():
    assert AGE.breakdown_choices() == (("b0", "20歳未満"), ("b1", "20から65歳未満"), ("b2", "65歳以上"))
    assert [AGE.breakdown(age) for age in ("19", "20", "65")] == [("b0",), ("b1",), ("b2",)]


def test_options_come_in_the_order_of_the_seed_and_the_last_ones_stay_last():
    spec = SingleSpec(options=WITH_OTHER, shuffles=True)
    orders = {tuple(option.code for option in spec.in_order(seed, "q1")) for seed in range(60)}
    assert len(orders) == 6
    assert all(order[3:] == ("a4", "a5") for order in orders)
    assert spec.in_order(7, "q1") == spec.in_order(7, "q1")


def test_words_say_what_was_answered():
    assert SINGLE.words({"choice": "a4", "other": "夜明け"}) == "その他（夜明け）"
    assert MATRIX.words({"a1": "a3", "a2": "a1"}) == "朝：夜、昼：朝"
    assert RANKING.words(["a3", "a1"]) == "1位 夜、2位 朝"
    assert POINTS.words({"a1": 7, "a2": 3}) == "朝 7点、昼 3点"
    assert AGE.words("65") == "65歳"
    assert ScaleSpec(low_label="低い", high_label="高い", has_unsure=True).words("unsure") == "わからない"
