"""In which forms the answers are taken out in the background (回答の書き出し)."""

from __future__ import annotations

from enum import StrEnum


class ExportForm(StrEnum):
    """The form of a file of answers (ファイルの形)."""

    CSV = "csv"
    CSV_WORDS = "csv_words"
    CSV_CP932 = "csv_cp932"
    CSV_WORDS_CP932 = "csv_words_cp932"
    JSON = "json"
    XLSX = "xlsx"
    XLSX_WORDS = "xlsx_words"
    SAV = "sav"


class ExportStatus(StrEnum):
    """Where a file of answers stands (書き出しの状態)."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


#: (name, for what it is good, ending of the file)
EXPORT_FORMS = {
    ExportForm.XLSX: ("Excel（コードとデータの説明）", "2枚目のシートに、列とコードの意味", "xlsx"),
    ExportForm.XLSX_WORDS: ("Excel（言葉）", "見出しと答えを言葉で", "xlsx"),
    ExportForm.SAV: ("SPSS（.sav）", "設問と選択肢の名前つき", "sav"),
    ExportForm.CSV: ("CSV（コード）", "UTF-8", "csv"),
    ExportForm.CSV_WORDS: ("CSV（言葉）", "UTF-8。見出しと答えを言葉で", "csv"),
    ExportForm.CSV_CP932: ("CSV（コード、Shift_JIS）", "書けない文字は〓になります", "csv"),
    ExportForm.CSV_WORDS_CP932: ("CSV（言葉、Shift_JIS）", "書けない文字は〓になります", "csv"),
    ExportForm.JSON: ("JSON", "プログラムで使う", "json"),
}
EXPORT_STATUS_NAMES = {
    ExportStatus.WAITING: "順番を待っています",
    ExportStatus.RUNNING: "作っています",
    ExportStatus.READY: "できました",
    ExportStatus.FAILED: "作れませんでした",
    ExportStatus.GONE: "期限が過ぎて消しました",
}
#: Files are kept so long (時間): they hold what people wrote.
KEPT_HOURS = 24
