"""The kinds of questions together (設問の種類), by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from participation.surveys.domain.choosing import (
    DropdownSpec,
    MultipleSpec,
    PlaceSpec,
    ScaleSpec,
    SingleSpec,
    YesNoSpec,
)
from participation.surveys.domain.tables import MatrixMultipleSpec, MatrixSpec, PointsSpec, RankingSpec
from participation.surveys.domain.writing import DateSpec, FileSpec, InfoSpec, LineSpec, NumberSpec, TextSpec

AnySpec = (
    SingleSpec
    | MultipleSpec
    | DropdownSpec
    | YesNoSpec
    | ScaleSpec
    | MatrixSpec
    | MatrixMultipleSpec
    | RankingSpec
    | PointsSpec
    | PlaceSpec
    | LineSpec
    | TextSpec
    | NumberSpec
    | DateSpec
    | FileSpec
    | InfoSpec
)
QuestionSpec = Annotated[AnySpec, Field(discriminator="kind")]
_specs: TypeAdapter[AnySpec] = TypeAdapter(QuestionSpec)

KIND_NAMES = {
    "single": "一つだけ選ぶ",
    "multiple": "いくつでも選ぶ",
    "dropdown": "一覧から選ぶ",
    "yes_no": "はい・いいえ",
    "scale": "段階で答える",
    "matrix": "表で一つずつ選ぶ",
    "matrix_multiple": "表でいくつでも選ぶ",
    "ranking": "順位をつける",
    "points": "点を配る",
    "place": "場所を選ぶ",
    "line": "短く書く",
    "text": "自由に書く",
    "number": "数を書く",
    "date": "日付を書く",
    "file": "ファイルを送る",
    "info": "説明だけ（答えなし）",
}
#: Kinds answered in words of one's own.
WORDS = frozenset({"text", "line"})
#: Seconds that an ordinary person needs, for 「8問・約4分」.
SECONDS = {
    "single": 15,
    "multiple": 25,
    "dropdown": 15,
    "yes_no": 10,
    "scale": 15,
    "matrix": 45,
    "matrix_multiple": 60,
    "ranking": 45,
    "points": 60,
    "place": 20,
    "line": 25,
    "text": 75,
    "number": 15,
    "date": 15,
    "file": 60,
    "info": 20,
}


def read_spec(stored: Mapping[str, Any]) -> AnySpec:
    """Return the settings of a question from their stored form; raises pydantic's ValidationError."""
    return _specs.validate_python(dict(stored))
