"""Invitation codes (招待の番号): read from a letter and typed by hand, so a slip of the hand is told from a stranger's guess."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys.domain.states import InvitationKind

#: Capital letters and digits that nobody confuses: no 0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V pairs.
#: There are 23, a prime: so the check character finds every wrong character and every two that changed places.
ALPHABET = "345679ACDEFHJKMNPRTVWXY"
#: Typed for one that is in the alphabet.
_TAKEN_FOR = str.maketrans({"S": "5", "G": "6", "U": "V"})
#: Eleven random characters (about 50 bits) and the check character.
CODE_LENGTH = 12
_GROUP = 4

MOST_IN_A_BATCH = 5_000
MOST_STRATA = 8
#: What a list of invitations never holds: the mailing house knows who gets which number, this site does not.
_PERSONAL = (
    "氏名",
    "名前",
    "姓",
    "住所",
    "電話",
    "メール",
    "フリガナ",
    "ふりがな",
    "生年月日",
    "郵便",
    "世帯主",
    "宛名",
)
#: What the column of the number may be called.
NUMBER_TITLES = ("整理番号", "番号")
_NOTHING_TO_SEND = "整理番号の行がありません。"


class InvitationState(StrEnum):
    """What became of an invitation (招待の状態)."""

    ISSUED = "issued"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


INVITATION_STATE_NAMES = {
    InvitationState.ISSUED: "送った",
    InvitationState.RETURNED: "届かず戻った",
    InvitationState.WITHDRAWN: "取り消した",
}


class CodeFault(StrEnum):
    """Why a typed code opens nothing (招待の番号が使えない理由)."""

    MISTYPED = "mistyped"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


FAULT_WORDS = {
    CodeFault.MISTYPED: "番号に打ち間違いがあるようです。招待状の12文字をもう一度確かめてください。",
    CodeFault.UNKNOWN: "この番号の招待はありません。別のアンケートの番号か、新しい番号に変わったものです。",
    CodeFault.WITHDRAWN: "この番号は取り消されました。招待状にある問い合わせ先へご連絡ください。",
}


@dataclass(frozen=True)
class Invitee:
    """One to be invited: the number by which the mailing list knows them, and the strata they were drawn from (層)."""

    number: str
    strata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchDraft:
    """What staff decide about a batch of invitations; without a list, `count` are numbered through."""

    kind: InvitationKind
    note: str = ""
    count: int = 0
    invitees: tuple[Invitee, ...] = ()


def new_code() -> str:
    """Return a random code with its check character."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return characters + check_character(characters)


def check_character(characters: str) -> str:
    """Return the last character: with it, the places weighted 1, 2, 3 … add up to a multiple of 23."""
    weighted = sum(place * ALPHABET.index(each) for place, each in enumerate(characters, start=1))
    # 12 is the weight of the last place, and 2 its inverse: 12 × 2 = 24 = 1 (mod 23).
    return ALPHABET[-weighted * 2 % len(ALPHABET)]


def fold_code(typed: str) -> str:
    """Return a code as it is compared: capital, without spaces and hyphens, S as 5, G as 6, U as V."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(each for each in plain if each.isalnum()).translate(_TAKEN_FOR)


def is_code(folded: str) -> bool:
    """Return whether a folded code may be one: of the right length and letters, its check character right."""
    if len(folded) != CODE_LENGTH or not set(folded) <= set(ALPHABET):
        return False
    return check_character(folded[:-1]) == folded[-1]


def shown_code(code: str) -> str:
    """Return a code as it is printed: in groups of four."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def numbered(count: int, after: int) -> tuple[Invitee, ...]:
    """Return invitees without strata, numbered through."""
    return tuple(Invitee(f"{number:05}") for number in range(after + 1, after + count + 1))


def read_invitees(
    rows: Iterable[tuple[int, Sequence[str]]], most: int = MOST_IN_A_BATCH
) -> tuple[Invitee, ...]:
    """Read (line, cells) of a list: a head, then 整理番号 and strata; raises Refused with the line."""
    head: list[str] | None = None
    invitees: dict[str, Invitee] = {}
    for line, cells in rows:
        if head is None:
            head = _read_head(cells)
            continue
        values = [clean_line(cell) for cell in cells]
        values += [""] * (len(head) - len(values))
        number = values[_number_place(head)]
        if not number or len(number) > 40:
            raise Refused(f"{line:,}行目：整理番号は1文字から40文字で書いてください。", field="rows")
        if number in invitees:
            raise Refused(f"{line:,}行目：整理番号「{number}」が2回あります。", field="rows")
        strata = {
            title: value for title, value in zip(head, values, strict=False) if title not in NUMBER_TITLES
        }
        if any(len(value) > 60 for value in strata.values()):
            raise Refused(f"{line:,}行目：層の値は60文字までにしてください。", field="rows")
        invitees[number] = Invitee(number, {title: value for title, value in strata.items() if value})
        if len(invitees) > most:
            raise Refused(f"1回に読めるのは{most:,}件までです。分けてください。", field="rows")
    if not invitees:
        raise Refused(_NOTHING_TO_SEND, field="rows")
    return tuple(invitees.values())


def _read_head(cells: Sequence[str]) -> list[str]:
    head = [clean_line(cell) for cell in cells]
    for title in head:
        if any(word in title for word in _PERSONAL):
            raise Refused(
                f"列「{title}」は入れられません。氏名や住所は、この中に持ちません（発送する側の名簿に残します）。",
                field="rows",
            )
    if sum(title in NUMBER_TITLES for title in head) != 1:
        raise Refused("1行目に「整理番号」の列を1つ書いてください。", field="rows")
    if any(not title or len(title) > 20 for title in head) or len(set(head)) != len(head):
        raise Refused("列の名前は、1つずつ違う20文字までのものにしてください。", field="rows")
    if len(head) - 1 > MOST_STRATA:
        raise Refused(f"層の列は{MOST_STRATA}つまでです。", field="rows")
    return head


def _number_place(head: Sequence[str]) -> int:
    return next(place for place, title in enumerate(head) if title in NUMBER_TITLES)
