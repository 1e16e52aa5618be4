"""Kinds of spaces, the stages of a local issue, what one says in a consensus check, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: The kind under which an issue stands among the subjects (what can be spoken about).
SUBJECT_KIND = "local_issue"
MOST_TITLE, MOST_TEXT, MOST_REASON, MOST_DRAFT, MOST_MINUTES = 100, 2000, 1000, 800, 20_000
LONGEST_CHECK = timedelta(days=90)
MOST_PIECES = 20


class SpaceKind(StrEnum):
    """How far a space reaches (空間の広さ)."""

    WARD = "ward"
    AREA = "area"
    DISTRICT = "district"


WARD_CODE = "ward"


def code_of(kind: SpaceKind, place: str) -> str:
    """Return the code of a place's space: a 地区 may have the name of one of its 住区."""
    return {SpaceKind.WARD: WARD_CODE, SpaceKind.AREA: f"area-{place}", SpaceKind.DISTRICT: place}[kind]


class IssueStage(StrEnum):
    """Where a local issue stands (地域課題の段階)."""

    REGISTERED = "registered"
    TALK = "talk"
    ACTION = "action"
    RESULT = "result"
    SET_ASIDE = "set_aside"


#: (name, kind of tag, what it means).
STAGE_NAMES = {
    IssueStage.REGISTERED: ("登録", "wait", "課題として登録されました。事務局が読んで、話し合いを始めます。"),
    IssueStage.TALK: ("話し合い", "work", "みんなで話し合っています。"),
    IssueStage.ACTION: ("取り組み", "open", "決めたことに取り組んでいます。"),
    IssueStage.RESULT: ("結果", "done", "取り組んだ結果です。"),
    IssueStage.SET_ASIDE: ("見送り", "stop", "今は取り上げないことにしました。"),
}
#: The usual way, as it is drawn.
USUAL_WAY = (IssueStage.REGISTERED, IssueStage.TALK, IssueStage.ACTION, IssueStage.RESULT)
FOLLOWS: Mapping[IssueStage, tuple[IssueStage, ...]] = {
    IssueStage.REGISTERED: (IssueStage.TALK, IssueStage.SET_ASIDE),
    IssueStage.TALK: (IssueStage.ACTION, IssueStage.RESULT, IssueStage.SET_ASIDE),
    IssueStage.ACTION: (IssueStage.RESULT, IssueStage.TALK),
    IssueStage.RESULT: (IssueStage.TALK,),
    IssueStage.SET_ASIDE: (IssueStage.TALK,),
}
#: While an issue stands at one of these, people talk about it.
TALKED_ABOUT = frozenset({IssueStage.TALK, IssueStage.ACTION})


def body_of_issue(title: str, text: str) -> str:
    """Return title and text in one piece, as they stand in the register of what was said."""
    return f"{title}\n\n{text}"


def text_of_issue(body: str, title: str) -> str:
    """Return the text again, without the title that stands above it."""
    return body[len(title) + 2 :]


class AgendaState(StrEnum):
    """What became of an item of the agenda (議題の状態)."""

    PLANNED = "planned"
    SETTLED = "settled"
    CARRIED = "carried"
    DROPPED = "dropped"


AGENDA_NAMES = {
    AgendaState.PLANNED: ("これから", "wait"),
    AgendaState.SETTLED: ("決まった", "done"),
    AgendaState.CARRIED: ("続けて話す", "work"),
    AgendaState.DROPPED: ("取り下げ", "stop"),
}


class PassageAnswer(StrEnum):
    """What the larger space says of an issue passed up to it (上申への返事)."""

    WAITING = "waiting"
    TAKEN_UP = "taken_up"
    NOT_TAKEN_UP = "not_taken_up"


PASSAGE_NAMES = {
    PassageAnswer.WAITING: ("返事待ち", "wait"),
    PassageAnswer.TAKEN_UP: ("受け止めた", "done"),
    PassageAnswer.NOT_TAKEN_UP: ("受け止めない", "stop"),
}


class Likeness(StrEnum):
    """How two issues of different spaces belong together (課題のつながり)."""

    SAME = "same"
    SIMILAR = "similar"


LIKENESS_NAMES = {Likeness.SAME: "同じ課題", Likeness.SIMILAR: "似た課題"}


class LinkState(StrEnum):
    """Whether both spaces want the link (つなぐ申し出の状態)."""

    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"


LINK_NAMES = {
    LinkState.OFFERED: ("返事待ち", "wait"),
    LinkState.AGREED: ("つながりました", "done"),
    LinkState.DECLINED: ("見合わせ", "stop"),
}


class Audience(StrEnum):
    """Who may take part in a consensus check (合意確認に答えられる人)."""

    AREA = "area"
    DELEGATES = "delegates"
    ANYONE = "anyone"


AUDIENCE_NAMES = {
    Audience.AREA: "この地域の人（アカウントの設定で、この地域の住区を選んでいる人）",
    Audience.DELEGATES: "この地域の団体の担当者",
    Audience.ANYONE: "登録した人ならだれでも",
}


class CheckState(StrEnum):
    """Where a consensus check stands (合意確認の状態): follows from times, is not stored."""

    OPEN = "open"
    ANSWERING = "answering"
    CLOSED = "closed"


CHECK_NAMES = {
    CheckState.OPEN: ("受付中", "open"),
    CheckState.ANSWERING: ("心配に答えています", "work"),
    CheckState.CLOSED: ("終わりました", "done"),
}


class Consent(StrEnum):
    """What somebody says of a draft (合意確認の答え)."""

    AGREE = "agree"
    CONDITION = "condition"
    CONCERN = "concern"
    RESERVE = "reserve"


#: (name, what it means), in the order in which they are offered and counted.
CONSENT_NAMES = {
    Consent.AGREE: ("同意", "このまま進めてよい"),
    Consent.CONDITION: ("条件付き", "条件が満たされれば、進めてよい"),
    Consent.CONCERN: ("心配", "進めると困ることがある"),
    Consent.RESERVE: ("保留", "まだ決められない"),
}


@dataclass(frozen=True)
class SaidOfDraft:
    """One answer to a consensus check, as far as its words may be shown."""

    consent: Consent
    is_strong: bool
    reason: str
    answer: str


def tally(said: Sequence[Consent]) -> list[tuple[str, int]]:
    """Return (name, how many) for every answer that can be given, also those that nobody gave."""
    return [
        (name, sum(1 for each in said if each is consent)) for consent, (name, _) in CONSENT_NAMES.items()
    ]


def outcome_in_words(said: Sequence[SaidOfDraft], hidden: int = 0) -> str:
    """Return counts and reasons of a finished check as a text, for the proposal that is made of it."""
    counts = "、".join(f"{name}{count}人" for name, count in tally([each.consent for each in said]))
    lines = [f"合意確認の結果：{counts}（自分から答えた人の数です）。"]
    for each in said:
        if each.reason and each.consent is not Consent.AGREE:
            strong = "強い" if each.is_strong else ""
            lines.append(f"・{strong}{CONSENT_NAMES[each.consent][0]}：{each.reason}")
            if each.answer:
                lines.append(f"　→事務局の答え：{each.answer}")
    if hidden:
        lines.append(f"・ほかに、表示していない理由が{hidden}件あります。")
    return "\n".join(lines)


def purpose_of(issue: str, place: str, draft: str, conclusion: str, outcome: str, most: int) -> str:
    """Return the purpose of a proposal made of a check: the draft, what was concluded, counts and reasons.

    Where it grows too long for a proposal, reasons are left out from the end, and it says so.
    """
    head = f"{place}の地域課題「{issue}」について、合意確認をもとに提案します。\n\n{draft}\n\nまとめ：{conclusion}\n\n"
    left_out = "\n（ほかの理由は、この課題のページにある合意確認の結果に載せています。）"
    if len(head) + len(outcome) <= most:
        return head + outcome
    lines, room = outcome.split("\n"), most - len(left_out)
    while len(lines) > 1 and len(head) + len("\n".join(lines)) > room:
        lines.pop()
    return (head + "\n".join(lines))[:room] + left_out


class NewsSource(StrEnum):
    """Where a piece of local news was taken from (記事のもと)."""

    OWN = "own"
    AGENDA = "agenda"
    ISSUE = "issue"
    DECISION = "decision"
    VOICE = "voice"


SOURCE_NAMES = {
    NewsSource.OWN: "お知らせ",
    NewsSource.AGENDA: "議題から",
    NewsSource.ISSUE: "地域の課題から",
    NewsSource.DECISION: "決まったこと",
    NewsSource.VOICE: "みんなの声",
}
