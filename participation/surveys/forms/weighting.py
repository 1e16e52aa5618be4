"""The form with which staff weight a survey to published margins (ウエイトの計算)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_wtf.file import FileField

from participation.foundation.errors import Refused
from participation.foundation.text import clean
from participation.surveys.domain.margins import (
    MOST_BYTES,
    NOT_TEXT,
    Margin,
    MarginsFile,
    decode,
    read_margins,
)
from participation.surveys.domain.matching import attributes_of
from participation.surveys.domain.variables import Variable
from participation.surveys.domain.weighting import (
    LEAST_WEIGHT,
    MOST_WEIGHT,
    CannotWeight,
    Parameters,
)
from participation.surveys.queries import find_variable, guess_questions
from participation.web.forms import Form, Length, TextBody, TextLine

#: What a variable's select sends where the margin is not to be used.
UNUSED = "-"


class PopulationTableForm(Form):
    """A file with numbers of the population, or its text: margins, or a table of the ward."""

    document = FileField("人口の表のファイル（CSV）")
    table = TextBody("人口の表", [Length(most=MOST_BYTES)])

    def written(self) -> str:
        """Return the words of the file, or the text where no file was chosen; the file takes the text's place."""
        upload = self.document.data
        if upload:
            content: bytes = upload.stream.read(MOST_BYTES + 1)
            upload.stream.seek(0)
            text = decode(content) if len(content) <= MOST_BYTES else None
            if text is None:
                raise Refused(
                    NOT_TEXT if len(content) <= MOST_BYTES else "ファイルが大きすぎます（200KBまで）。",
                    field="document",
                )
            self.table.data = clean(text)
        if not self.table.data.strip():
            raise Refused("人口の表のファイルを選ぶか、表をはり付けてください。", field="table")
        return str(self.table.data)


class WeightingForm(PopulationTableForm):
    """A file of margins (or its text), which question each variable is, and the bounds of the weights."""

    least = TextLine("重みの下限（平均の何倍まで）", default=f"{LEAST_WEIGHT:g}")
    most = TextLine("重みの上限（平均の何倍まで）", default=f"{MOST_WEIGHT:g}")

    def read(self) -> MarginsFile:
        """Return the margins that are written; raises Refused."""
        return read_margins(self.written())

    def questions(self, margins: Sequence[Margin], variables: Sequence[Variable]) -> dict[str, Variable]:
        """Return which question each attribute is: as chosen, or as its name or its categories say."""
        guessed = guess_questions(margins, variables)
        found = {}
        for place, name in enumerate(attributes_of(margins)):
            key = request.form.get(f"match-{place}", "")
            if key and key != UNUSED:
                found[name] = find_variable(variables, key)
            elif not key and name in guessed:
                found[name] = guessed[name]
        return found

    def parameters(self) -> Parameters:
        """Return the bounds; an empty one is none."""
        bounds: dict[str, Any] = {}
        for name in ("least", "most"):
            typed = self._fields[name].data.strip()
            try:
                bounds[name] = float(typed) if typed else None
            except ValueError as error:
                raise Refused(
                    "0.2や5のような数で書いてください。空にすると、上限・下限を設けません。", field=name
                ) from error
        try:
            return Parameters(**bounds)
        except CannotWeight as reason:
            raise Refused(str(reason), field="most") from reason
