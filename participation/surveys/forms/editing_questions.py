"""The forms with which staff make questions: one for each kind (設問の作成)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from pydantic import ValidationError as SpecError
from wtforms import BooleanField, DecimalField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys.domain import (
    KIND_NAMES,
    RESULTS_NAMES,
    AnySpec,
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
    QuestionDraft,
    RankingSpec,
    ResultsShown,
    ScaleSpec,
    SingleSpec,
    Spec,
    Spot,
    TextSpec,
    YesNoSpec,
)
from participation.surveys.domain.option_lines import (
    LineFault,
    read_easy_labels,
    read_options,
    read_spots,
    write_easy_labels,
    write_options,
    write_spots,
)
from participation.surveys.domain.packing import words_in
from participation.surveys.domain.writing import FILE_KINDS, plain
from participation.surveys.forms.editing import Pattern
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

S = TypeVar("S", bound=Spec)
MEGABYTE = 1024 * 1024
_BANK_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LINES_HINT = (
    "1行に1つずつ書きます。行の初めの [a1] は選択肢の番号です。文を直しても、行を並べ替えても、番号は消さないでください"
    "（新しい行には付けなくてよく、保存すると付きます）。"
)
MARKS_HINT = (
    LINES_HINT
    + "行の終わりに「｜記述」を付けると「その他」のように文を書いてもらえ、「｜単独」を付けるとほかと一緒に選べなくなり、"
    "「｜画像 番号 説明」で画像が付きます。"
)
SPOTS_HINT = "1行に1つ、「名前｜緯度, 経度｜地区」の形で書きます。緯度・経度と地区はなくてもかまいません。"


class QuestionForm(Form):
    """What every question has; its children add what their kind needs."""

    text = TextBody("設問の文", [Required("設問の文を書いてください。"), Length(most=500)])
    help = TextLine("補足（任意）", [Length(most=200)])
    is_required = BooleanField("必ず答えてもらう")
    image = ChoiceList("設問の画像", default="", validate_choice=False)
    image_text = TextLine("画像の説明", [Length(most=200)])
    is_attribute = BooleanField("属性として使う（ほかの設問を、この答えで分けて数える）")
    results_shown = ChoiceList(
        "この設問の結果の公開", choices=[("", "アンケートの設定のとおり"), *RESULTS_NAMES.items()], default=""
    )
    bank_key = TextLine(
        "設問集の番号",
        [Length(most=40), Pattern(_BANK_KEY, "設問集の番号は、英数字・「-」「_」「.」で書いてください。")],
    )
    section = ChoiceList("入れる章", default="", validate_choice=False)
    easy_text = TextBody("設問の文（やさしい日本語）", [Length(most=500)])
    easy_help = TextLine("補足（やさしい日本語）", [Length(most=200)])
    easy_options = TextBody("選択肢（やさしい日本語）", [Length(most=5000)])
    seen = HiddenField()

    #: The fields that only this kind has, in order, and their hints.
    settings: ClassVar[tuple[str, ...]] = ()
    hints: ClassVar[dict[str, str]] = {}
    #: Whether the kind is answered at all.
    asks: ClassVar[bool] = True
    #: The options that the question had, and the codes that no new option may get.
    before: Any = None
    taken: Collection[str] = ()
    texts: Mapping[str, str] = MappingProxyType({})

    def offer(
        self,
        sections: Sequence[tuple[str, str]],
        images: Sequence[tuple[str, str]],
        texts: Mapping[str, str] | None = None,
    ) -> QuestionForm:
        """Offer the sections and the pictures of the survey, and what each picture is known to show."""
        self.texts = texts or {}
        self.section.choices = list(sections)
        self.image.choices = [("", "（なし）"), *images]
        if self.image.data and self.image.data not in dict(images):
            self.image.choices = [*self.image.choices, (self.image.data, "今の画像")]
        return self

    def know(self, asked: Asked, taken: Collection[str]) -> QuestionForm:
        """Remember the question as it was, so that codes stay with their options."""
        self.before, self.taken = asked.spec, taken
        return self

    def spec(self) -> AnySpec:
        """Return the settings; raises Refused with the field to mend."""
        raise NotImplementedError

    def draft(self, before: Asked | None = None) -> QuestionDraft:
        """Return the question; its condition has a page of its own and stays as it was."""
        spec = self.spec()
        shown = self.results_shown.data
        return QuestionDraft(
            text=self.text.data.strip(),
            help=self.help.data or "",
            is_required=self.is_required.data and self.asks,
            spec=spec,
            condition=before.condition if before else None,
            is_attribute=self.is_attribute.data,
            results_shown=ResultsShown(shown) if shown else None,
            bank_key=self.bank_key.data,
            image=self.image.data or "",
            image_text=self.image_text.data,
            easy=self._easy(spec),
        )

    def _easy(self, spec: AnySpec) -> dict[str, Any] | None:
        codes = [key.partition(":")[2] for key, _, _ in words_in(spec) if ":" in key]
        try:
            labels = read_easy_labels(self.easy_options.data, codes)
        except LineFault as fault:
            raise Refused(str(fault), field="easy_options") from fault
        easy = {"text": self.easy_text.data.strip(), "help": self.easy_help.data, "options": labels}
        return {key: value for key, value in easy.items() if value} or None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the settings too."""
        if not super().validate(extra_validators):
            return False
        try:
            self._easy(self.spec())
            if self.image.data and not self.image_text.data:
                self.image_text.data = self.texts.get(self.image.data, "")
            if self.image.data and not self.image_text.data:
                raise Refused(
                    "何の画像かを書いてください。画像を見られない人に読み上げます。", field="image_text"
                )
            if self.image.data and self.image.data not in {choice[0] for choice in self.image.iter_choices()}:
                raise Refused("画像を選び直してください。", field="image")
        except Refused as refusal:
            self.refuse(refusal)
            return False
        return True

    def _options(
        self, field: str, *, prefix: str = "a", least: int = 2, most: int = 30
    ) -> tuple[Option, ...]:
        known: tuple[Option, ...] = getattr(self.before, field, ())
        options: tuple[Option, ...] = _lines(
            lambda text: read_options(
                text, prefix=prefix, known=known, taken=self.taken, least=least, most=most
            ),
            self._fields[field],
        )
        return options


class SingleForm(QuestionForm):
    """One of several."""

    options = TextBody("選択肢", [Required("選択肢を、1行に1つずつ書いてください。"), Length(most=20_000)])
    shuffles = BooleanField("選択肢を、答える人ごとに順を変えて出す（「その他」などは終わりに残ります）")
    settings: ClassVar[tuple[str, ...]] = ("options", "shuffles")
    hints: ClassVar[dict[str, str]] = {"options": MARKS_HINT}

    def spec(self) -> AnySpec:
        """Return the options."""
        return _made(SingleSpec, "options", options=self._options("options"), shuffles=self.shuffles.data)


class DropdownForm(SingleForm):
    """One of many, from a list that opens."""

    def spec(self) -> AnySpec:
        """Return the options."""
        options = self._options("options", most=300)
        return _made(DropdownSpec, "options", options=options, shuffles=self.shuffles.data)


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
        return _made(
            MultipleSpec, "most", options=options, least=least, most=most, shuffles=self.shuffles.data
        )


class YesNoForm(QuestionForm):
    """Yes or no."""

    has_unsure = BooleanField("「わからない」も選べるようにする", default=True)
    settings = ("has_unsure",)

    def spec(self) -> AnySpec:
        """Return whether there is わからない."""
        return _made(YesNoSpec, "has_unsure", has_unsure=self.has_unsure.data)


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
        return _made(
            ScaleSpec,
            "between",
            low=self.low.data,
            high=self.high.data,
            low_label=self.low_label.data,
            high_label=self.high_label.data,
            between=names,
            has_unsure=self.has_unsure.data,
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
        return _made(
            self._kind,
            "rows",
            rows=_plain(self._options("rows", prefix="r", least=1, most=20), "rows"),
            columns=_plain(self._options("columns", prefix="c", most=11), "columns"),
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
        return _made(
            RankingSpec,
            "most",
            options=_plain(self._options("options", most=15), "options"),
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
        options = _plain(self._options("options"), "options")
        return _made(PointsSpec, "total", options=options, total=self.total.data, shuffles=self.shuffles.data)


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
            return _made(PlaceSpec, "spots", spots=spots)
        known: tuple[Spot, ...] = getattr(self.before, "spots", ())
        spots = _lines(lambda text: read_spots(text, known=known, taken=self.taken), self.spots)
        return _made(PlaceSpec, "spots", spots=spots)


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
        return _made(LineSpec, "limit", limit=self.limit.data)


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
        return _made(TextSpec, "limit", limit=self.limit.data)


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
        return _made(
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
        return _made(DateSpec, "last", first=self.first.data, last=self.last.data)


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
        return _made(
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
        return _made(InfoSpec, "text")


QUESTION_FORMS: dict[str, type[QuestionForm]] = {
    "single": SingleForm,
    "multiple": MultipleForm,
    "dropdown": DropdownForm,
    "yes_no": YesNoForm,
    "scale": ScaleForm,
    "matrix": MatrixForm,
    "matrix_multiple": MatrixMultipleForm,
    "ranking": RankingForm,
    "points": PointsForm,
    "place": PlaceForm,
    "line": LineForm,
    "text": TextForm,
    "number": NumberForm,
    "date": DateForm,
    "file": FileForm,
    "info": InfoForm,
}
assert list(QUESTION_FORMS) == list(KIND_NAMES)


def question_values(asked: Asked) -> dict[str, Any]:
    """Return a question as its form shows it."""
    easy = asked.easy or {}
    values = asked.spec.model_dump(mode="python")
    for field in ("options", "rows", "columns"):
        if field in values:
            values[field] = write_options(getattr(asked.spec, field))
    if "spots" in values:
        values["spots"], values["source"] = write_spots(asked.spec.spots), "lines"  # type: ignore[union-attr]
    if asked.spec.kind in ("multiple", "ranking"):
        values["most"] = values["most"] or 0
    if "between" in values:
        values["between"] = "\n".join(values["between"])
    if "bands" in values:
        values["bands"] = ", ".join(plain(band) for band in values["bands"])
    if "most_bytes" in values:
        values["megabytes"] = max(1, values["most_bytes"] // MEGABYTE)
    return {
        **values,
        "text": asked.text,
        "help": asked.help,
        "is_required": asked.is_required,
        "image": asked.image,
        "image_text": asked.image_text,
        "is_attribute": asked.is_attribute,
        "results_shown": asked.results_shown.value if asked.results_shown else "",
        "bank_key": asked.bank_key,
        "easy_text": easy.get("text", ""),
        "easy_help": easy.get("help", ""),
        "easy_options": write_easy_labels(easy.get("options", {}).items()),
    }


#: What may be offered to be chosen as it stands, whatever the kind.
_CHOOSING = ("single", "multiple", "dropdown", "ranking", "points")
_COMMON = (
    "text",
    "help",
    "is_required",
    "image",
    "image_text",
    "is_attribute",
    "results_shown",
    "easy_text",
    "easy_help",
)


def values_as(asked: Asked, kind: str) -> dict[str, Any]:
    """Return a question as the form of a kind shows it: of another kind it keeps its words, and what fits of the rest.

    Its number in the bank stays behind: answers of two kinds are not compared.
    """
    values = question_values(asked)
    if kind == asked.spec.kind:
        return values
    kept = {field: values[field] for field in _COMMON}
    if kind in _CHOOSING:
        kept |= _options_as(asked.spec, kind)
        if "options" in kept and asked.spec.kind in _CHOOSING:
            kept["easy_options"] = values["easy_options"]
    elif {kind, asked.spec.kind} == {"matrix", "matrix_multiple"}:
        kept |= {field: values[field] for field in ("rows", "columns", "shuffles", "needs_every_row")}
    return kept


def _options_as(spec: AnySpec, kind: str) -> dict[str, Any]:
    """Return the options of a question as the lines of another kind; nothing where there are none."""
    if spec.kind in _CHOOSING:
        options: Iterable[Option] = spec.options  # type: ignore[union-attr]
        if kind in ("ranking", "points"):
            options = [
                each.model_copy(update={"takes_text": False, "is_exclusive": False}) for each in options
            ]
        return {"options": write_options(options), "shuffles": getattr(spec, "shuffles", False)}
    labels = dict.fromkeys(label for _, label in spec.choices())
    return {"options": "\n".join(labels)} if labels and "rows" not in type(spec).model_fields else {}


def _lines(read: Callable[[str], Any], field: Any) -> Any:
    try:
        return read(field.data)
    except LineFault as fault:
        raise Refused(str(fault), field=field.name) from fault


def _plain(options: Iterable[Option], field: str) -> tuple[Option, ...]:
    """Return options of a kind that knows no その他 and no option that is chosen alone."""
    for option in options:
        if option.takes_text or option.is_exclusive:
            raise Refused(
                f"この種類の設問では「｜記述」「｜単独」は使えません（「{option.label[:20]}」の行）。",
                field=field,
            )
    return tuple(options)


def _refuse_long_number(field: Any) -> None:
    if field.data is not None and (not field.data.is_finite() or abs(field.data) >= 10**12):
        raise ValidationError("12けたまでの数にしてください。")


def _made(kind: type[S], field: str, **settings: Any) -> S:
    """Return the settings; what they contradict is said at a field."""
    try:
        return kind(**settings)
    except SpecError as error:
        first = error.errors()[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        own = first["type"] == "value_error"
        raise Refused(
            f"{reason}。" if own else "この設定では設問をつくれません。値を確かめてください。",
            field=field,
        ) from error
