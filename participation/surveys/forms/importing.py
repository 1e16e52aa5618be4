"""The form by which a file of answers is uploaded."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired

from participation.foundation.text import clean_line
from participation.web.forms import Form


class AnswersFileForm(Form):
    """A file of answers."""

    document = FileField("回答のファイル（CSVかExcel）", [FileRequired("ファイルを選んでください。")])

    def content(self) -> tuple[str, bytes]:
        """Return the name of the file and what is in it."""
        upload: Any = self.document.data
        content: bytes = upload.read()
        upload.seek(0)  # Whether it was sent before is seen from its content, too.
        return clean_line(upload.filename or "answers")[-200:], content
