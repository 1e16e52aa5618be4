"""Questions answered by typing: words, numbers, days, files; and pages that only inform."""

from __future__ import annotations

import itertools
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from participation.foundation.text import character_count
from participation.surveys.domain.questions import Fault, Parts, Spec, only, only_parts

MOST_BYTES = 10 * 1024 * 1024
#: What may be sent as a file (添付): media type → name.
FILE_KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "写真（JPEG）",
    "image/png": "画像（PNG）",
}


#: Where files sent as answers are kept: apart from those that were handed in with opinions.
FILE_ROOM = "survey-files"


class TextSpec(Spec):
    """Words of one's own (自由記述)."""

    kind: Literal["text"] = "text"
    limit: Annotated[int, Field(ge=20, le=5000)] = 1000

    def read(self, given: Parts) -> str | None:
        """Take the text as typed, if it is not too long."""
        only_parts(given, ("",))
        text = only(given)
        if not text:
            return None
        count = character_count(text)
        if count > self.limit:
            raise Fault(
                f"{self.limit:,}文字以内にしてください（今は{count:,}文字。あと{count - self.limit:,}文字減らしてください）。"
            )
        return text

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return nothing: texts are read, not counted one by one."""
        del value
        return ()

    def words(self, value: Any) -> str:
        """Return the text."""
        return str(value)

    def free_text(self, value: Any) -> str:
        """Return the text."""
        return str(value)

    def with_free_text(self, value: Any, text: str) -> Any:
        """Return the other text."""
        del value
        return text

    @property
    def takes_words(self) -> bool:
        """Words are all it takes."""
        return True


class LineSpec(TextSpec):
    """A few words on one line (短い記述)."""

    kind: Literal["line"] = "line"  # type: ignore[assignment]
    limit: Annotated[int, Field(ge=1, le=200)] = 100

    def read(self, given: Parts) -> str | None:
        """Take the line; a line break becomes a space."""
        text = super().read(given)
        return None if text is None else " ".join(text.split())


class NumberSpec(Spec):
    """A number (数) between `least` and `most`, with at most `decimals` digits after the point."""

    kind: Literal["number"] = "number"
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: Annotated[int, Field(ge=0, le=3)] = 0
    unit: Annotated[str, StringConstraints(max_length=20)] = ""
    #: Lower ends of the classes of a cross table (階級の下端), ascending; empty: ten classes at most by staff.
    bands: Annotated[tuple[Decimal, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _possible(self) -> NumberSpec:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("最小は最大以下にしてください")
        if list(self.bands) != sorted(set(self.bands)):
            raise ValueError("階級の下端は、小さい順に1つずつ書いてください")
        return self

    def read(self, given: Parts) -> str | None:
        """Take a number in half or full width, with or without thousands' commas, as its shortest text."""
        only_parts(given, ("",))
        typed = unicodedata.normalize("NFKC", only(given)).replace(",", "").replace("ー", "-").strip()
        if self.unit and typed.endswith(unicodedata.normalize("NFKC", self.unit)):
            typed = typed[: -len(unicodedata.normalize("NFKC", self.unit))].strip()
        if not typed:
            return None
        number = _decimal(typed)
        if number is None:
            raise Fault("数字で書いてください（例：12）。")
        if number != round(number, self.decimals):
            raise Fault(
                "小数のない数で書いてください。"
                if not self.decimals
                else f"小数は{self.decimals}けたまでにしてください。"
            )
        if self.least is not None and number < self.least:
            raise Fault(f"{self.least:f}{self.unit}以上の数にしてください。")
        if self.most is not None and number > self.most:
            raise Fault(f"{self.most:f}{self.unit}以下の数にしてください。")
        return plain(number)

    def breakdown(self, value: Any) -> tuple[str, ...]:
        """Return the class into which the number falls; nothing if no classes are set."""
        if not self.bands:
            return ()
        number = Decimal(value)
        return (f"b{sum(band <= number for band in self.bands)}",)

    def breakdown_choices(self) -> tuple[tuple[str, str], ...]:
        """Return the classes."""
        if not self.bands:
            return ()
        edges = [plain(band) for band in self.bands]
        labels = [f"{edges[0]}{self.unit}未満"]
        labels += [f"{low}から{high}{self.unit}未満" for low, high in itertools.pairwise(edges)]
        labels.append(f"{edges[-1]}{self.unit}以上")
        return tuple((f"b{place}", label) for place, label in enumerate(labels))

    def words(self, value: Any) -> str:
        """Return the number with its unit."""
        return f"{Decimal(value):,}{self.unit}"

    @property
    def is_ordered(self) -> bool:
        """Numbers have an order."""
        return True


class DateSpec(Spec):
    """A day (日付) between `first` and `last`."""

    kind: Literal["date"] = "date"
    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _possible(self) -> DateSpec:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError("最初の日は、最後の日より前にしてください")
        return self

    def read(self, given: Parts) -> str | None:
        """Take a day: year-month-day, with - or /."""
        only_parts(given, ("",))
        typed = unicodedata.normalize("NFKC", only(given)).replace("/", "-")
        if not typed:
            return None
        try:
            year, month, day = (int(part) for part in typed.split("-"))
            value = date(year, month, day)
        except (ValueError, OverflowError) as error:
            raise Fault("年・月・日を数字で書いてください（例：2026-11-22）。") from error
        if self.first is not None and value < self.first:
            raise Fault(f"{_day(self.first)}以後の日にしてください。")
        if self.last is not None and value > self.last:
            raise Fault(f"{_day(self.last)}以前の日にしてください。")
        return value.isoformat()

    def breakdown(self, value: Any) -> tuple[str, ...]:
        """Return nothing: days are no categories."""
        del value
        return ()

    def words(self, value: Any) -> str:
        """Return the day."""
        return _day(date.fromisoformat(value))

    @property
    def is_ordered(self) -> bool:
        """Days have an order."""
        return True


class FileSpec(Spec):
    """A file (ファイル): a photo or a PDF. Its stored answer names a file kept apart (public id, name, bytes)."""

    kind: Literal["file"] = "file"
    accepts: Annotated[
        tuple[Literal["application/pdf", "image/jpeg", "image/png"], ...], Field(min_length=1)
    ] = ("application/pdf", "image/jpeg", "image/png")
    most_bytes: Annotated[int, Field(ge=1024, le=MOST_BYTES)] = MOST_BYTES

    def read(self, given: Parts) -> str | None:
        """Take the public id of a file that was kept before; the command checks whose it is."""
        only_parts(given, ("",))
        public_id = only(given)
        if len(public_id) > 20 or not public_id.isascii():
            raise Fault("ファイルを読み取れませんでした。もう一度選んでください。")
        return public_id or None

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return nothing: files are looked at, not counted one by one."""
        del value
        return ()

    def words(self, value: Any) -> str:
        """Return that there is a file."""
        del value
        return "ファイルあり"


class InfoSpec(Spec):
    """Something to read before going on (説明だけのページ); asks nothing."""

    kind: Literal["info"] = "info"

    def read(self, given: Parts) -> None:
        """Take nothing."""
        only_parts(given, ())

    def counted(self, value: Any) -> tuple[str, ...]:
        """Return nothing."""
        del value
        return ()


def plain(number: Decimal) -> str:
    """Return a number in its shortest ordinary writing: "12", "0.5"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _decimal(typed: str) -> Decimal | None:
    if len(typed) > 20 or not typed.isascii() or not set(typed) <= set("0123456789.+-"):
        return None
    try:
        return Decimal(typed)
    except InvalidOperation:
        return None


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
