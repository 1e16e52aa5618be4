"""What a proposal says, which stages it passes (data), and in which order a list shows it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

SEED = Path(__file__).parent / "seed" / "stages.toml"
#: A prime below 2^31: times a number of the day, modulo this, is another order every day.
PRIME = 2_147_483_647
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


#: The parts of a proposal's text (提案の項目), in order, with what to write there.
PARTS = (
    ("purpose", "目的", "何のために、だれのために行いますか。"),
    ("roles", "区と団体の役割", "団体がすること、区にしてほしいことを分けて書きます。"),
    ("resources", "持ち寄る資源", "人、場所、経験、費用など、団体が出せるものを書きます。"),
    ("request", "区に求めること", "お願いしたいことを、できるだけ具体的に書きます。"),
)


@dataclass(frozen=True)
class ProposalText:
    """The words of a proposal."""

    title: str
    purpose: str = ""
    roles: str = ""
    resources: str = ""
    request: str = ""

    def missing(self) -> dict[str, str]:
        """Return what is still to be written before it can be submitted, by part."""
        empty = {
            code: f"{name}を書いてください。" for code, name, _ in PARTS if not getattr(self, code).strip()
        }
        return ({} if self.title.strip() else {"title": "題名を書いてください。"}) | empty

    def body(self) -> str:
        """Return the whole text in one piece, for the register of what was said."""
        return "\n\n".join([self.title, *(f"【{name}】\n{getattr(self, code)}" for code, name, _ in PARTS)])

    def read_again(self, body: str) -> ProposalText:
        """Return the parts as they stand in another wording of the same length (words covered with ■)."""
        if len(body) != len(self.body()):
            raise ValueError("the text is of another length")
        at, parts = 0, {}
        for code, heading in (("title", ""), *((code, f"\n\n【{name}】\n") for code, name, _ in PARTS)):
            at += len(heading)
            parts[code] = body[at : at + len(getattr(self, code))]
            at += len(parts[code])
        return ProposalText(**parts)

    def as_dict(self) -> dict[str, str]:
        """Return the parts by name."""
        return asdict(self)


def shuffle_key(public_id: str) -> int:
    """Return the number from which a proposal's place of the day is made."""
    return _number(public_id)


def factor_of(day: date) -> int:
    """Return the number of the day: the same for everybody, another tomorrow."""
    return _number(day.isoformat())


def _number(text: str) -> int:
    return 1 + int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % (PRIME - 1)
