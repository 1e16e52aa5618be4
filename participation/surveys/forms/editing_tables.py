"""The forms of questions with several answers beside each other (表・順位・点の配分の作成)."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange

from participation.surveys.domain import (
    AnySpec,
    MatrixMultipleSpec,
    MatrixSpec,
    PointsSpec,
    RankingSpec,
)
from participation.surveys.forms.editing_questions import (
    LINES_HINT,
    QuestionForm,
    made,
    only_plain,
)
from participation.web.forms import (
    ChoiceList,
    Length,
    Required,
    TextBody,
)


class MatrixForm(QuestionForm):
    """A table: one column for each row."""

    rows = TextBody(
        "行（たずねること）", [Required("行を、1行に1つずつ書いてください。"), Length(most=10_000)]
    )
    columns = TextBody("列（答え）", [Required("列を、1行に1つずつ書いてください。"), Length(most=5_000)])
    needs_every_row = BooleanField("答えるときは、すべての行に答えてもらう")
    columns_are_ordered = BooleanField("列に順がある（よい…わるい）。結果を帯の図にします", default=True)
    shuffles = BooleanField("行を、答える人ごとに順を変えて出す")
    settings = ("rows", "columns", "needs_every_row", "columns_are_ordered", "shuffles")
    hints: ClassVar[dict[str, str]] = {
        "rows": LINES_HINT.replace("[a1]", "[r1]"),
        "columns": "列は左から順に、同じように書きます。",
    }
    _kind: ClassVar[type[MatrixSpec]] = MatrixSpec

    def spec(self) -> AnySpec:
        """Return rows and columns."""
        return made(
            self._kind,
            "rows",
            rows=only_plain(self._options("rows", prefix="r", least=1, most=20), "rows"),
            columns=only_plain(self._options("columns", prefix="c", most=11), "columns"),
            needs_every_row=self.needs_every_row.data,
            columns_are_ordered=self.columns_are_ordered.data,
            shuffles=self.shuffles.data,
        )


class MatrixMultipleForm(MatrixForm):
    """A table: any number of columns for each row."""

    columns_are_ordered = BooleanField("列に順がある（よい…わるい）", default=False)
    _kind: ClassVar[type[MatrixSpec]] = MatrixMultipleSpec


class RankingForm(QuestionForm):
    """An order of preference."""

    options = TextBody("選択肢", [Required("選択肢を、1行に1つずつ書いてください。"), Length(most=5_000)])
    most = ChoiceList(
        "順位の数", coerce=int, choices=[(0, "すべてに付ける"), *((n, f"{n}位まで") for n in range(1, 16))]
    )
    may_stop_early = BooleanField("途中の順位まででもよい", default=True)
    shuffles = BooleanField("選択肢を、答える人ごとに順を変えて出す")
    settings = ("options", "most", "may_stop_early", "shuffles")
    hints: ClassVar[dict[str, str]] = {"options": LINES_HINT}

    def spec(self) -> AnySpec:
        """Return the options and how many places there are."""
        return made(
            RankingSpec,
            "most",
            options=only_plain(self._options("options", most=15), "options"),
            most=self.most.data or None,
            may_stop_early=self.may_stop_early.data,
            shuffles=self.shuffles.data,
        )


class PointsForm(QuestionForm):
    """Points to share out."""

    options = TextBody("選択肢", [Required("選択肢を、1行に1つずつ書いてください。"), Length(most=10_000)])
    total = IntegerField(
        "配る点の合計",
        [Required("合計の点を書いてください。"), NumberRange(2, 1000, "2から1000までの数にしてください。")],
        default=10,
    )
    shuffles = BooleanField("選択肢を、答える人ごとに順を変えて出す")
    settings = ("options", "total", "shuffles")
    hints: ClassVar[dict[str, str]] = {
        "options": LINES_HINT,
        "total": "ちょうどこの点になるように配ってもらいます。",
    }

    def spec(self) -> AnySpec:
        """Return the options and the total."""
        options = only_plain(self._options("options"), "options")
        return made(PointsSpec, "total", options=options, total=self.total.data, shuffles=self.shuffles.data)
