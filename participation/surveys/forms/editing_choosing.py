"""The forms of questions that are answered by choosing (選ぶ設問の作成)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange, Optional

from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys.domain import (
    AnySpec,
    DropdownSpec,
    MultipleSpec,
    PlaceSpec,
    ScaleSpec,
    SingleSpec,
    Spot,
    YesNoSpec,
)
from participation.surveys.domain.option_lines import (
    read_spots,
)
from participation.surveys.forms.editing_questions import (
    MARKS_HINT,
    SPOTS_HINT,
    QuestionForm,
    made,
    read_lines,
)
from participation.web.forms import (
    ChoiceList,
    ChoiceOne,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)


class SingleForm(QuestionForm):
    """One of several."""

    options = TextBody("選択肢", [Required("選択肢を、1行に1つずつ書いてください。"), Length(most=20_000)])
    shuffles = BooleanField("選択肢を、答える人ごとに順を変えて出す（「その他」などは終わりに残ります）")
    settings: ClassVar[tuple[str, ...]] = ("options", "shuffles")
    hints: ClassVar[dict[str, str]] = {"options": MARKS_HINT}

    def spec(self) -> AnySpec:
        """Return the options."""
        return made(SingleSpec, "options", options=self._options("options"), shuffles=self.shuffles.data)


class DropdownForm(SingleForm):
    """One of many, from a list that opens."""

    def spec(self) -> AnySpec:
        """Return the options."""
        options = self._options("options", most=300)
        return made(DropdownSpec, "options", options=options, shuffles=self.shuffles.data)


class MultipleForm(SingleForm):
    """Several of several."""

    least = IntegerField(
        "最少の数", [Optional(), NumberRange(1, 30, "1から30までの数にしてください。")], default=1
    )
    most = ChoiceList(
        "選べる数", coerce=int, choices=[(0, "いくつでも"), *((n, f"{n}つまで") for n in range(1, 31))]
    )
    settings = ("options", "most", "least", "shuffles")
    hints: ClassVar[dict[str, str]] = {
        **SingleForm.hints,
        "least": "答えるときは、この数以上を選んでもらいます。ふつうは1です。",
    }

    def spec(self) -> AnySpec:
        """Return the options and how many may be chosen."""
        options, most = self._options("options"), self.most.data or None
        if most is not None and most > len(options):
            raise Refused("選べる数は、選択肢の数までにしてください。", field="most")
        least = self.least.data or 1
        return made(
            MultipleSpec, "most", options=options, least=least, most=most, shuffles=self.shuffles.data
        )


class YesNoForm(QuestionForm):
    """Yes or no."""

    has_unsure = BooleanField("「わからない」も選べるようにする", default=True)
    settings = ("has_unsure",)

    def spec(self) -> AnySpec:
        """Return whether there is わからない."""
        return made(YesNoSpec, "has_unsure", has_unsure=self.has_unsure.data)


class ScaleForm(QuestionForm):
    """A step on a scale."""

    low = ChoiceList("始まりの数", coerce=int, choices=[(1, "1から"), (0, "0から")], default=1)
    high = ChoiceList(
        "いちばん高い段階の数", coerce=int, choices=[(n, f"{n}") for n in range(2, 11)], default=5
    )
    low_label = TextLine("いちばん低い段階の名前", [Required("例：まったくそう思わない"), Length(most=50)])
    high_label = TextLine("いちばん高い段階の名前", [Required("例：とてもそう思う"), Length(most=50)])
    between = TextBody("途中の段階の名前（任意）", [Length(most=600)])
    has_unsure = BooleanField("「わからない」も選べるようにする")
    settings = ("low", "high", "low_label", "between", "high_label", "has_unsure")
    hints: ClassVar[dict[str, str]] = {
        "between": "低い方から順に、1行に1つずつ書きます。書くときは、途中の段階すべてに名前を付けます。"
    }

    def spec(self) -> AnySpec:
        """Return the scale."""
        names = tuple(name for name in map(clean_line, (self.between.data or "").split("\n")) if name)
        return made(
            ScaleSpec,
            "between",
            low=self.low.data,
            high=self.high.data,
            low_label=self.low_label.data,
            high_label=self.high_label.data,
            between=names,
            has_unsure=self.has_unsure.data,
        )


PLACE_CHOICES = {
    "lines": "下に書いた場所",
    "districts": "区の住区（登録してあるもの）",
    "areas": "区の地区（登録してあるもの）",
}


class PlaceForm(QuestionForm):
    """A place: a 住区, a 地区, or one of the ward's own list."""

    source = ChoiceOne(
        "何から選んでもらうか", [RequiredChoice()], choices=list(PLACE_CHOICES.items()), default="lines"
    )
    spots = TextBody("場所", [Length(most=60_000)])
    settings = ("source", "spots")
    hints: ClassVar[dict[str, str]] = {
        "source": "住区・地区を選ぶと、保存したときに登録の名前が下に入ります。",
        "spots": SPOTS_HINT,
    }
    _registered: Callable[[], Mapping[str, tuple[Spot, ...]]] | None = None

    def offer_places(self, registered: Callable[[], Mapping[str, tuple[Spot, ...]]]) -> None:
        """Offer the 住区 and 地区 of the ward; they are looked up when somebody chooses them."""
        self._registered = registered

    def spec(self) -> AnySpec:
        """Return the places."""
        if self.source.data != "lines":
            registered = self._registered() if self._registered is not None else {}
            spots = registered.get(self.source.data, ())
            if len(spots) < 2:
                raise Refused(
                    "区の住区・地区が登録されていません。場所を下に書いてください。", field="source"
                )
            return made(PlaceSpec, "spots", spots=spots)
        known: tuple[Spot, ...] = getattr(self.before, "spots", ())
        spots = read_lines(lambda text: read_spots(text, known=known, taken=self.taken), self.spots)
        return made(PlaceSpec, "spots", spots=spots)
