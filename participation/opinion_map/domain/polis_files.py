"""Files that Polis and its relatives read and write (書き出しと取り込み).

Written: comments.csv, votes.csv, participants-votes.csv and summary.csv as Polis exports them, and a
`hierarchical_result.json` as 広聴AI's viewer reads it. Voters are numbers drawn for this file alone;
moments of single votes are not given; groups of fewer than five people are left empty.

Read: comments.csv with participants-votes.csv or votes.csv.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from participation.foundation.csv_text import as_text, unguarded
from participation.foundation.encodings import WrongEncoding, decode
from participation.foundation.errors import Refused
from participation.foundation.text import excerpt
from participation.opinion_map.domain.answers import AGREE, DISAGREE, PASS
from participation.opinion_map.domain.gathering import Vote
from participation.opinion_map.domain.picture import LEAST_SHOWN

MOST_VOTES, MOST_TAKEN, MOST_LETTERS = 1_000_000, 1_000, 1_000
_ABOUT = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")


@dataclass(frozen=True)
class TakenStatement:
    """A statement as a file gives it."""

    number: int
    text: str
    is_removed: bool


@dataclass(frozen=True)
class Taken:
    """What files of a conversation hold."""

    statements: tuple[TakenStatement, ...]
    votes: tuple[Vote, ...]
    #: Votes on statements that the table of statements does not have.
    unknown: int


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


def comments_csv(picture: Mapping[str, Any], at: datetime) -> str:
    """Return the statements, with their counts."""
    rows = [
        (*_moment(at), each["number"], None, each["agree"], each["disagree"], 1, each["text"])
        for each in picture["statements"]
    ]
    header = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated")
    return as_text((*header, "comment-body"), rows)


def votes_csv(votes: Sequence[Vote], at: datetime) -> str:
    """Return one row for each vote."""
    number = _numbers(votes)
    rows = sorted((statement, number[who], value) for who, statement, value in votes)
    header = ("timestamp", "datetime", "comment-id", "voter-id", "vote")
    return as_text(header, [(*_moment(at), *row) for row in rows])


def participants_votes_csv(found: Mapping[str, Any], votes: Sequence[Vote]) -> str:
    """Return one row for each voter."""
    numbers = sorted({statement for _, statement, _ in votes})
    groups = _groups(found)
    given: dict[str, dict[int, int]] = {}
    for who, statement, value in votes:
        given.setdefault(who, {})[statement] = value
    rows = []
    for who, number in sorted(_numbers(votes).items(), key=lambda each: each[1]):
        own = given[who]
        values = list(own.values())
        counts = (None, len(values), values.count(AGREE), values.count(DISAGREE))
        rows.append((number, groups.get(who), *counts, *(own.get(each) for each in numbers)))
    return as_text((*_ABOUT, *(str(each) for each in numbers)), rows)


def summary_csv(question: str, address: str, picture: Mapping[str, Any]) -> str:
    """Return what it was about, as names and values."""
    return as_text(
        ("topic", question),
        [
            ("url", address),
            ("voters", picture["voters"]),
            ("voters-in-conv", picture["placed"]),
            ("comments", len(picture["statements"])),
            ("groups", len(picture["groups"])),
            ("conversation-description", "自分から投票した人の集まりで、区民全体の割合ではない"),
        ],
    )


def hierarchical_result(
    found: Mapping[str, Any], picture: Mapping[str, Any], question: str
) -> dict[str, Any]:
    """Return the statements as arguments, in clusters by what unites and whose they are."""
    places = {int(each["id"]): each for each in found["statements"]}
    belongs = _clusters_of(picture)
    labels = {"1_unites": "重なる考え", "1_others": "そのほかの意見文"} | {
        f"1_group_{each['letter']}": f"グループ{each['letter']}{_named(each)}らしい考え"
        for each in picture["groups"]
    }
    arguments = [
        {
            "arg_id": f"A{each['number']}_0",
            "argument": each["text"],
            "comment_id": each["number"],
            "x": places[each["number"]]["components"][0],
            "y": places[each["number"]]["components"][1],
            "p": 0,
            "cluster_ids": ["0", belongs.get(each["number"], "1_others")],
            "attributes": {"agree": each["agree"], "disagree": each["disagree"], "seen": each["seen"]},
            "url": None,
        }
        for each in picture["statements"]
    ]
    inside = [each["cluster_ids"][1] for each in arguments]
    clusters = [
        {"level": 0, "id": "0", "label": "全体", "takeaway": "", "value": len(arguments), "parent": ""},
        *(
            {
                "level": 1,
                "id": name,
                "label": label,
                "takeaway": "",
                "value": inside.count(name),
                "parent": "0",
                "density_rank_percentile": None,
            }
            for name, label in labels.items()
            if name in inside
        ),
    ]
    return {
        "arguments": arguments,
        "clusters": clusters,
        "comments": {str(each["number"]): {"comment": each["text"]} for each in picture["statements"]},
        "propertyMap": {},
        "translations": {},
        "overview": "",
        "config": {"name": "opinion-map", "question": question, "seed": found["method"]["seed"]},
        "comment_num": len(arguments),
    }


def _named(group: Mapping[str, Any]) -> str:
    return f"（{group['name']}）" if group["name"] else ""


def _clusters_of(picture: Mapping[str, Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    for group in reversed(picture["groups"]):
        found |= {each["number"]: f"1_group_{group['letter']}" for each in group["says"]}
    return found | {each["number"]: "1_unites" for each in picture["unites"]}


def _numbers(votes: Sequence[Vote]) -> dict[str, int]:
    """Return pseudonym → number. Pseudonyms are random, so their order tells nothing."""
    return {who: number for number, who in enumerate(sorted({who for who, _, _ in votes}))}


def _groups(found: Mapping[str, Any]) -> dict[str, int]:
    """Return pseudonym → group, small groups left out."""
    return {
        who: number
        for number, group in enumerate(found["groups"])
        if len(group["members"]) >= LEAST_SHOWN
        for who in group["members"]
    }


def _moment(at: datetime) -> tuple[int, str]:
    """The columns that Polis gives a vote's moment: here when the file's version was published, for all."""
    return int(at.timestamp() * 1000), at.astimezone(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


def read_files(comments: bytes, votes: bytes) -> Taken:
    """Read a conversation; raises Refused where a file is not what it should be."""
    statements = _read_comments(_rows(comments, "comments.csv"))
    known = {each.number for each in statements}
    given = _read_votes(_rows(votes, "votes.csv"))
    kept = {(who, number): value for who, number, value in given if number in known}
    unknown = sum(1 for _, number, _ in given if number not in known)
    return Taken(statements, tuple((*key, value) for key, value in sorted(kept.items())), unknown)


def _rows(content: bytes, name: str) -> list[dict[str, str]]:
    try:
        text = decode(content).text
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True))
    except (WrongEncoding, csv.Error) as error:
        raise Refused(f"{name} を表として読めません。CSVの形かどうか確かめてください。") from error
    if not rows:
        raise Refused(f"{name} に行がありません。")
    return [{(key or "").strip(): (value or "") for key, value in row.items() if key} for row in rows]


def _read_comments(rows: list[dict[str, str]]) -> tuple[TakenStatement, ...]:
    if not {"comment-id", "comment-body"} <= rows[0].keys():
        raise Refused("comments.csv に comment-id と comment-body の列がありません。")
    if len(rows) > MOST_TAKEN:
        raise Refused(f"意見文が{len(rows):,}件あります。{MOST_TAKEN:,}件までにしてください。")
    found: dict[int, TakenStatement] = {}
    for line, row in enumerate(rows, start=2):
        number, text = _number(row["comment-id"]), " ".join(unguarded(row["comment-body"]).split())
        if number is None or not text:
            raise Refused(f"comments.csv の{line}行目の番号か文が読めません。")
        if len(text) > MOST_LETTERS:
            raise Refused(
                f"comments.csv の{line}行目の文が{len(text):,}文字あります。{MOST_LETTERS:,}文字までにしてください。"
            )
        if number in found:
            raise Refused(f"comments.csv に番号{number}が2つあります。")
        found[number] = TakenStatement(number, text, row.get("moderated", "").strip() == "-1")
    return tuple(found[number] for number in sorted(found))


def _read_votes(rows: list[dict[str, str]]) -> list[Vote]:
    columns = rows[0].keys()
    voter = next((name for name in ("voter-id", "participant") if name in columns), None)
    if voter is None:
        raise Refused("票の表に voter-id（または participant）の列がありません。")
    given: list[Vote] = []
    if {"comment-id", "vote"} <= columns:
        for line, row in enumerate(rows, start=2):
            number, value = _number(row["comment-id"]), _value(row["vote"])
            if number is None or value is None or not row[voter].strip():
                raise Refused(f"票の表の{line}行目が読めません。")
            given.append((row[voter].strip(), number, value))
    else:
        names = {name: number for name in columns if (number := _number(name)) is not None}
        if not names:
            raise Refused("票の表に、意見文の番号の列がありません。")
        for line, row in enumerate(rows, start=2):
            if not row[voter].strip():
                raise Refused(f"票の表の{line}行目に、投票した人の番号がありません。")
            for name, number in names.items():
                value = _value(row.get(name, ""))
                if value is not None:
                    given.append((row[voter].strip(), number, value))
                elif row.get(name, "").strip():
                    raise Refused(
                        f"票の表の{line}行目、意見文{name}の票「{excerpt(row[name], 40)}」は読めません。"
                    )
    if len(given) > MOST_VOTES:
        raise Refused(f"票が{len(given):,}件あります。{MOST_VOTES:,}件までにしてください。")
    return given


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _value(text: str) -> int | None:
    return {"1": AGREE, "1.0": AGREE, "0": PASS, "0.0": PASS, "-1": DISAGREE, "-1.0": DISAGREE}.get(
        text.strip()
    )
