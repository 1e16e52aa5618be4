"""Loading the sets of 対応区分 from their seed file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.replies.models import Disposition, DispositionScheme

SEED = Path(__file__).resolve().parent.parent / "seed" / "disposition_schemes.toml"


@dataclass(frozen=True)
class Loaded:
    """What loading changed."""

    added: int = 0
    changed: int = 0
    retired: int = 0


def load_schemes(path: Path = SEED, *, by: Actor) -> Loaded:
    """Load the sets of 対応区分; doing it again changes only what the file changed, and no set that the ward edits."""
    access.require(by, "replies.load_schemes")
    try:
        stored = tomllib.loads(path.read_text("utf-8"))["scheme"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise Refused(f"対応区分のファイルを読めません：{error}") from error
    added = changed = retired = 0
    for row in stored:
        scheme = _scheme(row["code"])
        if scheme.edited_at is not None:
            # The ward keeps this set itself since then: its own words stand.
            continue
        scheme.name, scheme.source = row["name"], row.get("source", "")
        db.session.flush()  # A new scheme gets its id, which its dispositions need.
        present = {
            disposition.code: disposition
            for disposition in db.session.scalars(
                select(Disposition).where(Disposition.scheme_id == scheme.id)
            )
        }
        for position, entry in enumerate(row["disposition"], start=1):
            disposition = present.pop(entry["code"], None)
            values = {
                "symbol": entry["symbol"],
                "label": entry["label"],
                "meaning": entry.get("meaning", ""),
                "position": position,
                "changes_plan": entry.get("changes_plan", False),
                "retired_at": None,
            }
            if disposition is None:
                db.session.add(Disposition(scheme_id=scheme.id, code=entry["code"], **values))
                added += 1
            elif any(getattr(disposition, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(disposition, name, value)
                changed += 1
        for disposition in present.values():
            if disposition.retired_at is None:
                disposition.retired_at = clock.now()
                retired += 1
    loaded = Loaded(added, changed, retired)
    audit.record(
        by,
        "replies.load_schemes",
        "disposition_schemes",
        changes={"added": added, "changed": changed, "retired": retired},
    )
    return loaded


def _scheme(code: str) -> DispositionScheme:
    scheme = db.session.scalars(select(DispositionScheme).where(DispositionScheme.code == code)).one_or_none()
    if scheme is None:
        scheme = DispositionScheme(code=code, name="", source="")
        db.session.add(scheme)
    return scheme
