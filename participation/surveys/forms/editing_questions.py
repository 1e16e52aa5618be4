"""What every form of a question has (設問の作成): words, picture, section, and how settings are made of lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from pydantic import ValidationError as SpecError
from wtforms import BooleanField, HiddenField

from participation.foundation.errors import Refused
from participation.surveys.domain import (
    RESULTS_NAMES,
    AnySpec,
    Asked,
    Option,
    QuestionDraft,
    ResultsShown,
    Spec,
)
from participation.surveys.domain.option_lines import (
    LineFault,
    read_easy_labels,
    read_options,
)
from participation.surveys.domain.packing import words_in
from participation.surveys.forms.editing import Pattern
from participation.web.forms import (
    ChoiceList,
    Form,
    Length,
    Required,
    TextBody,
    TextLine,
)

S = TypeVar("S", bound=Spec)
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
    #: The pictures of the survey, with what each is known to show; None: nobody said which there are.
    pictures: Mapping[str, str] | None = None

    def offer(
        self,
        sections: Sequence[tuple[str, str]],
        images: Sequence[tuple[str, str]],
        texts: Mapping[str, str] | None = None,
    ) -> QuestionForm:
        """Offer the sections and the pictures of the survey, and what each picture is known to show."""
        self.pictures = texts
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
                self.image_text.data = (self.pictures or {}).get(self.image.data, "")
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
        options: tuple[Option, ...] = read_lines(
            lambda text: read_options(
                text,
                prefix=prefix,
                known=known,
                taken=self.taken,
                least=least,
                most=most,
                pictures=self.pictures,
            ),
            self._fields[field],
        )
        return options


def read_lines(read: Callable[[str], Any], field: Any) -> Any:
    """Return what is typed in lines; a wrong line is said at the field."""
    try:
        return read(field.data)
    except LineFault as fault:
        raise Refused(str(fault), field=field.name) from fault


def only_plain(options: Iterable[Option], field: str) -> tuple[Option, ...]:
    """Return options of a kind that knows no その他 and no option that is chosen alone."""
    for option in options:
        if option.takes_text or option.is_exclusive:
            raise Refused(
                f"この種類の設問では「｜記述」「｜単独」は使えません（「{option.label[:20]}」の行）。",
                field=field,
            )
    return tuple(options)


def made(kind: type[S], field: str, **settings: Any) -> S:
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
