"""Reading opinions from files (意見の取り込み): which column means what, and rows as submissions.

Several rows of one number (原本番号) are one submission with several opinions. Whatever is wrong with a
row is said with its line; a submission is taken whole or not at all. Nothing is rewritten.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.table_files import BadTable, TableRow, read_table
from participation.foundation.text import character_count, clean, clean_line, fold
from participation.i18n.dates import local_day
from participation.i18n.written_dates import read_moment
from participation.opinions.domain import (
    CHANNEL_NAMES,
    MAX_PAPER_LENGTH,
    MAX_PAPER_OPINIONS,
    Channel,
    Submitter,
)
from participation.opinions.domain.scans import MAX_FILES, CheckedFile, take_file
from participation.people.domain import AGE_BAND_NAMES, LANGUAGES, STANDING_NAMES, AgeBand, Standing

#: Submissions that are taken in together, in one transaction: whoever stops the program loses at most these.
BATCH = 200
#: Rows among which the head of a table is looked for: titles and remarks may stand above it.
_HEAD_WITHIN = 10
_MOST_PEOPLE = 10_000


#: What an opinion is about that names no item, where several are asked about: the consultation as a whole.
WHOLE = 0
WHOLE_KIND = "consultation"
WHOLE_TITLE = "案件の全体（項目が書かれていない意見）"


class ImportColumn(StrEnum):
    """What a column of a file holds (取り込みの列)."""

    NUMBER = "number"
    BODY = "body"
    CHANNEL = "channel"
    RECEIVED_ON = "received_on"
    POSTMARKED_ON = "postmarked_on"
    NODE = "node"
    NAME = "name"
    ADDRESS = "address"
    CONTACT = "contact"
    ORGANISATION = "organisation"
    PEOPLE_COUNT = "people_count"
    STANDINGS = "standings"
    AGE_BAND = "age_band"
    DISTRICT = "district"
    LANGUAGE = "language"
    TITLE = "title"


COLUMN_NAMES = {
    ImportColumn.NUMBER: "原本の番号",
    ImportColumn.BODY: "本文",
    ImportColumn.CHANNEL: "届いた方法",
    ImportColumn.RECEIVED_ON: "届いた日",
    ImportColumn.POSTMARKED_ON: "消印の日",
    ImportColumn.NODE: "対象の項目",
    ImportColumn.NAME: "氏名",
    ImportColumn.ADDRESS: "住所",
    ImportColumn.CONTACT: "連絡先",
    ImportColumn.ORGANISATION: "団体名",
    ImportColumn.PEOPLE_COUNT: "人数",
    ImportColumn.STANDINGS: "区とのかかわり",
    ImportColumn.AGE_BAND: "年代",
    ImportColumn.DISTRICT: "住区",
    ImportColumn.LANGUAGE: "書かれたことば",
    ImportColumn.TITLE: "件名",
}
#: The last column of an export, which no import reads: the names of the files that came with it.
FILES_COLUMN, FILES_COLUMN_CODE = "添付", "files"


class ImportStatus(StrEnum):
    """How far an uploaded file is (取り込みの状態)."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DISCARDED = "discarded"


IMPORT_STATUS_NAMES = {
    ImportStatus.WAITING: "確認待ち",
    ImportStatus.RUNNING: "取り込み中",
    ImportStatus.DONE: "取り込み済み",
    ImportStatus.DISCARDED: "取りやめ",
}

#: Other names of a column, the surest first.
_SYNONYMS: dict[ImportColumn, tuple[str, ...]] = {
    ImportColumn.NUMBER: (
        *("原本番号", "受付番号", "整理番号", "意見番号", "通し番号", "管理番号", "番号", "連番", "no", "№"),
        *("ナンバー", "original_number", "receipt_number", "id", "comment_id", "comment-id"),
    ),
    ImportColumn.BODY: (
        *("意見本文", "ご意見本文", "意見の本文", "意見内容", "ご意見の内容", "意見の内容", "ご意見", "意見"),
        *(
            "提出意見",
            "コメント",
            "内容",
            "自由記述",
            "opinion",
            "comment",
            "comment_body",
            "comment-body",
            "text",
        ),
    ),
    ImportColumn.CHANNEL: ("提出方法", "受付方法", "受付経路", "経路", "方法", "method"),
    ImportColumn.RECEIVED_ON: (
        *("受付日", "受領日", "収受日", "到着日", "受信日", "受付年月日", "受付日時", "受信日時", "提出日"),
        *("received", "received_at", "date"),
    ),
    ImportColumn.POSTMARKED_ON: ("消印", "消印日", "postmark", "postmarked"),
    ImportColumn.NODE: ("項目", "対象", "対象項目", "該当箇所", "意見の項目", "視点", "node_code", "about"),
    ImportColumn.NAME: ("お名前", "名前", "提出者氏名", "提出者", "submitter"),
    ImportColumn.ADDRESS: ("ご住所", "提出者住所", "所在地"),
    ImportColumn.CONTACT: ("電話番号", "電話", "メールアドレス", "email", "mail", "phone"),
    ImportColumn.ORGANISATION: ("団体", "法人名", "団体・法人名", "組織名", "organization"),
    ImportColumn.PEOPLE_COUNT: ("提出人数", "people"),
    ImportColumn.STANDINGS: ("提出資格", "資格", "区との関わり", "standing"),
    ImportColumn.AGE_BAND: ("年齢", "年代区分", "age"),
    ImportColumn.DISTRICT: ("住区名", "居住住区"),
    ImportColumn.LANGUAGE: ("言語", "ことば", "lang"),
    ImportColumn.TITLE: ("題名", "題", "タイトル", "表題", "subject"),
}

_CHANNEL_WORDS: dict[Channel, tuple[str, ...]] = {
    Channel.WEB: (
        "web",
        "ウェブフォーム",
        "webフォーム",
        "フォーム",
        "ホームページ",
        "hp",
        "インターネット",
        "電子申請",
    ),
    Channel.COUNTER: ("持参", "窓口持参", "来庁"),
    Channel.POST: ("郵便", "はがき", "葉書", "封書", "手紙", "mail_post"),
    Channel.FAX: ("ファックス", "ファクス", "ファクシミリ"),
    Channel.EMAIL: ("eメール", "電子メール", "e-mail", "mail"),
    Channel.PHONE: ("tel", "電話受付"),
    Channel.MEETING: ("説明会", "懇談会", "ワークショップ", "オープンハウス"),
    Channel.SCHOOL: ("学校", "学級"),
    Channel.ORAL: ("口頭", "対面", "聞取り", "聞き取り"),
}
_STANDING_WORDS: dict[Standing, tuple[str, ...]] = {
    Standing.LIVES: ("在住", "区内在住", "区民"),
    Standing.WORKS: ("在勤", "区内在勤"),
    Standing.STUDIES: ("在学", "区内在学"),
    Standing.OPERATES: ("区内活動", "活動", "事業", "区内で活動", "事業者"),
    Standing.ORGANISATION: ("団体", "法人", "法人・団体"),
    Standing.OTHER: ("その他", "そのほか", "区外", "利害関係者"),
}
_AGE_WORDS: dict[AgeBand, tuple[str, ...]] = {
    AgeBand.UNDER_18: ("18歳未満", "こども", "17歳以下"),
    AgeBand.FROM_18: ("18~29歳", "20代", "20歳代", "18歳以上30歳未満"),
    AgeBand.FROM_30: ("30歳代", "30~39歳"),
    AgeBand.FROM_40: ("40歳代", "40~49歳"),
    AgeBand.FROM_50: ("50歳代", "50~59歳"),
    AgeBand.FROM_60: ("60歳代", "60~69歳"),
    AgeBand.FROM_70: ("70歳代", "70~79歳"),
    AgeBand.FROM_80: ("80代以上", "80歳代以上", "80代"),
}
_LANGUAGE_WORDS: dict[str, tuple[str, ...]] = {
    "ja": ("jp", "japanese", "日本"),
    "ja-simple": ("やさしいにほんご",),
    "en": ("英語",),
    "zh": ("中国語", "chinese"),
    "ko": ("韓国語", "한국어", "korean"),
}
#: What people write where nothing is known.
_NOTHING = frozenset(
    [
        "",
        "-",
        "―",
        "ー",
        "不明",
        "なし",
        "無し",
        "答えない",
        "回答しない",
        "未記入",
        "未回答",
        "n/a",
        "none",
        "null",
    ]
)


@dataclass(frozen=True)
class ImportProblem:
    """What is wrong with a line, or with the whole file (取り込めない理由)."""

    line: int | None
    message: str


class Unreadable(Exception):
    """The file cannot be read at all: nothing of it was taken in."""

    def __init__(self, problem: ImportProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class MailedFile:
    """A file that came with a mail (添付)."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ImportRow:
    """One row as it stands in the file: the texts of its columns. A mail is a row too."""

    line: int
    values: Mapping[ImportColumn, str]
    wrong: str = ""
    received_at: datetime | None = None
    files: tuple[MailedFile, ...] = ()


@dataclass(frozen=True)
class ImportedText:
    """One opinion of the file: its line, its words, and what it is about (subject id)."""

    line: int
    body: str
    subject_id: int

    @property
    def sha256(self) -> str:
        """The hash under which the same words are recognised."""
        return hash_of(self.body)


@dataclass(frozen=True)
class ImportedSubmission:
    """Everything of one number (原本番号): one submission with its opinions."""

    number: str
    texts: tuple[ImportedText, ...]
    channel: Channel
    received_at: datetime
    is_late: bool = False
    postmarked_on: date | None = None
    title: str = ""
    submitter: Submitter | None = None
    organisation_name: str = ""
    people_count: int = 1
    standings: tuple[Standing, ...] = ()
    age_band: AgeBand | None = None
    district_id: int | None = None
    language: str = "ja"
    files: tuple[MailedFile, ...] = ()
    #: Rows that say the same as an earlier row of the same number.
    repeated: int = 0

    @property
    def files_to_keep(self) -> list[tuple[CheckedFile, bytes]]:
        """The files that came with it and are kept, with their content."""
        return [found for found in map(_checked, self.files[:MAX_FILES]) if not isinstance(found, str)]

    @property
    def files_left_out(self) -> list[str]:
        """The files that came with it and are not kept, each with the reason."""
        more = [
            f"「{file.name}」は{MAX_FILES}個より多いため、付けません。" for file in self.files[MAX_FILES:]
        ]
        return [found for found in map(_checked, self.files[:MAX_FILES]) if isinstance(found, str)] + more


def _checked(file: MailedFile) -> tuple[CheckedFile, bytes] | str:
    try:
        return take_file(file.name, file.content)
    except Refused as refusal:
        return refusal.reason


@dataclass(frozen=True)
class ImportChoices:
    """What the reading of rows needs to know of the ward and the consultation, and what holds where a row is silent."""

    #: Every way of naming an item (code, reference, title), folded → subject id.
    nodes: Mapping[str, int] = field(default_factory=dict)
    districts: Mapping[str, int] = field(default_factory=dict)
    #: What a row without an item is about.
    node: int = WHOLE
    channel: Channel = Channel.POST
    received_on: date | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    counts_postmark: bool = False


@dataclass(frozen=True)
class Reading:
    """What a file holds: submissions that could be taken in, and what is wrong with its other lines."""

    form: str
    submissions: tuple[ImportedSubmission, ...]
    problems: tuple[ImportProblem, ...]
    #: What the columns were understood as: (name in the file, meaning or None).
    columns: tuple[tuple[str, ImportColumn | None], ...] = ()

    @property
    def text_count(self) -> int:
        """How many opinions could be taken in."""
        return sum(len(each.texts) for each in self.submissions)

    def batches(self, begin: int = 0) -> Iterator[Sequence[ImportedSubmission]]:
        """Yield the submissions in portions, each for a transaction of its own, leaving out those before `begin`."""
        for start in range(begin, len(self.submissions), BATCH):
            yield self.submissions[start : start + BATCH]


def hash_of(body: str) -> str:
    """Return the hash of a text as it was handed in; spaces around it are no part of it."""
    return hashlib.sha256(body.strip().encode()).hexdigest()


# ── Columns ─────────────────────────────────────────────────────────────────────────────────


def read_rows(
    content: bytes, mapping: Mapping[ImportColumn, str]
) -> tuple[str, tuple[tuple[str, ImportColumn | None], ...], Iterator[ImportRow]]:
    """Return the form of a table, what its columns mean, and its rows; raises Unreadable, while reading too."""
    try:
        table = read_table(content)
        places, columns = _find_head(table.rows, mapping)
    except BadTable as bad:
        raise Unreadable(ImportProblem(bad.line, bad.message)) from bad
    return table.form, columns, _rows_below(table.rows, places)


def _rows_below(rows: Iterator[TableRow], places: Mapping[int, ImportColumn]) -> Iterator[ImportRow]:
    try:
        for row in rows:
            values = {
                column: row.cells[place] if place < len(row.cells) else "" for place, column in places.items()
            }
            if row.wrong or any(value.strip() for value in values.values()):
                yield ImportRow(row.line, values, row.wrong)
    except BadTable as bad:
        raise Unreadable(ImportProblem(bad.line, bad.message)) from bad


def _find_head(
    rows: Iterator[TableRow], mapping: Mapping[ImportColumn, str]
) -> tuple[dict[int, ImportColumn], tuple[tuple[str, ImportColumn | None], ...]]:
    """Find the row that names the columns, and what each means."""
    first: TableRow | None = None
    for _, row in zip(range(_HEAD_WITHIN), rows, strict=False):
        first = first or row
        places = _places(row.cells, mapping)
        found = set(places.values())
        if {ImportColumn.NUMBER, ImportColumn.BODY} <= found:
            return places, tuple((clean_line(name), places.get(i)) for i, name in enumerate(row.cells))
    if first is None:
        raise BadTable("ファイルが空です。")
    places = _places(first.cells, mapping)
    missing = "と".join(
        f"「{mapping.get(column) or COLUMN_NAMES[column]}」"
        for column in (ImportColumn.NUMBER, ImportColumn.BODY)
        if column not in places.values()
    )
    names = "、".join(f"「{clean_line(name)[:30]}」" for name in first.cells[:20] if name.strip())
    raise BadTable(
        f"{missing}の列が見つかりません。1行目の列は{names or '空'}です。列の名前を直すか、どの列かを指定してください。",
        first.line,
    )


def _places(cells: Sequence[str], mapping: Mapping[ImportColumn, str]) -> dict[int, ImportColumn]:
    """Return place → meaning; of several columns that could mean the same, the one with the surest name."""
    keys = [_key(cell) for cell in cells]
    asked = {_key(name) for name in mapping.values()}
    found: dict[int, ImportColumn] = {}
    for column in ImportColumn:
        names = (
            [mapping[column]]
            if column in mapping
            else [column.value, COLUMN_NAMES[column], *_SYNONYMS[column]]
        )
        for name in names:
            key = _key(name)
            place = next((i for i, each in enumerate(keys) if each == key and i not in found), None)
            if place is not None and (column in mapping or key not in asked):
                found[place] = column
                break
    return found


def _key(name: str) -> str:
    """Return the name of a column without what differs from one spreadsheet to the next."""
    return re.sub(r"[\s.:。*※]", "", re.sub(r"[(\[].*[)\]]$", "", fold(name)))


def mapping_of(pairs: Iterable[str]) -> dict[ImportColumn, str]:
    """Return the mapping that was asked for as number=id, body=comment; raises Refused."""
    mapping = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        known = {
            _key(name): column for column in ImportColumn for name in (column.value, COLUMN_NAMES[column])
        }
        column = known.get(_key(ours))
        if not sign or not theirs.strip() or column is None:
            names = "、".join(column.value for column in ImportColumn)
            raise Refused(
                f"「{pair}」は読めません。body=列の名前 のように書いてください。使える名前：{names}"
            )
        mapping[column] = theirs
    return mapping


# ── Rows ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Gathered:
    """What was read so far of one number."""

    line: int
    rows: list[tuple[ImportRow, str, int]] = field(default_factory=list)
    says: dict[ImportColumn, tuple[str, int]] = field(default_factory=dict)
    received_at: datetime | None = None
    files: list[MailedFile] = field(default_factory=list)
    is_wrong: bool = False


#: What belongs to the submission: every row of a number says the same, or nothing.
_OF_SUBMISSION = tuple(
    column
    for column in ImportColumn
    if column not in (ImportColumn.NUMBER, ImportColumn.BODY, ImportColumn.NODE)
)


def gather(
    form: str,
    columns: tuple[tuple[str, ImportColumn | None], ...],
    rows: Iterable[ImportRow],
    choices: ImportChoices,
) -> Reading:
    """Read rows as submissions: those of one number together, wherever they stand in the file."""
    problems: list[ImportProblem] = []
    by_number: dict[str, _Gathered] = {}
    for row in rows:
        _take(row, by_number, choices, problems)
    submissions = []
    for number, gathered in by_number.items():
        try:
            if gathered.is_wrong:
                _leave_out(number, gathered, problems)
            else:
                submissions.append(_submission(number, gathered, choices))
        except Refused as refusal:
            problems.append(ImportProblem(gathered.line, refusal.reason))
            _leave_out(number, gathered, problems, besides=gathered.line)
    problems.sort(key=lambda problem: problem.line or 0)
    return Reading(form, tuple(submissions), tuple(problems), columns)


def _take(
    row: ImportRow, by_number: dict[str, _Gathered], choices: ImportChoices, problems: list[ImportProblem]
) -> None:
    number = ""
    try:
        number = _number_of(row)
        gathered = by_number.setdefault(number, _Gathered(row.line))
        if row.wrong:
            raise Refused(row.wrong)
        body = _body_of(row)
        node = _node_of(row.values.get(ImportColumn.NODE, ""), choices)
        _agree(row, gathered)
    except Refused as refusal:
        problems.append(ImportProblem(row.line, refusal.reason))
        if number in by_number:
            by_number[number].is_wrong = True
        return
    gathered.rows.append((row, body, node))
    gathered.received_at = gathered.received_at or row.received_at
    gathered.files.extend(row.files)


def _number_of(row: ImportRow) -> str:
    number = clean_line(row.values.get(ImportColumn.NUMBER, ""))
    if not number:
        raise Refused(row.wrong or "番号が空です。原本の番号を入れてください。")
    if len(number) > 40:
        raise Refused("番号が長すぎます。40文字以内にしてください。")
    return number


def _body_of(row: ImportRow) -> str:
    body = clean(row.values.get(ImportColumn.BODY, ""))
    if not body.strip():
        only = "、".join(each.name for each in row.files)
        raise Refused(
            f"本文がなく、添付（{only}）だけのメールです。手で入力してください。"
            if only
            else "本文が空です。"
        )
    count = character_count(body)
    if count > MAX_PAPER_LENGTH:
        raise Refused(
            f"本文が長すぎます（{count:,}文字）。{MAX_PAPER_LENGTH:,}文字までの行に分けてください。"
        )
    return body


def _node_of(typed: str, choices: ImportChoices) -> int:
    if fold(typed) in _NOTHING:
        return choices.node
    found = choices.nodes.get(fold(typed))
    if found is None:
        raise Refused(
            f"項目「{_short(typed)}」は、この案件の対象にありません。番号か題名を確かめてください。"
        )
    return found


def _agree(row: ImportRow, gathered: _Gathered) -> None:
    for column in _OF_SUBMISSION:
        said = clean_line(row.values.get(column, ""))
        if not said:
            continue
        before = gathered.says.setdefault(column, (said, row.line))
        if before[0] != said and column is not ImportColumn.TITLE:
            raise Refused(
                f"同じ番号の{before[1]}行目と「{COLUMN_NAMES[column]}」が違います。別の提出なら、番号を分けてください。"
            )


def _leave_out(
    number: str, gathered: _Gathered, problems: list[ImportProblem], *, besides: int | None = None
) -> None:
    """Say of each good row of a number why it waits: a submission is taken whole or not at all."""
    for row, _, _ in gathered.rows:
        if row.line != besides:
            problems.append(
                ImportProblem(row.line, f"同じ番号（{number}）の別の行に誤りがあるため、取り込みません。")
            )


def _submission(number: str, gathered: _Gathered, choices: ImportChoices) -> ImportedSubmission:
    says = {column: said for column, (said, _) in gathered.says.items()}
    texts: dict[str, ImportedText] = {}
    for row, body, node in gathered.rows:
        texts.setdefault(hash_of(body), ImportedText(row.line, body, node))
    if len(texts) > MAX_PAPER_OPINIONS:
        raise Refused(f"1つの提出に入れられる意見は{MAX_PAPER_OPINIONS}件までです。番号を分けてください。")
    received_at = _received(says.get(ImportColumn.RECEIVED_ON, ""), gathered.received_at, choices)
    postmarked_on = _postmarked(says.get(ImportColumn.POSTMARKED_ON, ""), received_at)
    organisation = says.get(ImportColumn.ORGANISATION, "")
    return ImportedSubmission(
        number=number,
        texts=tuple(texts.values()),
        channel=_one_of(says, ImportColumn.CHANNEL, CHANNEL_NAMES, _CHANNEL_WORDS) or choices.channel,
        received_at=received_at,
        is_late=_is_late(received_at, postmarked_on, choices),
        postmarked_on=postmarked_on,
        title=says.get(ImportColumn.TITLE, "")[:200],
        submitter=_submitter(says),
        organisation_name="" if fold(organisation) in _NOTHING else _within(organisation, 120, "団体名"),
        people_count=_people(says.get(ImportColumn.PEOPLE_COUNT, "")),
        standings=_standings(says.get(ImportColumn.STANDINGS, "")),
        age_band=_one_of(says, ImportColumn.AGE_BAND, AGE_BAND_NAMES, _AGE_WORDS),
        district_id=_district(says.get(ImportColumn.DISTRICT, ""), choices),
        language=_one_of(says, ImportColumn.LANGUAGE, LANGUAGES, _LANGUAGE_WORDS) or "ja",
        files=tuple(gathered.files),
        repeated=len(gathered.rows) - len(texts),
    )


def _received(said: str, mailed_at: datetime | None, choices: ImportChoices) -> datetime:
    moment = mailed_at
    if fold(said) not in _NOTHING:
        moment = read_moment(said)
        if moment is None:
            raise Refused(f"届いた日「{_short(said)}」を読めません。2026-11-22 のように書いてください。")
    moment = moment or clock.start_of(choices.received_on or clock.today())
    if moment >= clock.end_of(clock.today()):
        raise Refused("届いた日が、きょうより後になっています。")
    if choices.opens_at is not None and clock.end_of(local_day(moment)) <= choices.opens_at:
        raise Refused("届いた日が、募集を始める前になっています。")
    return moment


def _postmarked(said: str, received_at: datetime) -> date | None:
    if fold(said) in _NOTHING:
        return None
    moment = read_moment(said)
    if moment is None:
        raise Refused(f"消印の日「{_short(said)}」を読めません。2026-11-22 のように書いてください。")
    if local_day(moment) > local_day(received_at):
        raise Refused("消印の日が、届いた日より後になっています。")
    return local_day(moment)


def _is_late(received_at: datetime, postmarked_on: date | None, choices: ImportChoices) -> bool:
    if choices.closes_at is None:
        return False
    if choices.counts_postmark and postmarked_on is not None:
        return clock.start_of(postmarked_on) >= choices.closes_at
    return received_at >= choices.closes_at


def _submitter(says: Mapping[ImportColumn, str]) -> Submitter | None:
    name = _within(says.get(ImportColumn.NAME, ""), 100, "氏名")
    address = _within(says.get(ImportColumn.ADDRESS, ""), 200, "住所")
    contact = _within(says.get(ImportColumn.CONTACT, ""), 200, "連絡先")
    return Submitter(name, address, contact) if name or address or contact else None


def _within(said: str, most: int, name: str) -> str:
    if len(said) > most:
        raise Refused(f"「{name}」が長すぎます。{most}文字以内にしてください。")
    return said


def _people(said: str) -> int:
    plain = unicodedata.normalize("NFKC", said).strip().removesuffix("人").removesuffix("名")
    if fold(plain) in _NOTHING:
        return 1
    if not plain.isascii() or not plain.isdigit() or not 1 <= int(plain[:9]) <= _MOST_PEOPLE:
        raise Refused(f"人数「{_short(said)}」を読めません。1から{_MOST_PEOPLE:,}までの数にしてください。")
    return int(plain)


def _standings(said: str) -> tuple[Standing, ...]:
    words = [word for word in re.split(r"[、,;/／・|｜\s]+", said) if word]
    if fold(said) in _NOTHING:
        return ()
    whole = _word_of(said, STANDING_NAMES, _STANDING_WORDS)
    found = [whole] if whole else [_word_of(word, STANDING_NAMES, _STANDING_WORDS) for word in words]
    if None in found:
        names = "、".join(_STANDING_WORDS[each][0] for each in Standing)
        raise Refused(f"区とのかかわり「{_short(said)}」を読めません。{names}のどれかにしてください。")
    return tuple(sorted({each for each in found if each}))


def _district(said: str, choices: ImportChoices) -> int | None:
    if fold(said) in _NOTHING:
        return None
    key = fold(said)
    found = choices.districts.get(key) or choices.districts.get(key.removesuffix("住区"))
    if found is None:
        raise Refused(f"住区「{_short(said)}」は一覧にありません。")
    return found


def _one_of(
    says: Mapping[ImportColumn, str], column: ImportColumn, names: Mapping[Any, str], words: Any
) -> Any:
    said = says.get(column, "")
    if fold(said) in _NOTHING:
        return None
    found = _word_of(said, names, words)
    if found is None:
        choices = "、".join(names.values())
        raise Refused(
            f"{COLUMN_NAMES[column]}「{_short(said)}」を読めません。{choices}のどれかにしてください。"
        )
    return found


def _word_of(said: str, names: Mapping[Any, str], words: Mapping[Any, Sequence[str]]) -> Any:
    key = _plain(said)
    for each, name in names.items():
        if key in {_plain(str(each)), _plain(name), *(_plain(word) for word in words[each])}:
            return each
    return None


def _plain(word: str) -> str:
    return fold(word).replace(" ", "").replace("〜", "~").replace("～", "~")


def _short(said: str) -> str:
    return said if len(said) <= 30 else said[:29] + "…"


# ── Against what is there ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Registered:
    """What the register already holds under one number: the hashes of its texts as they were handed in."""

    submission_id: int
    hashes: tuple[str, ...]
    is_withdrawn: bool = False
    #: The place of its last opinion.
    last_position: int = 0


@dataclass(frozen=True)
class Comparison:
    """What of a submission in a file is new, and what is already there or may not be taken."""

    new: tuple[ImportedText, ...]
    skipped: int
    problems: tuple[ImportProblem, ...] = ()


def compare(read: ImportedSubmission, there: Registered | None) -> Comparison:
    """Compare by number and content: only what is missing is new, and nothing there is ever overwritten."""
    if there is None:
        return Comparison(read.texts, read.repeated)
    new = tuple(text for text in read.texts if text.sha256 not in there.hashes)
    skipped = len(read.texts) - len(new) + read.repeated
    if not new:
        return Comparison((), skipped)
    in_file = {text.sha256 for text in read.texts}
    if in_file.issuperset(there.hashes) and not there.is_withdrawn:
        return Comparison(new, skipped)
    message = (
        f"番号{read.number}の提出は取り下げられているため、加えません。"
        if there.is_withdrawn
        else f"番号{read.number}は、すでに別の文章で登録されています。上書きはしません。別の提出なら番号を分けてください。"
    )
    return Comparison((), skipped, tuple(ImportProblem(text.line, message) for text in new))
