"""What a point, a reply and an amendment are: words, states and the pure rules about them."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from participation.foundation import working_days
from participation.foundation.text import fold
from participation.plans.domain.amending import Edit
from participation.plans.domain.tree import VersionStage


class ReplyStatus(StrEnum):
    """How far the ward's reply to a point is (回答の進み具合)."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"


STATUS_NAMES = {
    ReplyStatus.NOT_STARTED: "未着手",
    ReplyStatus.DRAFT: "下書き",
    ReplyStatus.WAITING: "決裁待ち",
    ReplyStatus.SENT_BACK: "差戻し",
    ReplyStatus.APPROVED: "決裁済み",
    ReplyStatus.PUBLISHED: "公表",
}

#: The kind of status_tag with which each is shown.
STATUS_KINDS = {
    ReplyStatus.NOT_STARTED: "wait",
    ReplyStatus.DRAFT: "work",
    ReplyStatus.WAITING: "work",
    ReplyStatus.SENT_BACK: "danger",
    ReplyStatus.APPROVED: "open",
    ReplyStatus.PUBLISHED: "done",
}

#: While somebody decides on it, what is decided on stands still.
FROZEN = frozenset({ReplyStatus.WAITING, ReplyStatus.APPROVED})


#: The job that publishes a planned result when its time has come.
PUBLISH_PLANNED = "replies.publish_planned"
#: The job that tells staff of deadlines each morning.
REMIND = "replies.remind_of_deadlines"


class PointChangeKind(StrEnum):
    """What happened to a point (論点の動き)."""

    GATHERED = "gathered"
    RETITLED = "retitled"
    ADDED = "added"
    REMOVED = "removed"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    ASSIGNED = "assigned"


CHANGE_NAMES = {
    PointChangeKind.GATHERED: "論点を作りました",
    PointChangeKind.RETITLED: "題名・要旨を直しました",
    PointChangeKind.ADDED: "意見を入れました",
    PointChangeKind.REMOVED: "意見を外しました",
    PointChangeKind.SPLIT_OFF: "一部を別の論点に分けました",
    PointChangeKind.SPLIT_FROM: "別の論点から分かれました",
    PointChangeKind.MERGED_INTO: "別の論点にまとめました",
    PointChangeKind.MERGED_FROM: "別の論点をまとめ入れました",
    PointChangeKind.ASSIGNED: "担当課・期限を決めました",
}


class NoPointReason(StrEnum):
    """Why an opinion belongs to no point (論点なし)."""

    IMPRESSION = "impression"
    OUTSIDE = "outside"
    OTHER_PROCEDURE = "other_procedure"
    EMPTY = "empty"
    OTHER = "other"


NO_POINT_NAMES = {
    NoPointReason.IMPRESSION: "感想・応援",
    NoPointReason.OUTSIDE: "募集した内容と関わりがない",
    NoPointReason.OTHER_PROCEDURE: "別の窓口・制度に案内した",
    NoPointReason.EMPTY: "内容がない（「特になし」など）",
    NoPointReason.OTHER: "そのほか",
}


class DecisionKind(StrEnum):
    """A step on the way to a decision (決裁の記録)."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"


DECISION_NAMES = {
    DecisionKind.SUBMITTED: "決裁に回しました",
    DecisionKind.SENT_BACK: "差し戻しました",
    DecisionKind.APPROVED: "決裁しました",
}


class Operation(StrEnum):
    """What an amendment does to the plan's text (修正のしかた)."""

    ADD = "add"
    REPLACE = "replace"
    DELETE = "delete"


OPERATION_NAMES = {Operation.ADD: "追加", Operation.REPLACE: "修正", Operation.DELETE: "削除"}


@dataclass(frozen=True)
class AmendmentText:
    """An amendment as words: where, and which words become which.

    `before` is what is replaced or deleted; for an addition it is what the new words follow (empty:
    the end of the text).
    """

    public_id: str
    subject_id: int
    place: str
    operation: Operation
    before: str
    after: str
    #: The text of the place at the time of recording: the 新旧対照 stays true when the plan moves on.
    present_text: str

    def parts(self) -> list[tuple[str, str]]:
        """Return the whole text as [("same" | "add" | "remove", words)]."""
        start = self.present_text.find(self.before) if self.before else len(self.present_text)
        head = self.present_text[:start]
        tail = self.present_text[start + len(self.before) :]
        if self.operation is Operation.ADD:
            middle = [("same", self.before), ("add", self.after)]
        else:
            middle = [("remove", self.before), ("add", self.after)]
        return [(kind, words) for kind, words in [("same", head), *middle, ("same", tail)] if words]

    def around(self, width: int = 24) -> tuple[str, str, str, str]:
        """Return (before, deleted, inserted, after): the change with a little of the text around it."""
        start = self.present_text.find(self.before) if self.before else len(self.present_text)
        end = start + len(self.before)
        deleted = "" if self.operation is Operation.ADD else self.before
        lead_end = end if self.operation is Operation.ADD else start
        lead, tail = self.present_text[:lead_end], self.present_text[end:]
        lead = "…" + lead[-width:] if len(lead) > width else lead
        tail = tail[:width] + "…" if len(tail) > width else tail
        return lead, deleted, self.after, tail

    def new_text(self) -> str:
        """Return the text as it reads after the amendment."""
        return "".join(words for kind, words in self.parts() if kind != "remove")


@dataclass(frozen=True)
class ReplyContent:
    """Everything that is decided on and published together: 要旨, 考え方, 対応区分, 修正."""

    title: str
    summary: str
    body: str
    disposition_id: int | None
    same_as_point_id: int | None = None
    supplement: str = ""
    amendments: tuple[AmendmentText, ...] = field(default=())
    #: やさしい日本語版 and こども版.
    easy: str = ""
    child: str = ""

    def seal(self) -> str:
        """Return the hash that names exactly this content, whatever the version number."""
        said = asdict(self)
        for name in ("easy", "child"):
            if not said[name]:
                # A version from before there were plain versions keeps its hash.
                del said[name]
        plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def amendment_from(stored: dict[str, object]) -> AmendmentText:
    """Return an amendment that was stored as JSON inside a version."""
    return AmendmentText(
        public_id=str(stored["public_id"]),
        subject_id=int(str(stored["subject_id"])),
        place=str(stored["place"]),
        operation=Operation(str(stored["operation"])),
        before=str(stored["before"]),
        after=str(stored["after"]),
        present_text=str(stored["present_text"]),
    )


# ── difference of two texts ─────────────────────────────────────────────────────────────────────

#: Longer texts are compared line by line: comparing character by character would take seconds.
_CHARACTERS_COMPARED = 6000


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Return the two texts in one: [("same" | "add" | "remove", words)]."""
    if len(old) + len(new) > _CHARACTERS_COMPARED:
        first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    else:
        first, second = list(old), list(new)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    parts: list[tuple[str, str]] = []
    removed, added = "", ""
    codes = matcher.get_opcodes()
    for place, (what, i1, i2, j1, j2) in enumerate(codes):
        same = "".join(first[i1:i2])
        if what == "equal" and (len(same) > _TOO_SHORT or place in (0, len(codes) - 1)):
            parts += _changed(removed, added)
            parts.append(("same", same))
            removed = added = ""
        else:
            # One or two characters that happen to be equal between two changes only confuse the eye.
            removed += same
            added += "".join(second[j1:j2])
    return parts + _changed(removed, added)


_TOO_SHORT = 2


def _changed(removed: str, added: str) -> list[tuple[str, str]]:
    return [(kind, words) for kind, words in (("remove", removed), ("add", added)) if words]


# ── likeness of texts (似ている度合い) ─────────────────────────────────────────────────────────────

#: A text is compared by its beginning: the likeness of long letters is decided there, and the cost is bounded.
COMPARED_LENGTH = 400


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in a text, folded, without spaces and punctuation."""
    plain = "".join(c for c in fold(text[:COMPARED_LENGTH]) if c.isalnum())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two texts are (Jaccard): 0 nothing in common, 1 the same pairs."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def likeness_to_point(text: frozenset[str], heads: Iterable[frozenset[str]]) -> float:
    """Return how alike a text is to a point: to its most alike title, summary or member."""
    return max((likeness(text, head) for head in heads), default=0.0)


def likeness_word(value: float) -> str:
    """Return the likeness in words: a number would promise a precision that it does not have."""
    if value >= 0.4:
        return "高い"
    if value >= 0.2:
        return "ややある"
    return "低い"


# ── what somebody fills in ──────────────────────────────────────────────────────────────────────

MAX_TITLE = 120
MAX_SUMMARY = 1000
MAX_BODY = 6000
MAX_COMMENT = 1000


@dataclass(frozen=True)
class PointDraft:
    """A point before it is made: opinions by their public ids; `about` is a subject's public id.

    Without `about` the point is about what its first opinion is about.
    """

    consultation_code: str
    title: str
    summary: str = ""
    opinions: tuple[str, ...] = ()
    about: str | None = None
    section_code: str | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class ReplyDraftText:
    """What somebody wrote as the reply, and the version on which they based it (0: none yet)."""

    body: str
    disposition: str | None
    based_on: int
    #: The number of the point whose reply is the same (「No.1の考え方と同じです」).
    same_as: int | None = None
    supplement: str = ""
    easy: str = ""
    child: str = ""
    #: From what it was written (もとにした文), each as :meth:`Source.token`.
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class AmendmentDraft:
    """An amendment before it is recorded: the place by its subject's public id."""

    subject: str
    operation: Operation
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Approval:
    """What an approver decided on: exactly this version, named by its number and its hash."""

    version_number: int
    content_hash: str
    comment: str = ""
    #: 決裁番号 and 決裁日.
    decision_number: str = ""
    decided_on: date | None = None
    #: Which step of the route the approver saw as theirs, by its public id; None: the one that is open.
    step: str | None = None


# ── the way through the office (庁内の流れ) ───────────────────────────────────────────────────────


class StepKind(StrEnum):
    """What is asked of whoever has the turn (決裁の段の種類)."""

    AGREE = "agree"
    CONSULT = "consult"
    DECIDE = "decide"


STEP_NAMES = {StepKind.AGREE: "承認", StepKind.CONSULT: "合議", StepKind.DECIDE: "決裁"}


class RunState(StrEnum):
    """How far a version is on its route (回付の状態)."""

    RUNNING = "running"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    RECALLED = "recalled"
    LAPSED = "lapsed"


RUN_STATE_NAMES = {
    RunState.RUNNING: "回っています",
    RunState.APPROVED: "決裁が済みました",
    RunState.SENT_BACK: "差し戻されました",
    RunState.RECALLED: "引き戻しました",
    RunState.LAPSED: "新しい版ができたため、取りやめになりました",
}


class ActKind(StrEnum):
    """What somebody did on a route (回付の記録)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    RECALLED = "recalled"


ACT_NAMES = {
    ActKind.SUBMITTED: "決裁に回しました",
    ActKind.APPROVED: "承認しました",
    ActKind.RETURNED: "前の段に戻しました",
    ActKind.SENT_BACK: "書いた人に差し戻しました",
    ActKind.RECALLED: "引き戻しました",
}

#: The shortest route: one approver decides (決裁者だけ). It stands in no table, so that it is always there.
SHORTEST = ""
SHORTEST_NAME = "決裁者だけ"
#: Whoever has the role of an approver has the turn, whatever post they hold.
APPROVER_SEAT = "決裁者"
MOST_STEPS = 8


@dataclass(frozen=True)
class StepDraft:
    """One step of a route before it is kept: steps of one position have their turn at once (並行)."""

    position: int
    kind: StepKind
    #: The post's code; empty: whoever has the role of an approver.
    post: str = ""
    #: The section's code; empty: the section that answers the point (担当課).
    section: str = ""
    refuses_own: bool = True


@dataclass(frozen=True)
class RouteDraft:
    """A route of approval before it is kept."""

    name: str
    steps: tuple[StepDraft, ...]
    #: The code of the section whose usual route it is; empty: a choice for everybody.
    section: str = ""


class HandoverKind(StrEnum):
    """How a point went from hand to hand (担当の移り変わり)."""

    GIVEN = "given"
    HANDED_BACK = "handed_back"
    LEFT = "left"


HANDOVER_NAMES = {
    HandoverKind.GIVEN: "担当者を決めました",
    HandoverKind.HANDED_BACK: "担当課に返しました",
    HandoverKind.LEFT: "担当課が変わり、担当者を外しました",
}


class InquiryStatus(StrEnum):
    """How far a question to another section is (照会の状態)."""

    ASKED = "asked"
    PARTLY = "partly"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


INQUIRY_NAMES = {
    InquiryStatus.ASKED: "回答待ち",
    InquiryStatus.PARTLY: "一部の回答あり",
    InquiryStatus.ANSWERED: "回答あり",
    InquiryStatus.RETURNED: "追加の回答待ち",
    InquiryStatus.CLOSED: "終わり",
}
INQUIRY_KINDS = {
    InquiryStatus.ASKED: "wait",
    InquiryStatus.PARTLY: "work",
    InquiryStatus.ANSWERED: "open",
    InquiryStatus.RETURNED: "danger",
    InquiryStatus.CLOSED: "done",
}
#: The asked section has something to do.
TO_ANSWER = frozenset({InquiryStatus.ASKED, InquiryStatus.PARTLY, InquiryStatus.RETURNED})


class InquiryAct(StrEnum):
    """What happened to a question to another section (照会の動き)."""

    ASKED = "asked"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


INQUIRY_ACT_NAMES = {
    InquiryAct.ASKED: "照会しました",
    InquiryAct.ANSWERED: "回答しました",
    InquiryAct.RETURNED: "追加の回答を求めました",
    InquiryAct.CLOSED: "照会を終えました",
}

MAX_NOTE = 1000
MAX_QUESTION = 2000
MAX_ANSWER = 4000
MAX_DECISION_NUMBER = 60

# ── deadlines (期限) ─────────────────────────────────────────────────────────────────────────────

#: Working days before a deadline on which it is called near (期限が近い).
SOON = 5
#: What the forms offer: so many working days from today.
DAYS_OFFERED = (5, 10, 20)


@dataclass(frozen=True)
class Due:
    """A deadline in words: never in colour alone."""

    on: date | None
    words: str = ""
    #: plain, warn or danger: the kind of a tag.
    kind: str = "plain"

    @property
    def is_overdue(self) -> bool:
        """Whether it has passed."""
        return self.kind == "danger"


def due_in_words(on: date | None, today: date) -> Due:
    """Return how far away a deadline is, in working days."""
    if on is None:
        return Due(None, "期限なし")
    if on < today:
        late = working_days.until(on, today)
        return Due(on, f"期限切れ（{late}開庁日すぎています）" if late else "期限切れ", "danger")
    left = working_days.until(today, on)
    if on == today:
        return Due(on, "きょうまで", "warn")
    return Due(on, f"あと{left}開庁日", "warn" if left <= SOON else "plain")


# ── 決裁番号 (numbers of the ward's document system) ──────────────────────────────────────────────

#: Names by which the columns of a file are known.
NUMBER_COLUMNS = {
    "point": ("論点番号", "論点", "No.", "No", "番号"),
    "decision": ("決裁番号", "文書番号"),
    "decided_on": ("決裁日", "決裁年月日"),
}
MOST_NUMBERS = 500


@dataclass(frozen=True)
class DecisionNumber:
    """決裁番号 and 決裁日 of one point, as a line of a file says them."""

    line: int
    point: int
    number: str
    decided_on: date


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with a line of a file; line 0: with the file."""

    line: int
    message: str


def read_decision_numbers(
    rows: Iterable[tuple[int, Sequence[str]]],
) -> tuple[list[DecisionNumber], list[LineProblem]]:
    """Read lines of (論点番号, 決裁番号, 決裁日), the first of which names the columns."""
    found: list[DecisionNumber] = []
    problems: list[LineProblem] = []
    places: dict[str, int] | None = None
    seen: dict[int, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            places = _number_places(cells)
            if len(places) < len(NUMBER_COLUMNS):
                return [], [LineProblem(line, "「論点番号」「決裁番号」「決裁日」の列名が要ります。")]
            continue
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        problem, read = _decision_number(line, said)
        if read is None:
            problems.append(LineProblem(line, problem))
        elif read.point in seen:
            problems.append(LineProblem(line, f"No.{read.point}は{seen[read.point]}行目にもあります。"))
        elif len(found) >= MOST_NUMBERS:
            return found, [*problems, LineProblem(line, f"一度に取り込めるのは{MOST_NUMBERS}行までです。")]
        else:
            seen[read.point] = line
            found.append(read)
    if places is None:
        problems.append(LineProblem(0, "ファイルに何も書かれていません。"))
    return found, problems


def _number_places(cells: Sequence[str]) -> dict[str, int]:
    names = {fold(name): column for column, known in NUMBER_COLUMNS.items() for name in known}
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        column = names.get(fold(cell.strip()))
        if column is not None:
            places.setdefault(column, at)
    return places


def _decision_number(line: int, said: dict[str, str]) -> tuple[str, DecisionNumber | None]:
    digits = fold(said["point"]).removeprefix("no").lstrip(". ")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 10**6):
        return f"論点番号「{said['point'][:20]}」が数ではありません。", None
    if not said["decision"]:
        return "決裁番号がありません。", None
    if len(said["decision"]) > MAX_DECISION_NUMBER:
        return f"決裁番号は{MAX_DECISION_NUMBER}文字以内にしてください。", None
    day = read_day(said["decided_on"])
    if day is None:
        return (
            f"決裁日「{said['decided_on'][:20]}」が読めません。「2026-11-22」のように書いてください。",
            None,
        )
    return "", DecisionNumber(line, int(digits), said["decision"], day)


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")
_ERA_DAY = re.compile(r"(?:令和|r)(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_REIWA = 2018


def read_day(said: str) -> date | None:
    """Return a day written as 2026-11-22, 2026/11/22, 令和8年11月22日 or R8.11.22; None if it is none."""
    plain = fold(said.strip())
    if found := _ERA_DAY.fullmatch(plain):
        year = _REIWA + (1 if found[1] == "元" else int(found[1]))
    elif found := _DAY.fullmatch(plain):
        year = int(found[1])
    else:
        return None
    try:
        return date(year, int(found[2]), int(found[3]))
    except ValueError:
        return None


# ── amendments put into the plan ────────────────────────────────────────────────────────────────


def edit_of(amendment: AmendmentText, name: str) -> Edit:
    """Return an amendment as a change of its place's text; `name` says whose it is (「No.3」)."""
    return Edit(
        key=amendment.public_id,
        name=name,
        adds=amendment.operation is Operation.ADD,
        before=amendment.before,
        after="" if amendment.operation is Operation.DELETE else amendment.after,
        written_for=amendment.present_text,
    )


@dataclass(frozen=True)
class VersionDraft:
    """The next version of a plan, to be made of published amendments; `seal` names what was looked at."""

    amendments: tuple[str, ...]
    seal: str
    stage: VersionStage
    label: str = ""
    dated_on: date | None = None


# ── bundles (同文の束) ──────────────────────────────────────────────────────────────────────────


#: The job that looks for the same and nearly the same texts of a consultation.
FIND_BUNDLES = "replies.find_bundles"


class BundleStatus(StrEnum):
    """Whether a person confirmed that texts are the same (束の状態)."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


BUNDLE_STATUS_NAMES = {
    BundleStatus.PROPOSED: "確認待ちの案",
    BundleStatus.CONFIRMED: "同文としてまとめた",
    BundleStatus.REFUSED: "まとめないと決めた",
}


@dataclass(frozen=True)
class BundleFound:
    """What was found to be nearly the same: the leading opinion, and how each one stands to it (BundledAs)."""

    head_id: int
    #: Opinion id → (relation, the key of its words at that moment).
    members: dict[int, tuple[str, str]]


# ── what a reply is written from (もとにした文) ───────────────────────────────────────────────────


class SourceKind(StrEnum):
    """From what kind of words a reply was written (もとにした文の種類)."""

    BOILERPLATE = "boilerplate"
    PRECEDENT = "precedent"


SOURCE_NAMES = {SourceKind.BOILERPLATE: "定型文", SourceKind.PRECEDENT: "前例"}
MOST_SOURCES = 20

_TOKEN = re.compile(r"(boilerplate|precedent):([0-9A-Za-z]{4,16}):([0-9]{1,6})")


@dataclass(frozen=True)
class Source:
    """A version of a 定型文, or of a point's reply, by its public id and number."""

    kind: SourceKind
    public_id: str
    number: int

    @property
    def token(self) -> str:
        """How it stands in a form."""
        return f"{self.kind.value}:{self.public_id}:{self.number}"

    @classmethod
    def read(cls, token: str) -> Source | None:
        """Return the source that a token names; None if it is none."""
        found = _TOKEN.fullmatch(token)
        return cls(SourceKind(found[1]), found[2], int(found[3])) if found else None


# ── variables of a 定型文 ────────────────────────────────────────────────────────────────────────

#: The variables that are filled in from the point, with what they stand for.
VARIABLES = {
    "課名": "論点の担当課",
    "論点": "論点の題名",
    "番号": "論点の番号（No.1 の 1）",
    "視点": "計画の場所の名前",
    "案件": "案件の名前",
    "件数": "論点に入った意見の件数",
    "日付": "きょうの日付（和暦）",
}
_VARIABLE = re.compile(r"[{｛]([^{}｛｝\n]{1,20})[}｝]")

MAX_CATEGORY = 40
MAX_BOILERPLATE_TITLE = 80
MAX_BOILERPLATE = 3000


@dataclass(frozen=True)
class BoilerplateDraft:
    """A 定型文 as somebody wrote it; `section_code` None: for the whole ward."""

    title: str
    body: str
    category: str = ""
    section_code: str | None = None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables filled in; what has no value stays, to be written by hand."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables in a text, each once, in their order."""
    return tuple(dict.fromkeys(found[1] for found in _VARIABLE.finditer(text)))


@dataclass(frozen=True)
class Unfilled:
    """A variable that nobody filled in: where it stands."""

    field: str
    name: str
    #: Counted from 1.
    line: int
    around: str

    @property
    def in_words(self) -> str:
        """Return 「区の考え方の2行目「…{期限}までに…」」."""
        return f"{self.field}の{self.line}行目「{self.around}」"


def unfilled(field_name: str, text: str) -> list[Unfilled]:
    """Return the variables that still stand in a text."""
    return [
        Unfilled(
            field_name,
            found[1],
            text.count("\n", 0, found.start()) + 1,
            text[max(0, found.start() - 8) : found.end() + 8].replace("\n", " ").strip(),
        )
        for found in _VARIABLE.finditer(text)
    ]


# ── two who write at once ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Clash:
    """One part of a reply that two people wrote differently: what was saved, what the second one typed."""

    name: str
    saved: str
    typed: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The two in one text."""
        return difference(self.saved, self.typed)


def clashes(parts: Iterable[tuple[str, str, str]]) -> list[Clash]:
    """Return the parts that differ, of (name, saved, typed)."""
    return [Clash(name, saved, typed) for name, saved, typed in parts if saved.strip() != typed.strip()]


def point_words_seal(title: str, summary: str) -> str:
    """Return a hash of a point's title and 要旨: what somebody saw who changes them."""
    return hashlib.sha256(f"{title}\0{summary}".encode()).hexdigest()[:32]


# ── the same reply in plainer words ─────────────────────────────────────────────────────────────


class Wording(StrEnum):
    """In which words a reply is read (ことばの版): formal, やさしい日本語, for children."""

    FORMAL = "formal"
    EASY = "easy"
    CHILD = "child"


WORDING_NAMES = {Wording.FORMAL: "ふつうの文", Wording.EASY: "やさしい日本語", Wording.CHILD: "こども版"}


# ── sets of 対応区分 ─────────────────────────────────────────────────────────────────────────────

MAX_SYMBOL = 8
MAX_LABEL = 80
MAX_MEANING = 300


@dataclass(frozen=True)
class DispositionDraft:
    """One 対応区分 as an administrator wrote it."""

    symbol: str
    label: str
    meaning: str = ""
    changes_plan: bool = False
