"""Statements: seeded by staff, offered by residents, shown, removed, merged."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.text import character_count, fold
from participation.opinion_map import queries
from participation.opinion_map.commands.counting import _note_change
from participation.opinion_map.commands.voting import _refuse_unless_open
from participation.opinion_map.domain.maps import (
    LEAST_STATEMENT,
    MOST_OFFERED,
    MOST_SEEDS,
    MOST_STATEMENT,
    MOST_STATEMENTS,
    StatementStatus,
)
from participation.opinion_map.events import StatementOffered
from participation.opinion_map.models import MapPublication, MapStatement, OpinionMap

DECIDED_MEANWHILE = "この意見文は、ほかの職員が先に確認しました。画面を開き直してください。"
#: Stands in a frozen version where words may no longer be read.
NOT_SHOWN = "（この意見文は表示していません）"
ALREADY_THERE = "同じ意見文がもうあります。"


def seed_statements(opinion_map: OpinionMap, texts: Sequence[str], *, by: Actor) -> list[MapStatement]:
    """Add statements in the words of staff; they are asked at once."""
    access.require(by, "opinion_map.seed", opinion_map)
    wanted = [text.strip() for text in texts if text.strip()]
    if not wanted:
        raise Refused("意見文を1行に1つずつ書いてください。", field="texts")
    if len(wanted) > MOST_SEEDS:
        raise Refused(f"一度に足せる意見文は{MOST_SEEDS}件までです。", field="texts")
    known = _known_texts(opinion_map)
    added = []
    for line, text in enumerate(wanted, start=1):
        _check(text, "texts", f"{line}行目：" if len(wanted) > 1 else "")
        if fold(text) in known:
            raise Refused(f"{line}行目：{ALREADY_THERE}", field="texts")
        known.add(fold(text))
        added.append(_add(opinion_map, text, StatementStatus.SHOWN))
    _note_change(opinion_map, len(added))
    audit.record(by, "opinion_map.seed", opinion_map, {"count": len(added)})
    return added


def offer_statement(opinion_map: OpinionMap, text: str, *, by: Actor) -> MapStatement:
    """Take a statement that a resident offers; staff look before others are asked."""
    access.require(by, "opinion_map.offer", opinion_map)
    _refuse_unless_open(opinion_map)
    text = text.strip()
    _check(text, "text", "")
    key = queries.voter_key(opinion_map, by)
    if key is None:
        raise Refused("出した端末を確かめられませんでした。画面を開き直してください。")
    if fold(text) in _known_texts(opinion_map):
        raise Refused(f"{ALREADY_THERE}その意見文に賛成か反対で答えてください。", field="text")
    offered = db.session.scalar(
        select(func.count()).where(MapStatement.map_id == opinion_map.id, MapStatement.voter_key == key)
    )
    if (offered or 0) >= MOST_OFFERED:
        raise Refused(f"意見文は、1人{MOST_OFFERED}件まで出せます。", field="text")
    said = contributions.say(
        ContributionKind.MAP_STATEMENT,
        text,
        subject_id=opinion_map.subject_id,
        consultation_id=opinion_map.consultation_id,
        author_id=by.person_id,
        visibility=Visibility.HELD,
    )
    statement = _add(opinion_map, text, StatementStatus.WAITING, contribution_id=said.id, voter_key=key)
    audit.record(by, "opinion_map.offer", opinion_map)
    events.publish(StatementOffered(opinion_map.id, statement.id))
    return statement


def show_statement(statement: MapStatement, *, by: Actor) -> None:
    """Let people be asked about a statement: one that waited, or was removed or merged before."""
    access.require(by, "opinion_map.decide_statement")
    _lock(statement)
    if statement.status is StatementStatus.SHOWN:
        raise Conflict(DECIDED_MEANWHILE)
    _decide(statement, StatementStatus.SHOWN)
    _carry_over(statement, Visibility.PUBLISHED)
    audit.record(by, "opinion_map.decide_statement", statement, {"status": "shown"})


def remove_statement(statement: MapStatement, reason: str, *, by: Actor) -> None:
    """Ask nobody any more; votes on it count no more, and its author learns why."""
    access.require(by, "opinion_map.decide_statement")
    reason = reason.strip()
    if not reason:
        raise Refused("取り下げる理由を書いてください。出した人に伝わり、だれでも読めます。", field="reason")
    _lock(statement)
    if statement.status is StatementStatus.REMOVED:
        raise Conflict(DECIDED_MEANWHILE)
    _decide(statement, StatementStatus.REMOVED, reason=reason)
    _carry_over(statement, Visibility.HIDDEN, reason=reason)
    if statement.contribution_id is not None:
        events.publish(
            AuthorTold(
                statement.contribution_id,
                "意見の地図に出された意見文について",
                f"あなたの意見文「{statement.text}」は、公開していません。理由：{reason}",
                f"/opinion-maps/{_map_of(statement).public_id}/statements",
            )
        )
    audit.record(by, "opinion_map.decide_statement", statement, {"status": "removed"})


def merge_statement(statement: MapStatement, number: int, *, by: Actor) -> None:
    """Merge a statement into another that says the same: votes on it count as votes on that one."""
    access.require(by, "opinion_map.decide_statement")
    _lock(statement)
    target = db.session.scalars(
        select(MapStatement).where(MapStatement.map_id == statement.map_id, MapStatement.number == number)
    ).one_or_none()
    if target is None or target.status is not StatementStatus.SHOWN or target.id == statement.id:
        raise Refused("まとめる先に、公開中のほかの意見文の番号を入れてください。", field="number")
    if statement.status is StatementStatus.MERGED:
        raise Conflict(DECIDED_MEANWHILE)
    _decide(statement, StatementStatus.MERGED, reason=f"意見文{target.number}と同じ内容のため", target=target)
    _carry_over(statement, Visibility.PUBLISHED)
    audit.record(by, "opinion_map.decide_statement", statement, {"status": "merged", "into": number})


def follow_register(contribution_id: int, visibility: Visibility, *, by: Actor) -> None:
    """Do with an offered statement what was decided about it in the register of all that was said."""
    statement = queries.find_offered(contribution_id)
    access.require(by, "opinion_map.follow_register")
    if statement is None:
        return
    after = {
        Visibility.PUBLISHED: StatementStatus.SHOWN,
        Visibility.HELD: StatementStatus.WAITING,
        Visibility.RECEIVED: StatementStatus.WAITING,
    }.get(visibility, StatementStatus.REMOVED)
    if visibility is Visibility.ERASED:
        statement.text = NOT_SHOWN
    if visibility in (Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED, Visibility.HELD):
        _reword_publications(statement, NOT_SHOWN)
    elif visibility is Visibility.PUBLISHED:
        _reword_publications(statement, statement.text)
    if statement.status is after or (
        statement.status is StatementStatus.MERGED and after is StatementStatus.SHOWN
    ):
        return
    _decide(
        statement,
        after,
        reason="" if after is not StatementStatus.REMOVED else "確認の結果、表示していません",
    )
    audit.record(by, "opinion_map.follow_register", statement, {"status": after.value})


def follow_words(contribution_id: int, *, by: Actor) -> None:
    """Keep an offered statement the same as the register shows it (黒塗り、書き直し), frozen versions too."""
    statement = queries.find_offered(contribution_id)
    access.require(by, "opinion_map.follow_register")
    if statement is None:
        return
    statement.text = db.session.get_one(Contribution, contribution_id).body
    if statement.status in (StatementStatus.SHOWN, StatementStatus.MERGED):
        _reword_publications(statement, statement.text)
    audit.record(by, "opinion_map.follow_register", statement, {"words": True})


def _check(text: str, field: str, before: str) -> None:
    count = character_count(text)
    if count > MOST_STATEMENT:
        raise Refused(
            f"{before}意見文は{MOST_STATEMENT}文字以内にしてください（今は{count}文字）。", field=field
        )
    if count < LEAST_STATEMENT:
        raise Refused(f"{before}意見文は{LEAST_STATEMENT}文字以上で書いてください。", field=field)
    if "\n" in text:
        raise Refused(f"{before}意見文は、改行のない一つの文にしてください。", field=field)


def _known_texts(opinion_map: OpinionMap) -> set[str]:
    """Return what is asked or waits, folded; the map's row is locked, so that two at once come in turn."""
    db.session.execute(select(OpinionMap.id).where(OpinionMap.id == opinion_map.id).with_for_update())
    rows = db.session.scalars(
        select(MapStatement.text).where(
            MapStatement.map_id == opinion_map.id,
            MapStatement.status.in_([StatementStatus.SHOWN, StatementStatus.WAITING]),
        )
    )
    return {fold(text) for text in rows}


def _add(
    opinion_map: OpinionMap,
    text: str,
    status: StatementStatus,
    *,
    contribution_id: int | None = None,
    voter_key: str = "",
) -> MapStatement:
    last = db.session.scalar(
        select(func.max(MapStatement.number)).where(MapStatement.map_id == opinion_map.id)
    )
    if (last or 0) >= MOST_STATEMENTS:
        raise Refused(f"意見文は、一つの地図に{MOST_STATEMENTS:,}件までです。")
    now = clock.now()
    statement = MapStatement(
        map_id=opinion_map.id,
        number=(last or 0) + 1,
        text=text,
        status=status,
        contribution_id=contribution_id,
        voter_key=voter_key,
        merged_into_id=None,
        reason="",
        created_at=now,
        decided_at=now if status is StatementStatus.SHOWN else None,
    )
    db.session.add(statement)
    db.session.flush()
    return statement


def _lock(statement: MapStatement) -> None:
    db.session.refresh(statement, with_for_update=True)


def _decide(
    statement: MapStatement, status: StatementStatus, *, reason: str = "", target: MapStatement | None = None
) -> None:
    counted = {StatementStatus.SHOWN, StatementStatus.MERGED}
    if statement.status in counted or status in counted:
        _note_change(_map_of(statement), 1)
    statement.status, statement.reason = status, reason[:200]
    statement.merged_into_id = target.id if target is not None else None
    statement.decided_at = clock.now()


def _map_of(statement: MapStatement) -> OpinionMap:
    return db.session.get_one(OpinionMap, statement.map_id)


def _carry_over(statement: MapStatement, visibility: Visibility, *, reason: str = "") -> None:
    """Let the register of all that was said show the same."""
    if statement.contribution_id is None:
        return
    said = db.session.get_one(Contribution, statement.contribution_id)
    if said.visibility is not visibility:
        contributions.change_visibility(said, visibility, reason=reason)


def _reword_publications(statement: MapStatement, text: str) -> None:
    """Change the words of one statement in frozen versions: figures stay, words may have to go."""
    for published in db.session.scalars(
        select(MapPublication).where(MapPublication.map_id == statement.map_id)
    ):
        picture = dict(published.picture)
        picture["statements"] = [
            {**each, "text": text} if each["number"] == statement.number else each
            for each in picture["statements"]
        ]
        if picture["statements"] != published.picture["statements"]:
            published.picture = picture
