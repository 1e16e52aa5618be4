"""What a proposal says, which stages it passes (data), and how two edits become one."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from participation.plans.domain.text_diff import Part, difference

SEED = Path(__file__).parent / "seed" / "stages.toml"
CRITERIA = Path(__file__).parent / "seed" / "criteria.toml"
#: Where attachments are kept (foundation.files).
FILE_ROOM = "proposals"
MOST_TITLE, MOST_PART, MOST_REASON = 100, 2000, 2000


@dataclass(frozen=True)
class Stage:
    """A stage that a proposal stands at (段階), as its ward words it."""

    code: str
    name: str
    meaning: str
    kind: str
    follows: tuple[str, ...]
    takes_edits: bool
    takes_endorsements: bool
    is_final: bool
    #: Whether the review against the published criteria is whole before a proposal leaves this stage for its outcome.
    needs_review: bool = False


@cache
def stages() -> Mapping[str, Stage]:
    """Return the stages by code, in order; the first is where a proposal begins."""
    with SEED.open("rb") as file:
        rows = tomllib.load(file)["stages"]
    found = {row["code"]: Stage(**{**row, "follows": tuple(row["follows"])}) for row in rows}
    for stage in found.values():
        unknown = set(stage.follows) - found.keys()
        if unknown:
            raise ValueError(f"{stage.code} leads to unknown stages: {sorted(unknown)}")
    return found


def first_stage() -> Stage:
    """Return the stage at which a proposal begins."""
    return next(iter(stages().values()))


@dataclass(frozen=True)
class Criterion:
    """Something by which the ward looks at a proposal (評価の観点), published beforehand."""

    code: str
    name: str
    question: str
    kind: str


@cache
def criteria() -> Mapping[str, Criterion]:
    """Return the criteria by code, in order."""
    with CRITERIA.open("rb") as file:
        return {row["code"]: Criterion(**row) for row in tomllib.load(file)["criteria"]}


class Verdict(StrEnum):
    """What the ward finds under a criterion (観点ごとの評価)."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


#: (name, kind of tag).
VERDICT_NAMES = {
    Verdict.MET: ("合っている", "done"),
    Verdict.PARTLY: ("一部合っている", "work"),
    Verdict.NOT_MET: ("合っていない", "stop"),
    Verdict.NOT_APPLICABLE: ("あてはまらない", "wait"),
}

#: The parts of a proposal's text (提案の項目) that must be written, in order, with what to write there.
PARTS = (
    ("purpose", "目的", "何のために、だれのために行いますか。区といっしょにめざすことを書きます。"),
    ("roles", "区と団体の役割", "団体がすること、区にしてほしいことを分けて書きます。"),
    ("resources", "持ち寄る資源", "人、場所、経験、費用など、団体が出せるものを書きます。"),
    ("request", "区に求めること", "お願いしたいことを、できるだけ具体的に書きます。"),
)
#: What may be added.
EXTRA_PARTS = (
    ("cost", "かかる費用", "だれがいくらくらい出すか。わからなければ空欄でかまいません。"),
    ("place", "場所", "どこで行うか。町や施設の名前を書きます。"),
    ("effect", "効果のはかり方", "うまくいったかを、何で確かめますか。"),
)
ALL_PARTS = (*PARTS, *EXTRA_PARTS)
PART_NAMES = {"title": "題名"} | {code: name for code, name, _ in ALL_PARTS}


@dataclass(frozen=True)
class ProposalText:
    """The words of a proposal."""

    title: str
    purpose: str = ""
    roles: str = ""
    resources: str = ""
    request: str = ""
    cost: str = ""
    place: str = ""
    effect: str = ""

    def missing(self) -> dict[str, str]:
        """Return what is still to be written before it can be submitted, by part."""
        empty = {
            code: f"{name}を書いてください。" for code, name, _ in PARTS if not getattr(self, code).strip()
        }
        return ({} if self.title.strip() else {"title": "題名を書いてください。"}) | empty

    def body(self) -> str:
        """Return the whole text in one piece, for the register of what was said; parts left empty are left out."""
        return "".join(heading + getattr(self, code) for code, heading in self._headings())

    def read_again(self, body: str) -> ProposalText:
        """Return the parts as they stand in another wording of the same length (words covered with ■)."""
        if len(body) != len(self.body()):
            raise ValueError("the text is of another length")
        at, parts = 0, {}
        for code, heading in self._headings():
            at += len(heading)
            parts[code] = body[at : at + len(getattr(self, code))]
            at += len(parts[code])
        return ProposalText(**parts)

    def as_dict(self) -> dict[str, str]:
        """Return the parts by name."""
        return asdict(self)

    def _headings(self) -> list[tuple[str, str]]:
        extra = [(code, name) for code, name, _ in EXTRA_PARTS if getattr(self, code)]
        named = [*((code, name) for code, name, _ in PARTS), *extra]
        return [("title", ""), *((code, f"\n\n【{name}】\n") for code, name in named)]


@dataclass(frozen=True)
class Merged:
    """Two people's edits of one text, brought together part by part."""

    text: ProposalText
    #: Parts that both changed, each in their own way: (what the other wrote, what this writer wrote).
    conflicts: Mapping[str, tuple[str, str]]


def merge_edits(base: ProposalText, theirs: ProposalText, mine: ProposalText) -> Merged:
    """Bring together what two people made of the same text. Where both changed a part, mine stands, marked.

    Nobody's words are lost: a part that only one of them changed is taken as changed; a part that both
    changed is shown to who comes second, with both wordings.
    """
    parts, conflicts = {}, {}
    was, there, here = base.as_dict(), theirs.as_dict(), mine.as_dict()
    for code in was:
        if here[code] == was[code]:
            parts[code] = there[code]
        else:
            parts[code] = here[code]
            if there[code] not in (was[code], here[code]):
                conflicts[code] = (there[code], here[code])
    return Merged(ProposalText(**parts), conflicts)


def changes_between(before: ProposalText, after: ProposalText) -> tuple[tuple[str, list[Part]], ...]:
    """Return (name of the part, difference) of the parts that differ."""
    was, now = before.as_dict(), after.as_dict()
    return tuple(
        (name, difference(was[code], now[code]))
        for code, name in PART_NAMES.items()
        if was[code] != now[code]
    )


def text_key(text: ProposalText) -> str:
    """Return the mark of a wording: an approval is of the words that were read."""
    return hashlib.blake2b(text.body().encode(), digest_size=16).hexdigest()


#: So many endorsements by accounts this young from one origin within this time are shown to staff.
NEW_ACCOUNT, BURST, MANY_FROM_ONE_ORIGIN = timedelta(days=7), timedelta(hours=24), 5


@dataclass(frozen=True)
class Endorser:
    """When somebody endorsed, how old their account was then, and from which origin (a keyed hash)."""

    endorsed_at: datetime
    registered_at: datetime
    origin: str

    @property
    def is_new(self) -> bool:
        """Whether the account was young when it endorsed."""
        return self.endorsed_at - self.registered_at < NEW_ACCOUNT


def is_suspicious(endorsers: Sequence[Endorser]) -> bool:
    """Return whether many new accounts endorsed from one origin within a short time."""
    young = [each for each in endorsers if each.is_new and each.origin]
    by_origin: dict[str, list[datetime]] = {}
    for each in young:
        by_origin.setdefault(each.origin, []).append(each.endorsed_at)
    for moments in by_origin.values():
        moments.sort()
        for first, last in zip(moments, moments[MANY_FROM_ONE_ORIGIN - 1 :], strict=False):
            if last - first <= BURST:
                return True
    return False


class AmendmentState(StrEnum):
    """What became of a change that somebody offered (修正案の状態)."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


AMENDMENT_NAMES = {
    AmendmentState.OFFERED: ("返事を待っています", "wait"),
    AmendmentState.ACCEPTED: ("取り入れました", "done"),
    AmendmentState.DECLINED: ("取り入れませんでした", "stop"),
}


def amendment_body(part: str, after: str, reason: str) -> str:
    """Return an offered change in one piece, for the register of what was said."""
    return f"【{PART_NAMES[part]}】\n{after}\n\n【理由】\n{reason}"


class MergeState(StrEnum):
    """How far the joining of two proposals is (まとめる申し出の状態)."""

    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"


MERGE_NAMES = {
    MergeState.OFFERED: ("返事を待っています", "wait"),
    MergeState.AGREED: ("まとめました", "done"),
    MergeState.DECLINED: ("まとめませんでした", "stop"),
}
