"""Changing the sets of 対応区分: what was used keeps its words, for ever; what is new stands beside it."""

from __future__ import annotations

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.replies.domain import DispositionDraft
from participation.replies.models import Disposition, DispositionScheme
from participation.replies.queries import disposition_sets as asking

USED = (
    "この区分は、区の考え方に使われています。公表したもののことばが変わらないように、直せません。"
    "使うのをやめて、新しい区分を足してください。"
)


def add_disposition(scheme_code: str, draft: DispositionDraft, *, by: Actor) -> Disposition:
    """Add a 対応区分 at the end of a set."""
    access.require(by, "replies.edit_dispositions")
    scheme = asking.get_to_change(scheme_code)
    _refuse_wrong(scheme, draft, except_id=None)
    last = db.session.scalar(
        select(func.coalesce(func.max(Disposition.position), 0)).where(Disposition.scheme_id == scheme.id)
    )
    added = Disposition(
        scheme_id=scheme.id,
        code=_new_code(scheme),
        symbol=draft.symbol,
        label=draft.label,
        meaning=draft.meaning,
        position=(last or 0) + 1,
        changes_plan=draft.changes_plan,
    )
    db.session.add(added)
    scheme.edited_at = clock.now()
    audit.record(by, "replies.edit_dispositions", scheme, changes={"added": draft.label})
    return added


def edit_disposition(scheme_code: str, code: str, draft: DispositionDraft, *, by: Actor) -> Disposition:
    """Reword a 対応区分 that no reply has used yet."""
    access.require(by, "replies.edit_dispositions")
    scheme = asking.get_to_change(scheme_code)
    disposition = _get(scheme, code)
    if asking.is_used(disposition):
        raise Refused(USED, field="label")
    _refuse_wrong(scheme, draft, except_id=disposition.id)
    before = disposition.label
    disposition.symbol, disposition.label = draft.symbol, draft.label
    disposition.meaning, disposition.changes_plan = draft.meaning, draft.changes_plan
    scheme.edited_at = clock.now()
    audit.record(by, "replies.edit_dispositions", scheme, changes={"from": before, "to": draft.label})
    return disposition


def move_disposition(scheme_code: str, code: str, *, up: bool, by: Actor) -> None:
    """Move a 対応区分 one place up or down in its set; at the end it stays."""
    access.require(by, "replies.edit_dispositions")
    scheme = asking.get_to_change(scheme_code)
    moved = _get(scheme, code)
    offered = [each for each in asking.list_of(scheme) if each.retired_at is None]
    place = [each.id for each in offered].index(moved.id) if moved.retired_at is None else -1
    other = place - 1 if up else place + 1
    if place >= 0 and 0 <= other < len(offered):
        offered.insert(other, offered.pop(place))
        retired = [each for each in asking.list_of(scheme) if each.retired_at is not None]
        for position, each in enumerate((*offered, *retired), start=1):
            each.position = position
    scheme.edited_at = clock.now()
    audit.record(by, "replies.edit_dispositions", scheme, changes={"moved": moved.label, "up": up})


def retire_disposition(scheme_code: str, code: str, *, by: Actor) -> Disposition:
    """Offer a 対応区分 no longer; the replies that have it keep it."""
    access.require(by, "replies.edit_dispositions")
    scheme = asking.get_to_change(scheme_code)
    disposition = _get(scheme, code)
    if disposition.retired_at is None:
        if sum(each.retired_at is None for each in asking.list_of(scheme)) == 1:
            raise Refused("最後の1つは、やめられません。先に新しい区分を足してください。")
        disposition.retired_at = clock.now()
    scheme.edited_at = clock.now()
    audit.record(by, "replies.edit_dispositions", scheme, changes={"retired": disposition.label})
    return disposition


def restore_disposition(scheme_code: str, code: str, *, by: Actor) -> Disposition:
    """Offer a retired 対応区分 again."""
    access.require(by, "replies.edit_dispositions")
    scheme = asking.get_to_change(scheme_code)
    disposition = _get(scheme, code)
    draft = DispositionDraft(disposition.symbol, disposition.label, disposition.meaning)
    _refuse_wrong(scheme, draft, except_id=disposition.id)
    disposition.retired_at = None
    scheme.edited_at = clock.now()
    audit.record(by, "replies.edit_dispositions", scheme, changes={"restored": disposition.label})
    return disposition


def _get(scheme: DispositionScheme, code: str) -> Disposition:
    found = next((each for each in asking.list_of(scheme) if each.code == code), None)
    if found is None:
        raise NotFound
    return found


def _refuse_wrong(scheme: DispositionScheme, draft: DispositionDraft, *, except_id: int | None) -> None:
    if not draft.symbol.strip():
        raise Refused("記号を書いてください（1、◎など）。", field="symbol")
    if not draft.label.strip():
        raise Refused("区分の名前を書いてください。", field="label")
    for each in asking.list_of(scheme):
        if each.id == except_id or each.retired_at is not None:
            continue
        if each.symbol == draft.symbol:
            raise Refused(f"記号「{draft.symbol}」は、「{each.label}」に使っています。", field="symbol")
        if each.label == draft.label:
            raise Refused(f"「{draft.label}」は、もうあります。", field="label")


def _new_code(scheme: DispositionScheme) -> str:
    taken = {each.code for each in asking.list_of(scheme)}
    return next(code for number in range(1, 10**6) if (code := f"ward{number}") not in taken)
