"""The columns of an XLSForm: those that every tool knows, and a few of our own for what they cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participation.surveys.domain.answers import Questionnaire
from participation.surveys.domain.states import Layout

LANGUAGE = "Japanese (ja)"
EASY_LANGUAGE = "Easy Japanese (ja-easy)"
LABEL, HINT = f"label::{LANGUAGE}", f"hint::{LANGUAGE}"
EASY_LABEL, EASY_HINT = f"label::{EASY_LANGUAGE}", f"hint::{EASY_LANGUAGE}"
IMAGE = "media::image"
#: Our own: what kind of question it is where the type does not say it; settings as JSON; and so on.
KIND, SETTINGS = "participation::kind", "participation::settings"
BANK, ATTRIBUTE, RESULTS = "participation::bank", "participation::attribute", "participation::results"
IMAGE_TEXT, MARK, INTRO = "participation::image_text", "participation::mark", "participation::intro"
EASY_TITLE, EASY_INTRO = "participation::easy_title", "participation::easy_intro"

SURVEY_COLUMNS = (
    "type",
    "name",
    LABEL,
    HINT,
    "required",
    "relevant",
    "constraint",
    "appearance",
    "parameters",
    IMAGE,
    EASY_LABEL,
    EASY_HINT,
    KIND,
    SETTINGS,
    BANK,
    ATTRIBUTE,
    RESULTS,
    IMAGE_TEXT,
)
CHOICE_COLUMNS = (
    "list_name",
    "name",
    LABEL,
    IMAGE,
    EASY_LABEL,
    MARK,
    IMAGE_TEXT,
    "latitude",
    "longitude",
    "group",
)
SETTING_COLUMNS = (
    "form_title",
    "form_id",
    "version",
    "default_language",
    "style",
    INTRO,
    EASY_TITLE,
    EASY_INTRO,
)
#: Columns that change what an answer means, and that we cannot follow.
REFUSED_COLUMNS = {
    "calculation": "計算（calculation）",
    "repeat_count": "くり返し（repeat_count）",
    "choice_filter": "選択肢のしぼりこみ（choice_filter）",
    "trigger": "きっかけ（trigger）",
    "default": "初めの値（default）",
}

#: A sheet: its rows, each with its line in the file and its cells as text.
Sheet = Sequence[tuple[int, Sequence[str]]]
#: The sheets of a workbook by their names.
Sheets = Mapping[str, Sheet]


@dataclass(frozen=True)
class CellFault:
    """Why a cell cannot be taken in: 「survey シートの F12」."""

    sheet: str
    cell: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.sheet}シートの{self.cell}：{self.reason}"
            if self.cell
            else f"{self.sheet}シート：{self.reason}"
        )


@dataclass(frozen=True)
class Form:
    """A survey as it stands in an XLSForm: its questions, and what its settings say."""

    questionnaire: Questionnaire
    title: str = ""
    code: str = ""
    intro: str = ""
    layout: Layout = Layout.WHOLE
    easy: Mapping[str, str] | None = None


def letters(column: int) -> str:
    """Return the name of a column counted from 0, as spreadsheets show it: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
