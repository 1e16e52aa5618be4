"""Where a survey stands, who may answer it and when its figures are shown (アンケートの状態)."""

from __future__ import annotations

from enum import StrEnum

#: Fewer respondents than this are never broken down in public.
LEAST_SHOWN = 10


NOT_THE_WHOLE = "自分から答えた人の集計で、区民全体の割合ではありません"


MOST_QUESTIONS = 100
MOST_SECTIONS = 30


class SurveyStatus(StrEnum):
    """Where a survey stands (アンケートの状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may answer (答えられる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    #: Whoever was sent a code by post (無作為抽出), one answer for each code.
    INVITED = "invited"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1回）",
    Audience.ACCOUNT: "登録した人（1人1回）",
    Audience.INVITED: "招待の番号を受け取った人（1つの番号で1回）",
}


class Layout(StrEnum):
    """Whether the questions stand on one page or on several (画面の分け方)."""

    WHOLE = "whole"
    PAGES = "pages"


LAYOUT_NAMES = {
    Layout.WHOLE: "1つの画面に全部を出す",
    Layout.PAGES: "ページごとに分ける",
}


class Origin(StrEnum):
    """By which way an answer came (回答の経路)."""

    WEB = "web"
    PAPER = "paper"
    TELEPHONE = "telephone"
    COUNTER = "counter"
    #: From a file of answers collected elsewhere.
    FILE = "file"


ORIGIN_NAMES = {
    Origin.WEB: "インターネット",
    Origin.PAPER: "紙",
    Origin.TELEPHONE: "電話",
    Origin.COUNTER: "窓口",
    Origin.FILE: "ファイルから",
}


class InvitationKind(StrEnum):
    """Whom a code invites (招待の単位)."""

    PERSON = "person"
    HOUSEHOLD = "household"


INVITATION_NAMES = {InvitationKind.PERSON: "個人に1つ", InvitationKind.HOUSEHOLD: "世帯に1つ"}


class ResultsShown(StrEnum):
    """When everybody sees the figures (結果の公開)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"
    NEVER = "never"


RESULTS_NAMES = {
    ResultsShown.LIVE: "回答の受付中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切ったあとに見せる",
    ResultsShown.NEVER: "公開しない（区だけで使う）",
}


class CorrectionKind(StrEnum):
    """What was changed after the opening (公開したあとの訂正の種類)."""

    #: A slip of the pen: the meaning stays.
    WORDS = "words"
    #: The question is asked no more.
    RETIRED = "retired"
    #: The question is asked no more; another, of another meaning, stands in its place.
    REPLACED = "replaced"


CORRECTION_NAMES = {
    CorrectionKind.WORDS: "文を直した",
    CorrectionKind.RETIRED: "設問をやめた",
    CorrectionKind.REPLACED: "新しい設問に替えた",
}
