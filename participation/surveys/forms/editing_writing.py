"""The forms of questions that are answered in writing, and of what is only read (書く設問・ファイル・説明の作成)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import DecimalField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from participation.foundation.errors import Refused
from participation.surveys.domain import (
    AnySpec,
    DateSpec,
    FileSpec,
    InfoSpec,
    LineSpec,
    NumberSpec,
    TextSpec,
)
from participation.surveys.domain.writing import FILE_KINDS
from participation.surveys.forms.editing_questions import (
    QuestionForm,
    made,
)
from participation.surveys.forms.editing_values import MEGABYTE
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    Day,
    Length,
    Required,
    TextLine,
)


class LineForm(QuestionForm):
    """A few words on one line."""

    limit = IntegerField(
        "書ける長さ（文字）",
        [Required("長さを書いてください。"), NumberRange(1, 200, "1から200までの数にしてください。")],
        default=100,
    )
    settings = ("limit",)

    def spec(self) -> AnySpec:
        """Return the limit."""
        return made(LineSpec, "limit", limit=self.limit.data)


class TextForm(QuestionForm):
    """Words of one's own."""

    limit = IntegerField(
        "書ける長さ（文字）",
        [Required("長さを書いてください。"), NumberRange(20, 5000, "20から5000までの数にしてください。")],
        default=1000,
    )
    settings = ("limit",)

    def spec(self) -> AnySpec:
        """Return the limit."""
        return made(TextSpec, "limit", limit=self.limit.data)


class NumberForm(QuestionForm):
    """A number."""

    least = DecimalField("いちばん小さい数（任意）", [Optional()], places=None)
    most = DecimalField("いちばん大きい数（任意）", [Optional()], places=None)
    decimals = ChoiceList(
        "小数",
        coerce=int,
        choices=[(0, "なし"), (1, "1けたまで"), (2, "2けたまで"), (3, "3けたまで")],
        default=0,
    )
    unit = TextLine("単位（任意）", [Length(most=20)])
    bands = TextLine("階級の区切り（任意）", [Length(most=300)])
    settings = ("least", "most", "decimals", "unit", "bands")
    hints: ClassVar[dict[str, str]] = {
        "unit": "例：歳、回、時間",
        "bands": "結果を数えるときの区切りを、小さい順にコンマで区切って書きます。例：20, 30, 40（20未満、20から30未満、…）",
    }

    def validate_least(self, field: DecimalField) -> None:
        """Refuse what is too long to be a limit."""
        _refuse_long_number(field)

    def validate_most(self, field: DecimalField) -> None:
        """Refuse what is too long to be a limit."""
        _refuse_long_number(field)

    def spec(self) -> AnySpec:
        """Return the limits and the classes."""
        try:
            bands = tuple(Decimal(part) for part in re.split(r"[,、，\s]+", self.bands.data.strip()) if part)
        except ArithmeticError as error:
            raise Refused(
                "区切りは数字で、コンマで区切って書いてください。例：20, 30, 40", field="bands"
            ) from error
        return made(
            NumberSpec,
            "bands" if bands else "least",
            least=self.least.data,
            most=self.most.data,
            decimals=self.decimals.data,
            unit=self.unit.data,
            bands=bands,
        )


class DateForm(QuestionForm):
    """A day."""

    first = Day("いちばん早い日（任意）", [Optional()])
    last = Day("いちばん遅い日（任意）", [Optional()])
    settings = ("first", "last")

    def spec(self) -> AnySpec:
        """Return the limits."""
        return made(DateSpec, "last", first=self.first.data, last=self.last.data)


class FileForm(QuestionForm):
    """A file."""

    accepts = ChoiceMany(
        "受け取るもの",
        [Required("1つ以上選んでください。")],
        choices=list(FILE_KINDS.items()),
        default=list(FILE_KINDS),
    )
    megabytes = ChoiceList(
        "大きさ", coerce=int, choices=[(n, f"{n}MBまで") for n in (1, 2, 5, 10)], default=10
    )
    settings = ("accepts", "megabytes")

    def spec(self) -> AnySpec:
        """Return what is accepted."""
        return made(
            FileSpec,
            "accepts",
            accepts=tuple(self.accepts.data or ()),
            most_bytes=self.megabytes.data * MEGABYTE,
        )


class InfoForm(QuestionForm):
    """Something to read before going on."""

    asks = False

    def spec(self) -> AnySpec:
        """Return the kind."""
        return made(InfoSpec, "text")


def _refuse_long_number(field: Any) -> None:
    if field.data is not None and (not field.data.is_finite() or abs(field.data) >= 10**12):
        raise ValidationError("12けたまでの数にしてください。")
