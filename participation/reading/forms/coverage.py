"""The form with which staff put in how many people live in the ward (人口の表)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField

from participation.foundation.errors import Refused
from participation.foundation.text import clean
from participation.reading.domain.population import PopulationFile, read_population
from participation.surveys.domain.margins import NOT_TEXT, decode
from participation.web.forms import Form, Length, TextBody

#: A table of the population is a page of text.
MOST_BYTES = 200_000


class PopulationForm(Form):
    """A file of the population, or its text."""

    document = FileField("人口の表のファイル（CSV）")
    table = TextBody("人口の表", [Length(most=MOST_BYTES)])

    def read(self, places: Sequence[str]) -> PopulationFile:
        """Return what the file says, or the text where no file was chosen; the text takes the file's place."""
        upload = self.document.data
        if upload:
            content: bytes = upload.stream.read(MOST_BYTES + 1)
            text = decode(content) if len(content) <= MOST_BYTES else None
            if text is None:
                raise Refused(
                    NOT_TEXT if len(content) <= MOST_BYTES else "ファイルが大きすぎます（200KBまで）。",
                    field="document",
                )
            self.table.data = clean(text)
        if not self.table.data.strip():
            raise Refused("人口の表のファイルを選ぶか、表をはり付けてください。", field="table")
        return read_population(self.table.data, places)
