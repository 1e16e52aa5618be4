"""The form with which staff read in what another ward published (ほかの区の公開データ)."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired

from participation.foundation.errors import Refused
from participation.surveys.domain.comparison import MOST_BYTES
from participation.surveys.domain.margins import NOT_TEXT, decode
from participation.web.forms import Form


class FiguresForm(Form):
    """A file of published figures."""

    document = FileField("ほかの区の公開データ（JSON）", [FileRequired("ファイルを選んでください。")])

    def content(self) -> str:
        """Return the text of the file."""
        content: bytes = self.document.data.stream.read(MOST_BYTES + 1)
        self.document.data.stream.seek(0)
        text = decode(content)
        if len(content) > MOST_BYTES or text is None:
            raise Refused(
                NOT_TEXT if text is None else "ファイルが大きすぎます（2MBまで）。", field="document"
            )
        return text
